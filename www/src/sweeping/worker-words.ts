import type { Measure } from "queuescope";

/** Who carries out runs: what is made for that, or the whole simulator, for what the other leaves out. */
export type Engine = "runner" | "whole";

/** What a worker is told: first the compiled engine, then one run after the other. It may be given another engine. */
export type Order =
  | { readonly kind: "engine"; readonly engine: Engine; readonly module: WebAssembly.Module }
  | {
      readonly kind: "run";
      readonly number: number;
      readonly text: string;
      readonly seed: number;
      /** Null: to the end that the document names. */
      readonly until: number | null;
    };

/** What a worker answers. */
export type Answer =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly number: number; readonly measures: Measure[] }
  | { readonly kind: "failed"; readonly number: number; readonly problem: RunProblem };

/** Why a run came to nothing. */
export interface RunProblem {
  readonly code: string;
  readonly place: string;
  readonly message: string;
  /** Whether the simulator itself is at fault: its worker is of no use any more. */
  readonly isCrash: boolean;
}
