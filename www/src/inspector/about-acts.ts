import { html, type TemplateResult } from "lit";
import type { Condition } from "queuescope";
import type { Session } from "../session/session.ts";
import type { Selection } from "../session/session-types.ts";
import { icons } from "../theme/icons.ts";
import { searchNote } from "../time/search-note.ts";
import { word } from "../words/words.ts";

/** The way to what happens before and after with what is selected, and the wish to stop there. */
export function aboutActs(session: Session, selection: Selection): TemplateResult {
  if (session.travel.search !== null) {
    return html`<section class="acts">${searchNote(session)}</section>`;
  }
  const condition: Condition =
    selection.kind === "message"
      ? { when: "anything", message: selection.message }
      : { when: "anything", node: selection.id };
  const { breakpoints, travel } = session;
  const place = breakpoints.placeOf(condition);
  const isOn = breakpoints.all[place]?.isOn ?? false;
  return html`<section class="acts" role="group" aria-label=${word("travel.label")}>
    <button aria-label=${word("travel.previous")} @click=${() => void travel.to(condition, "previous")}>
      ${icons.previous}${word("travel.previous_short")}
    </button>
    <button aria-label=${word("travel.next")} @click=${() => void travel.to(condition, "next")}>
      ${word("travel.next_short")}${icons.next}
    </button>
    <button aria-pressed=${isOn} title=${word("travel.stop_here_hint")} @click=${() => breakpoints.toggle(condition)}>
      ${icons.breakpoint}${word("travel.stop_here")}
    </button>
  </section>`;
}
