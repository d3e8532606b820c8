import runnerAddress from "queuescope/runner-wasm";
import wholeAddress from "queuescope/wasm";
import { once } from "../session/once.ts";
import type { Engine } from "./worker-words.ts";

/** The engines' wasm, compiled for all workers; each is loaded when it is asked for. */
export const engineModules: Record<Engine, () => Promise<WebAssembly.Module>> = {
  runner: once(() => compiled(runnerAddress)),
  whole: once(() => compiled(wholeAddress)),
};

async function compiled(address: string): Promise<WebAssembly.Module> {
  const response = await fetch(address);
  if (!response.ok) {
    throw new Error(`HTTP ${response.status}`);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}
