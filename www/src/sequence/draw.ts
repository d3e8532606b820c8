import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from "lit";
import type { SequenceArrow } from "queuescope";
import type { Stretch } from "../geometry/time-axis.ts";
import { SHAPE } from "../picture/scene.ts";
import { hues } from "../theme/palette.ts";
import { clockText, spanText } from "../time/clock-text.ts";
import type { Diagram, DrawnArrow, DrawnMark, DrawnStay } from "./diagram.ts";
import { labelWidth, STAY_WIDTH } from "./diagram.ts";
import { lostSign, markSign, sign } from "./signs.ts";
import { TOP } from "./time-scroll.ts";

/** What a part of the diagram looks like at present, and what is done when it is used. */
export interface Manner {
  /** What stands out, as classes: chosen, pointed at, of another message than the selected one. */
  readonly classOf: (kind: "arrow" | "stay" | "mark", place: number) => string;
  readonly choose: (event: Event, kind: "arrow" | "stay" | "mark", place: number) => void;
  readonly point: (kind: "arrow" | "stay" | "mark", place: number | null) => void;
}

/** Where times stand at the axis are at least so far apart. */
const TIMES_APART = 34;
const HEAD = 7;

/** The whole sheet, of which the part in sight is drawn. The line of the present, and what hides the time after it,
 * are put in their places by `TimeScroll`. */
export function sheet(drawn: Diagram, height: number, seen: Stretch, manner: Manner): TemplateResult {
  const { width, gutter } = drawn.lanes;
  return html`<svg class="diagram" width=${width} height=${height} aria-hidden="true">
    <g transform="translate(0 ${TOP})">
      ${drawDiagram(drawn, seen, manner)}
      <rect class="veil" x="0" width=${width} height=${height} />
      <g class="now">
        <line x1=${gutter - 6} x2=${width} />
        <rect x="0" y="-9" width=${gutter - 6} height="18" rx="3" />
        <text x=${gutter - 10} y="4"></text>
      </g>
    </g>
  </svg>`;
}

/** The part of the diagram that is in sight, between two heights. */
function drawDiagram(drawn: Diagram, seen: Stretch, manner: Manner): SVGTemplateResult {
  const isSeen = (top: number, bottom: number) => top <= seen.to && bottom >= seen.from;
  const { arrows, stays, marks, crowds } = drawn;
  const shown = arrows.filter(({ waitsFrom, start, end }) =>
    isSeen(Math.min(waitsFrom ?? start.y, start.y), end.y),
  );
  return svg`${lifelines(drawn, seen)}${times(drawn, seen)}${pauses(drawn, seen)}
    ${stays.filter(({ top, bottom }) => isSeen(top, bottom)).map((each) => stay(each, seen, manner))}
    ${shown.map((each) => arrow(each, manner))} ${shown.map((each) => label(each, manner))}
    ${marks.filter(({ at }) => isSeen(at.y - 10, at.y + 10)).map((each) => mark(each, manner))}
    ${crowds.map(({ at, count }) => svg`<text class="count" x=${at.x} y=${at.y}>×${count}</text>`)}`;
}

function lifelines({ sequence, lanes }: Diagram, seen: Stretch): SVGTemplateResult[] {
  return sequence.lifelines.map(
    ({ kind }, line) =>
      svg`<line class="lifeline ${kind}" x1=${lanes.x(line)} x2=${lanes.x(line)} y1=${seen.from} y2=${seen.to} />`,
  );
}

/** Times at the left, where something begins, as far as there is room. */
function times({ sequence, axis, lanes }: Diagram, seen: Stretch): SVGTemplateResult[] {
  const moments = [
    ...sequence.arrows.map(({ sent }) => sent),
    ...sequence.marks.map(({ time }) => time),
    ...sequence.stays.map(({ from }) => from),
  ].sort((one, other) => one - other);
  const shown: SVGTemplateResult[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const moment of moments) {
    const y = axis.y(moment);
    if (y - last >= TIMES_APART) {
      last = y;
      if (y >= seen.from && y <= seen.to) {
        shown.push(svg`<line class="tick" x1=${lanes.gutter - 6} x2=${lanes.width} y1=${y} y2=${y} />
          <text class="time" x=${lanes.gutter - 10} y=${y + 4}>${clockText(moment)}</text>`);
      }
    }
  }
  return shown;
}

/** Time in which nothing happens, drawn shorter than it is. */
function pauses({ axis, lanes }: Diagram, seen: Stretch): SVGTemplateResult[] {
  return axis.pauses
    .filter(({ top, bottom }) => top <= seen.to && bottom >= seen.from)
    .map(({ from, to, top, bottom }) => {
      const y = (top + bottom) / 2;
      return svg`<g class="pause">
        <rect x=${lanes.gutter - 6} width=${lanes.width} y=${y - 7} height="14" />
        <path d="M${lanes.gutter - 6} ${y - 7}h${lanes.width}M${lanes.gutter - 6} ${y + 7}h${lanes.width}" />
        <text class="time" x=${lanes.gutter - 10} y=${y + 4}>⋮ ${spanText(to - from)}</text>
      </g>`;
    });
}

function arrow(drawn: DrawnArrow, manner: Manner): SVGTemplateResult {
  const { arrow, place, start, end, waitsFrom, goes } = drawn;
  const hue = hueOf(arrow);
  const kind = `arrow ${arrow.shape === null ? "method" : ""} ${manner.classOf("arrow", place)}`;
  const way = goes ? `M${start.x} ${start.y}L${end.x} ${end.y}` : "";
  const wait = waitsFrom === null ? "" : `M${start.x} ${waitsFrom}V${start.y}`;
  const side = end.x > start.x ? 1 : -1;
  const away = { x: start.x + side * 12, y: start.y + ((end.y - start.y) * 12) / Math.abs(end.x - start.x) };
  return svg`<g class=${kind} style="--hue:${hue}"
      @click=${(event: Event) => manner.choose(event, "arrow", place)}
      @pointerenter=${() => manner.point("arrow", place)}
      @pointerleave=${() => manner.point("arrow", null)}>
    <path class="hit" d=${way + wait} />
    ${wait === "" ? nothing : svg`<path class="wait" d=${wait} />`}
    ${goes ? svg`<path class="way" d=${way} />${signOnWay(drawn, hue)}` : nothing}
    ${arrow.lost === null ? (goes ? head(drawn) : nothing) : lostAt(drawn)}
    ${
      arrow.retransmissions === 0
        ? nothing
        : svg`<g transform="translate(${away.x} ${away.y})" class="again">${lostSign("var(--alarm)")}
            <text class="count" x=${side * 10} y="-6">×${arrow.retransmissions}</text></g>`
    }
  </g>`;
}

/** What stands on an arrow, above all lines; it belongs to the arrow all the same. */
function label({ label, place }: DrawnArrow, manner: Manner): SVGTemplateResult | typeof nothing {
  if (label === null) {
    return nothing;
  }
  const { x, y } = label.at;
  const width = labelWidth(label.text);
  return svg`<g class="arrow ${manner.classOf("arrow", place)}"
      @click=${(event: Event) => manner.choose(event, "arrow", place)}
      @pointerenter=${() => manner.point("arrow", place)}
      @pointerleave=${() => manner.point("arrow", null)}>
    <rect class="halo" x=${x - width / 2} y=${y - 7} width=${width} height="14" rx="3" />
    <text class="label" x=${x} y=${y + 4}>${label.text}</text>
  </g>`;
}

/** What it is, near its start; a method without a message has no sign. */
function signOnWay({ arrow, start, end }: DrawnArrow, hue: string): SVGTemplateResult | typeof nothing {
  const length = Math.hypot(end.x - start.x, end.y - start.y);
  if (arrow.shape === null || length < 24) {
    return nothing;
  }
  const share = Math.min(0.3, 16 / length);
  const x = start.x + (end.x - start.x) * share;
  const y = start.y + (end.y - start.y) * share;
  const upright = new Set<number>([SHAPE.acknowledgement, SHAPE.confirm, SHAPE.refusal, SHAPE.notConfirmed]);
  const turned = end.x < start.x && !upright.has(arrow.shape) ? "scale(-1 1)" : "";
  return svg`<g transform="translate(${x} ${y}) ${turned}">${sign(arrow.shape, hue)}</g>`;
}

function head({ start, end }: DrawnArrow): SVGTemplateResult {
  const turn = (Math.atan2(end.y - start.y, end.x - start.x) * 180) / Math.PI;
  return svg`<path class="head" d="M0 0L${-HEAD} ${-HEAD / 2}V${HEAD / 2}Z"
    transform="translate(${end.x} ${end.y}) rotate(${turn})" />`;
}

function lostAt({ arrow, start, end }: DrawnArrow): SVGTemplateResult {
  const at = arrow.lost_at === "start" ? start : end;
  return svg`<g transform="translate(${at.x} ${at.y})">${lostSign("var(--alarm)")}</g>`;
}

function stay({ stay, place, x, top, bottom }: DrawnStay, seen: Stretch, manner: Manner): SVGTemplateResult {
  const [from, to] = [Math.max(top, seen.from - 20), Math.min(bottom, seen.to + 20)];
  return svg`<rect class="stay ${stay.kind} ${manner.classOf("stay", place)}" x=${x} y=${from} width=${STAY_WIDTH}
    height=${Math.max(2, to - from)} rx="2"
    @click=${(event: Event) => manner.choose(event, "stay", place)}
    @pointerenter=${() => manner.point("stay", place)}
    @pointerleave=${() => manner.point("stay", null)} />`;
}

function mark({ mark, place, at, count }: DrawnMark, manner: Manner): SVGTemplateResult {
  return svg`<g class="mark ${manner.classOf("mark", place)}" transform="translate(${at.x} ${at.y})"
      @click=${(event: Event) => manner.choose(event, "mark", place)}
      @pointerenter=${() => manner.point("mark", place)}
      @pointerleave=${() => manner.point("mark", null)}>
    <circle class="hit" r="10" />${markSign(mark.kind)}
    ${count === 1 ? nothing : svg`<text class="count" x="9" y="4">×${count}</text>`}
  </g>`;
}

/** Messages have the hue of their key, as in the topology; what is said about them that of who says it. */
function hueOf({ shape, key, producer }: SequenceArrow): string {
  switch (shape) {
    case null:
      return "var(--muted)";
    case SHAPE.acknowledgement:
    case SHAPE.refusal:
      return "var(--consumer)";
    case SHAPE.confirm:
    case SHAPE.notConfirmed:
      return "var(--producer)";
    default:
      return producer === null || key === null ? "var(--muted)" : `var(--hue-${key % hues.length})`;
  }
}
