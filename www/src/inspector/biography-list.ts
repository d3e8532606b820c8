import { css, html, nothing, type TemplateResult } from "lit";
import type { Biography, Fact } from "queuescope";
import { factSentence } from "../log/fact-sentence.ts";
import { documentationAddress } from "../sentences/documentation-address.ts";
import { term } from "../sentences/sentence.ts";
import type { Session } from "../session/session.ts";
import { clockText } from "../time/clock-text.ts";
import { numberText, word } from "../words/words.ts";

/** Of a long life so many facts are shown: from its beginning, before the present, and after that. */
const FIRST = 20;
const BEFORE = 150;
const AFTER = 50;

export const biographyStyles = css`
  .biography {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .biography li {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 8px;
    padding: 2px 0;
  }
  .biography .moment {
    align-self: start;
    min-height: 22px;
    margin-left: -6px;
    padding: 0 6px;
    font-size: 12px;
    color: var(--link);
  }
  .biography .ahead {
    border-left: 2px dashed var(--line);
    padding-left: 6px;
    color: var(--muted);
  }
  .biography .page {
    display: block;
    font-size: 12px;
    color: var(--muted);
  }
  .biography .now {
    display: block;
    padding: 4px 0;
    font-size: 12px;
    color: var(--muted);
    border-top: 1px dashed var(--control);
  }
`;

/**
 * What happened to a message, each with a button that goes to that moment and the page that documents the rule.
 * What is known to happen later, because it was seen before, stands below the present.
 */
export function biographyList(biography: Biography, session: Session): TemplateResult {
  const { count } = session.journal;
  const { facts } = biography;
  const ahead = facts.findIndex((fact) => fact.index >= count);
  const present = ahead < 0 ? facts.length : ahead;
  const from = Math.max(FIRST, present - BEFORE);
  const to = Math.min(facts.length, Math.max(FIRST, present) + AFTER);
  const row = (fact: Fact, isFirstAhead: boolean) =>
    html`${isFirstAhead ? html`<li class="now">${word("inspect.history_ahead")}</li>` : nothing}
      <li class=${fact.index >= count ? "ahead" : ""}>${moment(fact, session)}${happening(fact, session)}</li>`;
  const rows = (begin: number, end: number) =>
    facts.slice(begin, end).map((fact, place) => row(fact, begin + place === ahead));
  return html`${biography.is_complete ? nothing : html`<p class="muted">${word("inspect.history_cut")}</p>`}
    <ol class="biography">
      ${rows(0, FIRST)}${leftOut(from - FIRST)}${rows(from, to)}${leftOut(facts.length - to)}
    </ol>`;
}

/** That so many facts are not shown: going to another moment shows those around it. */
function leftOut(count: number): TemplateResult | typeof nothing {
  return count <= 0
    ? nothing
    : html`<li class="now">${word("inspect.history_left_out", { count: numberText(count) })}</li>`;
}

function moment(fact: Fact, session: Session): TemplateResult {
  const time = clockText(fact.time);
  return html`<button
    class="plain moment mono"
    title=${word("inspect.go", { time })}
    aria-label=${word("inspect.go", { time })}
    @click=${() => void session.seek(fact.time)}
  >
    ${time}
  </button>`;
}

function happening(fact: Fact, session: Session): TemplateResult {
  const { rule } = fact;
  return html`<span
    >${factSentence(fact, session)}${
      rule === null
        ? nothing
        : html`<span class="page" title=${term(rule.key)}
            >${word("inspect.rule")}
            <a href=${documentationAddress(rule.path)} target="_blank" rel="noopener noreferrer">${rule.page}</a></span
          >`
    }</span
  >`;
}
