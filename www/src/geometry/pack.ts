import type { Point } from "./point.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Packing extends Size {
  /** The upper left corner of each, in the order given. */
  readonly places: Point[];
}

/** Puts boxes on shelves, in order, so that all of them together fit a screen of this aspect best. */
export function pack(sizes: readonly Size[], gap: number, aspect: number): Packing {
  let best = shelves(sizes, gap, Number.POSITIVE_INFINITY);
  const widest = Math.max(0, ...sizes.map((size) => size.width));
  for (let steps = 0; steps <= 48; steps += 1) {
    const limit = widest + ((best.width - widest) * steps) / 48;
    const tried = shelves(sizes, gap, Math.max(widest, limit));
    if (extent(tried, aspect) < extent(best, aspect)) {
      best = tried;
    }
  }
  return best;
}

/** How large a screen of the aspect has to be to show it: the height of that screen. */
function extent(size: Size, aspect: number): number {
  return Math.max(size.height, size.width / aspect);
}

function shelves(sizes: readonly Size[], gap: number, limit: number): Packing {
  const places: Point[] = [];
  let x = 0;
  let y = 0;
  let shelf = 0;
  let width = 0;
  for (const size of sizes) {
    if (x > 0 && x + size.width > limit) {
      y += shelf + gap;
      x = 0;
      shelf = 0;
    }
    places.push({ x, y });
    width = Math.max(width, x + size.width);
    shelf = Math.max(shelf, size.height);
    x += size.width + gap;
  }
  return { places, width, height: y + shelf };
}
