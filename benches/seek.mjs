// How long it takes in Chromium to go to any moment of a long run that records everything.
//
// node seek.mjs CHROMIUM PLAYWRIGHT WASM DOCUMENT MESSAGES
//
// PLAYWRIGHT is the folder of the package playwright-core. Prints a line of JSON: the milliseconds that 100 seeks took,
// to moments drawn at random.

import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [chromium, playwright, folder, file, count] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
const rate = JSON.parse(text).producers.reduce((sum, each) => sum + each.arrivals.poisson.per_second, 0);

const types = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };
const server = createServer((request, response) => {
  const name = request.url === "/" ? "index.html" : request.url.slice(1);
  response.setHeader("content-type", types[name.split(".").pop()] ?? "text/plain");
  if (name === "index.html") return response.end("<!doctype html><title>seek</title>");
  try {
    response.end(readFileSync(join(folder, name)));
  } catch {
    response.statusCode = 404;
    response.end();
  }
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));

const { chromium: type } = createRequire(import.meta.url)(resolve(playwright));
const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
const browser = await type.launch({ executablePath: chromium, args });
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);
const told = await page.evaluate(
  async ({ text, end }) => {
    const { default: init, Simulation } = await import("/queuescope.js");
    const { memory } = await init();
    const simulation = Simulation.fromScenario(text, 1);
    await simulation.runUntilAsync(end);
    // A linear congruential generator (Numerical Recipes) is random enough for moments.
    let state = 1;
    const times = [];
    for (let number = 0; number < 100; number++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const moment = Math.floor((state / 2 ** 32) * end);
      const start = performance.now();
      simulation.seek(moment);
      times.push(performance.now() - start);
      if (simulation.now !== moment) throw new Error("it is somewhere else");
    }
    return { times, memory: memory.buffer.byteLength };
  },
  { text, end: Math.round((Number(count) / rate) * 1e6) },
);
await browser.close();
server.close();
const sorted = told.times.toSorted((one, other) => one - other);
console.log(JSON.stringify({ median: sorted[50], most: sorted[99], memory: told.memory }));
