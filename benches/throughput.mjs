// How many messages a run takes in a second in wasm, in Node.
//
// node throughput.mjs WASM DOCUMENT MESSAGES SEED numbers|memory|everything|numbers-by-whole|whole
//
// WASM is the folder of the built wasm. Prints a line of JSON: the first run, the compiling of the wasm included, and a
// second one of the same length, which is warm. `numbers` is what sweeps run (`queuescope_runner`), which records numbers
// alone; `memory` is the same, run once, and then on to ten times as many messages. The others are the whole engine:
// `everything` records everything, `numbers-by-whole` numbers alone, and `whole` runs the document to its own end once,
// recording everything.

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, file, count, seedWord, mode] = process.argv.slice(2);
const messages = Number(count);
const seed = Number(seedWord);
const text = readFileSync(file, "utf8");

const producers = JSON.parse(text).producers ?? [];
const rate = producers.reduce((sum, each) => sum + (each.arrivals.poisson?.per_second ?? 0), 0);
const until = (count) => Math.round((count / rate) * 1e6);
// V8 does not replace a function while it runs, so runs are cut into calls of a few thousand events.
const slice = until(2000);

function runUntil(simulation, end) {
  for (let now = simulation.now; now < end; now += slice) simulation.runUntil(Math.min(now + slice, end));
}

function seconds(since) {
  return (performance.now() - since) / 1000;
}

function told(simulation) {
  const numbers = simulation.numbers();
  const finished = numbers.consumers.reduce((sum, each) => sum + each.finished, 0);
  // The mean service is a millisecond.
  const steps = simulation.steps ?? simulation.snapshot().step;
  return { messages: finished, steps, mean_wait: numbers.queues[0].waiting.mean / 1000 };
}

const isRunner = mode === "numbers" || mode === "memory";
const engine = isRunner ? "queuescope_runner" : "queuescope";
const module = await import(pathToFileURL(resolve(folder, `${engine}.js`)));
const octets = readFileSync(join(folder, `${engine}_bg.wasm`));
const recording = mode === "numbers-by-whole" ? "numbers" : "everything";
const make = () =>
  isRunner ? module.Run.fromScenario(text, seed) : module.Simulation.fromScenario(text, seed, recording);
const start = performance.now();
// At once: the other way asks what a `Request` is, for which Node first loads all it has for HTTP.
const { memory } = module.initSync({ module: octets });
const first = make();
if (mode === "whole") {
  const end = first.about().until;
  // A hundred calls: V8 replaces a function between them only.
  for (let part = 1; part <= 100; part++) first.runUntil(Math.round((end * part) / 100));
  console.log(JSON.stringify({ steps: first.snapshot().step, seconds: seconds(start) }));
  process.exit();
}
runUntil(first, until(messages));
const firstSeconds = seconds(start);

if (mode === "memory") {
  const before = memory.buffer.byteLength;
  runUntil(first, until(10 * messages));
  console.log(JSON.stringify({ ...told(first), seconds: seconds(start), before, after: memory.buffer.byteLength }));
} else {
  first.free();
  const warm = make();
  const again = performance.now();
  runUntil(warm, until(messages));
  console.log(JSON.stringify({ ...told(warm), seconds: seconds(again), first_seconds: firstSeconds }));
}
