import { expect, test } from "@playwright/test";
import { at, DEFINITIONS, Queuescope } from "./driver.ts";

for (const width of [320, 360, 768, 1100, 1440]) {
  test(`${width} px wide: nothing is cut off, nothing scrolls sideways`, async ({ page }) => {
    await page.setViewportSize({ width, height: 740 });
    const queuescope = await Queuescope.open(page, "index.html#scenario=publish-subscribe&at=5000000");
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await overflow()).toBe(0);
    for (const name of ["To start", "Step back", "Play", "Step", "Zoom in"]) {
      const box = await queuescope.button(name).boundingBox();
      expect(box !== null && box.x >= 0 && box.x + box.width <= width).toBe(true);
    }
    for (const node of await page.locator("g.node .form").all()) {
      const box = await node.boundingBox();
      expect(box !== null && box.x >= 0 && box.x + box.width <= width).toBe(true);
    }
    await page
      .getByRole("button", { name: /^Queue/ })
      .first()
      .click();
    await expect(page.locator("queuescope-inspector")).toBeVisible();
    await queuescope.pick(at(`${DEFINITIONS}/rich.json`));
    await expect(page.locator("g.node.queue")).toHaveCount(10);
    expect(await overflow()).toBe(0);
  });
}

test("a narrow screen shows the log or the inspector", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const queuescope = await Queuescope.open(page);
  await queuescope.step(3);
  await expect(page.getByRole("tab", { name: "Log" })).toHaveAttribute("aria-selected", "true");
  await page.getByRole("tab", { name: "Log" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Inspect" })).toHaveAttribute("aria-selected", "true");
  await expect(page.locator("queuescope-inspector")).toBeVisible();
  await expect(page.locator("queuescope-log")).toHaveCount(0);
});

for (const width of [360, 794]) {
  test(`a picture printed ${width} px wide has its moment under it, and nothing to press`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 740 });
    const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=4000000");
    await page.emulateMedia({ media: "print" });
    await expect(queuescope.node("queue://tasks")).toBeVisible();
    await expect(queuescope.clock).toBeVisible();
    await expect(queuescope.clock).toHaveText("00:04.000");
    for (const name of ["Play", "Zoom in", "Breakpoints"]) {
      await expect(queuescope.button(name)).toBeHidden();
    }
    await expect(page.getByRole("combobox")).toHaveCount(0);
    await expect(queuescope.timeline).toBeHidden();
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await overflow()).toBe(0);
  });
}
