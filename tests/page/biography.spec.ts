import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { Queuescope } from "./driver.ts";

test("a message tells its life from the start, also when the log has forgotten it", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  await queuescope.scrub(60_000_000);
  await queuescope.ask((scope) => scope.session.simulation?.runUntil(4_000_000_000));
  await queuescope.step();
  // More than the simulation remembers.
  expect(await queuescope.ask((scope) => scope.session.journal.count)).toBeGreaterThan(20_000);
  await queuescope.ask((scope) => scope.session.select({ kind: "message", message: 1 }));
  const life = page.locator("queuescope-inspector .biography li");
  await expect(life.first()).toContainText("P publishes m1");
  await expect(life.last()).toContainText("tasks removes m1: it is acknowledged.");
  const documented = page.locator("queuescope-inspector .biography").getByRole("link", {
    name: "Consumer Acknowledgements and Publisher Confirms",
  });
  await expect(documented.last()).toHaveAttribute("href", "https://www.rabbitmq.com/docs/confirms");
});

test("each sentence leads to its moment, and what was seen after it stays", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=9000000");
  await queuescope.still();
  await queuescope.ask((scope) => scope.session.select({ kind: "message", message: 1 }));
  const inspector = page.locator("queuescope-inspector");
  const life = inspector.locator(".biography li:not(.now)");
  const facts = await life.count();
  const begins = life.filter({ hasText: "begins work on m1" }).getByRole("button", { name: /^Go to/ });
  const time = ((await begins.textContent()) ?? "").trim();
  await begins.focus();
  await page.keyboard.press("Enter");
  await expect(queuescope.clock).toHaveText(time);
  await expect(life).toHaveCount(facts);
  await expect(inspector.getByText("Seen before, and still to come:")).toBeVisible();
  await expect(inspector.locator(".biography .ahead").last()).toContainText("it is acknowledged");
  await expect(inspector.getByText(/works on m1 until/)).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  // Another future begins: what would have come is not known any more.
  await queuescope.ask((scope) => scope.session.dispatch({ command: "crash", node: "consumer:C1" }));
  await expect(inspector.locator(".biography .ahead")).toHaveCount(0);
});
