import { expect, test } from "@playwright/test";
import { Queuescope } from "./driver.ts";

test("the log is filtered by kind, by node, by message and by words", async ({ page }) => {
  const queuescope = await Queuescope.open(page, "index.html#scenario=work-queue&at=15000000");
  await queuescope.still();
  const rows = queuescope.log;
  const all = await rows.count();
  const kind = page.getByRole("combobox", { name: "Kind of fact" });
  const about = page.getByRole("combobox", { name: "About" });
  const words = page.getByRole("searchbox", { name: "Filter" });

  await kind.selectOption({ label: "consumer begins work on message, until ends" });
  await expect.poll(() => rows.count()).toBeLessThan(all);
  for (const row of await rows.allTextContents()) {
    expect(row).toContain("begins work on");
  }
  await about.selectOption("consumer:C1");
  for (const row of await rows.allTextContents()) {
    expect(row).toContain("C1 begins work on");
  }
  await kind.selectOption("");
  await expect(rows.filter({ hasText: "acknowledges" }).first()).toBeVisible();
  await expect(rows.filter({ hasText: "C2" })).toHaveCount(0);

  await queuescope.ask((scope) => scope.session.select({ kind: "message", message: 2 }));
  await about.selectOption("m2");
  await expect(rows.first()).toContainText("P publishes m2");
  for (const row of await rows.allTextContents()) {
    expect(row).toMatch(/m2\b/);
  }

  await about.selectOption("");
  await words.fill("m1");
  await expect(rows.first()).toContainText("P publishes m1 to");
  await expect(rows.filter({ hasText: "m10" })).toHaveCount(0);
  await words.fill("nothing says this");
  await expect(page.getByText("No fact contains “nothing says this”.")).toBeVisible();
});
