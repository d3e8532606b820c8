import type { Stretch } from "../geometry/time-axis.ts";
import { clockText } from "../time/clock-text.ts";
import type { Diagram } from "./diagram.ts";

/** Room above the first moment and below the last one. */
export const TOP = 14;
export const BOTTOM = 120;
/** The names of the lines, above the diagram. */
export const HEADS = 46;
/** Where the present stands while it is followed, as a share of the height. */
const LOWEST = 0.78;

/** What is scrolled: the drawn diagram, in the box with the bar. */
export interface Scrolled {
  readonly box: HTMLElement | null;
  readonly drawn: Diagram | null;
  /** The moment shown. */
  readonly now: number;
}

/** Which part of the time is in sight: what keeps its place when the scale changes, and where the present is. */
export class TimeScroll {
  readonly #of: () => Scrolled;
  /** Where it was scrolled to last, not by the reader. */
  #own = 0;
  /** The moment that keeps its place, and where that is on the screen. */
  #anchor: { readonly time: number; readonly y: number } | null = null;

  constructor(of: () => Scrolled) {
    this.#of = of;
  }

  /** What is to be drawn: what is in sight, and as much above and below; `seen` as long as that does. */
  part(seen: Stretch): Stretch {
    const { box } = this.#of();
    if (box === null) {
      return seen;
    }
    const top = box.scrollTop - HEADS;
    const room = box.clientHeight;
    const isEnough = top >= seen.from + room / 2 && top + room <= seen.to - room / 2;
    return isEnough || room === 0 ? seen : { from: top - room, to: top + 2 * room };
  }

  /** The moment at that height of the box keeps its place: the present if it is in sight and none is named. */
  keep(y?: number): void {
    const { box, drawn, now } = this.#of();
    if (box !== null && drawn !== null) {
      const at =
        y ?? (this.isNowInSight() ? this.#heightOf(drawn, now) - box.scrollTop : box.clientHeight / 2);
      this.#anchor = { time: drawn.axis.time(box.scrollTop + at - TOP - HEADS), y: at };
    }
  }

  /** Nothing keeps its place. */
  release(): void {
    this.#anchor = null;
  }

  /** After drawing: puts what keeps its place there. */
  settle(): void {
    const { box, drawn } = this.#of();
    const anchor = this.#anchor;
    this.#anchor = null;
    if (anchor !== null && box !== null && drawn !== null) {
      this.#scrollTo(box, this.#heightOf(drawn, anchor.time) - anchor.y);
    }
  }

  isNowInSight(): boolean {
    const { box, drawn, now } = this.#of();
    if (box === null || drawn === null) {
      return true;
    }
    const y = this.#heightOf(drawn, now) - box.scrollTop;
    return y >= HEADS && y <= box.clientHeight;
  }

  /** Brings a moment into sight, if it is not there. */
  reveal(time: number): void {
    const { box, drawn } = this.#of();
    if (box !== null && drawn !== null) {
      const y = this.#heightOf(drawn, time);
      if (y < box.scrollTop + HEADS + 20 || y > box.scrollTop + box.clientHeight - 90) {
        this.#scrollTo(box, y - box.clientHeight / 2);
      }
    }
  }

  /** Moves the line of the present, and what hides the time after it; nothing else is drawn anew. */
  placeNow(isFollowing: boolean): void {
    const { box, drawn, now } = this.#of();
    const line = box?.querySelector<SVGGElement>("g.now");
    if (box === null || drawn === null || line == null) {
      return;
    }
    const y = drawn.axis.y(now);
    line.setAttribute("transform", `translate(0 ${y})`);
    const clock = line.querySelector("text");
    if (clock !== null) {
      clock.textContent = clockText(now);
    }
    box.querySelector(".veil")?.setAttribute("y", String(y));
    const isWhole = drawn.axis.height + TOP + HEADS <= box.clientHeight;
    if (isFollowing && isWhole) {
      this.#scrollTo(box, 0);
    } else if (isFollowing && this.#anchor === null && !this.#isInPlace(box, drawn, now)) {
      this.#scrollTo(box, y + TOP + HEADS - box.clientHeight * LOWEST);
    }
  }

  /** After the reader has scrolled: whether the present is where it is followed. Null when he has not. */
  follows(): boolean | null {
    const { box, drawn, now } = this.#of();
    const isOwn = box === null || drawn === null || Math.abs(box.scrollTop - this.#own) < 2;
    return isOwn ? null : this.#isInPlace(box, drawn, now);
  }

  #isInPlace(box: HTMLElement, drawn: Diagram, time: number): boolean {
    const seen = this.#heightOf(drawn, time) - box.scrollTop;
    return seen >= HEADS + 30 && seen <= box.clientHeight * LOWEST + 1;
  }

  #scrollTo(box: HTMLElement, top: number): void {
    box.scrollTop = top;
    this.#own = box.scrollTop;
  }

  #heightOf(drawn: Diagram, time: number): number {
    return drawn.axis.y(time) + TOP + HEADS;
  }
}
