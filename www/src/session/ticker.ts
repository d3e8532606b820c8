import { countedTime } from "./player.ts";

/** Calls back once per animation frame, for as long as it is wanted. At a standstill nothing runs. */
export class Ticker {
  readonly #frame: (elapsedMs: number) => boolean;
  #request: number | null = null;
  #last: number | null = null;

  /** `frame` gets the real time since the frame before and says whether it wants another one. */
  constructor(frame: (elapsedMs: number) => boolean) {
    this.#frame = frame;
  }

  start(): void {
    this.#request ??= requestAnimationFrame(this.#tick);
  }

  stop(): void {
    if (this.#request !== null) {
      cancelAnimationFrame(this.#request);
      this.#request = null;
      this.#last = null;
    }
  }

  readonly #tick = (timestamp: number): void => {
    const elapsed = this.#last === null ? 0 : countedTime(timestamp - this.#last);
    this.#last = timestamp;
    this.#request = null;
    if (this.#frame(elapsed)) {
      this.start();
    }
    if (this.#request === null) {
      this.#last = null;
    }
  };
}
