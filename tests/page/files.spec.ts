import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { at, DEFINITIONS, Queuescope } from "./driver.ts";

interface Definitions {
  readonly queues: readonly { readonly name: string; readonly vhost?: string }[];
  readonly exchanges: readonly { readonly name: string }[];
  readonly vhosts?: readonly { readonly name: string }[];
}

const FILES = ["rich.json", "rich-vhost-shop.json", "large.json"] as const;

function textOf(file: string): string {
  return readFileSync(at(`${DEFINITIONS}/${file}`), "utf8");
}

for (const file of FILES) {
  for (const way of ["picker", "drop"] as const) {
    test(`${file} by ${way}: every queue and exchange is drawn, and messages flow`, async ({ page }) => {
      const queuescope = await Queuescope.open(page);
      const definitions = JSON.parse(textOf(file)) as Definitions;
      if (way === "picker") {
        await queuescope.pick(at(`${DEFINITIONS}/${file}`));
      } else {
        await queuescope.drop(file, textOf(file));
      }
      await expect(page.locator("g.node.queue")).toHaveCount(definitions.queues.length);
      for (const { name } of [...definitions.queues, ...definitions.exchanges]) {
        expect(await page.locator("g.node title", { hasText: name }).count()).toBeGreaterThan(0);
      }
      await expect(page.getByLabel("Scenario").locator("option:checked")).toContainText(file);
      await queuescope.play();
      await expect.poll(() => queuescope.ask((scope) => scope.drawing.items)).toBeGreaterThan(0);
      await queuescope.pause();
      await queuescope.scrub(20_000_000);
      const received = await queuescope.ask((scope) =>
        (scope.session.snapshot?.nodes ?? []).reduce(
          (sum, node) => sum + (node.kind === "queue" ? node.received : 0),
          0,
        ),
      );
      expect(received).toBeGreaterThan(10);
    });
  }
}

test("virtual hosts stand in labelled boxes", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.pick(at(`${DEFINITIONS}/rich.json`));
  for (const title of ["/ (default)", "Virtual host shop"]) {
    await expect(page.locator("g.group text").filter({ hasText: title })).toBeVisible();
  }
  const world = page.locator("g.world");
  const whole = await world.getAttribute("transform");
  await page.getByLabel("Go to").selectOption({ label: "Virtual host shop" });
  await expect(world).not.toHaveAttribute("transform", whole ?? "");
  await page.getByLabel("Go to").selectOption({ label: "Everything" });
  await expect(world).toHaveAttribute("transform", whole ?? "");
});

test("what is not simulated is listed by name, with its places", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  // A queue on several nodes, and a shovel, which is of a plugin.
  const text = textOf("rich.json")
    .replace('"x-max-age": "7D"', '"x-initial-cluster-size": 3')
    .replace("vhost-limits", "shovel");
  await queuescope.pickText("rich.json", text);
  await page.getByRole("button", { name: /settings are not simulated/ }).click();
  const dialog = page.getByRole("dialog", { name: "Not simulated" });
  for (const name of ["x-initial-cluster-size", "shovel"]) {
    await expect(dialog.getByRole("term").filter({ hasText: name }).first()).toBeVisible();
  }
  await expect(dialog).toContainText("queue audit in shop");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: /^Queue audit, / }).click();
  const line = page.locator("queuescope-inspector .arguments");
  await expect(line).toContainText("x-initial-cluster-size");
  await expect(line).toContainText("not simulated");
});

test("a large picture: one tab stop, a place to go to, labels that thin out", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.pick(at(`${DEFINITIONS}/large.json`));
  await expect(page.locator("g.node.queue")).toHaveCount(104);
  await expect(page.locator("g.node[tabindex='0']")).toHaveCount(1);
  await expect(page.locator("g.world")).toHaveAttribute("data-detail", "far");
  await expect(page.locator("g.node.queue .name").first()).toBeHidden();
  await page.getByLabel("Go to").selectOption({ label: "south-price-notify" });
  await expect(page.getByRole("heading", { name: "south-price-notify" })).toBeVisible();
  await expect(page.locator("g.node.selected .name")).toBeVisible();
  await page.locator("g.node.selected").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "south-price-notify" })).toHaveCount(0);
});

test("another scenario can be chosen after a file", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  await queuescope.pick(at(`${DEFINITIONS}/rich.json`));
  await expect(page.locator("g.node.queue")).toHaveCount(10);
  await page.getByLabel("Scenario").selectOption("work-queue");
  await expect(page.locator("g.node.queue")).toHaveCount(1);
});

test("the same file can be opened twice", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.pick(at(`${DEFINITIONS}/rich.json`));
  await expect(page.locator("g.node.queue")).toHaveCount(10);
  await queuescope.scrub(2_000_000);
  await queuescope.pick(at(`${DEFINITIONS}/rich.json`));
  await expect(queuescope.clock).toHaveText("00:00.000");
});
