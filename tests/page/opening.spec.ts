import { expect, test } from "@playwright/test";
import { Queuescope, SCENARIOS, scenarioTitle } from "./driver.ts";

test("without a wish hello-world opens", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  expect(await queuescope.ask((scope) => scope.session.source?.id)).toBe("hello-world");
  await expect(page).toHaveTitle(`${scenarioTitle("hello-world")} · Queuescope`);
  await expect(page.getByRole("main")).toHaveCount(1);
});

for (const id of SCENARIOS) {
  test(`${id} opens by its name from the menu`, async ({ page }) => {
    const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=1000");
    await page.getByLabel("Scenario").selectOption({ label: scenarioTitle(id) });
    await expect(page.getByRole("heading", { name: scenarioTitle(id), exact: true })).toBeVisible();
    expect(await queuescope.ask((scope) => scope.session.source?.id)).toBe(id);
  });

  test(`${id} opens by a link, with a seed, at a moment`, async ({ page }) => {
    const queuescope = await Queuescope.open(page, `index.html#scenario=${id}&seed=7&at=1500000`);
    await expect(queuescope.clock).toHaveText("00:01.500");
    const found = await queuescope.ask((scope) => [scope.session.source?.id, scope.session.about?.seed]);
    expect(found).toEqual([id, 7]);
    await expect(page.getByLabel("Scenario")).toHaveValue(id);
  });
}

test("the menu puts a link into the address bar, and going back works", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=hello-world");
  await page.getByLabel("Scenario").selectOption("work-queue");
  await expect(page).toHaveURL(/#scenario=work-queue$/);
  await page.goBack();
  await expect.poll(() => queuescope.ask((scope) => scope.session.source?.id)).toBe("hello-world");
  await expect(page.getByLabel("Scenario")).toHaveValue("hello-world");
});

test("another moment in the link goes there without starting anew", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=2000000");
  await expect(queuescope.clock).toHaveText("00:02.000");
  await page.evaluate(() => {
    location.hash = "#scenario=work-queue&at=5000000";
  });
  await expect(queuescope.clock).toHaveText("00:05.000");
});

test("the link that is copied leads to what is shown", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&seed=3");
  await queuescope.scrub(4_000_000);
  const hash = await queuescope.hash();
  await queuescope.button("Copy link").click();
  await expect(page).toHaveURL(/#scenario=work-queue&seed=3&at=4000000$/);
  await page.reload();
  await queuescope.ready();
  await expect(queuescope.clock).toHaveText("00:04.000");
  expect(await queuescope.hash()).toBe(hash);
});

test("a link to a scenario that does not exist says which there are", async ({ page }) => {
  await page.goto("index.html#scenario=nowhere");
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("There is no scenario “nowhere”");
  await expect(alert).toContainText("hello-world");
});

test("the element takes the address of a document", async ({ page }) => {
  const document =
    '{"vhosts":[{"name":"/"}],"exchanges":[],"bindings":[],"queues":[{"name":"from-afar","vhost":"/"}]}';
  await page.route("**/afar.json", (route) => route.fulfill({ json: JSON.parse(document) }));
  const queuescope = await Queuescope.open(page, "index.html#scenario=./afar.json");
  await expect(queuescope.page.locator("g.node.queue")).toHaveCount(1);
});
