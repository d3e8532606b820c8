import { isCancelled } from "./engine.ts";

/** What has not got there by now gives way to a newer wish. Milliseconds. */
const PATIENCE = 120;

/** Goes somewhere, until it is there or the signal says that it need not. */
export type Way = (signal: AbortSignal) => Promise<unknown>;

/**
 * Lets the simulation go to moments and search for some, the newest wish first. While one is on its way a newer wish
 * waits a little, so that scrubbing shows something, and then cancels it, so that scrubbing never falls behind.
 */
export class Seeker {
  #wanted: { readonly way: Way; readonly arrived: () => void } | null = null;
  #running: Promise<void> | null = null;
  #cancel: (() => void) | null = null;
  #began = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The promise of what is going on, or null. */
  get running(): Promise<void> | null {
    return this.#running;
  }

  /** Goes a way; `arrived` is called at its end, if it is gone to its end. */
  go(way: Way, arrived: () => void): Promise<void> {
    this.#wanted = { way, arrived };
    if (this.#running === null) {
      this.#running = this.#run().finally(() => {
        this.#running = null;
      });
    } else {
      const waited = performance.now() - this.#began;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#cancel?.(), Math.max(0, PATIENCE - waited));
    }
    return this.#running;
  }

  /** Gives up the way that is gone now. */
  cancel(): void {
    this.#cancel?.();
  }

  /** Gives up whatever is on its way or wanted. */
  stop(): void {
    this.#wanted = null;
    this.#cancel?.();
  }

  async #run(): Promise<void> {
    while (this.#wanted !== null) {
      const { way, arrived } = this.#wanted;
      this.#wanted = null;
      const abort = new AbortController();
      this.#cancel = () => abort.abort();
      this.#began = performance.now();
      try {
        await way(abort.signal);
        arrived();
      } catch (error) {
        if (!isCancelled(error)) {
          throw error;
        }
      } finally {
        clearTimeout(this.#timer);
        this.#cancel = null;
      }
    }
  }
}
