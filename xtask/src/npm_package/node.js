import { readFile } from "node:fs/promises";
import load from "./queuescope.js";

export * from "./queuescope.js";

/** Loads the wasm: the one that lies beside this file, unless another source is given. */
export default async function init(source) {
  return load(source ?? { module_or_path: await readFile(new URL("./queuescope_bg.wasm", import.meta.url)) });
}
