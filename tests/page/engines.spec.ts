import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { at, Queuescope, scenarioTitle } from "./driver.ts";

/** The simulators that the page loads, in order. */
function engines(page: Page): string[] {
  const loaded: string[] = [];
  page.on("request", (request) => {
    loaded.push(...(/queuescope\w*(?=_bg[^/]*\.wasm$)/.exec(new URL(request.url()).pathname) ?? []));
  });
  return loaded;
}

/** The package's simulation of a scenario that ships, in Node. */
async function inNode(id: string, seed?: number) {
  const { default: init, Simulation } = await import(`${at("target/dist/npm")}/node.js`);
  await init();
  return Simulation.fromScenario(readFileSync(at(`scenarios/${id}.json`), "utf8"), seed);
}

test("a plain scenario loads the everyday engine, and comes to the facts of the whole one", async ({
  page,
}) => {
  const loaded = engines(page);
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&seed=4");
  await queuescope.scrub(9_000_000);
  const whole = await inNode("work-queue", 4);
  whole.runUntil(9_000_000);
  expect(await queuescope.hash()).toBe(whole.factsHash());
  expect(loaded).toEqual(["queuescope_everyday"]);
});

for (const [what, id] of [
  ["packets", "amqp-in-segments"],
  ["browsers", "three-ways"],
  ["plain sockets", "udp-is-not-tcp"],
] as const) {
  test(`a link to a scenario with ${what} loads the whole engine`, async ({ page }) => {
    const loaded = engines(page);
    const queuescope = await Queuescope.open(page, `index.html#scenario=${id}&seed=4&at=5000000`);
    await expect.poll(() => queuescope.now()).toBe(5_000_000);
    const whole = await inNode(id, 4);
    whole.runUntil(5_000_000);
    expect(await queuescope.hash()).toBe(whole.factsHash());
    await expect(queuescope.alert).toHaveCount(0);
    expect(loaded).toEqual(["queuescope_everyday", "queuescope"]);
  });
}

test("the whole engine is loaded once, when it is needed, and the page goes on with both", async ({
  page,
}) => {
  const loaded = engines(page);
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  for (const id of ["transports", "hello-world", "one-send-one-receive"]) {
    await page.getByLabel("Scenario").selectOption({ label: scenarioTitle(id) });
    await expect.poll(() => queuescope.ask((scope) => scope.session.source?.id)).toBe(id);
    await queuescope.step(3);
    await queuescope.scrub(3_000_000);
    await queuescope.button("Step back").click();
    await queuescope.still();
    await queuescope.scrub(3_000_000);
    const whole = await inNode(id);
    whole.runUntil(3_000_000);
    expect(await queuescope.hash()).toBe(whole.factsHash());
  }
  await expect(queuescope.alert).toHaveCount(0);
  expect(loaded).toEqual(["queuescope_everyday", "queuescope"]);
});

test("where the whole engine does not come, the running scenario stays", async ({ page }) => {
  await page.route(/queuescope_bg[^/]*\.wasm$/, (route) => route.abort());
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue");
  await queuescope.scrub(4_000_000);
  const hash = await queuescope.hash();
  await page.getByLabel("Scenario").selectOption({ label: scenarioTitle("udp-is-not-tcp") });
  await expect(queuescope.alert).toContainText("The simulator could not be loaded.");
  expect(await queuescope.now()).toBe(4_000_000);
  expect(await queuescope.hash()).toBe(hash);
  // It is asked for again, and comes.
  await page.unroute(/queuescope_bg[^/]*\.wasm$/);
  await queuescope.pickText("udp.json", readFileSync(at("scenarios/udp-is-not-tcp.json"), "utf8"));
  await expect.poll(() => queuescope.ask((scope) => scope.session.source?.name)).toBe("udp.json");
  await expect(queuescope.alert).toHaveCount(0);
});

test("a run with commands is saved in packets by the whole engine, and goes on undisturbed", async ({
  page,
}) => {
  const loaded = engines(page);
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&seed=4");
  await queuescope.scrub(5_000_000);
  await queuescope.ask((scope) => scope.session.dispatch({ command: "crash", node: "consumer:C1" }));
  await queuescope.scrub(9_000_000);
  const hash = await queuescope.hash();
  await queuescope.ask((scope) => scope.session.select({ kind: "message", message: 1 }));
  await page.locator("queuescope-layers summary").click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("queuescope-layers").getByRole("button", { name: "Save capture" }).click(),
  ]);
  const whole = await inNode("work-queue", 4);
  whole.runUntil(5_000_000);
  whole.dispatch({ command: "crash", node: "consumer:C1" });
  whole.runUntil(9_000_000);
  expect(readFileSync(await download.path()).equals(whole.captureInPackets())).toBe(true);
  expect(await queuescope.hash()).toBe(hash);
  expect(hash).toBe(whole.factsHash());
  expect(loaded).toEqual(["queuescope_everyday", "queuescope_layers", "queuescope"]);
});
