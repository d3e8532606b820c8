import { type Box, overlap } from "./point.ts";

/** What is taken of the room for labels, so that no label is drawn over another one. */
export class LabelRoom {
  /** Boxes by the rows that they touch: few are looked at for each new one. */
  readonly #rows = new Map<number, Box[]>();

  /** Takes the first of the boxes that is free; null when none is. */
  take(boxes: readonly Box[]): Box | null {
    const free = boxes.find((box) => this.#isFree(box)) ?? null;
    if (free !== null) {
      for (const row of rows(free)) {
        const known = this.#rows.get(row);
        if (known === undefined) {
          this.#rows.set(row, [free]);
        } else {
          known.push(free);
        }
      }
    }
    return free;
  }

  #isFree(box: Box): boolean {
    return rows(box).every((row) => !(this.#rows.get(row) ?? []).some((other) => overlap(box, other)));
  }
}

const ROW = 32;

function rows(box: Box): number[] {
  const [first, last] = [Math.floor(box.y / ROW), Math.floor((box.y + box.height) / ROW)];
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}
