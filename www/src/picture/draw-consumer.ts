import type { Cell, ConsumerState } from "queuescope";
import type { Point } from "../geometry/point.ts";
import { arc, type Pen } from "./marks.ts";
import { messageHue, roleColour, type Scene } from "./scene.ts";

/** More slots than this are drawn as one ring that fills. */
const MOST_SLOTS = 24;
const NOBODY: ReadonlySet<number> = new Set();

/** What a consumer holds: a ring of prefetch slots, and an arc that shows how far the work in hand is. */
export function drawConsumer(
  pen: Pen,
  scene: Scene,
  centre: Point,
  state: ConsumerState,
  coming: ReadonlySet<number> = NOBODY,
): void {
  const { measures } = scene.layout;
  const here = (cell: Cell) => !coming.has(cell.message);
  const work = state.work !== null && here(state.work.cell) ? state.work : null;
  const buffer = state.buffer.filter(here);
  const held = [...(work === null ? [] : [work.cell]), ...buffer];
  const hidden = state.buffered - state.buffer.length;
  drawSlots(pen, scene, centre, state.prefetch, held, held.length + hidden);
  if (work !== null) {
    const whole = Math.max(1, work.ends - work.began);
    const done = Math.min(1, Math.max(0, (scene.view.time - work.began) / whole));
    const radius = measures.consumer - 3.5;
    arc(pen, centre.x, centre.y, radius, 0, Math.max(done, 0.02), messageHue(scene, work.cell), 5);
  }
}

function drawSlots(
  pen: Pen,
  scene: Scene,
  centre: Point,
  prefetch: number,
  held: readonly Cell[],
  count: number,
): void {
  const { measures } = scene.layout;
  const radius = measures.ring;
  const width = measures.compact ? 3 : 4.5;
  const empty = roleColour("consumer", scene);
  if (prefetch === 0 || prefetch > MOST_SLOTS) {
    const share = prefetch === 0 ? Math.min(1, count / MOST_SLOTS) : Math.min(1, count / prefetch);
    const first = held[0];
    pen.globalAlpha = 0.3;
    if (prefetch === 0) {
      pen.setLineDash([2, 4]);
    }
    arc(pen, centre.x, centre.y, radius, 0, 1, empty, width);
    pen.setLineDash([]);
    pen.globalAlpha = 1;
    if (first !== undefined) {
      arc(pen, centre.x, centre.y, radius, 0, share, messageHue(scene, first), width);
    }
    return;
  }
  const gap = prefetch === 1 ? 0.03 : Math.min(0.03, 0.2 / prefetch);
  for (let slot = 0; slot < prefetch; slot += 1) {
    const cell = held[slot];
    const start = (slot + gap / 2) / prefetch + (prefetch === 1 ? 0 : gap / 2);
    const end = (slot + 1) / prefetch - gap / 2;
    if (cell === undefined) {
      pen.globalAlpha = 0.3;
      arc(pen, centre.x, centre.y, radius, start, end, empty, width);
      pen.globalAlpha = 1;
    } else {
      arc(pen, centre.x, centre.y, radius, start, end, messageHue(scene, cell), width);
    }
  }
}
