import { expect, test } from "@playwright/test";
import { at, DEFINITIONS, Queuescope } from "./driver.ts";

const state = (queuescope: Queuescope) =>
  queuescope.ask((scope) => {
    const { snapshot, simulation } = scope.session;
    return [snapshot?.now, snapshot?.step, simulation?.factsHash(), simulation?.commandLog().length];
  });

test("a link carries what was done to the run, and the very step", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&seed=3");
  await queuescope.scrub(4_000_000);
  await queuescope.ask((scope) => scope.session.dispatch({ command: "crash", node: "consumer:C1" }));
  await queuescope.scrub(6_000_000);
  await queuescope.button("Step").click();
  await queuescope.button("Step back").click();
  const shown = await state(queuescope);
  expect(shown[3]).toBe(1);
  await queuescope.button("Copy link").click();
  await expect(page).toHaveURL(/#s=[\w-]+$/);
  const hash = new URL(page.url()).hash;
  await page.reload();
  await queuescope.ready();
  await expect.poll(() => state(queuescope)).toEqual(shown);
  await expect(page.getByLabel("Scenario")).toHaveValue("work-queue");
  await page.goto(`embed.html${hash}`);
  await queuescope.ready();
  await expect.poll(() => state(queuescope)).toEqual(shown);
  await expect(page.getByRole("link", { name: "Open in Queuescope" })).toHaveAttribute("href", /#s=/);
});

test("a link carries an opened file", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.pick(at(`${DEFINITIONS}/rich.json`));
  await queuescope.scrub(2_000_000);
  const shown = await state(queuescope);
  await queuescope.button("Copy link").click();
  await expect(page).toHaveURL(/#s=[\w-]+$/);
  await page.reload();
  await queuescope.ready();
  await expect.poll(() => state(queuescope)).toEqual(shown);
  await expect(page.getByLabel("Scenario").locator("option:checked")).toContainText("rich.json");
});

for (const [what, hash, text] of [
  ["that is cut off", "#s=q1YqU7Iy1FEqTk7NS8wsVrLKK83J", "not complete"],
  ["that is no base64", "#s=%%%", "not complete"],
  ["of a later form", `#s=${packed('{"v":2}')}`, "newer Queuescope"],
  ["with wrong fields", `#s=${packed('{"v":1,"scenario":7}')}`, "not complete"],
  [
    "with a wrong command",
    `#s=${packed('{"v":1,"scenario":"hello-world","document":null,"seed":null,"log":[{"at_us":1,"step":0,"command":{"command":"explode"}}],"at":1,"step":0}')}`,
    "there are the commands",
  ],
] as const) {
  test(`a link ${what} says so`, async ({ page }) => {
    await page.goto(`index.html${hash}`);
    await expect(page.getByRole("alert")).toContainText(text);
  });
}

test("a breakpoint of the document pauses what is played", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.ask((scope) =>
    scope.session.simulation?.setBreakpoints([{ when: "fact", key: "message.acknowledged" }]),
  );
  await queuescope.play();
  await expect.poll(() => queuescope.ask((scope) => scope.session.isPlaying)).toBe(false);
  const stopped = await queuescope.ask((scope) => scope.session.simulation?.stoppedBy()?.sentence.key);
  expect(stopped).toBe("condition.fact");
});

/** A stored block of deflate (RFC 1951, section 3.2.4), which needs no compressor. */
function packed(text: string): string {
  const octets = Buffer.from(text);
  const length = octets.length;
  const head = [1, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255];
  return Buffer.concat([Buffer.from(head), octets]).toString("base64url");
}
