import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { Queuescope } from "./driver.ts";

const strip = (page: Page) => page.locator("queuescope-marks svg");

/** The moments at which a message became a dead letter, up to the present. */
async function moments(queuescope: Queuescope): Promise<number[]> {
  const facts = await queuescope.ask((scope) => scope.session.journal.facts);
  const own = facts.filter(({ sentence }) => sentence.key === "message.dead-lettered");
  return [...new Set(own.map(({ time }) => time))];
}

async function deadLetters(page: Page): Promise<Queuescope> {
  const queuescope = await Queuescope.open(page, "index.html#scenario=dead-letters");
  await queuescope.scrub(20_000_000);
  return queuescope;
}

test("what happened stands on the timeline, and is counted for who cannot see it", async ({ page }) => {
  const queuescope = await deadLetters(page);
  const letters = await queuescope.ask(
    (scope) =>
      scope.session.journal.facts.filter(({ sentence }) => sentence.key === "message.dead-lettered").length,
  );
  expect(letters).toBeGreaterThan(1);
  await expect(strip(page)).toHaveAttribute("aria-label", `Marks on the timeline: Dead letter: ${letters}.`);
  await expect(strip(page).locator("path[data-kind=dead_letter]")).toBeVisible();
  await expect(strip(page).locator("path[data-kind=redelivery]")).toHaveCount(0);
  const inspector = page.locator("queuescope-inspector");
  await queuescope.node("consumer:C").click();
  await inspector.getByRole("button", { name: "Pause" }).click();
  await expect(strip(page)).toHaveAttribute("aria-label", /Intervention: 1/);
  await expect(strip(page).locator("path[data-kind=intervention]")).toBeVisible();
});

test("the keys go from mark to mark, forwards and backwards", async ({ page }) => {
  const queuescope = await deadLetters(page);
  const times = await moments(queuescope);
  await queuescope.scrub(0);
  for (const time of times.slice(0, 3)) {
    await page.keyboard.press(".");
    await expect.poll(() => queuescope.now()).toBe(time);
    await queuescope.still();
  }
  await page.keyboard.press(",");
  await expect.poll(() => queuescope.now()).toBe(times[1]);
  await queuescope.button("Previous mark").click();
  await expect.poll(() => queuescope.now()).toBe(times[0]);
  await queuescope.button("Previous mark").click();
  await expect(page.getByText("It does not happen before this moment.")).toBeVisible();
  expect(await queuescope.now()).toBe(times[0]);
  await expect(page.locator("queuescope-log li.met")).toHaveCount(0);
});

test("a click on a mark goes to its moment, and the log points out the fact", async ({ page }) => {
  const queuescope = await deadLetters(page);
  const [first = 0] = await moments(queuescope);
  const end = await queuescope.ask((scope) => scope.session.end);
  const box = await strip(page).boundingBox();
  const [width = 0, height = 0] = [box?.width, box?.height];
  const x = 8 + (first / end) * (width - 16);
  await strip(page).click({ position: { x, y: height - 6 } });
  await expect.poll(() => queuescope.now()).toBe(first);
  await expect(page.locator("queuescope-log li.met")).toContainText("dead");
  await expect(page.locator("queuescope-stop-note")).toContainText("Found at");
});

test("beside the marks nothing is hit", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=3000000");
  await strip(page).click({ position: { x: 200, y: 12 } });
  await queuescope.still();
  expect(await queuescope.now()).toBe(3_000_000);
});

test("the help has the signs, and everything stays accessible", async ({ page }) => {
  const queuescope = await deadLetters(page);
  await page.keyboard.press(".");
  await page.keyboard.press(",");
  await queuescope.still();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Help" });
  for (const name of ["Dropped or lost", "Redelivery", "Return", "Error", "Intervention", "Breakpoint"]) {
    await expect(help).toContainText(name);
  }
});

for (const width of [320, 360, 1280]) {
  test(`the marks fill the timeline when it is ${width} px wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 740 });
    const queuescope = await deadLetters(page);
    const [marks, slider] = [await strip(page).boundingBox(), await queuescope.timeline.boundingBox()];
    expect(Math.abs((marks?.x ?? 0) - (slider?.x ?? 9))).toBeLessThanOrEqual(1);
    expect(Math.abs((marks?.width ?? 0) - (slider?.width ?? 9))).toBeLessThanOrEqual(1);
    for (const name of ["Breakpoints", "Runs", "Next mark", "Previous mark"]) {
      const box = await queuescope.button(name).boundingBox();
      expect(box !== null && box.x >= 0 && box.x + box.width <= width && box.width >= 24).toBe(true);
    }
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBe(0);
  });
}
