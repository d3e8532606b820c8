import type { Cell, QueueState } from "queuescope";
import { outLength, queueLength, readyLength } from "../geometry/forms.ts";
import type { Point } from "../geometry/point.ts";
import { disc, type Pen, ring, tailed } from "./marks.ts";
import { inkColour, messageHue, roleColour, type Scene, surfaceColour } from "./scene.ts";

const NOBODY: ReadonlySet<number> = new Set();

/** The messages in a queue: ready ones from the head leftwards, unacknowledged ones on the consumer's side. */
export function drawQueue(
  pen: Pen,
  scene: Scene,
  centre: Point,
  state: QueueState,
  coming: ReadonlySet<number> = NOBODY,
): void {
  const { measures } = scene.layout;
  const head = centre.x - queueLength(measures) / 2 + readyLength(measures) - 5;
  const ready = state.ready_cells.filter((cell) => !coming.has(cell.message));
  const readyCount = state.ready - (state.ready_cells.length - ready.length);
  const out = state.unacknowledged_cells.filter((cell) => !coming.has(cell.message));
  const outCount = state.unacknowledged - (state.unacknowledged_cells.length - out.length);
  if (scene.viewport.scale < 0.34) {
    drawFarQueue(pen, scene, centre, head, readyCount, outCount);
    return;
  }
  const fits = measures.readyCells;
  const shown = readyCount > fits ? ready.slice(0, fits - 3) : ready.slice(0, fits);
  shown.forEach((cell, place) => {
    drawCell(pen, scene, cell, head - (place + 0.5) * measures.cell, centre.y, false);
  });
  if (readyCount > fits) {
    drawDensity(pen, scene, centre, head - shown.length * measures.cell, readyCount - shown.length);
  }
  const start = centre.x - queueLength(measures) / 2 + readyLength(measures) + 7;
  const places = measures.outCells;
  const shownOut = outCount > places ? out.slice(0, places - 1) : out.slice(0, places);
  shownOut.forEach((cell, place) => {
    // The oldest is nearest to the consumer.
    const x = start + (places - place - 0.5) * measures.cell;
    drawCell(pen, scene, cell, x, centre.y, true);
  });
  if (outCount > places) {
    label(pen, scene, `+${outCount - shownOut.length}`, start + measures.cell * 0.4, centre.y);
  }
}

function drawCell(pen: Pen, scene: Scene, cell: Cell, x: number, y: number, isOut: boolean): void {
  const radius = scene.layout.measures.cell * 0.4;
  const hue = messageHue(scene, cell);
  if (isOut) {
    ring(pen, x, y, radius, hue, 2);
  } else if (cell.redelivered) {
    tailed(pen, x + radius * 0.45, y, radius * 0.64, hue, 0);
  } else {
    disc(pen, x, y, radius, hue);
  }
  if (cell.message === scene.highlight.message || cell.message === scene.selectedMessage) {
    ring(pen, x, y, radius + 4, inkColour("ink", scene), 1.6);
  }
}

/** Beyond what fits: strokes that stand the closer the more there are, and the number. */
function drawDensity(pen: Pen, scene: Scene, centre: Point, right: number, count: number): void {
  const { measures } = scene.layout;
  const left = centre.x - queueLength(measures) / 2 + 5;
  const height = measures.queue - 12;
  const strokes = Math.min(Math.floor((right - left) / 2.5), 3 + Math.floor(Math.log2(count) * 1.7));
  pen.strokeStyle = roleColour("queue", scene);
  pen.lineWidth = 1.2;
  pen.beginPath();
  for (let stroke = 0; stroke < strokes; stroke += 1) {
    const x = right - 2 - ((right - left - 4) * stroke) / Math.max(1, strokes - 1);
    pen.moveTo(x, centre.y - height / 2);
    pen.lineTo(x, centre.y + height / 2);
  }
  pen.stroke();
  label(pen, scene, `+${count}`, (left + right) / 2, centre.y);
}

/** From afar: one bar for the ready ones, an outlined one for the unacknowledged. */
function drawFarQueue(pen: Pen, scene: Scene, centre: Point, head: number, ready: number, out: number): void {
  const { measures } = scene.layout;
  const height = measures.queue - 8;
  const full = Math.min(ready, measures.readyCells);
  pen.fillStyle = roleColour("queue", scene);
  pen.fillRect(head - full * measures.cell, centre.y - height / 2, full * measures.cell, height);
  const share = Math.min(1, out / measures.outCells);
  const right = centre.x + queueLength(measures) / 2 - 4;
  const length = (outLength(measures) - 8) * share;
  if (length > 0) {
    pen.fillStyle = roleColour("consumer", scene);
    pen.fillRect(right - length, centre.y - height / 2, length, height);
  }
}

function label(pen: Pen, scene: Scene, text: string, x: number, y: number): void {
  pen.font = `600 ${scene.layout.measures.compact ? 9 : 11}px ui-monospace, "DejaVu Sans Mono", monospace`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const width = pen.measureText(text).width + 6;
  pen.fillStyle = surfaceColour("panel", scene);
  pen.fillRect(x - width / 2, y - 7, width, 14);
  pen.fillStyle = inkColour("ink", scene);
  pen.fillText(text, x, y + 0.5);
}
