import type { Point } from "./point.ts";

/** Which way the picture reads: producers left and consumers right, or top and bottom. */
export type Direction = "right" | "down";

/** A smooth line that knows the way along it. */
export interface Curve {
  /** The `d` of an SVG path. */
  readonly path: string;
  readonly length: number;
  /** Corners of the polyline that stands for it: x, y, distance from the start, again and again. */
  readonly corners: Float64Array;
}

const SEGMENTS = 14;

/** A line through all points that leaves and arrives along the reading direction. */
export function curveThrough(points: readonly Point[], direction: Direction): Curve {
  const first = points[0] ?? { x: 0, y: 0 };
  const corners: number[] = [first.x, first.y, 0];
  let path = `M${round(first.x)},${round(first.y)}`;
  let length = 0;
  let last = first;
  for (let place = 1; place < points.length; place += 1) {
    const from = points[place - 1] ?? first;
    const to = points[place] ?? from;
    const [one, two] = controls(from, to, direction);
    path += `C${round(one.x)},${round(one.y)},${round(two.x)},${round(two.y)},${round(to.x)},${round(to.y)}`;
    for (let segment = 1; segment <= SEGMENTS; segment += 1) {
      const next = cubic(from, one, two, to, segment / SEGMENTS);
      length += Math.hypot(next.x - last.x, next.y - last.y);
      corners.push(next.x, next.y, length);
      last = next;
    }
  }
  return { path, length, corners: Float64Array.from(corners) };
}

/** The place at a fraction (0 to 1) of the way, and the direction of travel there in radians. */
export function pointAt(curve: Curve, fraction: number): Point & { readonly angle: number } {
  const { corners, length } = curve;
  const distance = Math.min(1, Math.max(0, fraction)) * length;
  let low = 0;
  let high = corners.length / 3 - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (read(corners, middle * 3 + 2) <= distance) {
      low = middle;
    } else {
      high = middle;
    }
  }
  const [x0, y0, d0] = corner(corners, low);
  const [x1, y1, d1] = corner(corners, high);
  const share = d1 > d0 ? (distance - d0) / (d1 - d0) : 0;
  return {
    x: x0 + (x1 - x0) * share,
    y: y0 + (y1 - y0) * share,
    angle: Math.atan2(y1 - y0, x1 - x0),
  };
}

function controls(from: Point, to: Point, direction: Direction): [Point, Point] {
  if (direction === "right") {
    // A line that runs back still leaves to the right and arrives from the left.
    const reach = to.x >= from.x ? (to.x - from.x) / 2 : Math.min(160, (from.x - to.x) / 2 + 40);
    return [
      { x: from.x + reach, y: from.y },
      { x: to.x - reach, y: to.y },
    ];
  }
  const reach = to.y >= from.y ? (to.y - from.y) / 2 : Math.min(160, (from.y - to.y) / 2 + 40);
  return [
    { x: from.x, y: from.y + reach },
    { x: to.x, y: to.y - reach },
  ];
}

function cubic(a: Point, b: Point, c: Point, d: Point, t: number): Point {
  const u = 1 - t;
  const [wa, wb, wc, wd] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return { x: wa * a.x + wb * b.x + wc * c.x + wd * d.x, y: wa * a.y + wb * b.y + wc * c.y + wd * d.y };
}

function corner(corners: Float64Array, place: number): [number, number, number] {
  return [read(corners, place * 3), read(corners, place * 3 + 1), read(corners, place * 3 + 2)];
}

function read(numbers: Float64Array, place: number): number {
  return numbers[place] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
