import { expect, test } from "@playwright/test";
import { at, Queuescope } from "./driver.ts";

/** Where the nodes stand. */
function places(queuescope: Queuescope): Promise<Record<string, string>> {
  return queuescope.page
    .locator("g.node")
    .evaluateAll((nodes) =>
      Object.fromEntries(
        nodes.map((node) => [node.getAttribute("data-node"), node.getAttribute("transform") ?? ""]),
      ),
    );
}

test("a queue that goes leaves the picture, comes back on the way back, and nothing else moves", async ({
  page,
}) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.pick(at("tests/page/fates.json"));
  await expect(page.locator("g.node.queue")).toHaveCount(7);
  await queuescope.scrub(5_900_000);
  const before = await places(queuescope);
  const edges = await page.locator("g.edge path").count();
  await queuescope.node("queue://passing").click();
  await queuescope.step();
  await expect(queuescope.log.last()).toContainText("passing");
  await expect(queuescope.node("queue://passing")).toHaveCount(0);
  await expect(page.locator("g.edge path")).toHaveCount(edges - 1);
  await expect(page.locator("queuescope-inspector")).toContainText("It is not there at this moment");
  const { "queue://passing": gone, ...others } = before;
  expect(gone).toBeDefined();
  expect(await places(queuescope)).toEqual(others);
  await queuescope.button("Step back").click();
  await expect(queuescope.node("queue://passing")).toHaveCount(1);
  expect(await places(queuescope)).toEqual(before);
});

test("the picture follows while it plays", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.pick(at("tests/page/fates.json"));
  await queuescope.scrub(5_500_000);
  await queuescope.play();
  await expect(queuescope.node("queue://passing")).toHaveCount(0);
  const fits = await queuescope.ask(
    (scope) => scope.session.snapshot?.nodes.length === scope.session.picture?.nodes.length,
  );
  expect(fits).toBe(true);
});

test("a queue that is declared comes into the picture, and leaves it on the way back", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=9000000");
  const before = await places(queuescope);
  await queuescope.ask((scope) => {
    const method = { "queue.declare": { queue: "fresh" } };
    scope.session.dispatch({ command: "send", node: "producer:P", method });
  });
  await queuescope.still();
  const fresh = queuescope.node("queue://fresh");
  for (let steps = 0; steps < 10 && (await fresh.count()) === 0; steps += 1) {
    await queuescope.step();
  }
  await expect(fresh).toHaveCount(1);
  const { "queue://fresh": place, ...others } = await places(queuescope);
  expect(place).toMatch(/^translate/);
  expect(others).toEqual(before);
  const box = await fresh.locator(".form").boundingBox();
  const picture = await page.locator("queuescope-picture").boundingBox();
  expect(box && picture && box.y + box.height < picture.y + picture.height).toBe(true);
  await queuescope.button("Step back").click();
  await expect(fresh).toHaveCount(0);
});

test("a restart of the broker takes what is not durable out of the picture", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=durable-queue");
  await queuescope.scrub(4_000_000);
  await expect(queuescope.node("queue://brief")).toHaveCount(1);
  const before = await places(queuescope);
  await queuescope.scrub(12_000_000);
  await expect(queuescope.node("queue://brief")).toHaveCount(0);
  expect((await places(queuescope))["queue://durable"]).toBe(before["queue://durable"]);
  await queuescope.scrub(4_000_000);
  expect(await places(queuescope)).toEqual(before);
});
