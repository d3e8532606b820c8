import { readFileSync } from "node:fs";
import { expect, type FrameLocator, type Page, test } from "@playwright/test";
import { at, fileAddress, Queuescope } from "./driver.ts";

/** A page of somebody else with a frame in it. */
async function frameIn(page: Page, attributes: string): Promise<FrameLocator> {
  await page.route("**/course-note.html", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<!doctype html><title>note</title><iframe width="800" height="500" ${attributes}></iframe>`,
    }),
  );
  await page.goto("course-note.html");
  return page.frameLocator("iframe");
}

async function stepsIn(frame: FrameLocator): Promise<void> {
  const clock = frame.getByRole("timer");
  await expect(frame.getByRole("button", { name: "Step", exact: true })).toBeEnabled();
  const before = await clock.textContent();
  for (let steps = 0; steps < 8; steps += 1) {
    await frame.getByRole("button", { name: "Step", exact: true }).click();
  }
  await expect(clock).not.toHaveText(before ?? "");
}

test("embed.html in a frame: picture, time bar, one link out to the same moment", async ({ page }) => {
  const frame = await frameIn(page, 'src="embed.html#scenario=work-queue&seed=5&at=2000000"');
  await expect(frame.getByRole("timer")).toHaveText("00:02.000");
  await expect(frame.getByRole("main")).toHaveCount(1);
  await expect(frame.locator("g.node")).toHaveCount(5);
  await expect(frame.locator("queuescope-log, queuescope-inspector")).toHaveCount(0);
  await expect(frame.getByRole("link")).toHaveCount(1);
  await expect(frame.getByRole("link")).toHaveAttribute(
    "href",
    "index.html#scenario=work-queue&seed=5&at=2000000",
  );
  await stepsIn(frame);
  await expect(frame.getByRole("link")).not.toHaveAttribute("href", /at=2000000$/);
});

test("queuescope.html opens from disk", async ({ page }) => {
  const queuescope = await Queuescope.open(page, fileAddress("target/dist/queuescope.html"));
  await queuescope.step(5);
  await expect(queuescope.clock).not.toHaveText("00:00.000");
  await page.getByLabel("Scenario").selectOption("work-queue");
  await expect(page.getByRole("button", { name: /^Queue tasks/ })).toHaveCount(1);
});

test("queuescope.html from disk honours its link", async ({ page }) => {
  const address = `${fileAddress("target/dist/queuescope.html")}#scenario=publish-subscribe&at=3000000`;
  const queuescope = await Queuescope.open(page, address);
  await expect(queuescope.clock).toHaveText("00:03.000");
});

test("queuescope.html runs in a sandboxed frame", async ({ page }) => {
  await page.route("**/queuescope.html", (route) =>
    route.fulfill({ contentType: "text/html", path: at("target/dist/queuescope.html") }),
  );
  const frame = await frameIn(page, 'sandbox="allow-scripts" src="queuescope.html#scenario=work-queue"');
  await stepsIn(frame);
  await frame.getByRole("button", { name: "Switch to dark colours" }).click();
  await frame.getByLabel("Scenario").selectOption("publish-subscribe");
  await expect(frame.locator("g.node.queue")).not.toHaveCount(1);
});

test("in a sandboxed frame without allow-forms the forms are sent, by the button and by Enter", async ({
  page,
}) => {
  await page.route("**/queuescope.html", (route) =>
    route.fulfill({ contentType: "text/html", path: at("target/dist/queuescope.html") }),
  );
  const frame = await frameIn(page, 'sandbox="allow-scripts" src="queuescope.html#scenario=work-queue"');
  await stepsIn(frame);

  await frame.locator('g.node[data-node="consumer:C1"]').click();
  const inspector = frame.locator("queuescope-inspector");
  await inspector.locator("summary", { hasText: "Change" }).click();
  const prefetch = inspector.getByRole("form", { name: "Prefetch", exact: true });
  await prefetch.getByLabel("Limit").fill("3");
  await prefetch.getByRole("button", { name: "Set" }).click();
  await expect(inspector).toContainText(/Prefetch\s*3/);
  await prefetch.getByLabel("Limit").fill("4");
  await prefetch.getByLabel("Limit").press("Enter");
  await expect(inspector).toContainText(/Prefetch\s*4/);

  await frame.getByRole("button", { name: "Breakpoints" }).click();
  const breakpoints = frame.getByRole("dialog", { name: "Breakpoints" });
  const another = breakpoints.getByRole("form", { name: "Another one" });
  await another.getByRole("button", { name: "Add" }).click();
  await expect(breakpoints.getByRole("listitem")).toHaveCount(1);
  await another.getByLabel("Stop at").selectOption({ label: "A time" });
  await another.locator("[name=seconds]").fill("");
  await another.getByRole("button", { name: "Add" }).click();
  await expect(breakpoints.getByRole("listitem")).toHaveCount(1);
  await another.locator("[name=seconds]").fill("2.5");
  await another.locator("[name=seconds]").press("Enter");
  await expect(breakpoints.getByRole("listitem")).toHaveCount(2);
  await another.locator("[name=seconds]").press("Escape");

  await frame.getByRole("button", { name: /^Runs/ }).click();
  const runs = frame.getByRole("dialog", { name: "Runs" });
  const fork = runs.getByRole("form", { name: "Fork here" });
  await fork.getByLabel("Name of the fork").fill("slow");
  await fork.getByLabel("Name of the fork").press("Enter");
  await expect(runs.getByRole("list", { name: "Runs" })).toContainText("slow");
  await runs.getByRole("button", { name: "Rename slow" }).click();
  await runs.getByRole("textbox", { name: "Name of slow" }).fill("slower");
  await runs.getByRole("button", { name: "Save" }).click();
  await expect(runs.getByRole("list", { name: "Runs" })).toContainText("slower");
  await runs.getByRole("button", { name: "Compare" }).click();
  await expect(runs.getByRole("table")).toBeVisible();
});

test("queuescope.html needs no other file", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await Queuescope.open(page, fileAddress("target/dist/queuescope.html"));
  expect(asked.filter((address) => !address.startsWith("data:")).length).toBe(1);
  const text = readFileSync(at("target/dist/queuescope.html"), "utf8");
  expect(text).not.toMatch(/\s(src|href)="(?!data:|https:\/\/www\.rabbitmq\.com)[^"$]*\.(js|css|wasm)"/);
});

test("the element frees its simulation when it leaves, and starts again when it comes back", async ({
  page,
}) => {
  const queuescope = await Queuescope.open(page);
  const isGone = await queuescope.ask((scope) => {
    const parent = scope.parentNode;
    scope.remove();
    const gone = scope.simulation === null;
    parent?.appendChild(scope);
    return gone;
  });
  expect(isGone).toBe(true);
  await queuescope.ready();
  await queuescope.step();
});

test("the element says when it is ready and when its state has changed", async ({ page }) => {
  await Queuescope.open(page);
  const heard = await page.evaluate(
    () =>
      new Promise<string[]>((done) => {
        const names: string[] = [];
        const scope = document.createElement("queue-scope");
        scope.setAttribute("scenario", "work-queue");
        scope.setAttribute("seed", "9");
        scope.setAttribute("autoplay", "");
        scope.addEventListener("queuescope-ready", (event) => {
          names.push("ready", String((event as CustomEvent<{ seed: number }>).detail.seed));
        });
        scope.addEventListener("queuescope-step", (event) => {
          if ((event as CustomEvent<{ now: number }>).detail.now > 0) {
            scope.remove();
            done([...names, "step"]);
          }
        });
        document.body.append(scope);
      }),
  );
  expect(heard).toEqual(["ready", "9", "step"]);
});
