import { fileURLToPath } from "node:url";

const built = (name: string) => fileURLToPath(new URL(`../../target/wasm/${name}`, import.meta.url));

/** Where the built wasm lies: the simulator, and what takes frames apart, by the names that the npm package has. */
export const engineFiles = [
  { find: /^queuescope$/, replacement: built("queuescope.js") },
  { find: /^queuescope\/layers$/, replacement: built("queuescope_layers.js") },
];
