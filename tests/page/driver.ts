import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, type Locator, type Page } from "@playwright/test";
import type { QueueScope } from "../../www/src/element/queue-scope.ts";

/** A path below the root of the repository. */
export function at(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** The address of a built file on disk. */
export function fileAddress(path: string): string {
  return new URL(`../../${path}`, import.meta.url).href;
}

export const DEFINITIONS = "tests/conformance/definitions";

/** The ids of all scenarios that ship. */
export const SCENARIOS: readonly string[] = readdirSync(at("scenarios"))
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.slice(0, -".json".length));

export function scenarioTitle(id: string): string {
  const document = JSON.parse(readFileSync(at(`scenarios/${id}.json`), "utf8")) as { title: string };
  return document.title;
}

/** What a test asks of a running page. */
export class Queuescope {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the page and waits until its scenario runs. */
  static async open(page: Page, path = "index.html"): Promise<Queuescope> {
    const queuescope = new Queuescope(page);
    await page.goto(path);
    await queuescope.ready();
    return queuescope;
  }

  get element(): Locator {
    return this.page.locator("queue-scope");
  }

  get clock(): Locator {
    return this.page.getByRole("timer");
  }

  get log(): Locator {
    return this.page.locator("queuescope-log li");
  }

  get alert(): Locator {
    return this.page.getByRole("alert");
  }

  get timeline(): Locator {
    return this.page.getByRole("slider", { name: "Timeline" });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  node(id: string): Locator {
    return this.page.locator(`g.node[data-node="${id}"]`);
  }

  async ready(): Promise<void> {
    await expect.poll(() => this.ask((scope) => scope.simulation !== null)).toBe(true);
  }

  /** Asks the element itself. */
  ask<T>(question: (scope: QueueScope) => T | Promise<T>): Promise<T> {
    return this.element.evaluate(question as unknown as (element: Element) => T | Promise<T>);
  }

  now(): Promise<number> {
    return this.ask((scope) => scope.simulation?.now ?? -1);
  }

  hash(): Promise<string> {
    return this.ask((scope) => scope.simulation?.factsHash() ?? "");
  }

  /** Waits until nothing moves any more. */
  async still(): Promise<void> {
    await expect
      .poll(() => this.ask((scope) => scope.session.seekingTo === null && !scope.session.isMoving))
      .toBe(true);
  }

  async play(): Promise<void> {
    await this.button("Play").click();
  }

  async pause(): Promise<void> {
    await this.button("Pause").click();
    await this.still();
  }

  async step(times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      await this.button("Step").click();
    }
    await this.still();
  }

  /** Moves the handle of the timeline as a pointer does. */
  async scrub(us: number): Promise<void> {
    await this.timeline.fill(String(us));
    await this.still();
    await expect.poll(() => this.now()).toBe(us);
  }

  /** How many pixels of the canvas are painted. */
  painted(): Promise<number> {
    return this.page.locator("queuescope-picture canvas").evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      let count = 0;
      for (let place = 3; place < pixels.length; place += 4) {
        count += (pixels[place] ?? 0) > 0 ? 1 : 0;
      }
      return count;
    });
  }

  async pick(path: string): Promise<void> {
    await this.page.getByLabel("Open a file").setInputFiles(path);
  }

  async pickText(name: string, text: string): Promise<void> {
    const file = { name, mimeType: "application/json", buffer: Buffer.from(text) };
    await this.page.getByLabel("Open a file").setInputFiles(file);
  }

  /** Drops a file onto the page, as a file manager does. */
  async drop(name: string, text: string): Promise<void> {
    const transfer = await this.page.evaluateHandle(
      ([fileName = "", content = ""]) => {
        const data = new DataTransfer();
        data.items.add(new File([content], fileName, { type: "application/json" }));
        return data;
      },
      [name, text],
    );
    for (const event of ["dragenter", "dragover", "drop"]) {
      await this.page.locator("queuescope-picture").dispatchEvent(event, { dataTransfer: transfer });
    }
  }
}
