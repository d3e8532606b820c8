// Run by `cargo xtask test` in a folder where the npm package was installed, with the folder of the scenarios that ship,
// and with the hash of the facts that every platform comes to in `hello-world`.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import init, { Simulation } from "queuescope";
import initLayers, { dissect } from "queuescope/layers";
import initRunner, { Run } from "queuescope/runner";

const [scenarios, seed, until, hash] = process.argv.slice(2);

await init();
const simulation = Simulation.fromScenario(await readFile(join(scenarios, "hello-world.json"), "utf8"), Number(seed));
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

// What records numbers alone comes to the very same ones, or says that it has not all that a scenario takes.
await initRunner();
const counts = { same: 0, refused: 0 };
for (const name of await readdir(scenarios)) {
  const text = await readFile(join(scenarios, name), "utf8");
  const document = JSON.parse(text);
  const hasPackets = [document, ...(document.links ?? [])].some(({ carrier }) => carrier === "packets");
  const needsWhole = hasPackets || ["servers", "browsers", "sockets"].some((part) => document[part]?.length > 0);
  if (needsWhole) {
    const code = codeOf(() => Run.fromScenario(text, 1));
    if (code !== "needs-whole-engine") {
      throw new Error(`${name} is refused by the code ${code}`);
    }
    counts.refused += 1;
    continue;
  }
  for (const seed of [1, 2, 77]) {
    const whole = Simulation.fromScenario(text, seed, "numbers");
    const run = Run.fromScenario(text, seed);
    for (const part of [0.3, 1]) {
      const moment = Math.round(run.until * part);
      whole.runUntil(moment);
      while (!run.runAtMost(moment, 1000)) {}
      expectSame(`the numbers of ${name}`, whole.numbers(), run.numbers());
      expectSame(`the measures of ${name}`, whole.measures(), run.measures());
      expectSame(`where ${name} is`, [whole.now, whole.snapshot().step], [run.now, run.steps]);
    }
    whole.free();
    run.free();
  }
  counts.same += 1;
}
if (counts.same < 20 || counts.refused < 5) {
  throw new Error(`there are too few scenarios: ${JSON.stringify(counts)}`);
}

function codeOf(make) {
  try {
    make().free();
    return "none";
  } catch (error) {
    return error.code;
  }
}

function expectSame(what, whole, run) {
  const [expected, found] = [whole, run].map((value) => JSON.stringify(value));
  if (expected !== found) {
    throw new Error(`${what} are not the same:\n${expected}\n${found}`);
  }
}
