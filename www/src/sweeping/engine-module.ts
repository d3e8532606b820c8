import engineAddress from "queuescope/wasm";

let compiling: Promise<WebAssembly.Module> | null = null;

/** The simulator's wasm, compiled once for all workers: the one place that says which build they run. After a failure
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
