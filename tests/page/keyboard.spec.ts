import { expect, test } from "@playwright/test";
import { Queuescope } from "./driver.ts";

test("everything that matters goes by keys alone", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await queuescope.still();
  const three = await queuescope.ask((scope) => scope.session.snapshot?.step);
  expect(three).toBe(3);
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => queuescope.ask((scope) => scope.session.snapshot?.step)).toBe(2);
  await page.keyboard.press("Space");
  await expect(queuescope.button("Pause")).toBeVisible();
  await page.keyboard.press("Space");
  await expect(queuescope.button("Play")).toBeVisible();
  await page.keyboard.press("Home");
  await expect(queuescope.clock).toHaveText("00:00.000");

  const world = page.locator("g.world");
  const fitted = await world.getAttribute("transform");
  await page.keyboard.press("+");
  await expect(world).not.toHaveAttribute("transform", fitted ?? "");
  await page.keyboard.press("-");
  await page.keyboard.press("-");
  await page.keyboard.press("0");
  await expect(world).toHaveAttribute("transform", fitted ?? "");

  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Help" });
  await expect(help).toBeVisible();
  await expect(help).toContainText("play or pause");
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
});

test("the nodes can be reached and selected, the inspector says what they are", async ({ page }) => {
  await Queuescope.open(page);
  const producer = page.getByRole("button", { name: /^Producer P/ });
  await producer.focus();
  await page.keyboard.press("Enter");
  await expect(producer).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("ArrowDown");
  await expect(producer).not.toBeFocused();
  await page.keyboard.press("Space");
  await expect(producer).toHaveAttribute("aria-pressed", "false");
  await page.keyboard.press("Escape");
  await expect(page.locator("g.node[aria-pressed='true']")).toHaveCount(0);
});

test("keys that are typed into a field stay there", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  const filter = page.getByRole("searchbox", { name: "Filter" });
  await filter.focus();
  await page.keyboard.type("m1 0+-?");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Home");
  await expect(filter).toHaveValue("m1 0+-?");
  await expect(page.getByRole("dialog", { name: "Help" })).toBeHidden();
  expect(await queuescope.ask((scope) => scope.session.snapshot?.step)).toBe(0);
  await expect(queuescope.button("Play")).toBeVisible();
});

test("space after a click on a button plays, and does not press the button again", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.step();
  const step = await queuescope.ask((scope) => scope.session.snapshot?.step);
  await page.keyboard.press("Space");
  await expect(queuescope.button("Pause")).toBeVisible();
  await page.keyboard.press("Space");
  await expect(queuescope.button("Play")).toBeVisible();
  expect(step).toBe(1);
});
