import { initSync, Simulation } from "queuescope/runner";
import type { Answer, Order, RunProblem } from "./worker-words.ts";

// A worker that carries out the runs of a sweep, one after the other, recording numbers alone.
self.onmessage = ({ data }: MessageEvent<Order>): void => {
  if (data.kind === "engine") {
    initSync({ module: data.module });
    answer({ kind: "ready" });
    return;
  }
  const { number, text, seed, until } = data;
  try {
    const simulation = Simulation.fromScenario(text, seed, "numbers");
    simulation.runUntil(until ?? simulation.about().until);
    answer({ kind: "done", number, measures: simulation.measures() });
    simulation.free();
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
