import { expect, test } from "@playwright/test";
import { fileAddress, Queuescope } from "./driver.ts";

const BAD: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  ["not JSON", '{"queues": [', /line 1|column/i],
  ["JSON but not definitions", '{"hello": "world"}', /definitions|scenario/i],
  [
    "broken inside",
    '{"vhosts":[{"name":"/"}],"exchanges":[],"queues":[{"name":"q","vhost":"/"}],"bindings":[{"source":"amq.direct","vhost":"/","destination":"nowhere","destination_type":"queue","routing_key":"k"}]}',
    /bindings\[0\]/,
  ],
];

for (const [name, text, says] of BAD) {
  for (const way of ["picker", "drop"] as const) {
    test(`a file that is ${name} (${way}): the error names the place, what runs stays as it was`, async ({
      page,
    }) => {
      const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=3000000");
      const before = [await queuescope.hash(), await queuescope.now(), await queuescope.log.count()];
      await (way === "picker" ? queuescope.pickText("bad.json", text) : queuescope.drop("bad.json", text));
      await expect(queuescope.alert).toContainText("bad.json was not opened.");
      await expect(queuescope.alert).toContainText(says);
      await expect(queuescope.alert).toContainText("What was running stays as it was.");
      expect([await queuescope.hash(), await queuescope.now(), await queuescope.log.count()]).toEqual(before);
      await queuescope.step();
      await queuescope.button("Dismiss").click();
      await expect(queuescope.alert).toHaveCount(0);
    });
  }
}

test("the error is also an event of the element", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.ask((scope) => {
    scope.addEventListener("queuescope-error", (event) => {
      document.title = (event as CustomEvent<{ code: string }>).detail.code;
    });
  });
  await queuescope.pickText("bad.json", "{");
  await expect(page).toHaveTitle("document.syntax");
});

test("when the WebAssembly file is missing, the page says so and what to do", async ({ page }) => {
  await page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "not here" }));
  await page.goto("index.html");
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("The simulator could not be loaded.");
  await expect(alert).toContainText("queuescope.html");
  await expect(alert).toContainText("cargo xtask serve");
});

test("when the browser has no WebAssembly, the page says so", async ({ page }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(globalThis, "WebAssembly");
  });
  await page.goto("index.html");
  await expect(page.getByRole("alert")).toContainText("This browser has no WebAssembly");
});

test("when a script is missing, the page says so", async ({ page }) => {
  await page.route("**/assets/*.js", (route) => route.fulfill({ status: 404, body: "" }));
  await page.goto("index.html");
  await expect(page.getByRole("alert")).toContainText("The page could not be loaded.");
});

for (const file of ["index.html", "embed.html"]) {
  test(`${file} opened from disk says what to do`, async ({ page }) => {
    await page.goto(fileAddress(`target/dist/site/${file}`));
    await expect(page.getByRole("alert")).toContainText("Open queuescope.html instead");
    await expect(page.getByRole("alert")).toContainText("cargo xtask serve");
  });
}

test("after a fault the simulation is thrown away and can be started again", async ({ page }) => {
  const queuescope = await Queuescope.open(page);
  await queuescope.ask((scope) => {
    const simulation = scope.simulation;
    if (simulation !== null) {
      simulation.step = () => {
        throw new WebAssembly.RuntimeError("unreachable");
      };
    }
  });
  await queuescope.button("Step").click();
  await expect(queuescope.alert).toContainText("fault in Queuescope");
  expect(await queuescope.ask((scope) => scope.simulation)).toBeNull();
  await queuescope.button("Start again").click();
  await queuescope.ready();
  await expect(queuescope.alert).toHaveCount(0);
  await queuescope.step();
});

test("no page breaks its own security policy or logs an error", async ({ page }) => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  const queuescope = await Queuescope.open(page);
  await expect(page.locator("meta[http-equiv='Content-Security-Policy']")).toHaveCount(1);
  await queuescope.play();
  await expect.poll(() => queuescope.now()).toBeGreaterThan(300_000);
  await queuescope.pause();
  await Queuescope.open(page, "embed.html");
  expect(complaints).toEqual([]);
});
