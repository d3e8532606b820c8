import { initSync as initWhole, type Measure, Simulation } from "queuescope";
import { initSync as initRunner, Run } from "queuescope/runner";
import type { Answer, Engine, Order, RunProblem } from "./worker-words.ts";

/** Runs a document up to a time, or to the end that it names. */
type Carry = (text: string, seed: number, until: number | null) => Measure[];

/** Calls of so many steps: a browser makes a function quicker between its calls, not while it runs. */
const STEPS = 10_000;

const carriers: Record<Engine, Carry> = {
  runner(text, seed, until) {
    const run = Run.fromScenario(text, seed);
    const end = until ?? run.until;
    while (!run.runAtMost(end, STEPS)) {}
    const measures = run.measures();
    run.free();
    return measures;
  },
  whole(text, seed, until) {
    const simulation = Simulation.fromScenario(text, seed, "numbers");
    simulation.runUntil(until ?? simulation.about().until);
    const measures = simulation.measures();
    simulation.free();
    return measures;
  },
};

let carry = carriers.runner;

// A worker that carries out the runs of a sweep, one after the other, recording numbers alone.
self.onmessage = ({ data }: MessageEvent<Order>): void => {
  if (data.kind === "engine") {
    const { engine, module } = data;
    (engine === "runner" ? initRunner : initWhole)({ module });
    carry = carriers[engine];
    answer({ kind: "ready" });
    return;
  }
  const { number, text, seed, until } = data;
  try {
    answer({ kind: "done", number, measures: carry(text, seed, until) });
  } catch (error) {
    answer({ kind: "failed", number, problem: problemOf(error) });
  }
};

function answer(words: Answer): void {
  self.postMessage(words);
}

function problemOf(error: unknown): RunProblem {
  const { code = "", place = "" } = error as Partial<RunProblem>;
  const message = error instanceof Error ? error.message : String(error);
  return { code, place, message, isCrash: error instanceof WebAssembly.RuntimeError };
}
