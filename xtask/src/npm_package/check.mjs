// Run by `cargo xtask test` in a folder where the npm package was installed.
import init, { Simulation } from "queuescope";

await init();
if (typeof Simulation.fromScenario !== "function") {
  throw new Error("the package has no Simulation.fromScenario");
}
