import { readFileSync } from "node:fs";
import { expect, type FrameLocator, type Page, test } from "@playwright/test";
import { SINGLE } from "./documents.ts";
import { at, fileAddress, Queuescope } from "./driver.ts";

async function openSweep(page: Page, path = "index.html#scenario=work-queue"): Promise<Queuescope> {
  const queuescope = await Queuescope.open(page, path);
  await page.getByRole("tab", { name: "Sweep" }).click();
  await expect(page.getByRole("button", { name: "Run sweep" })).toBeVisible();
  return queuescope;
}

/** Runs what the form says, and waits for the end. */
async function run(page: Page | FrameLocator): Promise<void> {
  await page.getByRole("button", { name: "Run sweep" }).click();
  await expect(page.getByText(/runs are done/)).toBeVisible({ timeout: 40_000 });
}

async function saved(page: Page): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save CSV" }).click(),
  ]);
  return readFileSync(await download.path(), "utf8");
}

test("any number of workers comes to the numbers of the package in Node", async ({ page }) => {
  await openSweep(page);
  await page.getByLabel("Vary").selectOption("consumers[0].prefetch");
  await page.getByLabel("To", { exact: true }).fill("4");
  await page.getByLabel("Values").fill("4");
  const files: string[] = [];
  for (const workers of [1, 2, 5]) {
    await page.getByLabel("Workers").fill(String(workers));
    await run(page);
    files.push(await saved(page));
  }
  const expected = await inNode("work-queue", "consumers[0].prefetch=1..4:4");
  expect(expected.split("\r\n").length).toBeGreaterThan(100);
  for (const file of files) {
    expect(file).toBe(expected);
  }
});

/** What the whole engine of the package comes to in Node, with five seeds. */
async function inNode(id: string, vary: string): Promise<string> {
  const { default: init, Simulation, Sweep } = await import(`${at("target/dist/npm")}/node.js`);
  await init();
  const sweep = new Sweep(readFileSync(at(`scenarios/${id}.json`), "utf8"), vary, 5);
  for (let number = 0; number < sweep.taskCount; number += 1) {
    const task = sweep.task(number);
    const simulation = Simulation.fromScenario(task.text, task.seed, "numbers");
    simulation.runUntil(simulation.about().until);
    sweep.take(number, simulation.measures());
  }
  return sweep.csv(0.95);
}

for (const [what, id, field] of [
  ["packets", "amqp-in-segments", "links[0].latency_us"],
  ["browsers", "event-or-message", "links[0].latency_us"],
] as const) {
  test(`a sweep of a scenario with ${what} comes to the numbers of the package too`, async ({ page }) => {
    await openSweep(page, `index.html#scenario=${id}`);
    await page.getByLabel("Vary").selectOption({ label: "Another field…" });
    await page.getByLabel("Path").fill(field);
    await page.getByLabel("From", { exact: true }).fill("1000");
    await page.getByLabel("To", { exact: true }).fill("3000");
    await page.getByLabel("Values").fill("3");
    await page.getByLabel("Workers").fill("2");
    await run(page);
    await expect(page.locator("queuescope-sweep").getByRole("alert")).toHaveCount(0);
    expect(await saved(page)).toBe(await inNode(id, `${field}=1000..3000:3`));
  });
}

test("a sweep of a plain scenario loads what plans it and what runs it, each when it is needed", async ({
  page,
}) => {
  const loaded: string[] = [];
  page.on("request", (request) => {
    loaded.push(...(/queuescope\w*(?=_bg[^/]*\.wasm$)/.exec(new URL(request.url()).pathname) ?? []));
  });
  await openSweep(page);
  expect(loaded).toEqual(["queuescope_everyday", "queuescope_sweep"]);
  await run(page);
  expect(loaded).toEqual(["queuescope_everyday", "queuescope_sweep", "queuescope_runner"]);
});

test("what plans sweeps is asked for again when it did not come", async ({ page }) => {
  await page.route(/queuescope_sweep_bg/, (route) => route.abort());
  await Queuescope.open(page, "index.html#scenario=work-queue");
  await page.getByRole("tab", { name: "Sweep" }).click();
  await expect(page.getByRole("alert")).toContainText("What plans sweeps could not be loaded");
  await page.unroute(/queuescope_sweep_bg/);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("button", { name: "Run sweep" })).toBeVisible();
});

test("means, intervals and theory stand in a chart and in a table", async ({ page }) => {
  const queuescope = await openSweep(page);
  await queuescope.pickText("single.json", SINGLE);
  await page.getByLabel("Vary").selectOption("count(consumers[0])");
  await page.getByLabel("To", { exact: true }).fill("3");
  await page.getByLabel("Values").fill("3");
  await run(page);
  const result = page.locator("queuescope-sweep-result");
  await expect(result.locator("canvas")).toBeVisible();
  await expect(result.locator("figcaption")).toHaveText("jobs: Waiting time, mean");
  const rows = result.locator("tbody tr");
  await expect(rows).toHaveCount(3);
  // M/M/1 at 0.5 waits 100 ms; M/M/2 at 0.25 by Erlang's C formula 100 ms · 0.25² / (1 - 0.25²) = 6.67 ms.
  await expect(rows.nth(0).getByRole("cell").nth(3)).toHaveText("100 ms");
  await expect(rows.nth(1).getByRole("cell").nth(3)).toHaveText("6.67 ms");
  const low = rows.nth(0).getByRole("cell").nth(1);
  const at95 = await low.textContent();
  await page.getByRole("combobox", { name: "Intervals" }).selectOption("0.99");
  await expect(low).not.toHaveText(at95 ?? "");
  await page.getByRole("combobox", { name: "Show" }).selectOption({ label: "jobs: Utilisation" });
  await expect(rows.nth(0).getByRole("cell").nth(3)).toHaveText("50 %");
  await expect(rows.nth(1).getByRole("cell").nth(3)).toHaveText("25 %");
});

test("a sweep shows how far it is, and can be cancelled", async ({ page }) => {
  await openSweep(page);
  await page.getByLabel("Seeds each").fill("2000");
  await page.getByLabel("Simulated seconds").fill("6000");
  await page.getByRole("button", { name: "Run sweep" }).click();
  await expect(page.getByText(/^[1-9]\d* of 10000 runs$/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Run sweep" })).toBeDisabled();
  // The page lives on meanwhile.
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText(/^Cancelled after [1-9]\d* of 10000 runs/)).toBeVisible();
  await expect(page.locator("queuescope-sweep-result tbody tr").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Run sweep" })).toBeEnabled();
});

test("a value that does not do is shown with its place, and the others are run", async ({ page }) => {
  await openSweep(page);
  await page.getByLabel("Vary").selectOption({ label: "Another field…" });
  await page.getByLabel("Path").fill("consumers[0].prefetch");
  await page.getByLabel("From", { exact: true }).fill("-1");
  await page.getByLabel("To", { exact: true }).fill("2");
  await page.getByLabel("Values").fill("4");
  await run(page);
  const alert = page.locator("queuescope-sweep").getByRole("alert");
  await expect(alert).toContainText("5 runs came to nothing");
  await expect(alert).toContainText("With -1 (5 runs):");
  await expect(alert).toContainText("Place: consumers[0].prefetch");
  await expect(page.locator("queuescope-sweep-result tbody th")).toHaveText(["0", "1", "2"]);
});

test("a path that leads nowhere is named", async ({ page }) => {
  await openSweep(page);
  await page.getByLabel("Vary").selectOption({ label: "Another field…" });
  await page.getByLabel("Path").fill("consumers[7].prefetch");
  await page.getByRole("button", { name: "Run sweep" }).click();
  await expect(page.locator("queuescope-sweep").getByRole("alert")).toContainText(
    "at consumers there are 2 entries",
  );
});

test("a sweep and its results stay while another panel is shown", async ({ page }) => {
  await openSweep(page);
  await run(page);
  await page.keyboard.press("n");
  await expect(page.locator("queuescope-sweep-result")).toBeHidden();
  await page.getByRole("tab", { name: "Sweep" }).click();
  await expect(page.locator("queuescope-sweep-result tbody tr")).toHaveCount(5);
  await expect(page.locator("queuescope-sweep-result canvas")).toBeVisible();
});

test("another scenario begins with fields of its own", async ({ page }) => {
  const queuescope = await openSweep(page);
  await run(page);
  await queuescope.pickText("single.json", SINGLE);
  await expect(page.locator("queuescope-sweep-result")).toHaveCount(0);
  await expect(page.getByLabel("Vary")).toContainText("P: messages in a second (now 5)");
});

test("queuescope.html runs sweeps from disk", async ({ page }) => {
  await openSweep(page, `${fileAddress("target/dist/queuescope.html")}#scenario=work-queue`);
  await run(page);
  await expect(page.locator("queuescope-sweep-result tbody tr")).toHaveCount(5);
});

test("queuescope.html runs sweeps in a sandboxed frame", async ({ page }) => {
  await page.route("**/queuescope.html", (route) =>
    route.fulfill({ contentType: "text/html", path: at("target/dist/queuescope.html") }),
  );
  await page.route("**/course-note.html", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<!doctype html><title>note</title><iframe width="1200" height="780" sandbox="allow-scripts"
        src="queuescope.html#scenario=work-queue"></iframe>`,
    }),
  );
  await page.goto("course-note.html");
  const frame = page.frameLocator("iframe");
  await frame.getByRole("tab", { name: "Sweep" }).click();
  await run(frame);
  await expect(frame.locator("queuescope-sweep-result tbody tr")).toHaveCount(5);
});
