import type { Unit } from "queuescope";
import uPlot from "uplot";
import { hairlines, hueOf, inks } from "../theme/palette.ts";
import { axisText } from "./unit-text.ts";

/** A line across the plot. */
export interface Across {
  readonly value: number;
  /** Whether it stands upright: its value is one of the first axis. */
  readonly isUpright: boolean;
  readonly isDashed: boolean;
  /** What stands at its upper end. */
  readonly label: string;
}

/** What is drawn: the form of a plot, which another one needs a new canvas for. */
export interface Shape {
  /** Tells one shape from another. */
  readonly key: string;
  readonly xUnit: Unit;
  readonly yUnit: Unit;
  /** How many series there are, and how each is drawn. */
  readonly series: readonly ("line" | "bars" | "marks" | "dashes")[];
  readonly isDark: boolean;
}

/** What changes from one drawing to the next. */
export interface Content {
  readonly columns: readonly ArrayLike<number | null>[];
  readonly across: readonly Across[];
  /** The ends of the first axis. */
  readonly range: readonly [number, number];
  /** For each point of the first series how far its interval goes up and down. */
  readonly intervals?: readonly (number | null)[];
}

/** A canvas with a chart; uPlot draws it. */
export class Plot {
  /** The place of the point under the pointer; null when there is none. */
  onPointed: (point: number | null) => void = () => undefined;
  #plot: uPlot | null = null;
  #shape = "";
  #content: Content = { columns: [[]], across: [], range: [0, 1] };

  /** Draws into an element that is so wide and high. */
  draw(box: HTMLElement, shape: Shape, content: Content, width: number, height: number): void {
    this.#content = content;
    const key = `${shape.key} ${shape.series.join()} ${shape.isDark}`;
    const data = content.columns as unknown as uPlot.AlignedData;
    if (this.#plot === null || key !== this.#shape || this.#plot.root.parentElement !== box) {
      this.free();
      this.#shape = key;
      this.#plot = new uPlot(this.#options(shape, width, height), data, box);
      return;
    }
    if (this.#plot.width !== width || this.#plot.height !== height) {
      this.#plot.setSize({ width, height });
    }
    this.#plot.setData(data);
  }

  free(): void {
    this.#plot?.destroy();
    this.#plot = null;
  }

  #options(shape: Shape, width: number, height: number): uPlot.Options {
    const { isDark } = shape;
    const tone = ({ light, dark }: { light: string; dark: string }) => (isDark ? dark : light);
    const axis = (unit: Unit): uPlot.Axis => ({
      stroke: tone(inks.muted),
      grid: { stroke: tone(hairlines.line), width: 1 },
      ticks: { show: false },
      font: "11px system-ui, sans-serif",
      gap: 4,
      values: (_, splits) => splits.map((value) => axisText(value, unit)),
    });
    return {
      width,
      height,
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 6 } },
      scales: {
        x: { time: false, range: () => [...this.#content.range] as uPlot.Range.MinMax },
        y: { range: (_, least, most) => this.#bounds(least, most) },
      },
      axes: [
        { ...axis(shape.xUnit), size: 22, space: 60 },
        { ...axis(shape.yUnit), size: shape.yUnit === "microseconds" ? 58 : 44, space: 28 },
      ],
      series: [
        {},
        ...shape.series.map((form, place) => seriesOf(form, hueOf(place, isDark), tone(inks.ink))),
      ],
      hooks: {
        draw: [
          (plot) => this.#drawAcross(plot, tone(inks.ink)),
          (plot) => this.#drawIntervals(plot, hueOf(0, isDark)),
        ],
        setCursor: [(plot) => this.onPointed(plot.cursor.idx ?? null)],
      },
    };
  }

  /** From 0 up to everything that is drawn. */
  #bounds(least: number, most: number): uPlot.Range.MinMax {
    const { across, intervals = [], columns } = this.#content;
    const lines = across.filter((line) => !line.isUpright).map((line) => line.value);
    const means = columns[1] ?? [];
    const ends = intervals.map((half, place) => (means[place] ?? 0) + (half ?? 0));
    const top = Math.max(most ?? 0, ...lines, ...ends);
    return [Math.min(0, least ?? 0), top > 0 ? top * 1.08 : 1];
  }

  #drawAcross(plot: uPlot, ink: string): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.lineWidth = Math.max(1, devicePixelRatio);
    ctx.strokeStyle = ink;
    ctx.fillStyle = ink;
    ctx.font = `${10 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    const rows: { row: number; left: number; right: number }[] = [];
    for (const { value, isUpright, isDashed, label } of this.#content.across) {
      const place = plot.valToPos(value, isUpright ? "x" : "y", true);
      const [from, to] = isUpright ? [bbox.left, bbox.left + bbox.width] : [bbox.top, bbox.top + bbox.height];
      if (place < from || place > to) {
        continue;
      }
      ctx.setLineDash(isDashed ? [6 * devicePixelRatio, 4 * devicePixelRatio] : []);
      ctx.beginPath();
      if (isUpright) {
        ctx.moveTo(place, bbox.top);
        ctx.lineTo(place, bbox.top + bbox.height);
      } else {
        ctx.moveTo(bbox.left, place);
        ctx.lineTo(bbox.left + bbox.width, place);
      }
      ctx.stroke();
      if (isUpright) {
        const wide = ctx.measureText(label).width + 3 * devicePixelRatio;
        const isAtEnd = place + wide > to;
        const left = isAtEnd ? place - wide : place + 3 * devicePixelRatio;
        // Below the labels that it would cover.
        let row = 0;
        while (rows.some((other) => other.row === row && left < other.right && left + wide > other.left)) {
          row += 1;
        }
        rows.push({ row, left, right: left + wide });
        ctx.fillText(label, left, bbox.top + (9 + row * 11) * devicePixelRatio);
      }
    }
    ctx.restore();
  }

  #drawIntervals(plot: uPlot, colour: string): void {
    const { ctx } = plot;
    const { intervals = [], columns } = this.#content;
    ctx.save();
    ctx.setLineDash([]);
    ctx.strokeStyle = colour;
    ctx.lineWidth = Math.max(1, devicePixelRatio);
    intervals.forEach((half, place) => {
      const [x, mean] = [columns[0]?.[place], columns[1]?.[place]];
      if (half === null || x == null || mean == null) {
        return;
      }
      const at = plot.valToPos(x, "x", true);
      const [low, high] = [mean - half, mean + half].map((value) => plot.valToPos(value, "y", true));
      const cap = 4 * devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(at, low ?? 0);
      ctx.lineTo(at, high ?? 0);
      for (const end of [low ?? 0, high ?? 0]) {
        ctx.moveTo(at - cap, end);
        ctx.lineTo(at + cap, end);
      }
      ctx.stroke();
    });
    ctx.restore();
  }
}

function seriesOf(form: Shape["series"][number], colour: string, ink: string): uPlot.Series {
  const plain: uPlot.Series = { stroke: colour, width: 1.5, points: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [1, 1000], gap: 1 });
  switch (form) {
    case "line":
      return plain;
    case "bars":
      return { ...plain, width: 0, fill: colour, ...(bars === undefined ? {} : { paths: bars }) };
    case "marks":
      return { ...plain, points: { show: true, size: 6, fill: colour } };
    case "dashes":
      return { ...plain, stroke: ink, dash: [6, 4] };
  }
}
