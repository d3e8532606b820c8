import { type SVGTemplateResult, svg } from "lit";
import { SHAPE } from "../picture/scene.ts";

const OUTLINE = "fill:none;stroke-linecap:round;stroke-linejoin:round";

/** The sign of something that is sent, at the origin: its state is in the shape, as in the topology. */
export function sign(shape: number, hue: string): SVGTemplateResult {
  switch (shape) {
    case SHAPE.redelivered:
      return svg`<circle r="4.2" fill=${hue} /><path d="M-5 -2h-4M-5 2h-4" style=${OUTLINE} stroke=${hue} stroke-width="1.6" />`;
    case SHAPE.acknowledgement:
      return svg`<path d="M-4 0l3 3.2L4.5 -3.6" style=${OUTLINE} stroke=${hue} stroke-width="2.2" />`;
    case SHAPE.deadLetter:
      return svg`<path d="M-3.6 -3.6l7.2 7.2M3.6 -3.6l-7.2 7.2" style=${OUTLINE} stroke=${hue} stroke-width="2.4" />`;
    case SHAPE.returned:
      return svg`<path d="M-4.6 0l7.6 -4.4v8.8z" fill=${hue} />`;
    case SHAPE.confirm:
      return svg`<path d="M-7 0l2.4 2.8L-1 -3M-1 0l2.4 2.8L5 -3" style=${OUTLINE} stroke=${hue} stroke-width="1.8" />`;
    case SHAPE.refusal:
      return svg`<path d="M0 -4v8" style=${OUTLINE} stroke=${hue} stroke-width="2.6" />`;
    case SHAPE.notConfirmed:
      return svg`<path d="M-2.4 -4v8M2.4 -4v8" style=${OUTLINE} stroke=${hue} stroke-width="2.2" />`;
    case SHAPE.packet:
      return svg`<rect class="ground" x="-4" y="-4" width="8" height="8" rx="1" stroke=${hue} stroke-width="1.5" /><path d="M-4 -2.2h8" stroke=${hue} stroke-width="2.4" />`;
    default:
      return svg`<circle r="4.2" fill=${hue} />`;
  }
}

/** Lost: a dashed ring. */
export function lostSign(hue: string): SVGTemplateResult {
  return svg`<circle r="5.4" class="ground" stroke=${hue} stroke-width="1.9" stroke-dasharray="3.4 2.3" />`;
}

/** What happens on a line: the sign of its kind. */
export function markSign(kind: string): SVGTemplateResult {
  switch (kind) {
    case "expired":
      return svg`<path class="ground" d="M-4 -5.4h8L-4 5.4h8z" stroke="var(--queue)" stroke-width="1.7" stroke-linejoin="round" />`;
    case "lost":
      return lostSign("var(--alarm)");
    case "down":
      return svg`<circle class="ground" r="6.4" stroke="var(--alarm)" stroke-width="1.5" /><path d="M-2.6 -2.6l5.2 5.2M2.6 -2.6l-5.2 5.2" style=${OUTLINE} stroke="var(--alarm)" stroke-width="1.7" />`;
    case "error":
      return svg`<circle class="ground" r="6.4" stroke="var(--alarm)" stroke-width="1.5" /><path d="M0 -3.4v3.6M0 3v.2" style=${OUTLINE} stroke="var(--alarm)" stroke-width="1.9" />`;
    case "up":
      return svg`<circle class="ground" r="6.4" stroke="var(--consumer)" stroke-width="1.5" /><path d="M-2.8 .2l2 2.2 3.4 -4.4" style=${OUTLINE} stroke="var(--consumer)" stroke-width="1.7" />`;
    default:
      return svg`<circle class="ground" r="4.6" stroke="var(--ink)" stroke-width="1.5" />`;
  }
}
