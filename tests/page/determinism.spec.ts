import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { at, Queuescope, SCENARIOS } from "./driver.ts";

/** A moment in the middle of things; no scenario is over by then. */
const MOMENT = 7_654_321;

for (const id of SCENARIOS) {
  test(`${id}: stepping, playing and seeking lead to the same facts`, async ({ page }) => {
    const queuescope = await Queuescope.open(page, `index.html#scenario=${id}&seed=11`);
    await queuescope.scrub(MOMENT);
    const bySeeking = await queuescope.hash();

    await queuescope.button("To start").click();
    await queuescope.still();
    const byStepping = await queuescope.ask((scope) => {
      const simulation = scope.simulation;
      while ((simulation?.snapshot().next_event ?? Number.POSITIVE_INFINITY) <= 7_654_321) {
        scope.session.step();
      }
      simulation?.runUntil(7_654_321);
      return simulation?.factsHash();
    });
    expect(byStepping).toBe(bySeeking);

    for (const speed of [0.5, 3, 50]) {
      await queuescope.button("To start").click();
      await queuescope.still();
      await queuescope.ask((scope, asked = speed) => scope.session.setSpeed(asked));
      await queuescope.element.evaluate((element, asked) => {
        (element as unknown as { session: { setSpeed(value: number): void } }).session.setSpeed(asked);
      }, speed);
      await queuescope.play();
      const enough = Math.min(2_000_000 * speed, MOMENT - 1);
      await expect.poll(() => queuescope.now()).toBeGreaterThan(Math.min(enough, 1_000_000));
      await queuescope.pause();
      // Wherever the frames happened to end, the rest of the way leads to the same place.
      await queuescope.scrub(MOMENT);
      expect(await queuescope.hash()).toBe(bySeeking);
    }

    const backAndForth = await queuescope.ask((scope) => {
      for (let steps = 0; steps < 25; steps += 1) {
        scope.session.stepBack();
      }
      for (let steps = 0; steps < 7; steps += 1) {
        scope.session.step();
      }
      scope.simulation?.runUntil(7_654_321);
      return scope.simulation?.factsHash();
    });
    expect(backAndForth).toBe(bySeeking);
  });
}

test("the facts are those of the terminal program", async ({ page }) => {
  const file = at("tests/determinism.txt");
  test.skip(!existsSync(file), "tests/determinism.txt is not there");
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => line.trim().split(/\s+/));
  expect(lines.length).toBeGreaterThan(2);
  for (const [id, seed, until, hash] of lines) {
    const queuescope = await Queuescope.open(page, `index.html#scenario=${id}&seed=${seed}&at=${until}`);
    await expect.poll(() => queuescope.now()).toBe(Number(until));
    expect([id, await queuescope.hash()]).toEqual([id, hash]);
    await page.goto("about:blank");
  }
});
