/** One run of a sweep: `Run.fromScenario(text, seed)` of `queuescope/runner`, up to its `until`; or, where that needs the
 * whole engine, `Simulation.fromScenario(text, seed, "numbers")` up to its `about().until`. */
export interface SweepTask {
  /** The value of the field that varies, as people read it. */
  value: string;
  seed: number;
  text: string;
}

/** A field of a document that is worth varying. */
export interface SweepField {
  path: string;
  /** What it is, in words. */
  name: Sentence;
  /** Null where the document leaves it out. */
  value: number | null;
  /** The first and the last of a range that tells something, as they are written in `vary`. */
  range: [string, string];
}

/** What a sweep has come to: for each value and each measure a mean over the replications. */
export interface SweepOutcome {
  /** The field that varies. */
  path: string;
  confidence: number;
  rows: {
    value: string;
    node: string;
    measure: string;
    unit: Unit;
    estimate: {
      /** How many replications have it. */
      count: number;
      mean: number;
      deviation: number;
      /** The mean of all possible replications is within this of the mean with that confidence (Student's t); null for
       * a single one. */
      half_width: number | null;
    };
    theory: number | null;
  }[];
}
