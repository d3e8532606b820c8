import type { PortState, ServerState } from "queuescope";
import { entry } from "../geometry/forms.ts";
import type { Point } from "../geometry/point.ts";
import type { Pen } from "./marks.ts";
import { roleColour, type Scene, surfaceColour } from "./scene.ts";

/** Draws the browsers that a server has connections with, as small ports on its edge: filled for a WebSocket, open for
 * requests, with a dot while one of them waits. Where links carry packets, its TCP sockets stand there. */
export function drawServerPorts(
  pen: Pen,
  scene: Scene,
  place: number,
  centre: Point,
  state: ServerState,
): void {
  const node = scene.picture.nodes[place];
  if (node === undefined || scene.snapshot.sockets.some((socket) => socket.node === node.id)) {
    return;
  }
  const { measures, direction } = scene.layout;
  const half = measures.compact ? 3 : 4.5;
  const side = entry(node, measures, direction);
  const room = direction === "right" ? 2 * measures.producer - 10 : 2 * measures.producer;
  const apart = Math.min(2 * half + 4, room / Math.max(1, state.ports.length - 1));
  state.ports.forEach((port, number) => {
    const along = (number - (state.ports.length - 1) / 2) * apart;
    const x = centre.x + side.x + (direction === "right" ? 0 : along);
    const y = centre.y + side.y + (direction === "right" ? along : 0);
    drawPort(pen, scene, port, { x, y }, half);
  });
}

function drawPort(pen: Pen, scene: Scene, port: PortState, at: Point, half: number): void {
  const hue = roleColour("server", scene);
  pen.fillStyle = port.transport === "websocket" ? hue : surfaceColour("panel", scene);
  pen.strokeStyle = hue;
  pen.lineWidth = 1.6;
  pen.fillRect(at.x - half, at.y - half, 2 * half, 2 * half);
  pen.strokeRect(at.x - half, at.y - half, 2 * half, 2 * half);
  if (port.held) {
    pen.fillStyle = port.transport === "websocket" ? surfaceColour("panel", scene) : hue;
    pen.beginPath();
    pen.arc(at.x, at.y, half * 0.45, 0, 2 * Math.PI);
    pen.fill();
  }
}
