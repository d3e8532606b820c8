import init, { Simulation } from "queuescope";
import { once } from "./once.ts";

/** Loads the simulator. */
export const loadEngine = once(() => init());

export function newSimulation(text: string, seed: number | null): Simulation {
  return seed === null ? Simulation.fromScenario(text) : Simulation.fromScenario(text, seed);
}

/** Whether wasm itself failed: its objects are locked from then on and must be thrown away, not freed. */
export function isCrash(error: unknown): boolean {
  return typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError;
}

export function isCancelled(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "cancelled";
}
