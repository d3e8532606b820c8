import type { Plugin } from "vite";

/** Where the glue that wasm-bindgen writes looks for its wasm by itself. */
const BESIDE = /new URL\('\w+_bg\.wasm', import\.meta\.url\)/;

/** Has the simulator's glue take the address of its wasm from `queuescope/wasm`, as all others do who load it: so
 * that it is published once. */
export function engineAddress(): Plugin {
  return glue(
    /[/\\]queuescope\.js$/,
    "queuescopeAddress",
    `import queuescopeAddress from "queuescope/wasm";\n`,
  );
}

/** In a worker, which is handed the compiled wasm and cannot load any. */
export function engineHandedOver(): Plugin {
  return glue(/[/\\]queuescope\w*\.js$/, "undefined", "");
}

function glue(files: RegExp, address: string, before: string): Plugin {
  return {
    name: "queuescope-engine-address",
    enforce: "pre",
    transform(code, id) {
      if (!files.test(id)) {
        return null;
      }
      if (!BESIDE.test(code)) {
        throw new Error(`${id} does not load its wasm by ${BESIDE}`);
      }
      return { code: before + code.replace(BESIDE, address), map: null };
    },
  };
}
