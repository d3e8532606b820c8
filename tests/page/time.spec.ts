import { expect, test } from "@playwright/test";
import { Queuescope } from "./driver.ts";

test("a step moves the clock and says in the log what happened", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  const before = await queuescope.log.count();
  await queuescope.step();
  expect(await queuescope.log.count()).toBeGreaterThan(before);
  const facts = await queuescope.ask((scope) => scope.session.journal.facts.length);
  await expect(queuescope.log).toHaveCount(facts);
  await queuescope.step(4);
  await expect(queuescope.clock).not.toHaveText("00:00.000");
  await expect(queuescope.log.last()).toContainText(/m\d+/);
});

test("a step back takes it back, the log as well", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.step(5);
  const [hash, clock, rows] = [
    await queuescope.hash(),
    await queuescope.clock.textContent(),
    await queuescope.log.count(),
  ];
  await queuescope.step(3);
  for (let time = 0; time < 3; time += 1) {
    await queuescope.button("Step back").click();
  }
  await queuescope.still();
  expect(await queuescope.hash()).toBe(hash);
  await expect(queuescope.clock).toHaveText(clock ?? "");
  await expect(queuescope.log).toHaveCount(rows);
});

test("a step back at the start says so", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.button("Step back").click();
  await expect(page.getByText("This is the start.")).toBeVisible();
});

test("play goes on by itself until pause, and the button changes its name", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.play();
  await expect.poll(() => queuescope.now()).toBeGreaterThan(600_000);
  await expect(queuescope.button("Play")).toHaveCount(0);
  await queuescope.pause();
  const now = await queuescope.now();
  await expect(queuescope.button("Pause")).toHaveCount(0);
  await page.waitForFunction(() =>
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(() => true),
  );
  expect(await queuescope.now()).toBe(now);
});

test("scrubbing goes anywhere, forwards and backwards", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  await queuescope.scrub(10_000_000);
  await expect(queuescope.clock).toHaveText("00:10.000");
  const [there, rows] = [await queuescope.hash(), await queuescope.log.count()];
  await queuescope.scrub(2_000_000);
  await expect(queuescope.clock).toHaveText("00:02.000");
  expect(await queuescope.log.count()).toBeLessThan(rows);
  expect(await queuescope.hash()).not.toBe(there);
  await queuescope.scrub(10_000_000);
  expect(await queuescope.hash()).toBe(there);
});

test("many wishes at once end at the last one", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  await queuescope.ask(async (scope) => {
    const moments = [9, 3, 27, 1, 12].map((second) => second * 1_000_000);
    await Promise.all(moments.map((moment) => scope.session.seek(moment)));
  });
  await queuescope.still();
  expect(await queuescope.now()).toBe(12_000_000);
});

test("the timeline can be worked by keys", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  await queuescope.timeline.focus();
  await page.keyboard.press("PageUp");
  await expect.poll(() => queuescope.now()).toBeGreaterThan(0);
  const tenth = await queuescope.now();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => queuescope.now()).toBeGreaterThan(tenth);
  await page.keyboard.press("Home");
  await expect.poll(() => queuescope.now()).toBe(0);
});

test("to the start", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=8000000");
  const start = await queuescope.ask((scope) => scope.session.journal.count);
  await queuescope.button("To start").click();
  await expect(queuescope.clock).toHaveText("00:00.000");
  expect(await queuescope.ask((scope) => scope.session.journal.count)).toBeLessThan(start);
});

test("the speed slider is logarithmic and says its value", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  const slider = page.getByRole("slider", { name: "Speed" });
  await slider.fill("0");
  await expect(page.locator("queuescope-time-bar output")).toHaveText("0.05×");
  await slider.fill("60");
  await expect(page.locator("queuescope-time-bar output")).toHaveText("50×");
  await queuescope.play();
  await expect.poll(() => queuescope.now()).toBeGreaterThan(5_000_000);
});

test("playing pauses at the end of the scenario, and goes on beyond it when asked", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  const until = await queuescope.ask((scope) => scope.session.end);
  await queuescope.scrub(until - 200_000);
  await queuescope.play();
  await expect(page.getByText("This is the end of the scenario.")).toBeVisible();
  await queuescope.still();
  expect(await queuescope.now()).toBe(until);
  await queuescope.play();
  await expect.poll(() => queuescope.now()).toBeGreaterThan(until);
  await queuescope.pause();
  expect(Number(await queuescope.timeline.getAttribute("max"))).toBeGreaterThan(until);
});

test("when nothing is left to happen it pauses and says so", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  const nothing =
    '{"vhosts":[{"name":"/"}],"exchanges":[],"bindings":[],"queues":[{"name":"alone","vhost":"/"}]}';
  await queuescope.pickText("alone.json", nothing);
  await expect(page.getByLabel("Scenario")).toContainText("alone.json");
  await queuescope.ask((scope) => scope.session.seek(1_000_000));
  await queuescope.play();
  await expect(page.getByText("Nothing is left to happen.")).toBeVisible();
  await expect(queuescope.button("Play")).toBeVisible();
});

test("at a standstill nothing is drawn", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.step(3);
  const frames = () => queuescope.ask((scope) => scope.drawing.frames);
  const settled = () =>
    page.evaluate(
      () =>
        new Promise<void>((done) => {
          let left = 6;
          const next = () => {
            left -= 1;
            if (left === 0) {
              done();
            } else {
              requestAnimationFrame(next);
            }
          };
          next();
        }),
    );
  await settled();
  const before = await frames();
  await settled();
  expect(await frames()).toBe(before);
});
