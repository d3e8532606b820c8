import { type MarkKind, Simulation, type Stop } from "queuescope/everyday";

/** So many columns are asked for to see roughly where marks are. */
const COLUMNS = 512;

/** A moment of a run. */
export interface Moment {
  /** Microseconds. */
  readonly time: number;
  /** Steps before it. */
  readonly step: number;
}

/** A kind of marks, and the column in which it stands first or last. */
interface Sighting {
  readonly kind: MarkKind;
  readonly column: number;
}

/** The first mark after a moment; null when none is known up to `end`. The simulation then stands anywhere. */
export async function nextMark(
  simulation: Simulation,
  from: Moment,
  end: number,
  signal: AbortSignal,
): Promise<Stop | null> {
  let best: Stop | null = null;
  const seen = sightings(simulation, from.time, end, "first");
  for (const { kind } of seen.sort((one, other) => one.column - other.column)) {
    await simulation.seekAsync(from.time, signal, from.step);
    const until: number = best?.time ?? end;
    const at = kind === "breakpoint" ? firstBreakpoint(simulation, from.time + 1, until) : null;
    const stop: Stop | null =
      kind !== "breakpoint"
        ? await simulation.stepToAsync({ when: kind }, until, signal)
        : at === null
          ? null
          : await simulation.stepToAsync({ when: "time", at_us: at }, until, signal);
    if (stop !== null && (best === null || isBefore(stop, best))) {
      best = stop;
    }
  }
  return stand(simulation, best, signal);
}

/** The last mark before a moment; null when there is none. The simulation then stands anywhere. */
export async function previousMark(
  simulation: Simulation,
  from: Moment,
  signal: AbortSignal,
): Promise<Stop | null> {
  let best: Stop | null = null;
  const seen = sightings(simulation, 0, from.time, "last");
  for (const { kind, column } of seen.sort((one, other) => other.column - one.column)) {
    // Nothing of this kind lies between that moment and the present: the way back is short from there.
    const after = Math.ceil(((column + 1) * from.time) / COLUMNS) + simulation.markWidth();
    await (after < from.time
      ? simulation.seekAsync(after, signal)
      : simulation.seekAsync(from.time, signal, from.step));
    const at = kind === "breakpoint" ? lastBreakpoint(simulation, from.time - 1) : null;
    const stop: Stop | null =
      kind !== "breakpoint"
        ? await simulation.stepBackToAsync({ when: kind }, signal)
        : at === null
          ? null
          : await simulation.stepBackToAsync({ when: "time", at_us: at }, signal);
    if (stop !== null && (best === null || isBefore(best, stop))) {
      best = stop;
    }
  }
  return stand(simulation, best, signal);
}

/** The first mark of a kind in a stretch of time. */
export async function firstOfKind(
  simulation: Simulation,
  kind: MarkKind,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<Stop | null> {
  const at = kind === "breakpoint" ? firstBreakpoint(simulation, from, to) : null;
  await simulation.seekAsync(Math.max(0, (at ?? from) - 1), signal);
  return kind === "breakpoint"
    ? at === null
      ? null
      : simulation.stepToAsync({ when: "time", at_us: at }, at, signal)
    : simulation.stepToAsync({ when: kind }, to + simulation.markWidth(), signal);
}

async function stand(simulation: Simulation, stop: Stop | null, signal: AbortSignal): Promise<Stop | null> {
  if (stop !== null) {
    await simulation.seekAsync(stop.time, signal, stop.step);
  }
  return stop;
}

function isBefore(one: Stop, other: Stop): boolean {
  return one.time < other.time || (one.time === other.time && one.step < other.step);
}

function sightings(simulation: Simulation, from: number, to: number, which: "first" | "last"): Sighting[] {
  const kinds = Simulation.markKinds();
  const counts = simulation.marks(from, to, COLUMNS);
  const isThere = (count: number, place: number, kind: number) => count > 0 && place % kinds.length === kind;
  return kinds.flatMap((kind, number) => {
    const is = (count: number, place: number) => isThere(count, place, number);
    const place = which === "first" ? counts.findIndex(is) : counts.findLastIndex(is);
    return place < 0 ? [] : [{ kind, column: Math.floor(place / kinds.length) }];
  });
}

/** How many breakpoints of a time, and stops at one, there are between two moments. */
function breakpoints(simulation: Simulation, from: number, to: number): number {
  const place = Simulation.markKinds().indexOf("breakpoint");
  return from > to ? 0 : (simulation.marks(from, to, 1)[place] ?? 0);
}

function firstBreakpoint(simulation: Simulation, from: number, to: number): number | null {
  if (breakpoints(simulation, from, to) === 0) {
    return null;
  }
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (breakpoints(simulation, from, middle) > 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

function lastBreakpoint(simulation: Simulation, to: number): number | null {
  if (breakpoints(simulation, 0, to) === 0) {
    return null;
  }
  let [low, high] = [0, to];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (breakpoints(simulation, middle, to) > 0) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}
