import { readFile } from "node:fs/promises";
import load from "./queuescope_runner.js";

export * from "./queuescope_runner.js";

/** Loads the wasm: the one that lies beside this file, unless another source is given. */
export default async function init(source) {
  const own = new URL("./queuescope_runner_bg.wasm", import.meta.url);
  return load(source ?? { module_or_path: await readFile(own) });
}
