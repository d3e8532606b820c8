import engineAddress from "queuescope/runner-wasm";

let compiling: Promise<WebAssembly.Module> | null = null;

/** The simulator's wasm, compiled once for all workers (which build that is, `build/engine-files.ts` says). After a failure
 * the next call tries again. */
export async function engineModule(): Promise<WebAssembly.Module> {
  compiling ??= compiled();
  try {
    return await compiling;
  } catch (error) {
    compiling = null;
    throw error;
  }
}

async function compiled(): Promise<WebAssembly.Module> {
  const response = await fetch(engineAddress);
  if (!response.ok) {
    throw new Error(`HTTP ${response.status}`);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}
