import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { fileAddress, Queuescope } from "./driver.ts";

/** Opens the layers of the first message of the work queue, which is delivered and acknowledged by then. */
async function openLayers(page: Page, file = "index.html"): Promise<void> {
  const queuescope = await Queuescope.open(page, `${file}#scenario=work-queue`);
  await queuescope.scrub(9_000_000);
  await queuescope.ask((scope) => scope.session.select({ kind: "message", message: 1 }));
  await page.locator("queuescope-layers summary").click();
}

test("a message shows its packets and what each layer adds", async ({ page }) => {
  await openLayers(page);
  const layers = page.locator("queuescope-layers");
  await expect(layers.getByLabel("Packet").locator("option")).toHaveText([
    /^\s*basic\.publish,/,
    /^\s*basic\.deliver,/,
    /^\s*basic\.ack,/,
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

test("what takes packets apart is loaded when somebody asks, and asked for again when it did not come", async ({
  page,
}) => {
  const wasm = /queuescope_layers_bg[^/]*\.wasm$/;
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.route(wasm, (route) => route.abort());
  await openLayers(page);
  const layers = page.locator("queuescope-layers");
  await expect(layers.getByRole("alert")).toContainText("could not be loaded");
  await expect(layers.getByRole("button", { name: "Save capture" })).toBeEnabled();
  expect(asked.filter((address) => wasm.test(address)).length).toBe(1);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.unroute(wasm);
  await layers.getByRole("button", { name: "Try again" }).click();
  await expect(layers.getByRole("button", { name: "4 TCP" })).toBeVisible();
  await expect(layers.getByRole("alert")).toHaveCount(0);
});

test("a page that nobody opens layers in does not load what takes them apart", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  await queuescope.scrub(9_000_000);
  await queuescope.ask((scope) => scope.session.select({ kind: "message", message: 1 }));
  await expect(page.locator("queuescope-layers summary")).toBeVisible();
  expect(asked.some((address) => address.includes("queuescope_everyday_bg"))).toBe(true);
  expect(asked.some((address) => address.includes("queuescope_layers"))).toBe(false);
});

test("queuescope.html from disk has the layers as well", async ({ page }) => {
  await openLayers(page, fileAddress("target/dist/queuescope.html"));
  await expect(page.locator("queuescope-layers").getByRole("button", { name: "4 TCP" })).toBeVisible();
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
