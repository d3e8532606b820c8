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
