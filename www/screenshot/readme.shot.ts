import { mkdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";

const file = fileURLToPath(new URL("../../docs/queuescope.png", import.meta.url));
const LARGEST = 300_000;

/** A moment of the work queue at which messages wait, are worked on, and come and go. */
const MOMENT = "index.html#scenario=work-queue&at=45050000";

test.use({ viewport: { width: 1280, height: 760 }, deviceScaleFactor: 1.5, colorScheme: "light" });

test("the picture of the README", async ({ page }) => {
  await page.goto(MOMENT);
  await expect(page.getByRole("timer")).toHaveText("00:45.050");
  await page.getByRole("button", { name: /^Queue tasks/ }).click();
  await page.mouse.move(0, 0);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  mkdirSync(fileURLToPath(new URL(".", `file://${file}`)), { recursive: true });
  await page.screenshot({ path: file });
  expect(statSync(file).size).toBeLessThan(LARGEST);
});
