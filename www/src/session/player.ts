/**
 * What moves, as a pure state machine: no clock and no animation frame in here. `advanced` is told how much real
 * time has gone by and says how far the simulation has to run and which moment the picture has to show.
 */
export type Motion =
  | { readonly kind: "still" }
  | { readonly kind: "playing" }
  /** A step is shown: the view goes from before it to after it in a short real time. */
  | {
      readonly kind: "stepping";
      readonly from: number;
      readonly until: number;
      readonly hop: number;
      readonly elapsed: number;
    }
  /** After a pause the last hops finish. */
  | { readonly kind: "settling"; readonly view: number; readonly until: number; readonly hop: number };

export const STILL: Motion = { kind: "still" };
export const PLAYING: Motion = { kind: "playing" };

/** What is to be drawn: a moment of simulated time, and how long a hop is shown at the least. Microseconds. */
export interface View {
  readonly time: number;
  readonly hop: number;
}

export interface Advance {
  readonly motion: Motion;
  /** How far the simulation has to run; null when it stays where it is. */
  readonly runUntil: number | null;
  readonly view: View;
}

/** Real milliseconds that the animation of a step takes. */
export const STEP_MS = 400;
/** A longer gap between two frames was no watching: the tab was hidden or the machine asleep. */
export const LONGEST_FRAME_MS = 250;
const USUAL_FRAME_MS = 1000 / 60;
/** Real milliseconds that a hop is shown while playing, at the least. */
const HOP_MS = 250;
/** Real milliseconds for which a mark shows, while playing, where a message was lost. */
const LINGER_MS = 3000;
/** A message crosses at most this many lines at one instant before it comes to rest. */
const HOPS_TO_SETTLE = 4;

/** The least time that a hop takes in the picture at a speed in simulated seconds per real second. */
export function hopAt(speed: number): number {
  return HOP_MS * 1000 * speed;
}

/** The simulated time for which a mark shows where a message was lost. */
export function lingerAt(speed: number): number {
  return LINGER_MS * 1000 * speed;
}

/** The view of a moment at which nothing moves: hops that take no time are over, what is on a link stays there. */
export function atRest(now: number): View {
  return { time: now + HOPS_TO_SETTLE, hop: 1 };
}

/** The motion that shows a step from one moment to another. */
export function stepping(from: number, to: number): Motion {
  const hop = Math.max((to - from) / 2, 1000);
  return { kind: "stepping", from, until: to + 2 * hop, hop, elapsed: 0 };
}

/** The motion after playing stops. */
export function settling(now: number, speed: number): Motion {
  const hop = hopAt(speed);
  return { kind: "settling", view: now, until: now + HOPS_TO_SETTLE * hop, hop };
}

/** Real time as it counts: a long gap counts as one usual frame, nothing is caught up. */
export function countedTime(gapMs: number): number {
  return gapMs > LONGEST_FRAME_MS ? USUAL_FRAME_MS : Math.max(0, gapMs);
}

/** Goes on by `realMs`. `now` is the simulation's time, `speed` simulated seconds per real second. */
export function advanced(motion: Motion, realMs: number, now: number, speed: number): Advance {
  switch (motion.kind) {
    case "still":
      return { motion, runUntil: null, view: atRest(now) };
    case "playing": {
      const runUntil = Math.round(now + realMs * 1000 * speed);
      return { motion, runUntil, view: { time: runUntil, hop: hopAt(speed) } };
    }
    case "stepping": {
      const elapsed = motion.elapsed + realMs;
      if (elapsed >= STEP_MS) {
        return { motion: STILL, runUntil: null, view: atRest(now) };
      }
      const time = motion.from + ((motion.until - motion.from) * elapsed) / STEP_MS;
      return { motion: { ...motion, elapsed }, runUntil: null, view: { time, hop: motion.hop } };
    }
    case "settling": {
      const view = motion.view + realMs * 1000 * speed;
      if (view >= motion.until) {
        return { motion: STILL, runUntil: null, view: atRest(now) };
      }
      return { motion: { ...motion, view }, runUntil: null, view: { time: view, hop: motion.hop } };
    }
  }
}
