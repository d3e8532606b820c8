/** The address of the simulator's wasm; the build puts it in. */
declare module "queuescope/wasm" {
  const address: string;
  export default address;
}
