/** Where the lines of a sequence diagram stand, in pixels from the left. */
export interface Lanes {
  /** Room for the times, at the left. */
  readonly gutter: number;
  readonly gap: number;
  readonly width: number;
  x(line: number): number;
}

const NARROW = 480;
/** Room at the right. */
const RIGHT = 8;

/** Lines side by side, over all the width that there is, or further than that where they would stand too close. */
export function lanesFor(count: number, width: number): Lanes {
  const isNarrow = width < NARROW;
  const gutter = isNarrow ? 80 : 88;
  const least = isNarrow ? 64 : 104;
  const most = 300;
  const free = width - gutter - RIGHT;
  const gap = Math.min(most, Math.max(least, free / Math.max(1, count)));
  return {
    gutter,
    gap,
    width: Math.max(width, gutter + gap * count + RIGHT),
    x: (line) => gutter + gap * (line + 0.5),
  };
}
