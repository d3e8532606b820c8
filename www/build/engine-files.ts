import { fileURLToPath } from "node:url";

const built = (name: string) => fileURLToPath(new URL(`../../target/wasm/${name}`, import.meta.url));

/** The build that the workers of sweeps run. */
const RUNNER = "queuescope";

/** Where the built wasm lies: the simulator, and what takes frames apart, by the names that the npm package has; the
 * address of the simulator's wasm; and the simulator as sweeps run it. */
export const engineFiles = [
  { find: /^queuescope$/, replacement: built("queuescope.js") },
  { find: /^queuescope\/wasm$/, replacement: `${built("queuescope_bg.wasm")}?url` },
  { find: /^queuescope\/runner$/, replacement: built(`${RUNNER}.js`) },
  { find: /^queuescope\/runner-wasm$/, replacement: `${built(`${RUNNER}_bg.wasm`)}?url` },
  { find: /^queuescope\/layers$/, replacement: built("queuescope_layers.js") },
];
