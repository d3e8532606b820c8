import type { Sequence } from "queuescope";
import { scaleFor } from "../geometry/time-axis.ts";
import { flight } from "./diagram.ts";

/** What usually is on its way for as long as it is, so high it is drawn. */
const USUAL_FLIGHT = 52;
/** Whatever is usual, this many pixels for a microsecond when nothing says what is. */
export const PLAIN_SCALE = 1e-4;
const SMALLEST_SCALE = 1e-8;
const LARGEST_SCALE = 20;

/** The scale at which what is usual is drawn at its usual height; null when nothing says what is usual. */
export function usualScale(sequence: Sequence): number | null {
  const flights = sequence.arrows.map(flight).filter((stretch) => stretch !== null);
  const times = sequence.arrows.map(({ sent }) => sent);
  const gaps = times.map((time, place) => time - (times[place - 1] ?? time));
  const lengths = flights.map(({ from, to }) => to - from);
  return scaleFor(lengths, USUAL_FLIGHT) ?? scaleFor(gaps, USUAL_FLIGHT);
}

/** The largest scale at which a diagram is at most so high, not far from the usual one. */
export function scaleForHeight(heightAt: (scale: number) => number, height: number, usual: number): number {
  let [low, high] = [usual / 4, usual * 2];
  for (let round = 0; round < 10; round += 1) {
    const middle = Math.sqrt(low * high);
    if (heightAt(middle) > height) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return low;
}

export function bounded(scale: number): number {
  return Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, scale));
}
