import { pointAt } from "../geometry/curve.ts";
import type { Point } from "../geometry/point.ts";
import { drawConsumer } from "./draw-consumer.ts";
import { drawFates } from "./draw-fates.ts";
import { drawPacket, drawPorts } from "./draw-packets.ts";
import { drawQueue } from "./draw-queue.ts";
import { bar, cross, disc, type Pen, ring, tailed, tick, triangle } from "./marks.ts";
import {
  arriving,
  type Item,
  inkColour,
  itemAt,
  messageHue,
  roleColour,
  type Scene,
  SHAPE,
  surfaceColour,
} from "./scene.ts";

/** A message is never drawn smaller than this on the screen. */
const SMALLEST_ON_SCREEN = 2.4;
/** With at most this many messages on their way each shows its name. */
const MOST_NAMES = 30;
/** Datagrams stand closer: with at most this many things on their way each shows the name of its message. */
const FEW_PACKETS = 8;

/** Draws all that changes with time: what is held, and what moves. */
export function drawOverlay(pen: Pen, scene: Scene, pixels: number): void {
  const { viewport } = scene;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, pen.canvas.width, pen.canvas.height);
  pen.setTransform(
    pixels * viewport.scale,
    0,
    0,
    pixels * viewport.scale,
    pixels * viewport.x,
    pixels * viewport.y,
  );
  drawTrail(pen, scene);
  drawHeld(pen, scene);
  drawPorts(pen, scene);
  drawFates(pen, scene);
  drawMoving(pen, scene);
}

function drawHeld(pen: Pen, scene: Scene): void {
  const coming = arriving(scene);
  scene.snapshot.nodes.forEach((state, place) => {
    const centre = scene.layout.nodes[place];
    if (centre === undefined) {
      return;
    }
    if (state.kind === "queue") {
      drawQueue(pen, scene, centre, state, coming.get(place));
    } else if (state.kind === "consumer") {
      drawConsumer(pen, scene, centre, state, coming.get(place));
    }
  });
}

function drawMoving(pen: Pen, scene: Scene): void {
  const size = Math.max(scene.layout.measures.compact ? 5 : 7, SMALLEST_ON_SCREEN / scene.viewport.scale);
  const isNamed = scene.count <= MOST_NAMES && scene.viewport.scale >= 0.8;
  const ground = surfaceColour("ground", scene);
  for (let place = 0; place < scene.count; place += 1) {
    const item = itemAt(scene, place);
    const curve = scene.layout.edges[item.edge]?.curve;
    if (curve === undefined) {
      continue;
    }
    const at = pointAt(curve, item.progress);
    const hue = messageHue(scene, item);
    if (drawPacket(pen, scene, item, curve, size)) {
      if (isNamed && item.message > 0 && scene.count <= FEW_PACKETS) {
        drawName(pen, scene, `m${item.message}`, at.x, at.y - size - 6);
      }
      continue;
    }
    if (drawAnswer(pen, scene, item, at, size)) {
      continue;
    }
    if (item.shape !== SHAPE.returned) {
      drawPulse(pen, scene, item.edge, item.progress, hue);
    }
    if (item.shape === SHAPE.redelivered) {
      tailed(pen, at.x, at.y, size, hue, at.angle);
    } else if (item.shape === SHAPE.deadLetter) {
      cross(pen, at.x, at.y, size, hue, ground);
    } else if (item.shape === SHAPE.returned) {
      triangle(pen, at.x, at.y, size * 1.15, hue, at.angle + Math.PI);
    } else {
      disc(pen, at.x, at.y, size, hue);
    }
    if (item.message === scene.highlight.message || item.message === scene.selectedMessage) {
      ring(pen, at.x, at.y, size + 5, inkColour("ink", scene), 1.8);
    }
    if (isNamed) {
      drawName(pen, scene, `m${item.message}`, at.x, at.y - size - 6);
    }
  }
}

/** What goes back along an edge and is no message: says whether the item is such a thing. */
function drawAnswer(pen: Pen, scene: Scene, { shape }: Item, at: Point, size: number): boolean {
  const ground = surfaceColour("ground", scene);
  const [consumer, producer] = [roleColour("consumer", scene), roleColour("producer", scene)];
  // Confirms go beside the line: a returned message and its confirm are at the same place.
  const beside = at.y + size * 1.7;
  switch (shape) {
    case SHAPE.acknowledgement:
      tick(pen, at.x, at.y, size * 0.75, consumer, ground);
      return true;
    case SHAPE.refusal:
      bar(pen, at.x, at.y, size * 0.75, consumer, ground);
      return true;
    case SHAPE.confirm:
      tick(pen, at.x - size * 0.45, beside, size * 0.6, producer, ground);
      tick(pen, at.x + size * 0.45, beside, size * 0.6, producer, ground);
      return true;
    case SHAPE.notConfirmed:
      bar(pen, at.x - size * 0.45, beside, size * 0.6, producer, ground);
      bar(pen, at.x + size * 0.45, beside, size * 0.6, producer, ground);
      return true;
    default:
      return false;
  }
}

/** A producer shows for a moment that it has published. */
function drawPulse(pen: Pen, scene: Scene, edge: number, progress: number, hue: string): void {
  const line = scene.picture.edges[edge];
  const centre = line?.kind === "publish" ? scene.layout.nodes[line.from] : undefined;
  if (centre === undefined || progress >= 0.5) {
    return;
  }
  const share = progress / 0.5;
  pen.globalAlpha = 1 - share;
  const radius = scene.layout.measures.producer + 3 + share * 9;
  ring(pen, centre.x, centre.y, radius, hue, 2);
  pen.globalAlpha = 1;
}

function drawName(pen: Pen, scene: Scene, name: string, x: number, y: number): void {
  pen.font = '600 11px ui-monospace, "DejaVu Sans Mono", monospace';
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 3.5;
  pen.strokeStyle = surfaceColour("ground", scene);
  pen.strokeText(name, x, y);
  pen.fillStyle = inkColour("ink", scene);
  pen.fillText(name, x, y);
}

/** With reduced motion: the lines that messages went along, instead of the way they went. */
function drawTrail(pen: Pen, scene: Scene): void {
  pen.lineWidth = Math.max(6, 4 / scene.viewport.scale);
  pen.lineCap = "round";
  pen.globalAlpha = 0.45;
  for (const line of scene.trail) {
    const curve = scene.layout.edges[line.edge]?.curve;
    if (curve !== undefined) {
      pen.strokeStyle = messageHue(scene, line);
      pen.stroke(new Path2D(curve.path));
    }
  }
  pen.globalAlpha = 1;
}
