import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { Queuescope } from "./driver.ts";

test("browsers and their server are drawn, named and can be reached", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=three-ways&at=5000000");
  for (const name of [
    /^Server ticker, 3 browsers connected/,
    /^Browser polls, /,
    /^Browser waits, /,
    /^Browser socket, /,
  ]) {
    await expect(page.getByRole("button", { name })).toHaveCount(1);
  }
  await expect(page.locator("g.edge.web")).toHaveCount(3);
  await page.getByRole("button", { name: /^Browser socket/ }).click();
  const inspector = page.locator("queuescope-inspector");
  await expect(inspector.getByText("WebSocket").first()).toBeVisible();
  await expect(inspector.getByText("Messages received")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Server ticker/ }).focus();
  await page.keyboard.press("Enter");
  await expect(inspector.getByRole("button", { name: "socket", exact: true })).toBeVisible();
  expect(await queuescope.alert.count()).toBe(0);
});

test("requests, frames and what a server holds are really painted", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=three-ways");
  const empty = await queuescope.painted();
  await queuescope.scrub(1_030_000);
  expect(await queuescope.ask((scope) => scope.drawing.items)).toBeGreaterThan(0);
  expect(await queuescope.painted()).toBeGreaterThan(empty);
});

test("a server can be stopped, and its browsers come back", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=transports&at=3000000");
  await page.getByRole("button", { name: /^Server server/ }).click();
  await page.locator("queuescope-inspector").getByRole("button", { name: "Stop for 5 s" }).click();
  await expect(page.getByRole("button", { name: "Server server, down" })).toHaveCount(1);
  await expect(queuescope.log.getByText(/server stops/).first()).toBeVisible();
  await queuescope.scrub(14_000_000);
  await expect(page.getByRole("button", { name: /^Server server, 4 browsers connected/ })).toHaveCount(1);
});

test("an event can be sent by hand from either side", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=transports&at=3000000");
  for (const name of [/^Browser websocket/, /^Server server/]) {
    await page.getByRole("button", { name }).click();
    const inspector = page.locator("queuescope-inspector");
    await inspector.getByText("Change", { exact: true }).click();
    const form = inspector.getByRole("form", { name: "Send an event" });
    await form.getByRole("textbox", { name: "Event", exact: true }).fill("greeting");
    await form.getByRole("button", { name: "Emit", exact: true }).click();
  }
  await expect(queuescope.log.getByText(/websocket sends “greeting”/)).toBeVisible();
  await expect(queuescope.log.getByText(/server sends “greeting”/)).toBeVisible();
});

test("a browser disconnects and connects again", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=transports&at=3000000");
  await page.getByRole("button", { name: /^Browser websocket/ }).click();
  const inspector = page.locator("queuescope-inspector");
  await inspector.getByRole("button", { name: "Disconnect", exact: true }).click();
  await expect(inspector.getByRole("button", { name: "Disconnect", exact: true })).toHaveCount(0);
  await inspector.getByRole("button", { name: "Connect", exact: true }).click();
  await queuescope.scrub(4_000_000);
  await expect(inspector.getByRole("button", { name: "Disconnect", exact: true })).toBeVisible();
});

test("listeners that have added up stand out", async ({ page }) => {
  await Queuescope.open(page, "index.html#scenario=listeners-add-up&at=14000000");
  await page.getByRole("button", { name: /^Browser careless/ }).click();
  await expect(page.locator("queuescope-inspector dd.alarm")).toHaveText("4 times");
  await page.getByRole("button", { name: /^Browser careful/ }).click();
  await expect(page.locator("queuescope-inspector dd.alarm")).toHaveCount(0);
});

test("users, and namespaces with a middleware, are listed with what they may", async ({ page }) => {
  await Queuescope.open(page, "index.html#scenario=login-and-permissions&at=3000000");
  const inspector = page.locator("queuescope-inspector");
  const shop = inspector.getByRole("table").filter({ hasText: "shop" });
  await expect(shop.getByRole("row").nth(1)).toContainText("^orders$");
  await expect(inspector.getByText("may enter no virtual host")).toBeVisible();
  await page.getByRole("button", { name: /^Server dashboard/ }).click();
  await expect(inspector.getByRole("row", { name: /\/admin/ })).toContainText("open sesame");
  await page.getByRole("button", { name: /^Producer thief/ }).click();
  await expect(inspector).toContainText("Login was refused");
  await expect(inspector).toContainText("logs in as");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`${colorScheme}: browsers and servers have no accessibility violations`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await Queuescope.open(page, "index.html#scenario=login-and-permissions&at=3000000");
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    for (const name of [/^Server dashboard/, /^Browser owner/]) {
      await page.getByRole("button", { name }).click();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }
  });
}

for (const scenario of ["transports", "event-or-message", "login-and-permissions"]) {
  test(`${scenario} on a narrow screen: nothing is cut off, nothing scrolls sideways`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await Queuescope.open(page, `index.html#scenario=${scenario}&at=3000000`);
    for (const node of await page.locator("g.node .form").all()) {
      const box = await node.boundingBox();
      expect(box !== null && box.x >= 0 && box.x + box.width <= 360).toBe(true);
    }
    await page
      .getByRole("button", { name: /^(Server|Browser)/ })
      .first()
      .click();
    await expect(page.locator("queuescope-inspector")).toBeVisible();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
  });
}
