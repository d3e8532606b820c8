import { css, html, LitElement, type TemplateResult } from "lit";
import { legend, legendStyles } from "../inspector/legend.ts";
import { term } from "../sentences/sentence.ts";
import { icons } from "../theme/icons.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { MARK_KINDS, markSign, markStyles } from "../time/mark-signs.ts";
import { type Word, word } from "../words/words.ts";

const KEYS: readonly (readonly [string, Word])[] = [
  [word("help.space"), "help.key_space"],
  ["→", "help.key_right"],
  ["←", "help.key_left"],
  [word("help.home"), "help.key_home"],
  ["+", "help.key_plus"],
  ["−", "help.key_minus"],
  ["0", "help.key_zero"],
  ["V", "help.key_view"],
  ["N", "help.key_numbers"],
  [".", "help.key_next_mark"],
  [",", "help.key_previous_mark"],
  ["B", "help.key_breakpoints"],
  ["R", "help.key_runs"],
  ["Esc", "help.key_escape"],
  ["?", "help.key_question"],
];

/** What this is, and the keys. */
export class HelpDialog extends LitElement {
  static override styles = [
    tokens,
    controls,
    legendStyles,
    markStyles,
    css`
      h3 {
        margin: 16px 0 6px;
        font-size: 14px;
      }
      p {
        margin: 0;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 4px 16px;
        margin: 0;
      }
      kbd {
        display: inline-block;
        min-width: 28px;
        padding: 0 6px;
        border: 1px solid var(--control);
        border-radius: 4px;
        text-align: center;
        font: 12px/20px var(--mono);
      }
      dd {
        margin: 0;
      }
    `,
  ];

  show(): void {
    const dialog = this.#dialog();
    if (dialog !== null && !dialog.open) {
      dialog.showModal();
    }
  }

  override render(): TemplateResult {
    return html`<dialog
      aria-labelledby="title"
      @click=${(event: Event) => event.target === event.currentTarget && this.#dialog()?.close()}
    >
      <div class="top">
        <h2 id="title">${word("help.title")}</h2>
        <button class="icon plain" aria-label=${word("help.close")} title=${word("help.close")} @click=${() =>
          this.#dialog()?.close()}>${icons.close}</button>
      </div>
      <div class="inner">
        <p>${word("help.about")}</p>
        <h3>${word("help.keys")}</h3>
        <dl>
          ${KEYS.map(
            ([key, meaning]) =>
              html`<dt><kbd>${key}</kbd></dt>
                <dd>${word(meaning)}</dd>`,
          )}
        </dl>
        <h3>${word("help.signs")}</h3>
        ${legend()}
        <h3>${word("help.marks")}</h3>
        <ul class="legend">
          ${MARK_KINDS.map(
            (kind) =>
              html`<li>
                <svg viewBox="0 0 24 16" width="24" height="16" aria-hidden="true">${markSign(kind)}</svg
                >${term(`mark.${kind}`)}
              </li>`,
          )}
        </ul>
        <h3>${word("help.files")}</h3>
        <p>${word("help.files_about")}</p>
      </div>
    </dialog>`;
  }

  #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }
}

customElements.define("queuescope-help", HelpDialog);
