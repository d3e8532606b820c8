import { fileURLToPath } from "node:url";

const built = (name: string) => fileURLToPath(new URL(`../../target/wasm/${name}`, import.meta.url));

/** Where the built wasm lies: the simulator, and what takes frames apart, by the names that the npm package has; and the
 * address of the simulator's wasm. */
export const engineFiles = [
  { find: /^queuescope$/, replacement: built("queuescope.js") },
  { find: /^queuescope\/wasm$/, replacement: `${built("queuescope_bg.wasm")}?url` },
  { find: /^queuescope\/layers$/, replacement: built("queuescope_layers.js") },
];
