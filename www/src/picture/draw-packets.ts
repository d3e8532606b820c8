import { type Curve, pointAt } from "../geometry/curve.ts";
import { entry, exit } from "../geometry/forms.ts";
import { dashedSquare, type Pen, packet, remains } from "./marks.ts";
import { type Item, inkColour, roleColour, type Scene, SHAPE, surfaceColour } from "./scene.ts";

/** A packet is smaller than a message: it may have one on its back. */
const SHARE = 0.62;
/** The share of its time behind the loss in which the sign of a packet fades; its mark shows for the rest. */
const FADES = 0.6;

/** Draws a segment or a datagram, or what is left of one; says whether the item is such a thing. */
export function drawPacket(pen: Pen, scene: Scene, item: Item, curve: Curve, size: number): boolean {
  const hue = roleColour("socket", scene);
  if (item.shape === SHAPE.packet || item.shape === SHAPE.packetBack) {
    const at = pointAt(curve, item.progress);
    const angle = item.shape === SHAPE.packetBack ? at.angle + Math.PI : at.angle;
    packet(pen, at.x, at.y, size * SHARE, hue, inkColour("ink", scene), angle);
    return true;
  }
  if (item.shape !== SHAPE.packetLost) {
    return false;
  }
  const at = pointAt(curve, 0.5);
  const isFading = item.progress < FADES;
  pen.globalAlpha = isFading ? 1 - (0.7 * item.progress) / FADES : (1 - item.progress) / (1 - FADES);
  if (isFading) {
    dashedSquare(pen, at.x, at.y, size * SHARE, hue);
  } else {
    remains(pen, at.x, at.y, size, inkColour("muted", scene));
  }
  pen.globalAlpha = 1;
  return true;
}

/** Draws the TCP sockets of nodes as small ports where their lines are: filled when established. */
export function drawPorts(pen: Pen, scene: Scene): void {
  const { measures, direction } = scene.layout;
  const half = measures.compact ? 2.5 : 3.5;
  const counted = new Map<string, number>();
  for (const socket of scene.snapshot.sockets) {
    const place = scene.picture.nodes.findIndex((node) => node.id === socket.node);
    const [node, centre] = [scene.picture.nodes[place], scene.layout.nodes[place]];
    if (node === undefined || centre === undefined) {
      continue;
    }
    const number = counted.get(socket.node) ?? 0;
    counted.set(socket.node, number + 1);
    const isTarget = scene.picture.edges.some((edge) => edge.to === place);
    const side = isTarget ? entry(node, measures, direction) : exit(node, measures, direction);
    const along = number * (2 * half + 3);
    const x = centre.x + side.x + (direction === "down" ? along : 0);
    const y = centre.y + side.y + (direction === "down" ? 0 : along);
    pen.fillStyle =
      socket.state === "ESTABLISHED" ? roleColour("socket", scene) : surfaceColour("ground", scene);
    pen.fillRect(x - half, y - half, 2 * half, 2 * half);
    pen.strokeStyle = roleColour("socket", scene);
    pen.lineWidth = 1.4;
    pen.strokeRect(x - half, y - half, 2 * half, 2 * half);
  }
}
