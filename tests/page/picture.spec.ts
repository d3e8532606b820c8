import { expect, test } from "@playwright/test";
import { Queuescope } from "./driver.ts";

test("everything of a scenario is drawn, named and can be reached", async ({ page }) => {
  await Queuescope.open(page, "index.html#scenario=work-queue");
  for (const name of [
    /^Producer P,/,
    /^Exchange \(default\), direct/,
    /^Queue tasks, 0 ready/,
    /^Consumer C1,/,
    /^Consumer C2,/,
  ]) {
    await expect(page.getByRole("button", { name })).toHaveCount(1);
  }
  await expect(page.locator("g.edge")).toHaveCount(4);
  await expect(page.locator("g.edge text")).toContainText(["tasks"]);
});

test("messages move along the edges while it plays", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.play();
  await expect.poll(() => queuescope.ask((scope) => scope.drawing.items)).toBeGreaterThan(0);
  const frames = await queuescope.ask((scope) => scope.drawing.frames);
  await expect.poll(() => queuescope.ask((scope) => scope.drawing.frames)).toBeGreaterThan(frames + 5);
  expect(await queuescope.painted()).toBeGreaterThan(50);
});

test("a message that is on its way is really painted where it is", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  const empty = await queuescope.painted();
  for (let steps = 0; steps < 20; steps += 1) {
    await queuescope.step();
    if ((await queuescope.ask((scope) => scope.drawing.items)) > 0) {
      break;
    }
  }
  expect(await queuescope.ask((scope) => scope.drawing.items)).toBeGreaterThan(0);
  expect(await queuescope.painted()).toBeGreaterThan(empty);
});

test("messages pile up in the queue while its consumers rest", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  for (const consumer of [/^Consumer C1/, /^Consumer C2/]) {
    await page.getByRole("button", { name: consumer }).click();
    await page.locator("queuescope-inspector").getByRole("button", { name: "Pause" }).click();
    await expect(page.locator("queuescope-inspector").getByRole("button", { name: "Resume" })).toBeVisible();
  }
  await queuescope.still();
  const before = await queuescope.painted();
  await queuescope.scrub(15_000_000);
  const queue = page.getByRole("button", { name: /^Queue tasks, (\d\d|[5-9]) ready/ });
  await expect(queue).toHaveCount(1);
  expect(await queuescope.painted()).toBeGreaterThan(before + 300);
  await queue.click();
  await expect(page.locator("queuescope-inspector .why")).toContainText("tasks keeps m");
});

test("a producer can be told to publish now and to rest", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await page.getByRole("button", { name: /^Producer P/ }).click();
  const inspector = page.locator("queuescope-inspector");
  await inspector.getByRole("button", { name: "Publish one now" }).click();
  await expect(page.getByRole("button", { name: "Producer P, 1 published" })).toHaveCount(1);
  await expect(queuescope.log.filter({ hasText: "P publishes m1" })).not.toHaveCount(0);
  await inspector.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByRole("button", { name: /^Producer P, paused/ })).toHaveCount(1);
});

test("the log leads to the message and to the nodes", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.step(6);
  await queuescope.log.getByRole("button", { name: "m1", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "m1", exact: true })).toBeVisible();
  await expect(page.locator("queuescope-inspector .biography li")).not.toHaveCount(0);
  await queuescope.log.getByRole("button", { name: "P", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "P", exact: true })).toBeVisible();
  await expect(page.locator("g.node.producer")).toHaveAttribute("aria-pressed", "true");
});

test("the rule behind a fact is told on demand, with its page", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.scrub(5_000_000);
  const row = queuescope.log.filter({ has: page.getByRole("button", { name: /^Rule behind/ }) }).last();
  await row.getByRole("button", { name: /^Rule behind/ }).click();
  await expect(row.locator(".rule")).toBeVisible();
  await expect(row.locator(".rule a")).toHaveAttribute("href", /^https:\/\/www\.rabbitmq\.com\/\S+/);
});

test("the log can be filtered and never holds too many rows", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  await queuescope.scrub(60_000_000);
  expect(await queuescope.log.count()).toBeLessThanOrEqual(500);
  await page.getByRole("searchbox", { name: "Filter" }).fill("publishes");
  await expect(queuescope.log.first()).toContainText("publishes");
  for (const text of await queuescope.log.allTextContents()) {
    expect(text).toContain("publishes");
  }
});

test("zooming, panning and fitting change the view and nothing else", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  const world = page.locator("g.world");
  const hash = await queuescope.hash();
  const fitted = await world.getAttribute("transform");
  await queuescope.button("Zoom in").click();
  await expect(world).not.toHaveAttribute("transform", fitted ?? "");
  const picture = page.locator("queuescope-picture .surface");
  const box = await picture.boundingBox();
  if (box === null) {
    throw new Error("there is no picture");
  }
  const zoomed = await world.getAttribute("transform");
  await page.mouse.move(box.x + 300, box.y + box.height - 120);
  await page.mouse.wheel(0, -240);
  await expect(world).not.toHaveAttribute("transform", zoomed ?? "");
  const nearer = await world.getAttribute("transform");
  await page.mouse.down();
  await page.mouse.move(box.x + 380, box.y + box.height - 80, { steps: 4 });
  await page.mouse.up();
  await expect(world).not.toHaveAttribute("transform", nearer ?? "");
  await queuescope.button("Fit the whole picture").click();
  await expect(world).toHaveAttribute("transform", fitted ?? "");
  expect(await queuescope.hash()).toBe(hash);
});

test("with reduced motion a step shows its trail and moves nothing", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const queuescope = await Queuescope.open(page);
  for (let steps = 0; steps < 12; steps += 1) {
    await queuescope.button("Step").click();
    expect(await queuescope.ask((scope) => scope.session.isMoving)).toBe(false);
    if ((await queuescope.ask((scope) => scope.session.trail.length)) > 0) {
      break;
    }
  }
  expect(await queuescope.ask((scope) => scope.session.trail.length)).toBeGreaterThan(0);
});
