import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { factSentence } from "../log/fact-sentence.ts";
import { factStyles } from "../log/fact-styles.ts";
import { text } from "../sentences/sentence.ts";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import type { Met } from "../session/travel.ts";
import { icons } from "../theme/icons.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { word } from "../words/words.ts";
import { clockText } from "./clock-text.ts";
import { searchNote, searchStyles } from "./search-note.ts";

/** What stopped the run, with the fact that did it; while somebody searches, how far that is. */
export class StopNote extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    tokens,
    controls,
    factStyles,
    searchStyles,
    css`
      :host {
        position: absolute;
        /* In the lower left corner of the picture; where there is less room, above what stands there. */
        inset: auto 12px calc(100% + 60px) 12px;
        z-index: 3;
        pointer-events: none;
      }
      .note {
        display: flex;
        align-items: center;
        gap: 4px 12px;
        width: fit-content;
        max-width: 100%;
        padding: 6px 6px 6px 14px;
        border: 1px solid var(--control);
        border-radius: var(--corner);
        background: var(--panel);
        box-shadow: 0 4px 16px rgb(0 0 0 / 0.16);
        pointer-events: auto;
      }
      @container (min-width: 761px) {
        :host {
          inset: auto 12px calc(100% + 12px) 12px;
        }
        .note {
          max-width: min(640px, 50%);
        }
      }
      p {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .when {
        font-weight: 600;
      }
      .condition {
        display: block;
        font-size: 12px;
        color: var(--muted);
      }
      button.icon {
        flex: none;
        width: 28px;
        height: 28px;
        min-height: 0;
      }
    `,
  ];

  declare session: Session | null;

  constructor() {
    super();
    this.session = null;
    new SessionController(this, ["document", "travel", "motion"]);
  }

  override render(): TemplateResult {
    const { travel } = this.session ?? {};
    const session = this.session;
    if (session === null || travel === undefined) {
      return html`<div role="status"></div>`;
    }
    // How far a search is changes too often to be said.
    return html`${travel.search === null ? nothing : html`<div class="note">${searchNote(session)}</div>`}
      <div role="status">
        ${travel.search === null && travel.met !== null ? this.#met(session, travel.met) : nothing}
      </div>`;
  }

  #met(session: Session, { stop, fact, isBreakpoint }: Met): TemplateResult {
    const time = clockText(stop.time);
    return html`<div class="note">
      <p>
        <span class="when">${word(isBreakpoint ? "travel.stopped" : "travel.found", { time })}</span>
        ${fact === null ? nothing : html` ${factSentence(fact, session)}`}
        ${isBreakpoint ? html`<span class="condition">${text(stop.sentence)}</span>` : nothing}
      </p>
      <button
        class="icon plain"
        aria-label=${word("travel.close")}
        title=${word("travel.close")}
        @click=${() => session.travel.leave()}
      >
        ${icons.close}
      </button>
    </div>`;
  }
}

customElements.define("queuescope-stop-note", StopNote);
