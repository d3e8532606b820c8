import type { Simulation } from "queuescope";
import { isCancelled } from "./engine.ts";

/** A seek that has not got there by now gives way to a newer one. Milliseconds. */
const PATIENCE = 120;

/**
 * Goes to moments, the newest wish first. While one is on its way a newer wish waits a little, so that scrubbing
 * shows something, and then cancels it, so that scrubbing never falls behind.
 */
export class Seeker {
  #wanted: { readonly us: number; readonly step: number | undefined } | null = null;
  #running: Promise<void> | null = null;
  #cancel: (() => void) | null = null;
  #began = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The promise of the seek that is going on, or null. */
  get running(): Promise<void> | null {
    return this.#running;
  }

  /** Goes to `us`, or to the state after `step` steps there; `arrived` is called after every moment that was reached. */
  seek(simulation: Simulation, us: number, step: number | undefined, arrived: () => void): Promise<void> {
    this.#wanted = { us, step };
    if (this.#running === null) {
      this.#running = this.#run(simulation, arrived).finally(() => {
        this.#running = null;
      });
    } else {
      const waited = performance.now() - this.#began;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#cancel?.(), Math.max(0, PATIENCE - waited));
    }
    return this.#running;
  }

  /** Gives up whatever is on its way. */
  stop(): void {
    this.#wanted = null;
    this.#cancel?.();
  }

  async #run(simulation: Simulation, arrived: () => void): Promise<void> {
    while (this.#wanted !== null) {
      const target = this.#wanted;
      this.#wanted = null;
      const abort = new AbortController();
      this.#cancel = () => abort.abort();
      this.#began = performance.now();
      try {
        await simulation.seekAsync(target.us, abort.signal, target.step);
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
