import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { Queuescope } from "./driver.ts";

/** The sequence diagram of a run, and what a test asks of it. */
class Diagram {
  readonly page: Page;
  readonly view: Locator;

  constructor(page: Page) {
    this.page = page;
    this.view = page.locator("queuescope-sequence");
  }

  get sentences(): Locator {
    return this.view
      .getByRole("list", { name: "What is sent and what happens, in order" })
      .getByRole("button");
  }

  get heads(): Locator {
    return this.view.locator(".heads .name");
  }

  get detail(): Locator {
    return this.view.locator(".detail");
  }

  get scroll(): Locator {
    return this.view.getByRole("region", { name: "Sequence diagram" });
  }

  label(words: string): Locator {
    return this.view.locator("text.label", { hasText: new RegExp(`^${words}$`) });
  }
}

async function opened(page: Page, rest = ""): Promise<[Queuescope, Diagram]> {
  const queuescope = await Queuescope.open(page, `index.html#scenario=hello-world&view=sequence${rest}`);
  await queuescope.still();
  return [queuescope, new Diagram(page)];
}

test("the view is chosen with the switch, by key and by link, and the link remembers it", async ({
  page,
}) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=hello-world&at=3000000");
  const diagram = new Diagram(page);
  await expect(diagram.view).toHaveCount(0);
  const choose = (name: string) => page.getByRole("radio", { name });
  await choose("Sequence").check();
  await expect(diagram.view).toBeVisible();
  await expect(page.locator("queuescope-picture")).toHaveCount(0);
  expect(page.url()).toContain("view=sequence");
  expect(page.url()).toContain("at=3000000");
  await choose("Sequence").press("ArrowRight");
  await expect(choose("Side by side")).toBeChecked();
  await expect(page.locator("queuescope-picture")).toBeVisible();
  await expect(diagram.view).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("v");
  await expect(diagram.view).toHaveCount(0);
  expect(page.url()).not.toContain("view=");
  await page.keyboard.press("v");
  await page.reload();
  await queuescope.ready();
  await expect(diagram.view).toBeVisible();
  await expect(choose("Sequence")).toBeChecked();
});

test("the lines stand in the order of the picture, and slopes are latencies", async ({ page }) => {
  const [, diagram] = await opened(page, "&at=3000000");
  await expect(diagram.heads).toHaveText(["P", "(default)", "hello", "C"]);
  const ways = diagram.view.locator("g.arrow:not(.method) .way");
  const slope = async (place: number) => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] =
      ((await ways.nth(place).getAttribute("d")) ?? "").match(/[\d.]+/g)?.map(Number) ?? [];
    return { across: x2 - x1, down: y2 - y1 };
  };
  // The first is published over a link of 300 ms, the second is routed at once, the third delivered over 300 ms.
  const [publish, route, deliver] = [await slope(0), await slope(1), await slope(2)];
  expect(publish.down).toBeGreaterThan(20);
  expect(route.down).toBe(0);
  expect(deliver.down).toBeCloseTo(publish.down, 1);
  expect(publish.across).toBeGreaterThan(0);
});

test("a screen reader finds every sentence, in order and with its time", async ({ page }) => {
  const [, diagram] = await opened(page, "&at=2000000");
  const words = await diagram.sentences.allTextContents();
  expect(words[0]).toContain("00:01.000: P publishes m1 to (default)");
  expect(words.some((sentence) => sentence.includes("C works on m1"))).toBe(true);
  const times = words.map((sentence) => sentence.slice(0, 9));
  expect(times).toEqual([...times].sort());
});

test("the keyboard goes through it, selects, and goes to a moment", async ({ page }) => {
  const [queuescope, diagram] = await opened(page, "&at=4000000");
  await diagram.sentences.last().focus();
  await page.keyboard.press("Home");
  await expect(diagram.sentences.first()).toBeFocused();
  await expect(diagram.view.locator(".arrow.chosen").first()).toBeVisible();
  await expect(diagram.detail).toContainText("P publishes m1");
  await page.keyboard.press("Enter");
  expect(await queuescope.ask((scope) => scope.session.selection)).toEqual({ kind: "message", message: 1 });
  await page.keyboard.press("ArrowDown");
  await expect(diagram.sentences.nth(1)).toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+Enter");
  await expect.poll(() => queuescope.now()).toBe(1_000_000);
});

test("an arrow selects its message and leads to its moments, and what was seen stays below", async ({
  page,
}) => {
  const [queuescope, diagram] = await opened(page, "&at=5000000");
  const sentences = await diagram.sentences.count();
  await diagram.label("basic.deliver m2").click();
  expect(await queuescope.ask((scope) => scope.session.selection)).toEqual({ kind: "message", message: 2 });
  await expect(diagram.view.locator(".arrow.other").first()).toBeVisible();
  await page.mouse.move(5, 5);
  const go = diagram.detail.getByRole("button", { name: /^Go to/ });
  await expect(go).toHaveCount(2);
  const [departs, arrives] = await go.allTextContents();
  await go.last().click();
  await queuescope.still();
  await expect(queuescope.clock).toHaveText(arrives?.trim().slice("Go to ".length) ?? "");
  await go.first().click();
  await queuescope.still();
  await expect(queuescope.clock).toHaveText(departs?.trim().slice("Go to ".length) ?? "");
  // What comes after the moment was seen already: it is there, under the veil.
  await expect(diagram.sentences).toHaveCount(sentences);
  await queuescope.ask((scope) => scope.session.dispatch({ command: "pause", node: "P" }));
  await expect.poll(() => diagram.sentences.count()).toBeLessThan(sentences);
});

test("one message alone has the lines that it comes to, and its whole life", async ({ page }) => {
  const [queuescope, diagram] = await opened(page, "&at=9000000");
  await queuescope.ask((scope) => scope.session.select({ kind: "message", message: 3 }));
  await page.getByRole("checkbox", { name: "Only m3" }).check();
  await expect
    .poll(async () => (await diagram.sentences.allTextContents()).every((words) => words.includes("m3")))
    .toBe(true);
  await expect(diagram.label("basic.publish m3")).toBeVisible();
  await expect(diagram.label("basic.ack m3")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("checkbox", { name: /^Only/ })).toHaveCount(0);
});

test("no label lies on another, however much is drawn", async ({ page }) => {
  await Queuescope.open(page, "index.html#scenario=flaky-link&at=20000000&view=sequence");
  const diagram = new Diagram(page);
  await expect(diagram.view.locator("text.label").first()).toBeVisible();
  for (let time = 0; time < 3; time += 1) {
    const boxes = await diagram.view
      .locator("text.label")
      .evaluateAll((labels) => labels.map((label) => label.getBoundingClientRect().toJSON() as DOMRect));
    expect(boxes.length).toBeGreaterThan(3);
    const overlapping = boxes.flatMap((one, place) =>
      boxes
        .slice(place + 1)
        .filter(
          (other) =>
            one.left < other.right - 1 &&
            other.left < one.right - 1 &&
            one.top < other.bottom - 3 &&
            other.top < one.bottom - 3,
        ),
    );
    expect(overlapping).toEqual([]);
    await page.keyboard.press("-");
  }
});

test("it zooms in time, and the present keeps its place", async ({ page }) => {
  const [queuescope, diagram] = await opened(page, "&at=9000000");
  const height = async () => (await diagram.view.locator("svg.diagram").boundingBox())?.height ?? 0;
  const now = async () => (await diagram.view.locator("g.now line").boundingBox())?.y ?? 0;
  const [before, place] = [await height(), await now()];
  await queuescope.button("Zoom in").click();
  await expect.poll(height).toBeGreaterThan(before);
  expect(Math.abs((await now()) - place)).toBeLessThan(4);
  await page.keyboard.press("-");
  await expect.poll(height).toBeCloseTo(before, -1);
  await page.keyboard.press("0");
  await expect(diagram.view.locator("g.now line")).toBeInViewport();
});

test("it follows the present while playing, until the reader looks back", async ({ page }) => {
  const [queuescope, diagram] = await opened(page, "&at=9000000&speed=2");
  const now = diagram.view.locator("g.now line");
  await queuescope.play();
  await expect.poll(() => queuescope.now()).toBeGreaterThan(12_000_000);
  await expect(now).toBeInViewport();
  await diagram.scroll.evaluate((box) => box.scrollTo({ top: 0 }));
  await expect(queuescope.button("Now")).toBeVisible();
  await queuescope.button("Now").click();
  await expect(now).toBeInViewport();
});

test("methods that have to do with no message are there, and a commit has its answer", async ({ page }) => {
  await Queuescope.open(page, "index.html#scenario=transactions-and-confirms&at=4000000&view=sequence");
  const diagram = new Diagram(page);
  await expect(diagram.sentences.filter({ hasText: "P1 commits 2 messages" }).first()).toBeAttached();
  await expect(
    diagram.sentences.filter({ hasText: "broker sends tx.commit-ok to P1" }).first(),
  ).toBeAttached();
});

test("only the diagram is printed, and all of it", async ({ page }) => {
  const [, diagram] = await opened(page, "&at=20000000");
  await page.emulateMedia({ media: "print" });
  await expect(diagram.label("basic.publish m1")).toBeVisible();
  await expect(diagram.label("basic.publish m19")).toBeVisible();
  for (const part of [
    "queuescope-top-bar",
    "queuescope-log",
    "queuescope-inspector",
    "queuescope-time-bar",
  ]) {
    await expect(page.locator(part)).toBeHidden();
  }
});

test("an embed has the switch, and its link leads to the same view", async ({ page }) => {
  await Queuescope.open(page, "embed.html#scenario=hello-world&at=3000000&view=sequence");
  await expect(new Diagram(page).view).toBeVisible();
  await page.getByRole("radio", { name: "Side by side" }).check();
  const link = page.getByRole("link", { name: "Open in Queuescope" });
  await expect(link).toHaveAttribute("href", /view=both/);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [360, 1280]) {
    test(`${colorScheme}, ${width} px: it fits, and has no accessibility violations`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 740 });
      const [queuescope, diagram] = await opened(page, "&at=9000000");
      await expect(diagram.label(width < 480 ? "m9" : "basic.publish m9").first()).toBeVisible();
      await diagram.sentences.last().focus();
      await queuescope.ask((scope) => scope.session.select({ kind: "message", message: 3 }));
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
      await page.getByRole("radio", { name: "Side by side" }).check();
      await expect(page.locator("queuescope-picture")).toBeVisible();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    });
  }
}

test("with reduced motion it moves in steps, and still follows", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const [queuescope, diagram] = await opened(page, "&speed=4");
  await queuescope.play();
  await expect.poll(() => queuescope.now()).toBeGreaterThan(6_000_000);
  await queuescope.pause();
  await expect(diagram.view.locator("g.now line")).toBeInViewport();
});
