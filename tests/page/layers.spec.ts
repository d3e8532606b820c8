import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { Queuescope } from "./driver.ts";

/** Opens the layers of the first message of the work queue, which is delivered and acknowledged by then. */
async function openLayers(page: Page): Promise<void> {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  await queuescope.scrub(9_000_000);
  await queuescope.ask((scope) => scope.session.select({ kind: "message", message: 1 }));
  await page.locator("queuescope-layers summary").click();
}

test("a message shows its packets and what each layer adds", async ({ page }) => {
  await openLayers(page);
  const layers = page.locator("queuescope-layers");
  const packets = await layers.getByLabel("Packet").locator("option").allTextContents();
  expect(packets.map((name) => name.trim().split(",")[0])).toEqual([
    "basic.publish",
    "basic.deliver",
    "basic.ack",
  ]);
  const stack = layers.getByRole("list", { name: "Layers, from the application down" });
  const names = await stack.getByRole("button").allInnerTexts();
  expect(names.map((name) => name.replace(/\s+/g, " ").split(" adds ")[0])).toEqual([
    "7 AMQP 0-9-1 content body",
    "7 AMQP 0-9-1 content header",
    "7 AMQP 0-9-1 method",
    "4 TCP",
    "3 IPv4",
    "2 Ethernet II",
  ]);
  await expect(stack.getByRole("button", { name: "2 Ethernet" })).toContainText("adds 14 octets");
  await expect(stack.getByRole("button", { name: "3 IPv4" })).toContainText("adds 20 octets");
  await expect(layers).toContainText("addresses, ports and sequence numbers are assumed");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test("a field shows its octets, and an octet its field", async ({ page }) => {
  await openLayers(page);
  const layers = page.locator("queuescope-layers");
  await layers.getByRole("button", { name: "4 TCP" }).click();
  const marked = layers.locator('.dump [data-mark="field"]');
  const port = layers.getByRole("list", { name: "Fields of TCP" }).getByRole("button", { name: "5672" });
  await port.first().hover();
  await expect(marked).toHaveText("1628");
  await port.first().click();
  await expect(layers.locator(".explained").nth(1)).toContainText("RFC 9293");
  await layers.getByRole("button", { name: "3 IPv4" }).click();
  await layers.locator(".dump .octet").nth(14).click();
  await expect(layers.locator('.fields [aria-pressed="true"]')).toHaveCount(1);
  await expect(marked).toHaveText("45");
});

test("the layers are read by keyboard, and fit a narrow screen", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openLayers(page);
  const layers = page.locator("queuescope-layers");
  const stack = layers.getByRole("list", { name: "Layers, from the application down" });
  await stack.getByRole("button").first().focus();
  for (let time = 0; time < 3; time += 1) {
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await expect(stack.getByRole("button", { name: "4 TCP" })).toHaveAttribute("aria-pressed", "true");
  await expect(layers.locator(".dump .row").first().locator(".octet")).toHaveCount(8);
  const overflows = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(overflows).toBe(false);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test("the run is saved as a capture", async ({ page }) => {
  await openLayers(page);
  const download = page.waitForEvent("download");
  await page.locator("queuescope-layers").getByRole("button", { name: "Save capture" }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe("work-queue.pcapng");
  const octets = readFileSync(await saved.path());
  expect([...octets.subarray(0, 4)]).toEqual([0x0a, 0x0d, 0x0d, 0x0a]);
  expect(octets.includes("basic.deliver m1")).toBe(true);
});
