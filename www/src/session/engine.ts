import type { LoggedCommand, Simulation } from "queuescope";
import init, { Simulation as EverydaySimulation } from "queuescope/everyday";
import { NEEDS_WHOLE } from "./missing-part.ts";
import { once } from "./once.ts";

/** Loads the simulator that does for most documents. */
export const loadEngine = once(() => init());

/** Loads the one with all parts, a wasm file of its own. */
const loadWhole = once(async (): Promise<typeof Simulation> => {
  const whole = await import("queuescope");
  await whole.default();
  return whole.Simulation;
});

/** No engine can be had that has all that a document takes. */
export class EngineMissing extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Makes a simulation of a document, with the commands of a log to come: by the everyday engine, or, where that refuses
 * it for want of a part, by the whole one, which is loaded then. Throws what is wrong with the document or the log, or
 * `EngineMissing`. */
export async function newSimulation(
  text: string,
  seed: number | null,
  log: readonly LoggedCommand[],
): Promise<Simulation> {
  try {
    return make(EverydaySimulation, text, seed, log);
  } catch (error) {
    if (!needsWhole(error)) {
      throw error;
    }
  }
  return wholeSimulation(text, seed, log);
}

/** The same by the whole engine. */
export async function wholeSimulation(
  text: string,
  seed: number | null,
  log: readonly LoggedCommand[],
): Promise<Simulation> {
  const whole = await loadWhole().catch((error: unknown) => {
    throw new EngineMissing(error);
  });
  return make(whole, text, seed, log);
}

function make(
  engine: typeof Simulation,
  text: string,
  seed: number | null,
  log: readonly LoggedCommand[],
): Simulation {
  const fresh = seed === null ? engine.fromScenario(text) : engine.fromScenario(text, seed);
  try {
    fresh.takeUpLog([...log]);
  } catch (error) {
    fresh.free();
    throw error;
  }
  return fresh;
}

/** Whether a simulation refuses something because its engine has not the part for it. */
export function needsWhole(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === NEEDS_WHOLE;
}

/** Whether wasm itself failed: its objects are locked from then on and must be thrown away, not freed. */
export function isCrash(error: unknown): boolean {
  return typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError;
}

export function isCancelled(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "cancelled";
}
