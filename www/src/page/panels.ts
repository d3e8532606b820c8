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

type Loading = "not yet" | "under way" | "done" | Error;

/** The panels of numbers and sweeps: what draws them is loaded when one of them is opened first. */
export class LatePanels {
  readonly #changed: () => void;
  #loading: Loading = "not yet";
  #hasSweep = false;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The numbers; until they are loaded, a note. */
  numbers(session: Session | null, isDark: boolean): TemplateResult {
    return (
      this.#note() ?? html`<queuescope-numbers .session=${session} .isDark=${isDark}></queuescope-numbers>`
    );
  }

  /** The sweep, which goes on and keeps its results while another panel is shown. */
  sweep(session: Session | null, isDark: boolean, isShown: boolean): TemplateResult | typeof nothing {
    if (!isShown && !this.#hasSweep) {
      return nothing;
    }
    const note = this.#note();
    this.#hasSweep = note === null;
    return (
      note ??
      html`<queuescope-sweep ?hidden=${!isShown} .session=${session} .isDark=${isDark}></queuescope-sweep>`
    );
  }

  /** What stands there until the panels are loaded. */
  #note(): TemplateResult | null {
    if (this.#loading === "not yet") {
      void this.#load();
    }
    if (this.#loading instanceof Error) {
      const reason = reasonOf(this.#loading);
      return html`<p class="late" role="alert">
        ${word("numbers.missing", { reason })} <button @click=${() => this.#load()}>${word("numbers.again")}</button>
      </p>`;
    }
    return this.#loading === "done"
      ? null
      : html`<p class="late" role="status">${word("numbers.loading")}</p>`;
  }

  async #load(): Promise<void> {
    this.#loading = "under way";
    try {
      await Promise.all([import("../numbers/numbers-view.ts"), import("../sweeping/sweep-view.ts")]);
      this.#loading = "done";
    } catch (error) {
      this.#loading = error instanceof Error ? error : new Error(String(error));
    }
    this.#changed();
  }
}
