import { fileURLToPath } from "node:url";

const built = (name: string) => fileURLToPath(new URL(`../../target/wasm/${name}`, import.meta.url));

const source = (name: string) => fileURLToPath(new URL(`../src/${name}`, import.meta.url));

const WHOLE_WASM = `${built("queuescope_bg.wasm")}?url`;

const everywhere = [
  { find: /^queuescope$/, replacement: built("queuescope.js") },
  { find: /^queuescope\/wasm$/, replacement: WHOLE_WASM },
  { find: /^queuescope\/layers$/, replacement: built("queuescope_layers.js") },
];

/** Where the built wasm lies, by the names that the npm package has: the simulator, what takes frames apart, and what
 * sweeps run; and the addresses of the wasm of the first and the last. Beside them the simulator without the parts that
 * few documents take, which the page loads first, and what plans sweeps. */
export const engineFiles = [
  ...everywhere,
  { find: /^queuescope\/everyday$/, replacement: built("queuescope_everyday.js") },
  { find: /^queuescope\/sweep$/, replacement: built("queuescope_sweep.js") },
  { find: /^queuescope\/runner$/, replacement: built("queuescope_runner.js") },
  { find: /^queuescope\/runner-wasm$/, replacement: `${built("queuescope_runner_bg.wasm")}?url` },
];

/** The same for the page in one file, which everything stands in: there the simulator does it all itself. */
export const oneEngine = [
  ...everywhere,
  { find: /^queuescope\/(everyday|sweep)$/, replacement: built("queuescope.js") },
  { find: /^queuescope\/runner$/, replacement: source("sweeping/whole-runner.ts") },
  { find: /^queuescope\/runner-wasm$/, replacement: WHOLE_WASM },
];
