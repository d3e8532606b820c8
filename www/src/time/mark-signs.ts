import { css, type SVGTemplateResult, svg } from "lit";
import type { MarkKind } from "queuescope";

/** The kinds in the order in which they stand above one another, the lowest first. */
export const MARK_KINDS: readonly MarkKind[] = [
  "redelivery",
  "dead_letter",
  "loss",
  "return",
  "error",
  "intervention",
  "breakpoint",
];

/** The colours of marks; their form is in `markPath`. */
export const markStyles = css`
  .mark {
    fill: none;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .mark.redelivery {
    fill: var(--hue-0);
    stroke: var(--hue-0);
    stroke-width: 1.4;
  }
  .mark.dead_letter {
    stroke: var(--queue);
    stroke-width: 2.2;
  }
  .mark.loss {
    stroke: var(--hue-2);
    stroke-dasharray: 2.6 2;
    stroke-linecap: butt;
  }
  .mark.return {
    fill: var(--producer);
  }
  .mark.error {
    fill: var(--alarm);
  }
  .mark.intervention {
    fill: var(--server);
  }
  .mark.breakpoint {
    fill: var(--ink);
    stroke: var(--ink);
    stroke-width: 1.4;
    stroke-linecap: butt;
  }
`;

/** The form of a mark with its middle at a point; that of a breakpoint is a line through `height`. */
export function markPath(kind: MarkKind, x: number, y: number, height: number): string {
  switch (kind) {
    case "redelivery":
      return `M${x - 1.6} ${y}a2.6 2.6 0 1 0 5.2 0a2.6 2.6 0 1 0 -5.2 0zM${x - 4.2} ${y - 1.7}h2M${x - 4.2} ${y + 1.7}h2`;
    case "dead_letter":
      return `M${x - 2.8} ${y - 2.8}l5.6 5.6M${x + 2.8} ${y - 2.8}l-5.6 5.6`;
    case "loss":
      return `M${x - 3.2} ${y}a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0`;
    case "return":
      return `M${x - 4} ${y}l7 -4v8z`;
    case "error":
      return `M${x} ${y - 4.4}l4.4 4.4l-4.4 4.4l-4.4 -4.4z`;
    case "intervention":
      return `M${x} ${y - 4}l4 7h-8z`;
    case "breakpoint":
      return `M${x} ${height}V0M${x - 2.6} 0h5.2l-2.6 4z`;
  }
}

/** A mark by itself, for a legend. */
export function markSign(kind: MarkKind): SVGTemplateResult {
  return svg`<path class="mark ${kind}" d=${markPath(kind, 12, 8, 15)} />`;
}
