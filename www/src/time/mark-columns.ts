import type { MarkKind } from "queuescope";
import { MARK_KINDS, markPath } from "./mark-signs.ts";

/** Pixels. A thumb of the slider is so wide: its middle is the moment. */
const THUMB = 16;
/** So wide is a column, about. */
const COLUMN = 10;
export const STRIP_HEIGHT = 24;
/** Between marks above one another, when there is room. */
const STEP = 9;
const LOWEST = STRIP_HEIGHT - 5.5;
const HIGHEST = 5;

/** A kind of marks in a column, and how many there are of it. */
export interface Mark {
  readonly kind: MarkKind;
  readonly count: number;
  readonly y: number;
}

export function columnsIn(width: number): number {
  return Math.max(1, Math.floor((width - THUMB) / COLUMN));
}

/** The middle of a column. */
export function middleOf(column: number, columns: number, width: number): number {
  return THUMB / 2 + ((column + 0.5) * (width - THUMB)) / columns;
}

/** The column at a point; the nearest one beyond the ends. */
export function columnAt(x: number, columns: number, width: number): number {
  const column = Math.floor(((x - THUMB / 2) * columns) / (width - THUMB));
  return Math.min(columns - 1, Math.max(0, column));
}

/** The marks of a column, one above another; `kinds` names the numbers of a column in `counts`. */
export function marksIn(
  counts: ArrayLike<number>,
  kinds: readonly MarkKind[],
  column: number,
): readonly Mark[] {
  const found = MARK_KINDS.map((kind) => ({
    kind,
    count: counts[column * kinds.length + kinds.indexOf(kind)] ?? 0,
  })).filter(({ count }) => count > 0);
  const stacked = found.filter(({ kind }) => kind !== "breakpoint").length;
  const step = stacked < 2 ? 0 : Math.min(STEP, (LOWEST - HIGHEST) / (stacked - 1));
  return found.map((mark, place) => ({
    ...mark,
    y: mark.kind === "breakpoint" ? HIGHEST : LOWEST - place * step,
  }));
}

/** One path for all marks of each kind. */
export function markPaths(
  counts: ArrayLike<number>,
  kinds: readonly MarkKind[],
  columns: number,
  width: number,
): ReadonlyMap<MarkKind, string> {
  const paths = new Map<MarkKind, string>();
  for (let column = 0; column < columns; column += 1) {
    const x = Number(middleOf(column, columns, width).toFixed(1));
    for (const { kind, y } of marksIn(counts, kinds, column)) {
      const path = markPath(kind, x, Number(y.toFixed(1)), STRIP_HEIGHT);
      paths.set(kind, (paths.get(kind) ?? "") + path);
    }
  }
  return paths;
}
