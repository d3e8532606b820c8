import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import { shipped } from "../session/shipped.ts";
import { icons } from "../theme/icons.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { word } from "../words/words.ts";

/**
 * The name of the page, the scenarios, and what there is to do with them.
 *
 * @fires choose - a scenario was chosen; `detail` is its id
 * @fires files - files were picked; `detail` is an array of them
 * @fires act - `detail` is `link`, `theme`, `help` or `inspect`
 */
export class TopBar extends LitElement {
  static override properties = {
    session: { attribute: false },
    isDark: { attribute: false },
    canInspect: { attribute: false },
    said: { attribute: false },
  };
  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: block;
        background: var(--panel);
        border-bottom: 1px solid var(--line);
      }
      header {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 8px 16px;
      }
      h1 {
        display: flex;
        align-items: center;
        gap: 8px;
        margin: 0 8px 0 0;
        font-size: 16px;
        font-weight: 650;
        letter-spacing: -0.01em;
      }
      h1 svg {
        width: 26px;
        height: 16px;
      }
      .spring {
        flex: 1;
      }
      .said {
        font-size: 12px;
        color: var(--muted);
      }
      select {
        min-width: 0;
        max-width: 280px;
        text-overflow: ellipsis;
      }
      .file:focus-within {
        outline: 2px solid var(--link);
        outline-offset: 2px;
      }
      @media (max-width: 719px) {
        header {
          padding: 8px 12px;
          gap: 4px;
        }
        h1 {
          margin-right: 4px;
        }
        h1 span,
        .said {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
          white-space: nowrap;
        }
        .text {
          display: none;
        }
        select {
          flex: 1 1 80px;
        }
        .spring {
          display: none;
        }
        .button,
        button {
          width: 36px;
          padding: 0;
          flex: none;
        }
      }
    `,
  ];

  declare session: Session | null;
  declare isDark: boolean;
  declare canInspect: boolean;
  declare said: string;

  constructor() {
    super();
    this.session = null;
    this.isDark = false;
    this.canInspect = false;
    this.said = "";
    new SessionController(this, ["document"]);
  }

  override render(): TemplateResult {
    const theme = word(this.isDark ? "page.to_light" : "page.to_dark");
    return html`<header>
      <h1>${logo()}<span>${word("page.name")}</span></h1>
      ${this.#scenarios()}
      <div class="spring"></div>
      <span class="said" role="status">${this.said}</span>
      <label class="button file" title=${word("page.open_hint")}>
        ${icons.open}<span class="text">${word("page.open")}</span>
        <input
          class="hidden"
          type="file"
          accept=".json,application/json"
          aria-label=${word("page.open")}
          @change=${this.#picked}
        />
      </label>
      ${this.#button("link", word("page.link"), icons.link)}
      ${this.canInspect ? this.#button("inspect", word("page.inspect"), icons.inspect) : nothing}
      <button class="icon plain" aria-label=${theme} title=${theme} @click=${() => this.#act("theme")}>
        ${this.isDark ? icons.sun : icons.moon}
      </button>
      <button
        class="icon plain"
        aria-label=${word("page.help")}
        title=${word("page.help")}
        @click=${() => this.#act("help")}
      >
        ${icons.help}
      </button>
    </header>`;
  }

  #button(act: string, name: string, icon: TemplateResult): TemplateResult {
    return html`<button title=${name} aria-label=${name} @click=${() => this.#act(act)}>
      ${icon}<span class="text">${name}</span>
    </button>`;
  }

  #scenarios(): TemplateResult {
    const source = this.session?.source;
    const open = source?.id ?? null;
    const isForeign = source != null && !shipped.some((scenario) => scenario.id === open);
    const foreign = isForeign
      ? html`<option value="" selected>
          ${open === null ? word("page.opened_file", { name: source.name }) : source.name}
        </option>`
      : nothing;
    return html`<select aria-label=${word("page.scenario")} @change=${this.#chosen}>
      ${foreign}
      ${shipped.map(
        (scenario) =>
          html`<option value=${scenario.id} .selected=${scenario.id === open}>${scenario.title || scenario.id}</option>`,
      )}
    </select>`;
  }

  readonly #chosen = (event: Event): void => {
    const id = (event.target as HTMLSelectElement).value;
    if (id !== "") {
      this.dispatchEvent(new CustomEvent("choose", { detail: id }));
    }
  };

  readonly #picked = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    // So that the same file can be picked again after it was changed.
    input.value = "";
    this.dispatchEvent(new CustomEvent("files", { detail: files }));
  };

  #act(act: string): void {
    this.dispatchEvent(new CustomEvent("act", { detail: act }));
  }
}

/** A queue with its head at the right. */
function logo(): TemplateResult {
  return html`<svg viewBox="0 0 26 16" aria-hidden="true">
    <rect x="0.8" y="2.8" width="18" height="10.4" rx="2.5" fill="none" stroke="var(--queue)" stroke-width="1.6" />
    <circle cx="6" cy="8" r="2.2" fill="var(--hue-0)" />
    <circle cx="13" cy="8" r="2.2" fill="var(--hue-0)" />
    <circle cx="23.2" cy="8" r="2.2" fill="var(--hue-0)" />
  </svg>`;
}

customElements.define("queuescope-top-bar", TopBar);
