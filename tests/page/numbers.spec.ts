import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { SINGLE } from "./documents.ts";
import { Queuescope } from "./driver.ts";

async function openNumbers(page: Page, path: string): Promise<Queuescope> {
  const queuescope = await Queuescope.open(page, path);
  await page.keyboard.press("n");
  await expect(page.getByRole("tab", { name: "Numbers" })).toHaveAttribute("aria-selected", "true");
  await expect(page.locator("queuescope-numbers table.values")).toBeVisible();
  return queuescope;
}

/** A row of the table of values. */
function value(page: Page, name: string) {
  return page.locator("queuescope-numbers table.values tr").filter({ hasText: name });
}

async function saved(page: Page): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save CSV" }).click(),
  ]);
  return readFileSync(await download.path(), "utf8");
}

test("N shows the numbers and again the log; what draws them is not loaded before", async ({ page }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  await Queuescope.open(page, "index.html#scenario=work-queue&at=20000000");
  expect(loaded.filter((url) => /numbers|sweep/.test(url))).toEqual([]);
  await page.keyboard.press("n");
  await expect(page.locator("queuescope-numbers canvas").first()).toBeVisible();
  expect(loaded.filter((url) => /numbers-view/.test(url)).length).toBe(1);
  await page.keyboard.press("n");
  await expect(page.locator("queuescope-log")).toBeVisible();
  await expect(page.locator("queuescope-numbers")).toHaveCount(0);
});

test("the charts are those of what is selected", async ({ page }) => {
  await openNumbers(page, "index.html#scenario=work-queue&at=20000000");
  const charts = page.locator("queuescope-numbers queuescope-chart figcaption");
  await expect(charts).toHaveText([
    "Messages of the whole run (per second)",
    "From publishing to acknowledgement (%)",
  ]);
  await page.getByRole("button", { name: /^Queue tasks/ }).click();
  await expect(charts).toHaveText([
    "Messages in the queue",
    "Into the queue and out of it (per second)",
    "Waiting times (%)",
    "Sojourn times (%)",
    "Service times (%)",
  ]);
  await page.getByRole("button", { name: /^Consumer C1/ }).click();
  await expect(charts.first()).toHaveText("Utilisation (%)");
  await page.locator("queuescope-numbers select").selectOption({ label: "P" });
  await expect(charts).toHaveText(["Published (per second)"]);
  await expect(page.getByRole("heading", { name: "P", exact: true })).toBeVisible();
});

test("they follow the present, wherever that goes", async ({ page }) => {
  const queuescope = await openNumbers(page, "index.html#scenario=work-queue&at=20000000");
  await page.getByRole("button", { name: /^Queue tasks/ }).click();
  const caption = page.locator("queuescope-numbers caption");
  await expect(caption).toHaveText("Values from 00:00.000 to 00:20.000");
  const before = await saved(page);
  await queuescope.scrub(40_000_000);
  await expect(caption).toHaveText("Values from 00:00.000 to 00:40.000");
  expect(await saved(page)).not.toBe(before);
  await queuescope.scrub(20_000_000);
  await expect(caption).toHaveText("Values from 00:00.000 to 00:20.000");
  expect(await saved(page)).toBe(before);
  await queuescope.step(2);
  const stepped = await caption.textContent();
  await queuescope.button("Step back").click();
  await queuescope.still();
  await expect(caption).not.toHaveText(stepped ?? "");
  await queuescope.button("Play").click();
  await expect.poll(() => caption.textContent()).toMatch(/00:2[1-9]/);
});

test("theory stands beside what was measured, or the reason why it does not", async ({ page }) => {
  const queuescope = await openNumbers(page, "index.html#scenario=work-queue&at=20000000");
  await page.getByRole("button", { name: /^Queue tasks/ }).click();
  const note = page.locator("queuescope-numbers .theory");
  await expect(note).toHaveText("No formula: the link of C1 takes time, for which it is idle.");
  await expect(page.getByRole("columnheader", { name: "By theory" })).toHaveCount(0);
  await queuescope.pickText("single.json", SINGLE);
  await queuescope.scrub(60_000_000);
  await page.getByRole("button", { name: /^Queue jobs/ }).click();
  await expect(note).toContainText("M/M/1 applies");
  await expect(note).toContainText("work 50 % of the time");
  await expect(value(page, "Waiting time, mean").getByRole("cell").last()).toHaveText("100 ms");
  await expect(value(page, "Sojourn time, mean").getByRole("cell").last()).toHaveText("200 ms");
  const waiting = page.getByRole("img", { name: /^Waiting times/ });
  await expect(waiting).toHaveAttribute("aria-label", /mean by theory \(M\/M\/1\): 100 ms/);
});

test("the values are those of the simulation", async ({ page }) => {
  const queuescope = await openNumbers(page, "index.html#scenario=work-queue&at=30000000");
  await page.getByRole("button", { name: /^Queue tasks/ }).click();
  const numbers = await queuescope.ask((scope) => scope.simulation?.numbers().queues[0] ?? null);
  const csv = await saved(page);
  const lines = csv.trim().split("\r\n");
  expect(lines[0]).toBe("node,chart,series,at_us,width_us,unit,value");
  expect(lines).toContain(`queue://tasks,values,waiting_mean_us,,,microseconds,${numbers?.waiting.mean}`);
  expect(lines).toContain(`queue://tasks,chart.waiting,line.p95,,,microseconds,${numbers?.waiting.p95}`);
  const { width = 1, bins = [] } = numbers?.timeline ?? {};
  const ready = lines.filter((line) => line.startsWith("queue://tasks,chart.depth,series.ready,"));
  expect(ready.map((line) => Number(line.split(",").at(-1)))).toEqual(
    bins.map((bin) => bin.ready_area / width),
  );
  // The same points as a table.
  const figure = page.locator("queuescope-numbers queuescope-chart").first();
  await figure.getByText("Table").click();
  await expect(figure.locator("tbody tr")).toHaveCount(bins.length);
});

test("the tabs are worked by the arrow keys", async ({ page }) => {
  await Queuescope.open(page);
  await page.getByRole("tab", { name: "Log" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Numbers" })).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Sweep" })).toBeFocused();
  await expect(page.getByRole("tabpanel", { name: "Sweep" })).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Log" })).toBeFocused();
});

test("browsers and servers have none, and the panel says so", async ({ page }) => {
  await openNumbers(page, "index.html#scenario=three-ways&at=3000000");
  await page.locator("g.node.browser").first().click();
  await expect(page.locator("queuescope-numbers")).toContainText(
    "Numbers are taken of producers, queues and consumers",
  );
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1280, 360]) {
    test(`${colorScheme}, ${width} px: accessible, and nothing scrolls sideways`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 760 });
      const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=20000000");
      await queuescope.pickText("single.json", SINGLE);
      await queuescope.scrub(30_000_000);
      await page.getByRole("tab", { name: "Numbers" }).click();
      await page.getByRole("button", { name: /^Queue jobs/ }).click();
      const charts = page.locator("queuescope-numbers queuescope-chart");
      await expect(charts).toHaveCount(5);
      await charts.first().getByText("Table").click();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      const overflow = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(await overflow()).toBe(0);
      await page.getByRole("tab", { name: "Sweep" }).click();
      await page.getByRole("button", { name: "Run sweep" }).click();
      await expect(page.getByText("25 runs are done.")).toBeVisible();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      expect(await overflow()).toBe(0);
    });
  }
}
