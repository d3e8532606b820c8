import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { sends } from "../inspector/forms/sends.ts";
import { text } from "../sentences/sentence.ts";
import type { Listed } from "../session/breakpoints.ts";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import type { Direction } from "../session/travel.ts";
import { icons } from "../theme/icons.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { type Word, word } from "../words/words.ts";
import { BarDialog } from "./bar-dialog.ts";
import { breakpointFields, conditionOf, WHENS, type When } from "./breakpoint-form.ts";
import { dialogStyles } from "./dialog-styles.ts";

/** What runs are to stop at: the list, and a form for another one. */
export class BreakpointsDialog extends BarDialog {
  static override properties = { ...BarDialog.properties, when: { state: true } };
  static override styles = [tokens, controls, dialogStyles];

  declare when: When;
  protected override readonly heading: Word = "breakpoints.title";

  constructor() {
    super();
    this.when = "redelivery";
    new SessionController(this, ["document", "travel", "picture"]);
  }

  protected override inner(session: Session): TemplateResult {
    const { all } = session.breakpoints;
    return html`<p class="muted">${word(all.length === 0 ? "breakpoints.none" : "breakpoints.about")}</p>
      <ul aria-label=${word("breakpoints.list")}>
        ${repeat(
          all,
          (listed) => JSON.stringify(listed.condition),
          (listed, place) => this.#row(session, listed, place),
        )}
      </ul>
      ${this.#form(session)}`;
  }

  #row(session: Session, listed: Listed, place: number): TemplateResult {
    const sentence = text(listed.sentence);
    const absent = session.breakpoints.absentNode(listed);
    const says = listed.isOn ? "breakpoints.absent" : "breakpoints.absent_off";
    const go = (direction: Direction) => {
      this.close();
      void session.travel.to(listed.condition, direction);
    };
    const act = (name: Word, icon: TemplateResult, does: () => void) =>
      html`<button class="icon" aria-label=${word(name, { sentence })} title=${word(name, { sentence })} @click=${does}>
        ${icon}
      </button>`;
    const change = (event: Event) => {
      const box = event.target as HTMLInputElement;
      this.attempt(() => session.breakpoints.switch(place, box.checked));
      box.checked = session.breakpoints.all[place]?.isOn ?? false;
    };
    return html`<li>
      <label class="says ${listed.isOn ? "" : "off"}">
        <input type="checkbox" .checked=${listed.isOn} @change=${change} /><span
          >${sentence}
          ${absent === null ? nothing : html`<span class="absent">${word(says, { node: absent })}</span>`}
        </span>
      </label>
      <span class="acts">
        ${act("breakpoints.previous", icons.previous, () => go("previous"))}
        ${act("breakpoints.next", icons.next, () => go("next"))}
        ${act("breakpoints.remove", icons.close, () => this.attempt(() => session.breakpoints.remove(place)))}
      </span>
    </li>`;
  }

  #form(session: Session): TemplateResult {
    const send = sends((form) => {
      this.attempt(() => session.breakpoints.add(conditionOf(this.when, new FormData(form))));
    });
    return html`<h3>${word("breakpoints.add_title")}</h3>
      <form aria-label=${word("breakpoints.add_title")}>
        <label>
          <span>${word("breakpoints.when")}</span>
          <select
            @change=${(event: Event) => {
              this.when = (event.target as HTMLSelectElement).value as When;
            }}
          >
            ${WHENS.map(
              ({ when, name }) =>
                html`<option value=${when} ?selected=${when === this.when}>${name()}</option>`,
            )}
          </select>
        </label>
        ${breakpointFields(session, this.when)}
        <button @click=${send}>${word("breakpoints.add")}</button>
      </form>`;
  }
}

customElements.define("queuescope-breakpoints", BreakpointsDialog);
