/** A stretch of time, in microseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A pause that is drawn shorter than it is. */
export interface Pause extends Stretch {
  /** Where it is drawn. */
  readonly top: number;
  readonly bottom: number;
}

/** Time that runs down: which moment is drawn how far below the upper end. */
export interface TimeAxis {
  readonly from: number;
  readonly to: number;
  /** In pixels. */
  readonly height: number;
  readonly pauses: readonly Pause[];
  /** A moment after the end is drawn where the axis would have it if it went on. */
  y(time: number): number;
  time(y: number): number;
}

/** A pause is drawn at most so high, in pixels. */
export const LONGEST_PAUSE = 44;

/**
 * An axis on which a microsecond takes `scale` pixels wherever something is on its way. With `shortens`, time in
 * which nothing is on its way and nothing happens is drawn only so long, so that slopes stay true and nothing else
 * is far apart.
 */
export function timeAxis(
  whole: Stretch,
  flights: readonly Stretch[],
  moments: readonly number[],
  scale: number,
  shortens: boolean,
): TimeAxis {
  const times = knots(whole, flights, moments);
  const covered = coverage(times, flights);
  const ys = [0];
  const pauses: Pause[] = [];
  for (let place = 1; place < times.length; place += 1) {
    const [from = 0, to = 0, top = 0] = [times[place - 1], times[place], ys[place - 1]];
    const length = (to - from) * scale;
    const isShortened = shortens && covered[place - 1] !== true && length > LONGEST_PAUSE;
    const bottom = top + (isShortened ? LONGEST_PAUSE : length);
    ys.push(bottom);
    if (isShortened) {
      pauses.push({ from, to, top, bottom });
    }
  }
  const height = ys.at(-1) ?? 0;
  const goesOn = pauses.at(-1)?.to === whole.to ? 0 : scale;
  return {
    from: whole.from,
    to: whole.to,
    height,
    pauses,
    y: (time) => (time > whole.to ? height + (time - whole.to) * goesOn : between(times, ys, time)),
    time: (y) => between(ys, times, y),
  };
}

/** All moments at which the axis may bend, each once, in order. */
function knots(whole: Stretch, flights: readonly Stretch[], moments: readonly number[]): number[] {
  const all = [whole.from, whole.to, ...flights.flatMap(({ from, to }) => [from, to]), ...moments];
  const inside = all.filter((time) => time >= whole.from && time <= whole.to);
  return [...new Set(inside)].sort((one, other) => one - other);
}

/** For each knot but the last whether something is on its way from there to the next. */
function coverage(times: readonly number[], flights: readonly Stretch[]): boolean[] {
  const change = new Map<number, number>();
  const begin = times[0] ?? 0;
  for (const { from, to } of flights) {
    if (to > begin) {
      const start = Math.max(from, begin);
      change.set(start, (change.get(start) ?? 0) + 1);
      change.set(to, (change.get(to) ?? 0) - 1);
    }
  }
  let under = 0;
  return times.map((time) => {
    under += change.get(time) ?? 0;
    return under > 0;
  });
}

/** The value that belongs to `x` where `xs` rise along with `ys`; at the ends it stays. */
function between(xs: readonly number[], ys: readonly number[], x: number): number {
  let [low, high] = [0, xs.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) <= x) {
      low = middle;
    } else {
      high = middle;
    }
  }
  const [x0 = 0, x1 = 0, y0 = 0, y1 = 0] = [xs[low], xs[high], ys[low], ys[high]];
  const share = x1 > x0 ? (x - x0) / (x1 - x0) : 0;
  return y0 + (y1 - y0) * Math.min(1, Math.max(0, share));
}

/** A scale at which the middle one of the lengths of time takes so many pixels. */
export function scaleFor(lengths: readonly number[], pixels: number): number | null {
  const some = lengths.filter((length) => length > 0).sort((one, other) => one - other);
  const middle = some[some.length >> 1];
  return middle === undefined ? null : pixels / middle;
}
