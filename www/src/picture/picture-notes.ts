import { html, nothing, type TemplateResult } from "lit";
import type { Snapshot } from "queuescope";
import { icons } from "../theme/icons.ts";
import { clockText } from "../time/clock-text.ts";
import { type Word, word } from "../words/words.ts";

/** What can be done to the view of a picture. */
export interface Zooming {
  zoomIn(): void;
  zoomOut(): void;
  fit(): void;
}

/** The buttons in the corner of the picture; others may stand before them. */
export function pictureTools(
  view: Zooming,
  before: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  const tool = (name: Word, icon: TemplateResult, act: () => void) =>
    html`<button class="icon plain" title=${word(name)} aria-label=${word(name)} @click=${act}>${icon}</button>`;
  return html`<div class="tools" role="group" aria-label=${word("picture.label")}>
    ${before} ${tool("picture.zoom_out", icons.minus, () => view.zoomOut())}
    ${tool("picture.fit", icons.fit, () => view.fit())}
    ${tool("picture.zoom_in", icons.plus, () => view.zoomIn())}
  </div>`;
}

/** Says so while the broker is down. */
export function brokerNote(snapshot: Snapshot | null): TemplateResult | typeof nothing {
  const back = snapshot?.broker_is_back ?? null;
  return back === null
    ? nothing
    : html`<p class="broker-down">${word("inspect.broker_down", { time: clockText(back) })}</p>`;
}
