import { type Curve, pointAt } from "./curve.ts";

/** From these latencies on a line has one tick more, in microseconds. */
const TICKS_FROM = [1, 10_000, 50_000, 200_000, 1_000_000] as const;

/** Half of the length of a tick, and from one to the next. */
const TICK = 5;
const APART = 5;

/** How far from the end of its client the ticks of a line begin. */
const FROM_END = 26;

/** How many ticks stand for a latency: one for the shortest, five from a second on. */
export function tickCount(latencyUs: number): number {
  return TICKS_FROM.filter((from) => latencyUs >= from).length;
}

/** The ticks of a link across its line, near the end of its client, as the `d` of a path; empty where there is no room. */
export function ticks(curve: Curve, latencyUs: number, isClientFirst: boolean): string {
  const count = tickCount(latencyUs);
  const room = FROM_END * 2 + count * APART;
  if (count === 0 || curve.length < room) {
    return "";
  }
  let path = "";
  for (let number = 0; number < count; number += 1) {
    const along = FROM_END + number * APART;
    const { x, y, angle } = pointAt(curve, (isClientFirst ? along : curve.length - along) / curve.length);
    const [dx, dy] = [Math.cos(angle + Math.PI / 2) * TICK, Math.sin(angle + Math.PI / 2) * TICK];
    path += `M${round(x - dx)},${round(y - dy)}L${round(x + dx)},${round(y + dy)}`;
  }
  return path;
}

/** The dashes of a line that loses segments: the more it loses, the shorter are the pieces between its gaps. */
export function gaps(loss: number): string {
  return loss <= 0 ? "" : `${round(Math.max(6, 34 - 28 * Math.sqrt(Math.min(1, loss * 4))))} 5`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
