import init, { Simulation } from "queuescope";

let loading: Promise<unknown> | null = null;

/** Loads the simulator once. After a failure the next call tries again. */
export async function loadEngine(): Promise<void> {
  loading ??= init();
  try {
    await loading;
  } catch (error) {
    loading = null;
    throw error;
  }
}

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
