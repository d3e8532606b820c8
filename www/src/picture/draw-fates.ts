import { type Measures, outLength, queueLength } from "../geometry/forms.ts";
import type { Point } from "../geometry/point.ts";
import { dashedRing, hourglass, type Pen, remains, ring } from "./marks.ts";
import { type Item, inkColour, itemAt, messageHue, type Scene, SHAPE, surfaceColour } from "./scene.ts";

/** A mark is never drawn smaller than this on the screen. */
const SMALLEST_ON_SCREEN = 4.5;
/** At a node so many marks stand side by side; for more there is their number. */
const MOST_MARKS = 4;
/** The share of its time in which a sign fades; what is left of the message shows for the rest. */
const FADES = 0.6;

/** Draws what became of messages that went no further, at the nodes where their ways ended. The newest is first. */
export function drawFates(pen: Pen, scene: Scene): void {
  const ended = new Map<number, Item[]>();
  for (let place = scene.count - 1; place >= 0; place -= 1) {
    const item = itemAt(scene, place);
    if (item.node >= 0) {
      const others = ended.get(item.node);
      if (others === undefined) {
        ended.set(item.node, [item]);
      } else {
        others.push(item);
      }
    }
  }
  for (const [node, items] of ended) {
    drawAt(pen, scene, node, items);
  }
}

function drawAt(pen: Pen, scene: Scene, node: number, items: readonly Item[]): void {
  const centre = scene.layout.nodes[node];
  if (centre === undefined) {
    return;
  }
  const { measures } = scene.layout;
  const radius = Math.max(measures.compact ? 4.5 : 6.5, SMALLEST_ON_SCREEN / scene.viewport.scale);
  const apart = radius * 2.6;
  const first = firstMark(scene, node, centre, measures);
  const shown = items.length > MOST_MARKS ? items.slice(0, MOST_MARKS - 1) : items;
  shown.forEach((item, place) => {
    drawMark(pen, scene, item, first.x + place * apart, first.y, radius);
  });
  if (shown.length < items.length) {
    const x = first.x + shown.length * apart - radius;
    pen.font = '600 11px ui-monospace, "DejaVu Sans Mono", monospace';
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.lineWidth = 3.5;
    pen.strokeStyle = surfaceColour("ground", scene);
    pen.strokeText(`+${items.length - shown.length}`, x, first.y);
    pen.fillStyle = inkColour("ink", scene);
    pen.fillText(`+${items.length - shown.length}`, x, first.y);
  }
}

/** Where the first mark stands: below the head of a queue, to the lower right of anything else. */
function firstMark(scene: Scene, node: number, centre: Point, measures: Measures): Point {
  const below = measures.compact ? 6 : 9;
  if (scene.picture.nodes[node]?.kind === "queue") {
    const head = centre.x + queueLength(measures) / 2 - outLength(measures);
    return { x: head + (measures.compact ? 10 : 20), y: centre.y + measures.queue / 2 + below };
  }
  const half = scene.picture.nodes[node]?.kind === "exchange" ? measures.exchange : measures.ring;
  return { x: centre.x + half * 0.8, y: centre.y + half * 0.7 };
}

function drawMark(pen: Pen, scene: Scene, item: Item, x: number, y: number, radius: number): void {
  const hue = messageHue(scene, item);
  const isFading = item.progress < FADES;
  pen.globalAlpha = isFading ? 1 - (0.7 * item.progress) / FADES : (1 - item.progress) / (1 - FADES);
  if (!isFading) {
    remains(pen, x, y, radius, inkColour("muted", scene));
  } else if (item.shape === SHAPE.expired) {
    hourglass(pen, x, y, radius, hue);
  } else {
    dashedRing(pen, x, y, radius, hue);
  }
  pen.globalAlpha = 1;
  if (item.message === scene.highlight.message || item.message === scene.selectedMessage) {
    ring(pen, x, y, radius + 4, inkColour("ink", scene), 1.6);
  }
}
