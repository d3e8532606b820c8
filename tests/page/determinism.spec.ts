import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { QueueScope } from "../../www/src/element/queue-scope.ts";
import { at, DEFINITIONS, Queuescope, SCENARIOS } from "./driver.ts";

/** A moment in the middle of things; no scenario is over by then. */
const MOMENT = 5_654_321;

for (const id of SCENARIOS) {
  test(`${id}: stepping, playing and seeking lead to the same facts`, async ({ page }) => {
    const queuescope = await Queuescope.open(page, `index.html#scenario=${id}&seed=11`);
    await queuescope.scrub(MOMENT);
    const bySeeking = await queuescope.hash();

    await queuescope.button("To start").click();
    await queuescope.still();
    const byStepping = await queuescope.ask((scope) => {
      const simulation = scope.simulation;
      while ((simulation?.snapshot().next_event ?? Number.POSITIVE_INFINITY) <= 5_654_321) {
        scope.session.step();
      }
      simulation?.runUntil(5_654_321);
      return simulation?.factsHash();
    });
    expect(byStepping).toBe(bySeeking);

    for (const speed of [0.5, 3, 50]) {
      await queuescope.button("To start").click();
      await queuescope.still();
      await queuescope.element.evaluate((element, asked) => {
        (element as unknown as { session: { setSpeed(value: number): void } }).session.setSpeed(asked);
      }, speed);
      await queuescope.play();
      await expect.poll(() => queuescope.now()).toBeGreaterThan(500_000);
      await queuescope.ask((scope) => scope.session.pause());
      await queuescope.still();
      // Wherever the frames happened to end, the rest of the way leads to the same place.
      await queuescope.scrub(MOMENT);
      expect(await queuescope.hash()).toBe(bySeeking);
    }

    const backAndForth = await queuescope.ask((scope) => {
      for (let steps = 0; steps < 25; steps += 1) {
        scope.session.stepBack();
      }
      // There may be fewer steps behind than that: not beyond the moment.
      const next = () => scope.simulation?.snapshot().next_event ?? Number.POSITIVE_INFINITY;
      for (let steps = 0; steps < 7 && next() <= 5_654_321; steps += 1) {
        scope.session.step();
      }
      scope.simulation?.runUntil(5_654_321);
      return scope.simulation?.factsHash();
    });
    expect(backAndForth).toBe(bySeeking);
  });
}

test("the facts are those of the terminal program", async ({ page }) => {
  test.setTimeout(180_000);
  const lines = readFileSync(at("tests/determinism.txt"), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => line.trim().split(/\s+/));
  expect(lines.length).toBeGreaterThan(2);
  const queuescope = await Queuescope.open(page);
  for (const [id = "", seed, until, hash] of lines) {
    const isScenario = SCENARIOS.includes(id);
    const folders = isScenario ? ["scenarios"] : [DEFINITIONS, "tests/behaviour/documents"];
    const paths = folders.map((folder) => `${folder}/${id}.json`);
    const path = paths.find((path) => existsSync(at(path))) ?? `${id}.json`;
    const asked = { text: readFileSync(at(path), "utf8"), seed: Number(seed), until: Number(until) };
    const found = await queuescope.element.evaluate(async (element, { text, seed, until }) => {
      const scope = element as unknown as QueueScope;
      await scope.open({ text, id: null, name: "a document", seed }, { at: until });
      return scope.simulation?.factsHash();
    }, asked);
    expect([id, seed, found]).toEqual([id, seed, hash]);
    await expect.poll(() => queuescope.now()).toBe(Number(until));
  }
});
