import type { Plugin } from "vite";

/** Where the glue that wasm-bindgen writes looks for its wasm by itself. */
const BESIDE = "new URL('queuescope_bg.wasm', import.meta.url)";

/** Has the simulator's glue take the address of its wasm from `queuescope/wasm`, as all others do who load it: so
 * that it is published once. */
export function engineAddress(): Plugin {
  return glue(`queuescopeAddress`, `import queuescopeAddress from "queuescope/wasm";\n`);
}

/** In a worker, which is handed the compiled wasm and cannot load any. */
export function engineHandedOver(): Plugin {
  return glue("undefined", "");
}

function glue(address: string, before: string): Plugin {
  return {
    name: "queuescope-engine-address",
    enforce: "pre",
    transform(code, id) {
      if (!/[/\\]queuescope\.js$/.test(id)) {
        return null;
      }
      if (!code.includes(BESIDE)) {
        throw new Error(`${id} does not load its wasm by ${BESIDE}`);
      }
      return { code: before + code.replace(BESIDE, address), map: null };
    },
  };
}
