import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Fact } from "queuescope";
import { documentationAddress } from "../sentences/documentation-address.ts";
import { term, text } from "../sentences/sentence.ts";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import type { Selection } from "../session/session-types.ts";
import type { Met } from "../session/travel.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { clockText } from "../time/clock-text.ts";
import { numberText, word } from "../words/words.ts";
import { factSentence } from "./fact-sentence.ts";
import { factStyles } from "./fact-styles.ts";
import {
  about,
  EVERYTHING,
  filtered,
  isEverything,
  kindsIn,
  type LogFilter,
  nodesIn,
  type Option,
} from "./log-filter.ts";
import { logStyles } from "./log-styles.ts";

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
  static override styles = [tokens, controls, factStyles, logStyles];

  declare session: Session | null;
  declare filter: LogFilter;
  declare isFollowing: boolean;
  declare openRule: number | null;

  /** What was selected, and how many facts there were, when it was drawn last. */
  #selected: Selection | null = null;
  #count = 0;
  #met: Met | null = null;

  constructor() {
    super();
    this.session = null;
    this.filter = EVERYTHING;
    this.isFollowing = true;
    this.openRule = null;
    new SessionController(this, ["document", "log", "motion", "travel"], (change) => {
      if (change === "document") {
        this.filter = EVERYTHING;
      } else if (change === "selection" && this.session?.selection !== this.#selected) {
        this.requestUpdate();
      }
    });
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
            .value=${this.filter.text}
            @input=${(event: Event) => {
              this.filter = { ...this.filter, text: (event.target as HTMLInputElement).value };
            }}
        /></label>
        ${session === null ? nothing : this.#choices(session)}
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

  override updated(changed: PropertyValues<this>): void {
    this.#selected = this.session?.selection ?? null;
    const count = this.session?.journal.count ?? 0;
    const isOther = count !== this.#count || changed.has("filter") || changed.has("isFollowing");
    this.#count = count;
    if (this.isFollowing && isOther) {
      const scroll = this.renderRoot.querySelector(".scroll");
      scroll?.scrollTo({ top: scroll.scrollHeight });
    }
    this.#showMet();
  }

  /** The fact that stopped the run is brought into sight, once. */
  #showMet(): void {
    const met = this.session?.travel.met ?? null;
    const [row, scroll] = [this.renderRoot.querySelector("li.met"), this.renderRoot.querySelector(".scroll")];
    if (met === this.#met || row === null || scroll === null) {
      return;
    }
    this.#met = met;
    const [own, box] = [row.getBoundingClientRect(), scroll.getBoundingClientRect()];
    if (own.top < box.top || own.bottom > box.bottom) {
      scroll.scrollBy({ top: (own.top + own.bottom - box.top - box.bottom) / 2 });
    }
  }

  #rows(session: Session): TemplateResult {
    const matching = filtered(session.journal.facts, this.filter);
    const isWhole = isEverything(this.filter);
    const rows = matching.slice(session.isPlaying ? -ROWS_PLAYING : -ROWS_STILL);
    if (rows.length === 0) {
      return html`<p class="quiet">
        ${this.#nothingFound()}
      </p>`;
    }
    const hidden = isWhole ? session.journal.count - rows.length : matching.length - rows.length;
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

  #nothingFound(): string {
    const { text } = this.filter;
    if (isEverything(this.filter)) {
      return word("log.empty");
    }
    return text.trim() === "" ? word("log.none_chosen") : word("log.no_match", { filter: text });
  }

  /** By kind, by node, by what is selected. */
  #choices(session: Session): TemplateResult {
    const { filter } = this;
    const { facts } = session.journal;
    const node = filter.message === null ? filter.node : `m${filter.message}`;
    const selected = session.selection;
    const chosen: Option[] =
      selected?.kind === "message" || filter.message !== null
        ? [filter.message ?? (selected?.kind === "message" ? selected.message : 0)].map((message) => ({
            value: `m${message}`,
            name: `m${message}`,
          }))
        : [];
    return html`${this.#select(
      word("log.kind"),
      word("log.every_kind"),
      filter.kind,
      kindsIn(facts),
      (kind) => {
        this.filter = { ...this.filter, kind };
      },
    )}
    ${this.#select(
      word("log.about"),
      word("log.about_everything"),
      node,
      [...chosen, ...nodesIn(facts, session.picture)],
      (value) => {
        const message = /^m\d+$/.test(value) ? Number(value.slice(1)) : null;
        const selection =
          message !== null
            ? ({ kind: "message", message } as const)
            : value === ""
              ? null
              : ({ kind: "node", id: value } as const);
        this.filter = about(this.filter, selection);
      },
    )}`;
  }

  #select(
    name: string,
    all: string,
    value: string,
    options: readonly Option[],
    choose: (value: string) => void,
  ): TemplateResult {
    return html`<select
      aria-label=${name}
      class=${value === "" ? "" : "chosen"}
      .value=${value}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
    >
      <option value="">${all}</option>
      ${options.map(
        (option) =>
          html`<option value=${option.value} ?selected=${option.value === value}>${option.name}</option>`,
      )}
    </select>`;
  }

  #row(fact: Fact, before: Fact | undefined, session: Session): TemplateResult {
    const begins = before !== undefined && before.step !== fact.step;
    const isOpen = this.openRule === fact.index;
    const isMet = session.travel.met?.fact?.index === fact.index;
    return html`<li
      class="${begins ? "begins" : ""} ${isMet ? "met" : ""}"
      aria-current=${isMet ? "true" : nothing}
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
