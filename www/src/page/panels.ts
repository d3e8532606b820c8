import { html, nothing, type TemplateResult } from "lit";
import { reasonOf } from "../session/problem.ts";
import type { Session } from "../session/session.ts";
import { type Word, word } from "../words/words.ts";

/** What can be shown below the time bar. The inspector is there where it has no room beside the picture. */
export type Panel = "log" | "inspect" | "numbers" | "sweep";

/** The panels that there are room for. */
export function panelsIn(isNarrow: boolean): readonly Panel[] {
  return isNarrow ? ["log", "inspect", "numbers", "sweep"] : ["log", "numbers", "sweep"];
}

const NAMES: Readonly<Record<Panel, Word>> = {
  log: "page.log",
  inspect: "page.inspect",
  numbers: "page.numbers",
  sweep: "page.sweep",
};

/** The tabs, by the pattern of the ARIA practices: the arrow keys go from one to the next. */
export function panelTabs(
  panels: readonly Panel[],
  shown: Panel,
  choose: (panel: Panel) => void,
): TemplateResult {
  const key = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = panels[(panels.indexOf(shown) + step + panels.length) % panels.length];
    if (step !== 0 && next !== undefined) {
      event.preventDefault();
      choose(next);
      const list = event.currentTarget as HTMLElement;
      // The tab that is chosen is the one that has the focus.
      queueMicrotask(() => list.querySelector<HTMLElement>(`#tab-${next}`)?.focus());
    }
  };
  return html`<div class="tabs" role="tablist" aria-label=${word("page.panels")} @keydown=${key}>
    ${panels.map(
      (panel) =>
        html`<button
          role="tab"
          id="tab-${panel}"
          class="plain"
          aria-selected=${panel === shown}
          aria-controls="panel"
          tabindex=${panel === shown ? 0 : -1}
          @click=${() => choose(panel)}
        >
          ${word(NAMES[panel])}
        </button>`,
    )}
  </div>`;
}

/** What is loaded when it is opened first. */
class Late {
  readonly #load: () => Promise<unknown>;
  readonly #words: { readonly loading: Word; readonly missing: Word };
  readonly #changed: () => void;
  #state: "not yet" | "under way" | "done" | Error = "not yet";

  constructor(
    load: () => Promise<unknown>,
    words: { readonly loading: Word; readonly missing: Word },
    changed: () => void,
  ) {
    this.#load = load;
    this.#words = words;
    this.#changed = changed;
  }

  /** What stands there until it is loaded; null when it is. */
  note(): TemplateResult | null {
    if (this.#state === "not yet") {
      void this.#begin();
    }
    if (this.#state instanceof Error) {
      const reason = reasonOf(this.#state);
      return html`<p class="late" role="alert">
        ${word(this.#words.missing, { reason })} <button @click=${() => this.#begin()}>${word("numbers.again")}</button>
      </p>`;
    }
    return this.#state === "done"
      ? null
      : html`<p class="late" role="status">${word(this.#words.loading)}</p>`;
  }

  async #begin(): Promise<void> {
    this.#state = "under way";
    try {
      await this.#load();
      this.#state = "done";
    } catch (error) {
      this.#state = error instanceof Error ? error : new Error(String(error));
    }
    this.#changed();
  }
}

/** The panels of numbers and sweeps: each is loaded when it is opened first. */
export class LatePanels {
  readonly #numbers: Late;
  readonly #sweep: Late;
  #hasSweep = false;

  constructor(changed: () => void) {
    this.#numbers = new Late(
      () => import("../numbers/numbers-view.ts"),
      { loading: "numbers.loading", missing: "numbers.missing" },
      changed,
    );
    this.#sweep = new Late(
      async () => {
        const { loadPlanner } = await import("../sweeping/sweep-view.ts");
        await loadPlanner();
      },
      { loading: "sweep.loading", missing: "sweep.missing" },
      changed,
    );
  }

  /** The numbers; until they are loaded, a note. */
  numbers(session: Session | null, isDark: boolean): TemplateResult {
    return (
      this.#numbers.note() ??
      html`<queuescope-numbers .session=${session} .isDark=${isDark}></queuescope-numbers>`
    );
  }

  /** The sweep, which goes on and keeps its results while another panel is shown. */
  sweep(session: Session | null, isDark: boolean, isShown: boolean): TemplateResult | typeof nothing {
    if (!isShown && !this.#hasSweep) {
      return nothing;
    }
    const note = this.#sweep.note();
    this.#hasSweep = note === null;
    return (
      note ??
      html`<queuescope-sweep ?hidden=${!isShown} .session=${session} .isDark=${isDark}></queuescope-sweep>`
    );
  }
}
