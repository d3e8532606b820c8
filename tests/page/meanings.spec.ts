import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { at, Queuescope } from "./driver.ts";

test("the help explains every sign of the picture, without violations", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Help" });
  for (const words of [
    "a message, ready or on its way",
    "delivered, not yet acknowledged",
    "delivered again",
    "an acknowledgement",
    "a consumer refuses (nack or reject)",
    "its time to live is over",
    "a dead letter on its way",
    "lost here: dropped, refused or removed; the stroke stays a while",
    "comes back to its publisher",
    "a publisher confirm",
    "a negative confirm (nack to the publisher)",
    "the message at the head waits",
  ]) {
    await expect(dialog.getByRole("listitem").filter({ hasText: words })).toHaveCount(1);
  }
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await queuescope.button("Close").first().press("Escape");
});

test("the differences between the versions open by keyboard, each with its source", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  const open = page.getByRole("button", { name: "3.10, what differs between the versions" });
  await open.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Versions of RabbitMQ" });
  await expect(dialog).toBeVisible();
  const differences = await queuescope.ask((scope) => scope.simulation?.about().differences ?? []);
  await expect(dialog.getByRole("listitem")).toHaveCount(differences.length);
  const catalogue = JSON.parse(readFileSync(at("src/facts/catalogue/en.json"), "utf8")) as {
    sentences: Record<string, string>;
  };
  for (const [place, { key, source }] of differences.entries()) {
    const item = dialog.getByRole("listitem").nth(place);
    for (const field of ["rule", "v3_10", "v4"]) {
      await expect(item).toContainText(catalogue.sentences[`version.${key}.${field}`] ?? "missing");
    }
    await expect(item.getByRole("link", { name: source[0] })).toHaveAttribute(
      "href",
      `https://www.rabbitmq.com/${source[1]}`,
    );
  }
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(dialog).not.toBeVisible();
  await expect(open).toBeFocused();
});

test("a click on a message that is on its way selects it", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  await queuescope.scrub(9_200_000);
  const place = await queuescope.ask((scope) => {
    const items = new Float32Array(60);
    scope.session.frame(items);
    const [edge = 0, progress = 0, , message = 0] = items;
    const path = scope.picture?.renderRoot.querySelectorAll<SVGPathElement>("g.edge path")[edge];
    const at = path?.getPointAtLength(progress * path.getTotalLength());
    const matrix = path?.getScreenCTM();
    const point = at && matrix ? at.matrixTransform(matrix) : null;
    return { message, x: point?.x ?? 0, y: point?.y ?? 0 };
  });
  await page.mouse.click(place.x, place.y);
  await expect(page.getByRole("heading", { name: `m${place.message}`, exact: true })).toBeVisible();
  await expect(page.locator("queuescope-inspector .why")).toContainText("is on its way");
});
