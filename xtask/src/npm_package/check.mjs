// Run by `cargo xtask test` in a folder where the npm package was installed, with a scenario and with the hash
// of the facts that every platform comes to.
import { readFile } from "node:fs/promises";
import init, { Simulation } from "queuescope";
import initLayers, { dissect } from "queuescope/layers";

const [scenario, seed, until, hash] = process.argv.slice(2);

await init();
const simulation = Simulation.fromScenario(await readFile(scenario, "utf8"), Number(seed));
simulation.runUntil(Number(until));
if (simulation.factsHash() !== hash) {
  throw new Error(`the facts have the hash ${simulation.factsHash()}, not ${hash}`);
}

const { capture, packets } = simulation.packets(1);
await initLayers();
const [frame] = dissect(capture, Uint32Array.of(packets[0].frame));
const protocols = frame.layers.map((layer) => layer.protocol).join(" ");
if (protocols !== "eth ip tcp amqp amqp amqp") {
  throw new Error(`the first packet of message 1 has the layers ${protocols}`);
}
