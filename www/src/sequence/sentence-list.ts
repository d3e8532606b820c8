import { html, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { word } from "../words/words.ts";
import { type Entry, spoken } from "./entries.ts";

/** What is done with the sentences. */
export interface Reading {
  /** While nothing plays, all of them are there; otherwise the newest. */
  readonly isStill: boolean;
  readonly chosen: string | null;
  readonly look: (entry: Entry) => void;
  readonly choose: (entry: Entry) => void;
  readonly goTo: (time: number) => void;
}

const FEW = 20;

/**
 * The sentences of a diagram as a list, for the keyboard and for screen readers: one stop of the Tab key, arrow keys
 * up and down, Enter chooses, Shift+Enter goes to the moment. What has the focus is marked in the diagram.
 */
export function sentenceList(entries: readonly Entry[], reading: Reading): TemplateResult {
  const shown = reading.isStill ? entries : entries.slice(-FEW);
  const stop = shown.some(({ key }) => key === reading.chosen) ? reading.chosen : shown.at(-1)?.key;
  return html`<p class="hidden" id="keys">${word("sequence.keys")}</p>
    <ol class="hidden" aria-label=${word("sequence.list")} aria-describedby="keys" @keydown=${keys}>
      ${guard([entries, reading.isStill, stop], () => shown.map((entry) => item(entry, entry.key === stop, reading)))}
    </ol>`;
}

function item(entry: Entry, isStop: boolean, reading: Reading): TemplateResult {
  const press = (event: MouseEvent | KeyboardEvent) =>
    event.shiftKey ? reading.goTo(entry.time) : reading.choose(entry);
  return html`<li>
    <button tabindex=${isStop ? 0 : -1} @focus=${() => reading.look(entry)} @click=${press}>${spoken(entry)}</button>
  </li>`;
}

function keys(event: KeyboardEvent): void {
  const { key } = event;
  if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(key)) {
    return;
  }
  const list = event.currentTarget as HTMLElement;
  const buttons = [...list.querySelectorAll("button")];
  const now = buttons.indexOf(event.target as HTMLButtonElement);
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: buttons.length - 1 }[key] ?? now;
  event.preventDefault();
  event.stopPropagation();
  buttons[Math.min(Math.max(next, 0), buttons.length - 1)]?.focus({ preventScroll: true });
}
