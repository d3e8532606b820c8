import { html, nothing, type TemplateResult } from "lit";
import type { Fact, Rule } from "queuescope";
import { factSentence } from "../log/fact-sentence.ts";
import { documentationAddress } from "../sentences/documentation-address.ts";
import { term, text } from "../sentences/sentence.ts";
import type { Session } from "../session/session.ts";
import { word } from "../words/words.ts";
import { biographyList } from "./biography-list.ts";

/** The facts after which a message, or a copy of it, is nowhere any more. */
const ENDS = new Set(
  [
    ["acknowledged", "dropped", "returned", "rejected", "removed", "expired", "dropped-from-head"],
    ["delivery-limit", "dead-letter-lost", "cycle-cut", "refused", "lost", "rolled-back", "not-accepted"],
  ]
    .flat()
    .map((name) => `message.${name}`)
    .concat("message.no-longer-retained", "dead-letter.confirmed", "publishing.lost"),
);

/** Something that holds, the rule behind it, and where that is documented. */
export function reason(sentence: unknown, rule: Rule | null): TemplateResult {
  return html`<p class="why">
    ${sentence}${
      rule === null
        ? nothing
        : html`<span class="source"
            >${term(rule.key)}
            <a href=${documentationAddress(rule.path)} target="_blank" rel="noopener noreferrer">${rule.page}</a></span
          >`
    }
  </p>`;
}

/** Where a message is and why, and what happened to it. */
export function messageParts(session: Session, message: number): TemplateResult {
  const biography = session.chronicle.biography(message);
  const facts = (biography?.facts ?? []).filter((fact) => fact.index < session.journal.count);
  return html`<section>
      <h3>${word("inspect.where")}</h3>
      ${where(session, message, facts)}
    </section>
    <section>
      <h3>${word("inspect.history")}</h3>
      ${
        biography === null || biography.facts.length === 0
          ? html`<p class="muted">${word("inspect.message_none")}</p>`
          : biographyList(biography, session)
      }
    </section>`;
}

function where(session: Session, message: number, facts: readonly Fact[]): unknown {
  const places = session.chronicle.whereabouts(message);
  if (places.length > 0) {
    return places.map((place) => reason(text(place.sentence), place.rule));
  }
  const last = facts.findLast((fact) => ENDS.has(fact.sentence.key)) ?? facts.at(-1);
  if (last === undefined) {
    return html`<p class="muted">${word("inspect.where_not_yet")}</p>`;
  }
  return html`<p>${word("inspect.where_gone")}</p>
    ${reason(factSentence(last, session), last.rule)}`;
}
