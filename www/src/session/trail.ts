import type { Simulation } from "queuescope";

/** Lines that messages went along, for readers who prefer no motion. */
export type Trail = readonly TrailLine[];

export interface TrailLine {
  readonly edge: number;
  readonly key: number;
  readonly producer: number;
}

const SAMPLES = 12;
const LINES = 400;
const ITEM = 6;
const buffer = new Float32Array(LINES * ITEM);

/** The lines that something moved along between two moments. */
export function trailBetween(simulation: Simulation, from: number, to: number, hop = 1000): Trail {
  const lines = new Map<number, TrailLine>();
  const end = to + 3 * hop;
  for (let sample = 0; sample <= SAMPLES; sample += 1) {
    const count = simulation.frame(from + ((end - from) * sample) / SAMPLES, hop, 0, buffer);
    for (let item = 0; item < count; item += 1) {
      const [edge = 0, , , , key = 0, producer = 0] = buffer.subarray(item * ITEM, item * ITEM + ITEM);
      // What stays at a node has no line.
      if (edge >= 0) {
        lines.set(edge, { edge, key, producer });
      }
    }
  }
  return [...lines.values()];
}
