import { html, type SVGTemplateResult, svg, type TemplateResult } from "lit";
import { type Word, word } from "../words/words.ts";

/** The signs of the picture and what they mean. */
export function legend(): TemplateResult {
  return html`<ul class="legend">
    ${sign("legend.ready", svg`<circle cx="12" cy="8" r="5.5" fill="var(--hue-0)" />`)}
    ${sign("legend.unacknowledged", svg`<circle cx="12" cy="8" r="4.5" fill="none" stroke="var(--hue-0)" stroke-width="2" />`)}
    ${sign(
      "legend.redelivered",
      svg`<circle cx="16" cy="8" r="5" fill="var(--hue-0)" />
        <path d="M9.5 5.5h-6M9.5 10.5h-6" stroke="var(--hue-0)" stroke-width="2" stroke-linecap="round" />`,
    )}
    ${sign(
      "legend.acknowledgement",
      svg`<path d="M7 8l3.5 4L17 4" fill="none" stroke="var(--consumer)" stroke-width="2.5"
        stroke-linecap="round" stroke-linejoin="round" />`,
    )}
    ${sign(
      "legend.deadLetter",
      svg`<path d="M8 4l8 8M16 4l-8 8" stroke="var(--hue-0)" stroke-width="2.8" stroke-linecap="round" />`,
    )}
    ${sign("legend.returned", svg`<path d="M6 8l9-5v10z" fill="var(--hue-0)" />`)}
    ${sign(
      "legend.confirm",
      svg`<path d="M4 8l2.5 3L11 5M11 8l2.5 3L18 5" fill="none" stroke="var(--producer)" stroke-width="2"
        stroke-linecap="round" stroke-linejoin="round" />`,
    )}
    ${sign(
      "legend.slots",
      svg`<circle cx="12" cy="8" r="6.5" fill="none" stroke="var(--consumer)" stroke-opacity="0.35" stroke-width="2"
          stroke-dasharray="8 2.2" />
        <path d="M12 4.5a3.5 3.5 0 0 1 3.5 3.5" fill="none" stroke="var(--hue-0)" stroke-width="3" />`,
    )}
  </ul>`;
}

function sign(name: Word, shape: SVGTemplateResult): TemplateResult {
  return html`<li><svg viewBox="0 0 24 16" width="24" height="16" aria-hidden="true">${shape}</svg>${word(name)}</li>`;
}
