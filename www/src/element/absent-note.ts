import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import { icons } from "../theme/icons.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { numberText, word } from "../words/words.ts";

const PLACES_SHOWN = 40;

/** Says what of the document the simulation does not act on. Never silent, never in the way. */
export class AbsentNote extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    tokens,
    controls,
    css`
      .chip {
        min-height: 28px;
        border-color: var(--alarm);
        color: var(--alarm);
        font-size: 12px;
      }
      dl {
        margin: 12px 0 0;
      }
      dt {
        font: 600 14px var(--mono);
        overflow-wrap: anywhere;
      }
      dd {
        margin: 2px 0 10px;
        color: var(--muted);
        font: 12px/1.6 var(--mono);
        overflow-wrap: anywhere;
      }
      p {
        margin: 0;
      }
    `,
  ];

  declare session: Session | null;

  constructor() {
    super();
    this.session = null;
    new SessionController(this, ["document"]);
  }

  override render(): TemplateResult | typeof nothing {
    const absent = this.session?.about?.not_simulated ?? [];
    if (absent.length === 0) {
      return nothing;
    }
    const label =
      absent.length === 1 ? word("absent.chip_one") : word("absent.chip", { count: absent.length });
    return html`<button class="chip" aria-haspopup="dialog" @click=${() => this.#dialog()?.showModal()}>${label}</button>
      <dialog aria-labelledby="title" @click=${this.#outside}>
        <div class="top">
          <h2 id="title">${word("absent.title")}</h2>
          <button class="icon plain" aria-label=${word("help.close")} title=${word("help.close")} @click=${() =>
            this.#dialog()?.close()}>${icons.close}</button>
        </div>
        <div class="inner">
          <p class="muted">${word("absent.about")}</p>
          <dl>
            ${absent.map(
              (entry) =>
                html`<dt>${entry.name}</dt>
                  <dd>${this.#places(entry.places)}</dd>`,
            )}
          </dl>
        </div>
      </dialog>`;
  }

  #places(places: readonly string[]): string {
    const shown = places.slice(0, PLACES_SHOWN).join(", ");
    const more = places.length - PLACES_SHOWN;
    return more > 0 ? `${shown} ${word("absent.more_places", { count: numberText(more) })}` : shown;
  }

  #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  readonly #outside = (event: Event): void => {
    if (event.target === event.currentTarget) {
      this.#dialog()?.close();
    }
  };
}

customElements.define("queuescope-absent", AbsentNote);
