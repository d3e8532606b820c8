/** The address of the wasm that sweeps run; the build puts it in. */
declare module "queuescope/runner-wasm" {
  const address: string;
  export default address;
}

/** That of the whole simulator. */
declare module "queuescope/wasm" {
  const address: string;
  export default address;
}
