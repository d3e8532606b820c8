import { html, type TemplateResult } from "lit";
import { word } from "../words/words.ts";
import { digits, type OctetRow } from "./octet-rows.ts";

/** What is done with an octet, by its place. */
export interface OctetActs {
  /** The pointer is over it; null: over none. */
  readonly point: (place: number | null) => void;
  readonly choose: (place: number) => void;
}

/** A hex dump whose octets can be pointed at and chosen. */
export function octetDump(rows: readonly OctetRow[], { point, choose }: OctetActs): TemplateResult {
  return html`<div
    class="dump"
    role="group"
    tabindex="0"
    aria-label=${word("layers.dump")}
    @pointerleave=${() => point(null)}
  >
    ${rows.map(
      (row) =>
        html`<div class="row"><span class="offset">${row.offset}</span><span class="hex">${row.runs.map(
          (run) =>
            html`<span class=${run.mark} data-mark=${run.mark}>${run.octets.map(
              (octet, index) =>
                html`<span
                  class="octet"
                  @click=${() => choose(run.start + index)}
                  @pointerenter=${() => point(run.start + index)}
                  >${digits(octet)}</span
                >`,
            )}</span>`,
        )}</span><span class="text">${row.text}</span></div>`,
    )}
  </div>`;
}
