import type { Box, Point } from "./point.ts";

/** What part of the picture is seen: screen = picture × scale + (x, y). */
export interface Viewport {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const SMALLEST_SCALE = 0.05;
export const LARGEST_SCALE = 4;

/** The view that shows all of `content` in the middle of a screen of the given size. */
export function fit(
  content: Box,
  screen: { width: number; height: number },
  margin: number,
  largest: number,
): Viewport {
  const width = Math.max(1, screen.width - 2 * margin);
  const height = Math.max(1, screen.height - 2 * margin);
  const wanted = Math.min(width / Math.max(1, content.width), height / Math.max(1, content.height), largest);
  const scale = Math.max(SMALLEST_SCALE, wanted);
  return {
    scale,
    x: screen.width / 2 - (content.x + content.width / 2) * scale,
    y: screen.height / 2 - (content.y + content.height / 2) * scale,
  };
}

/** Nearer or further by `factor`, while the place under `at` (on the screen) stays where it is. */
export function zoomed(view: Viewport, factor: number, at: Point): Viewport {
  const scale = Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, view.scale * factor));
  const change = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * change, y: at.y - (at.y - view.y) * change };
}

export function moved(view: Viewport, dx: number, dy: number): Viewport {
  return { scale: view.scale, x: view.x + dx, y: view.y + dy };
}

/** Whether all of `content` is inside the screen. */
export function shows(view: Viewport, content: Box, screen: { width: number; height: number }): boolean {
  const left = content.x * view.scale + view.x;
  const top = content.y * view.scale + view.y;
  const [right, bottom] = [left + content.width * view.scale, top + content.height * view.scale];
  return left >= 0 && top >= 0 && right <= screen.width && bottom <= screen.height;
}

/** The same view, moved by the least that brings `place` inside the screen. */
export function showing(
  view: Viewport,
  place: Point,
  screen: { width: number; height: number },
  margin: number,
): Viewport {
  const x = place.x * view.scale + view.x;
  const y = place.y * view.scale + view.y;
  return moved(
    view,
    Math.min(Math.max(x, margin), screen.width - margin) - x,
    Math.min(Math.max(y, margin), screen.height - margin) - y,
  );
}
