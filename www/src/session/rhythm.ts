/** Real milliseconds between two looks at the state: of a small picture, of a large one, and at the facts. */
const SMALL_PICTURE_MS = 30;
const LARGE_PICTURE_MS = 50;
const LARGE_PICTURE = 60;
const FACTS_MS = 120;
/** With reduced motion the picture changes this seldom while playing. */
const REDUCED_MS = 250;

/** What is to be looked at: nothing yet, the state, or the state and the facts. */
export type Look = "nothing" | "state" | "facts";

/** How often a running simulation is looked at: real time is counted, no clock is read. */
export class Rhythm {
  #stateAge = 0;
  #factsAge = 0;
  #reducedAge = 0;

  /** With reduced motion: the time that has gone by when a change is due, or null before that. */
  gathered(elapsedMs: number): number | null {
    this.#reducedAge += elapsedMs;
    if (this.#reducedAge < REDUCED_MS) {
      return null;
    }
    const gathered = this.#reducedAge;
    this.#reducedAge = 0;
    return gathered;
  }

  /** What is due after `elapsedMs` more; everything when it `must` be. */
  due(elapsedMs: number, nodes: number, must: boolean): Look {
    this.#stateAge += elapsedMs;
    if (!must && this.#stateAge < (nodes >= LARGE_PICTURE ? LARGE_PICTURE_MS : SMALL_PICTURE_MS)) {
      return "nothing";
    }
    this.#factsAge += this.#stateAge;
    this.#stateAge = 0;
    if (!must && this.#factsAge < FACTS_MS) {
      return "state";
    }
    this.#factsAge = 0;
    return "facts";
  }
}
