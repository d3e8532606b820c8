import type { Fact } from "queuescope";

/** Facts kept for the log; older ones are made again by going back to them. */
const KEPT = 5000;

/** The facts up to now, newest last, as far as they are kept. */
export class Journal {
  #facts: readonly Fact[] = [];
  #count = 0;

  get facts(): readonly Fact[] {
    return this.#facts;
  }

  /** How many facts there are from the start up to now, kept or not. */
  get count(): number {
    return this.#count;
  }

  /** Takes in what `takeFacts` returned; `count` is the snapshot's `fact_count`. Says whether anything changed. */
  take(facts: readonly Fact[], count: number): boolean {
    const cut = Math.min(facts[0]?.index ?? count, count);
    if (facts.length === 0 && cut >= this.#count) {
      this.#count = count;
      return false;
    }
    let kept = this.#facts.length;
    while (kept > 0 && (this.#facts[kept - 1]?.index ?? -1) >= cut) {
      kept -= 1;
    }
    this.#facts = [...this.#facts.slice(0, kept), ...facts].slice(-KEPT);
    this.#count = count;
    return true;
  }

  clear(): void {
    this.#facts = [];
    this.#count = 0;
  }
}
