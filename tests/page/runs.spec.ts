import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { Queuescope } from "./driver.ts";

const dialog = (page: Page) => page.getByRole("dialog", { name: "Runs" });
const rows = (page: Page) => dialog(page).getByRole("list", { name: "Runs" }).getByRole("listitem");

/** A run of 10 s, and another one that leaves it at 5 s because its consumer crashes. */
async function forked(page: Page): Promise<Queuescope> {
  const queuescope = await Queuescope.open(page, "index.html#scenario=hello-world");
  await queuescope.scrub(10_000_000);
  await queuescope.scrub(5_000_000);
  await page
    .getByRole("button", { name: /^Consumer/ })
    .first()
    .click();
  await page.locator("queuescope-inspector").getByRole("button", { name: "Crash" }).click();
  await queuescope.still();
  return queuescope;
}

test("a command in the past begins another run, and the one before stays reachable", async ({ page }) => {
  const queuescope = await forked(page);
  await expect(page.getByText("Another run begins here. The one before stays under Runs.")).toBeVisible();
  await queuescope.scrub(10_000_000);
  const crashed = await queuescope.hash();
  await queuescope.button("Runs, 2").click();
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).nth(0)).toContainText("First run");
  await expect(rows(page).nth(1)).toContainText(/Run 2: .*crashes/);
  await expect(rows(page).nth(1)).toContainText("leaves “First run” at 00:05.000, up to 00:10.000");
  await expect(rows(page).nth(1)).toHaveAttribute("aria-current", "true");
  await expect(dialog(page).locator("path.branch")).toHaveCount(2);
  await dialog(page).getByRole("button", { name: "Go to First run" }).click();
  await expect(rows(page).nth(0)).toHaveAttribute("aria-current", "true");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await queuescope.still();
  expect(await queuescope.now()).toBe(10_000_000);
  const whole = await queuescope.hash();
  expect(whole).not.toBe(crashed);
  await page.keyboard.press("r");
  await dialog(page)
    .getByRole("button", { name: /^Go to Run 2/ })
    .click();
  await expect.poll(() => queuescope.hash()).toBe(crashed);
  await page.keyboard.press("Escape");
  await expect(page.locator("queuescope-log")).toContainText("crashes");
});

test("a fork is made here, has a name, and gets another one", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=4000000");
  await queuescope.button("Runs").click();
  const form = dialog(page).getByRole("form", { name: "Fork here" });
  await form.getByLabel("Name of the fork").fill("slow consumers");
  await form.getByRole("button", { name: "Fork here" }).click();
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).nth(1)).toContainText("slow consumers");
  await expect(rows(page).nth(1)).toContainText("present");
  await dialog(page).getByRole("button", { name: "Rename First run" }).click();
  await dialog(page).getByRole("textbox", { name: "Name of First run" }).fill("as it was");
  await page.keyboard.press("Enter");
  await expect(rows(page).nth(0)).toContainText("as it was");
  await expect(rows(page).nth(1)).toContainText("leaves “as it was” at 00:04.000");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test("two runs are compared: where they first differ, and what each has come to", async ({ page }) => {
  const queuescope = await forked(page);
  await queuescope.scrub(10_000_000);
  await queuescope.button("Runs, 2").click();
  await dialog(page).getByRole("button", { name: "Compare" }).click();
  await expect(dialog(page)).toContainText("Then they first differ:");
  await expect(dialog(page).locator(".differ div").nth(1)).toContainText("crashes");
  const row = dialog(page).getByRole("row", { name: /^Facts/ });
  const counts = await queuescope.ask((scope) => scope.simulation?.compare(0, 1).facts);
  await expect(row.getByRole("cell")).toHaveText((counts ?? []).map((count) => count.toLocaleString("en")));
  const few = await dialog(page).getByRole("row").count();
  await dialog(page).getByLabel("Only what differs").click();
  expect(await dialog(page).getByRole("row").count()).toBeGreaterThan(few);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test("on a narrow screen the runs and their comparison fit", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const queuescope = await forked(page);
  await queuescope.scrub(10_000_000);
  await queuescope.button("Runs, 2").click();
  await dialog(page).getByRole("button", { name: "Compare" }).click();
  await expect(dialog(page).getByRole("table")).toBeVisible();
  const box = await dialog(page).boundingBox();
  expect(box !== null && box.x >= 0 && box.x + box.width <= 360).toBe(true);
  expect(await dialog(page).evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
});
