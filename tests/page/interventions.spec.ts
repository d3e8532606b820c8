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

test("a consumer hangs, says so, and goes on", async ({ page }) => {
  // C1 works on a message then.
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=9200000");
  const node = queuescope.node("consumer:C1");
  const inspector = page.locator("queuescope-inspector");
  await node.click();
  await inspector.getByRole("button", { name: "Hang" }).click();
  await expect(node).toHaveAttribute("aria-label", /C1, hangs/);
  await expect(node.locator(".sign title")).toHaveText("hangs");
  await expect(inspector).toContainText(/m\d+, hangs/);
  await queuescope.scrub(12_000_000);
  await expect(node).toHaveAttribute("aria-label", /C1, hangs/);
  await inspector.getByRole("button", { name: "Resume" }).click();
  await expect(node).not.toHaveAttribute("aria-label", /hangs/);
});

test("a broken connection is said, and is no crash", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=9000000");
  await queuescope.node("consumer:C1").click();
  await page.locator("queuescope-inspector").getByRole("button", { name: "Break connection" }).click();
  await expect(queuescope.node("consumer:C1")).toHaveAttribute(
    "aria-label",
    /down: The connection of C1 breaks/,
  );
});

test("the forms of a consumer change it, and the settings say so", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=9000000");
  const inspector = page.locator("queuescope-inspector");
  await queuescope.node("consumer:C1").click();
  await inspector.locator("summary", { hasText: "Change" }).click();
  const form = (name: string) => inspector.getByRole("form", { name, exact: true });
  await expect(form("Prefetch").getByLabel("Limit")).toHaveValue("1");
  await form("Prefetch").getByLabel("Limit").fill("3");
  await form("Prefetch").getByRole("button", { name: "Set" }).click();
  await expect(inspector).toContainText(/Prefetch\s*3/);
  await expect(queuescope.log.filter({ hasText: "begins another with prefetch 3" })).toHaveCount(1);
  await form("Slow down").getByLabel("Takes").fill("2.5");
  await form("Slow down").getByRole("button", { name: "Set" }).click();
  await expect(inspector).toContainText("× 2.5");
  await form("Work on a message").getByLabel("Distribution").selectOption("log-normal");
  await form("Work on a message").getByRole("spinbutton", { name: "Mean" }).fill("120");
  await form("Work on a message").getByRole("button", { name: "Set" }).click();
  await expect(inspector).toContainText(/log-normally, on average\s*120 ms/);
  await form("Acknowledgement").getByLabel("It acknowledges").selectOption("in batches");
  await form("Acknowledgement").getByLabel("A batch has").fill("4");
  await form("Acknowledgement").getByRole("button", { name: "Set" }).click();
  await expect(inspector).toContainText(/acknowledges in batches of\s*4/);
  await form("Line, both ways").getByLabel("Loss").fill("12.5");
  await form("Line, both ways").getByRole("button", { name: "Set" }).click();
  const loss = () =>
    queuescope.ask(
      (scope) => scope.session.snapshot?.links.find((link) => link.node === "consumer:C1")?.loss,
    );
  await expect.poll(loss).toBe(0.125);
  await expect(form("Line, both ways").getByLabel("Bandwidth")).toHaveValue("");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  // All of it is undone by going back before it.
  await queuescope.scrub(5_000_000);
  await expect(inspector).not.toContainText("× 2.5");
});

test("a producer gets another rate and publishes a message of one's own, by keys alone", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=publish-subscribe&at=5000000");
  const inspector = page.locator("queuescope-inspector");
  await page
    .getByRole("button", { name: /^Producer / })
    .first()
    .focus();
  await page.keyboard.press("Enter");
  await inspector.locator("summary").focus();
  await page.keyboard.press("Space");
  const own = inspector.getByRole("form", { name: "A message of one's own" });
  await expect(own).toBeVisible();
  await own.getByLabel("Exchange").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.type("my.key");
  await page.keyboard.press("Tab");
  await page.keyboard.type("hello 0+-?");
  await page.keyboard.press("Tab");
  await page.keyboard.type("n = 3");
  await page.keyboard.press("Tab");
  await page.keyboard.type("7");
  await page.keyboard.press("Enter");
  await expect(queuescope.log.filter({ hasText: "with key “my.key”" })).toHaveCount(1);
  const rate = inspector.getByRole("form", { name: "Rate" });
  await rate.getByLabel("Rhythm").selectOption("steady");
  await rate.getByLabel("Messages").fill("4");
  await rate.getByLabel("Messages").press("Enter");
  await expect(inspector).toContainText(/publishes every\s*250 ms/);
  expect(await queuescope.ask((scope) => scope.session.isPlaying)).toBe(false);
});

test("a policy is set and cleared at its queue", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=requeue-spins&at=6500000");
  const inspector = page.locator("queuescope-inspector");
  const queue = queuescope.node("queue://tasks");
  await expect(queue).toHaveAttribute("aria-label", /tasks, 5 ready/);
  await queue.click();
  await inspector.locator("summary", { hasText: "Change" }).click();
  const form = inspector.getByRole("form", { name: "Policy" });
  await form.getByLabel("Length limit").fill("2");
  await form.getByRole("button", { name: "Set" }).click();
  await expect(queue).toHaveAttribute("aria-label", /tasks, 2 ready/);
  await expect(inspector).toContainText(/max-length\s*2/);
  await inspector.getByRole("button", { name: "Clear policy" }).click();
  await expect(inspector).not.toContainText("max-length");
});

test("queues, exchanges and bindings come and go", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=publish-subscribe&at=5000000");
  const inspector = page.locator("queuescope-inspector");
  await inspector.locator("summary", { hasText: "Declare" }).click();
  const declare = (name: string) => inspector.getByRole("form", { name, exact: true });
  await declare("A queue").getByLabel("Name").fill("audit");
  await declare("A queue").getByRole("button", { name: "Declare" }).click();
  await expect(queuescope.node("queue://audit")).toBeVisible();
  await declare("An exchange").getByLabel("Name").fill("copies");
  await declare("An exchange").getByLabel("Type").selectOption("fanout");
  await declare("An exchange").getByRole("button", { name: "Declare" }).click();
  await expect(queuescope.node("exchange://copies")).toBeVisible();
  await queuescope.node("queue://audit").click();
  await inspector.locator("summary", { hasText: "Change" }).click();
  await inspector.getByRole("form", { name: "Bind" }).getByLabel("From exchange").selectOption("copies");
  await inspector.getByRole("form", { name: "Bind" }).getByRole("button", { name: "Bind" }).click();
  await inspector.getByRole("button", { name: "Unbind copies" }).click();
  await expect(inspector.getByRole("button", { name: /^Unbind/ })).toHaveCount(0);
  await inspector.getByRole("button", { name: "Delete" }).click();
  await expect(queuescope.node("queue://audit")).toHaveCount(0);
  await expect(inspector).toContainText("It is not there at this moment");
});

test("what the broker refuses is said, and nothing changes", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=9000000");
  const before = await queuescope.hash();
  const inspector = page.locator("queuescope-inspector");
  await inspector.locator("summary", { hasText: "Declare" }).click();
  const form = inspector.getByRole("form", { name: "A queue" });
  await form.getByLabel("Name").fill("tasks");
  await form.getByLabel("Type").selectOption("quorum");
  await form.getByRole("button", { name: "Declare" }).click();
  await expect(queuescope.alert).toContainText("That could not be done.");
  await expect(queuescope.alert).toContainText("PRECONDITION_FAILED");
  expect(await queuescope.hash()).toBe(before);
});

test("on a narrow screen the forms fit", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=9000000");
  await queuescope.node("consumer:C1").click();
  const inspector = page.locator("queuescope-inspector");
  await inspector.locator("summary", { hasText: "Change" }).click();
  for (const field of await inspector.locator("form :is(input, select, textarea, button)").all()) {
    const box = await field.boundingBox();
    expect(box !== null && box.x >= 0 && box.x + box.width <= 360).toBe(true);
  }
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test("rights are taken away and given again on the page", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=login-and-permissions&at=3000000");
  const inspector = page.locator("queuescope-inspector");
  const billing = inspector.locator("table.access").filter({ hasText: "billing" });
  await expect(billing).toContainText("^invoices$");
  await inspector.getByRole("button", { name: "Take the rights of billing away" }).click();
  await expect(billing).toContainText("may enter no virtual host");
  const changes = inspector.locator("details.change").filter({ hasText: "May configure" }).nth(1);
  await changes.locator("summary").click();
  const form = changes.getByRole("form", { name: "Permissions" });
  await form.getByLabel("May read").fill("^inv");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await form.getByRole("button", { name: "Set" }).click();
  await expect(billing).toContainText("^inv");
  await queuescope.scrub(2_900_000);
  await expect(billing).toContainText("^invoices$");
});

test("a line shows its latency, its loss and that it is down", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=flaky-link&at=4000000");
  const line = page.locator("queuescope-picture g.edge").first();
  await expect(line.locator("path.ticks")).toHaveCount(1);
  await expect(line.locator("path").first()).toHaveAttribute("stroke-dasharray", /^\d/);
  await expect(line.locator("title")).toHaveText(/takes 120 ms, loses 8 %/);
  await queuescope.scrub(9_000_000);
  await expect(line).toHaveClass(/\bdown\b/);
  await expect(line.locator("title")).toHaveText(/is down/);
});
