import { expect, test } from "@playwright/test";
import { at, Queuescope } from "./driver.ts";

const SHAPES = {
  deadLetter: 3,
  returned: 4,
  confirm: 5,
  expired: 6,
  lost: 7,
  refusal: 8,
  notConfirmed: 9,
} as const;

interface Seen {
  /** The id of the node that it stays at; null for what is on an edge. */
  readonly node: string | null;
  readonly shape: number;
  readonly message: number;
}

/** What the picture shows at the moment, besides what rests in the nodes. */
function seen(queuescope: Queuescope): Promise<Seen[]> {
  return queuescope.ask((scope) => {
    const items = new Float32Array(6 * 100);
    const count = scope.session.frame(items);
    return Array.from({ length: count }, (_, item) => {
      const [place = 0, , shape = 0, message = 0] = items.subarray(item * 6, item * 6 + 6);
      return { node: scope.session.picture?.nodes[-1 - place]?.id ?? null, shape, message };
    });
  });
}

/** The fates of tests/page/fates.json: when, which message, as what, where. */
const FATES = [
  {
    at: 1_300_000,
    message: 1,
    shape: SHAPES.expired,
    node: "queue://brief",
    says: "its time to live is over",
  },
  { at: 2_800_000, message: 4, shape: SHAPES.expired, node: "queue://mourned", says: "dead-letters" },
  { at: 3_100_000, message: 6, shape: SHAPES.lost, node: "exchange://events", says: "no queue takes" },
  { at: 3_300_000, message: 5, shape: SHAPES.lost, node: "queue://unheard", says: "there is no exchange" },
  { at: 3_650_000, message: 7, shape: SHAPES.returned, node: null, says: "it is mandatory" },
  { at: 4_600_000, message: 2, shape: SHAPES.lost, node: "queue://small", says: "it is full" },
  { at: 4_650_000, message: 9, shape: SHAPES.confirm, node: null, says: "confirms" },
  { at: 5_100_000, message: 10, shape: SHAPES.lost, node: "queue://strict", says: "it is full" },
  { at: 5_150_000, message: 10, shape: SHAPES.notConfirmed, node: null, says: "negative confirm" },
] as const;

for (const reducedMotion of ["no-preference", "reduce"] as const) {
  test(`every fate of a message shows its shape where it happened (motion: ${reducedMotion})`, async ({
    page,
  }) => {
    await page.emulateMedia({ reducedMotion });
    const queuescope = await Queuescope.open(page);
    await queuescope.pick(at("tests/page/fates.json"));
    await expect(page.locator("g.node.queue")).toHaveCount(7);
    for (const { at: us, message, shape, node, says } of FATES) {
      await queuescope.scrub(us);
      expect(await seen(queuescope), `m${message} at ${us}`).toContainEqual({ node, shape, message });
      await expect(queuescope.log.filter({ hasText: says }).last()).toContainText(`m${message}`);
    }
  });
}

test("a consumer that refuses sends a bar back", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=dead-letter-cycle");
  await queuescope.scrub(5_000_000);
  const refused = (await seen(queuescope)).filter((item) => item.shape === SHAPES.refusal);
  expect(refused).toHaveLength(1);
  await expect(
    queuescope.log.filter({ hasText: `C rejects m${refused[0]?.message} for good` }),
  ).not.toHaveCount(0);
});

test("what is left of a lost message fades, and is there again on the way back", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.pick(at("tests/page/fates.json"));
  await queuescope.scrub(3_100_000);
  const lost = { node: "exchange://events", shape: SHAPES.lost, message: 6 };
  const painted = await queuescope.painted();
  await queuescope.scrub(6_500_000);
  expect(await seen(queuescope)).not.toContainEqual(lost);
  await queuescope.scrub(3_100_000);
  expect(await seen(queuescope)).toContainEqual(lost);
  await expect.poll(() => queuescope.painted()).toBe(painted);
});

test("a message says where it is and which rule keeps it there, or what became of it", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.pick(at("tests/page/fates.json"));
  await queuescope.scrub(2_000_000);
  const select = (message: number) =>
    queuescope.log
      .getByRole("button", { name: `m${message}`, exact: true })
      .first()
      .click();
  const why = page.locator("queuescope-inspector .why");
  await select(2);
  await expect(why).toContainText("small keeps m2: it has no consumer");
  await expect(why.getByRole("link", { name: "Queues" })).toHaveAttribute(
    "href",
    /rabbitmq\.com\/docs\/queues/,
  );
  await select(1);
  await expect(page.locator("queuescope-inspector")).toContainText("It is nowhere any more");
  await expect(why).toContainText("its time to live is over");
  await expect(why.getByRole("link", { name: "Time-To-Live and Expiration" })).toBeVisible();
});

test("a queue whose head waits has a sign, and says why", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.pick(at("tests/page/fates.json"));
  await queuescope.scrub(2_000_000);
  const queue = page.getByRole("button", {
    name: "Queue small, 1 ready, 0 unacknowledged. Its head waits: small keeps m2: it has no consumer.",
  });
  await expect(queue.locator(".waits title")).toHaveText("small keeps m2: it has no consumer.");
  await expect(queuescope.node("queue://brief").locator(".waits")).toHaveCount(0);
});
