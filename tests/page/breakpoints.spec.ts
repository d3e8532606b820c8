import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { Queuescope } from "./driver.ts";

const dialog = (page: Page) => page.getByRole("dialog", { name: "Breakpoints" });
const note = (page: Page) => page.locator("queuescope-stop-note").getByRole("status");

async function add(page: Page, kind: string, fields: Record<string, string> = {}): Promise<void> {
  const form = dialog(page).getByRole("form", { name: "Another one" });
  await form.getByLabel("Stop at").selectOption({ label: kind });
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name=${name}]`);
    if ((await field.evaluate((element) => element.tagName)) === "SELECT") {
      await field.selectOption(value);
    } else {
      await field.fill(value);
    }
  }
  await form.getByRole("button", { name: "Add" }).click();
}

test("a run stops at a breakpoint, says by which fact, and goes on from there", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=dead-letters&speed=20");
  await page.keyboard.press("b");
  await expect(dialog(page)).toContainText("None yet: nothing stops a run.");
  await add(page, "Dead letter");
  await expect(dialog(page).getByRole("listitem")).toHaveText([
    /Stops when a message becomes a dead letter\./,
  ]);
  await page.keyboard.press("Escape");
  await queuescope.play();
  await expect(note(page)).toContainText(/Stopped at .*m\d+.*Stops when a message becomes a dead letter\./s);
  await expect(queuescope.button("Play")).toBeVisible();
  const fact = await queuescope.ask((scope) => {
    const { met } = scope.session.travel;
    return { key: met?.fact?.sentence.key, message: met?.fact?.message, time: met?.stop.time };
  });
  expect(fact.key).toBe("message.dead-lettered");
  await queuescope.still();
  expect(await queuescope.now()).toBe(fact.time);
  await expect(page.locator("queuescope-inspector h2")).toHaveText(`m${fact.message}`);
  await expect(page.locator("queuescope-log li.met")).toHaveAttribute("aria-current", "true");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await queuescope.play();
  await expect
    .poll(() => queuescope.ask((scope) => scope.session.travel.met?.stop.time ?? 0))
    .toBeGreaterThan(fact.time ?? 0);
  await page.getByRole("button", { name: "Close this note" }).click();
  await expect(note(page)).toBeEmpty();
});

test("switched off it stops nothing, taken away it is gone", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&speed=50");
  await queuescope.button("Breakpoints").click();
  await add(page, "A time", { seconds: "2.5" });
  await expect(dialog(page).getByRole("listitem")).toContainText("Stops at 00:02.500");
  await dialog(page).getByRole("checkbox").click();
  await page.keyboard.press("Escape");
  await queuescope.play();
  await expect.poll(() => queuescope.now()).toBeGreaterThan(4_000_000);
  await queuescope.pause();
  await queuescope.scrub(0);
  await queuescope.button("Breakpoints").click();
  await dialog(page).getByRole("checkbox").click();
  await page.keyboard.press("Escape");
  await expect(queuescope.button("Breakpoints, 1 on")).toBeVisible();
  await queuescope.play();
  await expect(note(page)).toContainText("Stopped at 00:02.500");
  expect(await queuescope.now()).toBe(2_500_000);
  await queuescope.button("Breakpoints, 1 on").click();
  await dialog(page)
    .getByRole("button", { name: /^Take away: Stops at/ })
    .click();
  await expect(dialog(page).getByRole("listitem")).toHaveCount(0);
});

test("a condition is narrowed to a queue and a length, and what cannot be heeded says why", async ({
  page,
}) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=dead-letters&speed=20");
  await queuescope.button("Breakpoints").click();
  await add(page, "A queue longer than", { than: "3", node: "queue://orders" });
  await expect(dialog(page).getByRole("listitem")).toContainText("orders has more than 3 ready messages.");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await add(page, "Anything that happens to it", { node: "" });
  await expect(dialog(page).getByRole("alert")).toContainText('name a "node" or a "message"');
  await expect(dialog(page).getByRole("listitem")).toHaveCount(1);
  await add(page, "A fact of a kind", { key: "message.acknowledged" });
  await expect(dialog(page).getByRole("listitem")).toHaveCount(2);
  await expect(dialog(page).getByRole("alert")).toBeEmpty();
  await dialog(page)
    .getByRole("button", { name: /^Take away: .*acknowledged/ })
    .click();
  await page.keyboard.press("Escape");
  await queuescope.play();
  await expect(note(page)).toContainText("Stopped at");
  await queuescope.still();
  await expect(queuescope.node("queue://orders")).toHaveAttribute("aria-label", /orders, 4 ready/);
});

test("a row goes to where its condition holds next, and back", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=dead-letters");
  await queuescope.button("Breakpoints").click();
  await add(page, "Dead letter");
  const go = async (name: RegExp) => {
    await dialog(page).getByRole("button", { name }).click();
    await expect(dialog(page)).toBeHidden();
    await expect(note(page)).toContainText("Found at");
    return queuescope.now();
  };
  const first = await go(/^Go to the next/);
  await queuescope.button("Breakpoints, 1 on").click();
  await expect.poll(() => go(/^Go to the next/)).toBeGreaterThan(first);
  await queuescope.button("Breakpoints, 1 on").click();
  await go(/^Go back to the last/);
  await expect.poll(() => queuescope.now()).toBe(first);
});

test("the inspector stops here, and goes to the next and the previous about this", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  await queuescope.node("consumer:C1").click();
  const inspector = page.locator("queuescope-inspector");
  const next = inspector.getByRole("button", { name: "Next about this" });
  const met = () => queuescope.ask((scope) => scope.session.travel.met?.fact?.nodes ?? []);
  await next.click();
  await expect.poll(met).toContain("consumer:C1");
  const [first, step] = await queuescope.ask((scope) => [
    scope.simulation?.now,
    scope.session.snapshot?.step,
  ]);
  await next.click();
  await expect.poll(() => queuescope.ask((scope) => scope.session.snapshot?.step)).toBeGreaterThan(step ?? 0);
  await queuescope.still();
  await inspector.getByRole("button", { name: "Previous about this" }).click();
  await expect.poll(() => queuescope.ask((scope) => scope.session.snapshot?.step)).toBe(step);
  expect(await queuescope.now()).toBe(first);
  await expect(inspector.locator("h2")).toHaveText("C1");

  const stop = inspector.getByRole("button", { name: "Stop here" });
  await stop.click();
  await expect(stop).toHaveAttribute("aria-pressed", "true");
  await queuescope.play();
  await expect(note(page)).toContainText("Stops when anything happens at");
  await expect.poll(met).toContain("consumer:C1");
  await stop.click();
  await expect(stop).toHaveAttribute("aria-pressed", "false");
  await expect(queuescope.button("Breakpoints")).toBeVisible();
});

test("a message can be followed to its end; beyond that nothing happens and nothing moves", async ({
  page,
}) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=hello-world&at=3000000");
  await queuescope.ask((scope) => scope.session.select({ kind: "message", message: 1 }));
  const next = page.locator("queuescope-inspector").getByRole("button", { name: "Next about this" });
  const said = page.getByText("It does not happen after this moment.");
  for (let time = 0; time < 20 && !(await said.isVisible()); time += 1) {
    const before = await queuescope.ask((scope) => scope.session.snapshot?.step);
    await next.click();
    await expect
      .poll(
        async () =>
          (await said.isVisible()) || (await queuescope.ask((s) => s.session.snapshot?.step)) !== before,
      )
      .toBe(true);
  }
  await expect(said).toBeVisible();
  const [now, last] = await queuescope.ask((scope) => [
    scope.simulation?.now ?? 0,
    scope.session.chronicle.biography(1)?.facts.at(-1)?.time ?? 0,
  ]);
  expect(now).toBe(Math.max(last, 3_000_000));
});

test("a long search shows how far it is, and is given up", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=3000000");
  const hash = await queuescope.hash();
  // Nothing of the kind ever happens; the run goes on for weeks of simulated time.
  await queuescope.ask((scope) => {
    const far = { when: "return" } as const;
    const { simulation } = scope;
    if (simulation !== null) {
      const search = simulation.stepToAsync.bind(simulation);
      simulation.stepToAsync = (condition, _until, signal) => search(condition, 3_600_000_000_000, signal);
    }
    void scope.session.travel.to(far, "next");
  });
  const cancel = page.locator("queuescope-stop-note").getByRole("button", { name: "Cancel" });
  await expect(cancel).toBeVisible();
  await expect(page.locator("queuescope-stop-note")).toContainText("Searching, at");
  await cancel.click();
  await expect(page.getByText("The search is given up.")).toBeVisible();
  await expect(cancel).toHaveCount(0);
  expect(await queuescope.now()).toBe(3_000_000);
  expect(await queuescope.hash()).toBe(hash);
});

test("breakpoints of the document are there from the start", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  const document = {
    queuescope: 1,
    title: "With a breakpoint",
    until_us: 9_000_000,
    broker: { definitions: { queues: [{ name: "q" }] } },
    producers: [
      {
        id: "P",
        arrivals: { constant: { interval_us: 1_000_000 } },
        messages: [{ routing_key: "q", body: "x" }],
      },
    ],
    breakpoints: [{ when: "queue_longer", than: 2 }],
  };
  await queuescope.pickText("stops.json", JSON.stringify(document));
  await expect(queuescope.button("Breakpoints, 1 on")).toBeVisible();
  await queuescope.play();
  await expect(note(page)).toContainText("Stops when a queue has more than 2 ready messages.");
  await expect(queuescope.node("queue://q")).toHaveAttribute("aria-label", /q, 3 ready/);
});

test("a breakpoint whose queue is gone says so, and hinders no other", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=2000000");
  await queuescope.button("Breakpoints").click();
  const items = dialog(page).getByRole("listitem");
  await add(page, "Anything that happens to it", { node: "queue://tasks" });
  await add(page, "A time", { seconds: "2.5" });
  await expect(items).toHaveCount(2);
  await page.keyboard.press("Escape");
  await queuescope.node("queue://tasks").click();
  await page.locator("queuescope-inspector").getByRole("button", { name: "Delete" }).click();
  await expect(queuescope.node("queue://tasks")).toHaveCount(0);
  await queuescope.button("Breakpoints, 2 on").click();
  await expect(items.nth(0)).toContainText("queue://tasks is not there at present.");
  await expect(items.nth(1)).not.toContainText("is not there");
  await items.nth(1).getByRole("checkbox").uncheck();
  await add(page, "A time", { seconds: "3.5" });
  await expect(items).toHaveCount(3);
  await expect(dialog(page).getByRole("alert")).toBeEmpty();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await items
    .nth(0)
    .getByRole("button", { name: /^Take away/ })
    .click();
  await expect(items).toHaveCount(2);
});
