import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { at, DEFINITIONS, Queuescope } from "./driver.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("the page has no accessibility violations", async ({ page }) => {
      const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=9000000");
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await page.getByRole("button", { name: /^Queue tasks/ }).click();
      await queuescope.log
        .getByRole("button", { name: /^Rule behind/ })
        .last()
        .click();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    });

    test("nor with a definitions file, the list of what is not simulated and an error", async ({ page }) => {
      const queuescope = await Queuescope.open(page);
      const rich = readFileSync(at(`${DEFINITIONS}/rich.json`), "utf8");
      await queuescope.pickText("rich.json", rich.replace("vhost-limits", "shovel"));
      await page.getByRole("button", { name: /^Queue orders, / }).click();
      await queuescope.pickText("bad.json", "{");
      await expect(queuescope.alert).toBeVisible();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await page.getByRole("button", { name: /settings? (is|are) not simulated/ }).click();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    });

    test("nor the help, nor an embed", async ({ page }) => {
      await Queuescope.open(page);
      await page.keyboard.press("?");
      await expect(page.getByRole("dialog", { name: "Help" })).toBeVisible();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await Queuescope.open(page, "embed.html");
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    });

    test("nor on a narrow screen", async ({ page }) => {
      await page.setViewportSize({ width: 360, height: 740 });
      await Queuescope.open(page, "index.html#scenario=work-queue&at=9000000");
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await page.getByRole("tab", { name: "Inspect" }).click();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    });
  });
}

test("the switch changes the colours and remembers the choice", async ({ page }) => {
  await Queuescope.open(page);
  const ground = () =>
    page.locator("queuescope-page").evaluate((element) => getComputedStyle(element).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Switch to dark colours" }).click();
  await expect.poll(ground).not.toBe(light);
  await page.reload();
  await expect(page.getByRole("button", { name: "Switch to light colours" })).toBeVisible();
  expect(await ground()).not.toBe(light);
});
