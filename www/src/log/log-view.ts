import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Fact } from "queuescope";
import { documentationAddress } from "../sentences/documentation-address.ts";
import { term, text } from "../sentences/sentence.ts";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { clockText } from "../time/clock-text.ts";
import { numberText, word } from "../words/words.ts";
import { factSentence } from "./fact-sentence.ts";
import { factStyles } from "./fact-styles.ts";

/** Rows in the document at the most: while playing, and at a standstill. */
const ROWS_PLAYING = 80;
const ROWS_STILL = 300;

/** One sentence for each fact. */
export class LogView extends LitElement {
  static override properties = {
    session: { attribute: false },
    filter: { state: true },
    isFollowing: { state: true },
    openRule: { state: true },
  };
  static override styles = [
    tokens,
    controls,
    factStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        background: var(--panel);
        border-top: 1px solid var(--line);
      }
      header {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 6px 16px;
        font-size: 12px;
        border-bottom: 1px solid var(--line);
      }
      h2 {
        margin: 0;
        font-size: 12px;
        font-weight: 600;
      }
      header .count {
        flex: 1;
      }
      header label {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      header input[type="search"] {
        width: 150px;
        font-size: 12px;
      }
      .scroll {
        flex: 1;
        min-height: 0;
        overflow: auto;
        padding: 4px 0;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        display: grid;
        grid-template-columns: 9.5ch 1fr auto;
        gap: 0 12px;
        padding: 1px 16px;
        line-height: 1.5;
      }
      li:hover {
        background: var(--raised);
      }
      li.begins {
        border-top: 1px solid var(--line);
        margin-top: 2px;
        padding-top: 3px;
      }
      li:first-child {
        border-top: 0;
      }
      .time {
        font-size: 12px;
        line-height: 21px;
        color: var(--muted);
      }
      .rule-button {
        min-height: 20px;
        padding: 0 6px;
        font-size: 12px;
        line-height: 1;
        color: var(--muted);
      }
      .rule-button[aria-expanded="true"] {
        background: var(--raised);
        color: var(--ink);
      }
      .rule {
        grid-column: 2 / -1;
        margin: 2px 0 6px;
        padding: 6px 10px;
        border-left: 2px solid var(--link);
        background: var(--raised);
        font-size: 12px;
      }
      .quiet {
        margin: 0;
        padding: 6px 16px;
        font-size: 12px;
        color: var(--muted);
      }
      @media (max-width: 480px) {
        li {
          padding: 1px 12px;
          grid-template-columns: 9.5ch 1fr auto;
          gap: 0 8px;
        }
        header {
          padding: 6px 12px;
        }
        header .count {
          display: none;
        }
        header input[type="search"] {
          width: 110px;
        }
      }
    `,
  ];

  declare session: Session | null;
  declare filter: string;
  declare isFollowing: boolean;
  declare openRule: number | null;

  constructor() {
    super();
    this.session = null;
    this.filter = "";
    this.isFollowing = true;
    this.openRule = null;
    new SessionController(this, ["document", "log", "motion"]);
  }

  override render(): TemplateResult {
    const session = this.session;
    const count = session?.journal.count ?? 0;
    return html`<header>
        <h2>${word("log.label")}</h2>
        <span class="count muted mono">${word(count === 1 ? "log.count_one" : "log.count", { count: numberText(count) })}</span>
        <label
          ><span class="muted">${word("log.filter")}</span>
          <input
            type="search"
            .value=${this.filter}
            @input=${(event: Event) => {
              this.filter = (event.target as HTMLInputElement).value;
            }}
        /></label>
        <label
          ><input
            type="checkbox"
            .checked=${this.isFollowing}
            @change=${(event: Event) => {
              this.isFollowing = (event.target as HTMLInputElement).checked;
            }}
          />${word("log.follow")}</label
        >
      </header>
      <div
        class="scroll"
        role="log"
        tabindex="0"
        aria-label=${word("log.label")}
        aria-live=${session?.isPlaying ? "off" : "polite"}
        @scroll=${this.#scrolled}
      >
        ${session === null ? nothing : this.#rows(session)}
      </div>`;
  }

  override updated(): void {
    if (this.isFollowing) {
      const scroll = this.renderRoot.querySelector(".scroll");
      scroll?.scrollTo({ top: scroll.scrollHeight });
    }
  }

  #rows(session: Session): TemplateResult {
    const wanted = this.filter.trim().toLowerCase();
    const facts = session.journal.facts;
    const matching =
      wanted === "" ? facts : facts.filter((fact) => text(fact.sentence).toLowerCase().includes(wanted));
    const rows = matching.slice(session.isPlaying ? -ROWS_PLAYING : -ROWS_STILL);
    if (rows.length === 0) {
      return html`<p class="quiet">
        ${wanted === "" ? word("log.empty") : word("log.no_match", { filter: this.filter })}
      </p>`;
    }
    const hidden = wanted === "" ? session.journal.count - rows.length : matching.length - rows.length;
    const earlier =
      hidden > 0 ? html`<p class="quiet">${word("log.earlier", { count: numberText(hidden) })}</p>` : nothing;
    return html`${earlier}
      <ol>
        ${repeat(
          rows,
          (fact) => fact.index,
          (fact, place) => this.#row(fact, rows[place - 1], session),
        )}
      </ol>`;
  }

  #row(fact: Fact, before: Fact | undefined, session: Session): TemplateResult {
    const begins = before !== undefined && before.step !== fact.step;
    const isOpen = this.openRule === fact.index;
    return html`<li
      class=${begins ? "begins" : ""}
      @pointerenter=${() => session.point({ nodes: fact.nodes, message: fact.message })}
      @pointerleave=${() => session.point({ nodes: [], message: null })}
    >
      <span class="time mono">${clockText(fact.time)}</span>
      <span>${factSentence(fact, session)}</span>
      ${fact.rule === null ? nothing : this.#ruleButton(fact, isOpen)} ${isOpen ? this.#rule(fact) : nothing}
    </li>`;
  }

  #ruleButton(fact: Fact, isOpen: boolean): TemplateResult {
    return html`<button
      class="plain rule-button"
      aria-expanded=${isOpen}
      aria-label=${word("log.rule_of", { sentence: text(fact.sentence) })}
      @click=${() => {
        this.isFollowing = isOpen && this.isFollowing;
        this.openRule = isOpen ? null : fact.index;
      }}
    >
      ${word("log.rule")}
    </button>`;
  }

  #rule(fact: Fact): TemplateResult | typeof nothing {
    if (fact.rule === null) {
      return nothing;
    }
    const { key, page, path } = fact.rule;
    return html`<div class="rule">
      ${term(key)}
      <div class="muted">
        ${word(path.startsWith("https:") ? "log.documented_elsewhere" : "log.documented")}
        <a href=${documentationAddress(path)} target="_blank" rel="noopener noreferrer">${page}</a>
      </div>
    </div>`;
  }

  /** Scrolling up stops following, scrolling to the end goes on with it. */
  readonly #scrolled = (event: Event): void => {
    const box = event.target as HTMLElement;
    const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
    if (isAtEnd !== this.isFollowing && this.session?.isPlaying !== true) {
      this.isFollowing = isAtEnd;
    }
  };
}

customElements.define("queuescope-log", LogView);
