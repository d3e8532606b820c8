import type { Point } from "../geometry/point.ts";

/** What moves the view. Places are in CSS pixels from the upper left corner of the surface. */
export interface Movable {
  pan(dx: number, dy: number): void;
  zoom(factor: number, at: Point): void;
  /** Whether the wheel zooms by itself, or only with Ctrl or ⌘ held, so that a page around it can scroll. */
  readonly isWheelFree: boolean;
}

const DRAG_BEGINS = 4;

/** Dragging pans, the wheel and two fingers zoom. Returns what ends it. */
export function followGestures(surface: HTMLElement, movable: Movable): () => void {
  const pointers = new Map<number, Point>();
  let travelled = 0;

  const place = (event: MouseEvent): Point => {
    const box = surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const down = (event: PointerEvent): void => {
    if (event.button === 0) {
      pointers.set(event.pointerId, place(event));
      travelled = 0;
    }
  };

  const move = (event: PointerEvent): void => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) {
      return;
    }
    const now = place(event);
    const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    const other = others[0];
    if (other === undefined) {
      travelled += Math.hypot(now.x - before.x, now.y - before.y);
      if (travelled < DRAG_BEGINS) {
        return;
      }
      surface.setPointerCapture(event.pointerId);
      movable.pan(now.x - before.x, now.y - before.y);
    } else {
      travelled = DRAG_BEGINS;
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      const apart = Math.hypot(now.x - other.x, now.y - other.y);
      const were = Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
      movable.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
      movable.zoom(apart / were, middle);
    }
    pointers.set(event.pointerId, now);
  };

  const up = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
  };

  /** The click that ends a drag selects nothing. */
  const click = (event: MouseEvent): void => {
    if (travelled >= DRAG_BEGINS) {
      event.stopPropagation();
      travelled = 0;
    }
  };

  const wheel = (event: WheelEvent): void => {
    if (!movable.isWheelFree && !event.ctrlKey && !event.metaKey) {
      return;
    }
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const strength = event.ctrlKey ? 0.01 : 0.0016;
    movable.zoom(Math.exp(-event.deltaY * lines * strength), place(event));
  };

  surface.addEventListener("pointerdown", down);
  surface.addEventListener("pointermove", move);
  surface.addEventListener("pointerup", up);
  surface.addEventListener("pointercancel", up);
  surface.addEventListener("click", click, { capture: true });
  surface.addEventListener("wheel", wheel, { passive: false });
  return () => {
    surface.removeEventListener("pointerdown", down);
    surface.removeEventListener("pointermove", move);
    surface.removeEventListener("pointerup", up);
    surface.removeEventListener("pointercancel", up);
    surface.removeEventListener("click", click, { capture: true });
    surface.removeEventListener("wheel", wheel);
  };
}
