import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { Queuescope } from "./driver.ts";

test("a consumer crashes, says so, and recovers", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=9000000");
  const node = queuescope.node("consumer:C1");
  const inspector = page.locator("queuescope-inspector");
  await node.click();
  await inspector.getByRole("button", { name: "Crash" }).click();
  await expect(node).toHaveClass(/\bdown\b/);
  await expect(node).toHaveAttribute("aria-label", /down: C1 crashes/);
  await expect(inspector.locator(".why")).toContainText("C1 crashes");
  await expect(inspector.getByRole("button", { name: "Crash" })).toHaveCount(0);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await inspector.getByRole("button", { name: "Recover" }).click();
  await expect(node).toHaveClass(/\bconnecting\b/);
  await queuescope.scrub(12_000_000);
  await expect(node).not.toHaveClass(/\b(down|connecting)\b/);
});

test("a closed channel has a sign with its reason", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=acknowledging-twice");
  await queuescope.scrub(4_000_000);
  const node = queuescope.node("consumer:C");
  await expect(node.locator(".sign title")).toContainText("unknown delivery tag");
  await expect(node).toHaveAttribute("aria-label", /channel closed: .*unknown delivery tag/);
  await node.click();
  await expect(page.locator("queuescope-inspector .why")).toContainText("unknown delivery tag");
});

test("a purged queue is empty, and its messages leave their marks", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=hidden-expiry&at=6500000");
  const queue = queuescope.node("queue://waiting");
  await expect(queue).toHaveAttribute("aria-label", /waiting, 4 ready/);
  await queue.click();
  await page.locator("queuescope-inspector").getByRole("button", { name: "Purge" }).click();
  await queuescope.still();
  await expect(queue).toHaveAttribute("aria-label", /waiting, 0 ready/);
  const lost = await queuescope.ask((scope) => {
    const items = new Float32Array(6 * 100);
    const count = scope.session.frame(items);
    return Array.from({ length: count }, (_, item) => items[item * 6 + 2]).filter((shape) => shape === 7)
      .length;
  });
  expect(lost).toBe(4);
});

test("while the broker is down the picture says until when", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=9000000");
  await queuescope.button("Stop for 5 s").click();
  await expect(page.locator("queuescope-picture .broker-down")).toHaveText(
    "The broker is down until 00:14.000.",
  );
  await queuescope.scrub(13_000_000);
  await expect(queuescope.node("producer:P")).toHaveClass(/\bdown\b/);
  await queuescope.scrub(14_500_000);
  await expect(page.locator("queuescope-picture .broker-down")).toHaveCount(0);
});
