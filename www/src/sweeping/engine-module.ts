import engineAddress from "queuescope/runner-wasm";
import { once } from "../session/once.ts";

/** The simulator's wasm, compiled for all workers (which build that is, `build/engine-files.ts` says). */
export const engineModule = once(async (): Promise<WebAssembly.Module> => {
  const response = await fetch(engineAddress);
  if (!response.ok) {
    throw new Error(`HTTP ${response.status}`);
  }
  return WebAssembly.compile(await response.arrayBuffer());
});
