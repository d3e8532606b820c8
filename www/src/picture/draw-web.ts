import type { Point } from "../geometry/point.ts";
import { chevron, diamond, type Pen } from "./marks.ts";
import { type Item, roleColour, type Scene, SHAPE, surfaceColour } from "./scene.ts";

/** Draws a request, a response or a heartbeat; says whether the item is such a thing. Messages that they bring are
 * drawn beside. */
export function drawWeb(
  pen: Pen,
  scene: Scene,
  item: Item,
  at: Point & { readonly angle: number },
  size: number,
): boolean {
  const [hue, ground] = [roleColour("server", scene), surfaceColour("ground", scene)];
  switch (item.shape) {
    case SHAPE.request:
      chevron(pen, at.x, at.y, size * 0.85, hue, ground, at.angle);
      return true;
    case SHAPE.response:
      chevron(pen, at.x, at.y, size * 0.85, hue, ground, at.angle + Math.PI);
      return true;
    case SHAPE.heartbeat:
      diamond(pen, at.x, at.y, size * 0.6, hue, ground);
      return true;
    default:
      return false;
  }
}
