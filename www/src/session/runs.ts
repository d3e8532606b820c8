import type { Comparison, Fork } from "queuescope";
import type { Travelled } from "./travel.ts";

/** The runs that left one another: which there are, and the way from one to the next. */
export class Runs {
  #all: readonly Fork[] = [];
  readonly #travelled: Travelled;

  constructor(travelled: Travelled) {
    this.#travelled = travelled;
  }

  /** In the order in which they came, as they were when they were read last. */
  get all(): readonly Fork[] {
    return this.#all;
  }

  get current(): Fork | null {
    return this.#all.find((run) => run.is_current) ?? null;
  }

  /** Reads them anew. Says whether another one is the present one. */
  read(): boolean {
    const { session, tell } = this.#travelled;
    const before = this.current?.id;
    this.#all = session.simulation?.forks() ?? [];
    tell("travel");
    return this.current?.id !== before;
  }

  /** Makes a run that leaves the present one here, and goes there. */
  fork(label: string): void {
    const { session } = this.#travelled;
    session.simulation?.fork(label);
    session.chronicle.clear();
    this.read();
  }

  rename(id: number, label: string): void {
    this.#travelled.session.simulation?.nameFork(id, label);
    this.read();
  }

  /** Goes to another run, at the same time there. */
  async switchTo(id: number): Promise<void> {
    const { session, go } = this.#travelled;
    await go((simulation, signal) => {
      session.chronicle.clear();
      return simulation.switchToAsync(id, signal);
    });
    session.chronicle.clear();
    this.read();
  }

  compare(one: number, other: number): Comparison | null {
    return this.#travelled.session.simulation?.compare(one, other) ?? null;
  }
}
