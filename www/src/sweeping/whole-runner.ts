import { type Measure, Simulation } from "queuescope";

export { initSync } from "queuescope";

/** What `queuescope/runner` has, done by the whole simulator: for the page in one file, which has no other. */
export class Run {
  readonly #simulation: Simulation;
  readonly until: number;

  private constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.until = simulation.about().until;
  }

  static fromScenario(text: string, seed: number): Run {
    return new Run(Simulation.fromScenario(text, seed, "numbers"));
  }

  runAtMost(until: number, _steps: number): boolean {
    this.#simulation.runUntil(until);
    return true;
  }

  measures(): Measure[] {
    return this.#simulation.measures();
  }

  free(): void {
    this.#simulation.free();
  }
}
