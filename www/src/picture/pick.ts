import { pointAt } from "../geometry/curve.ts";
import type { Layout } from "../geometry/layout.ts";
import type { Point } from "../geometry/point.ts";
import type { Viewport } from "../geometry/viewport.ts";
import { ITEM } from "./scene.ts";

/** A pointer this near to a message means it, in CSS pixels. */
const NEAR = 14;

/** The message on an edge that a place on the screen means, or null. */
export function messageAt(
  place: Point,
  layout: Layout,
  viewport: Viewport,
  items: Float32Array,
  count: number,
): number | null {
  let [best, nearest]: [number | null, number] = [null, NEAR];
  for (let item = 0; item < count; item += 1) {
    const [edge = -1, progress = 0, , message = 0] = items.subarray(item * ITEM, item * ITEM + ITEM);
    const curve = layout.edges[edge]?.curve;
    // Message 0 is none: a packet, a sign of life.
    if (curve !== undefined && message > 0) {
      const at = pointAt(curve, progress);
      const [x, y] = [at.x * viewport.scale + viewport.x, at.y * viewport.scale + viewport.y];
      const distance = Math.hypot(x - place.x, y - place.y);
      if (distance < nearest) {
        [best, nearest] = [message, distance];
      }
    }
  }
  return best;
}
