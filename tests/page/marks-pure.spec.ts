import { expect, test } from "@playwright/test";
import type { Fork, MarkKind } from "queuescope";
import { columnAt, columnsIn, marksIn, middleOf, STRIP_HEIGHT } from "../../www/src/time/mark-columns.ts";
import { unitOf } from "../../www/src/time/run-comparison.ts";
import { runMoments, runName } from "../../www/src/time/run-names.ts";

const KINDS: readonly MarkKind[] = [
  "loss",
  "dead_letter",
  "redelivery",
  "return",
  "error",
  "intervention",
  "breakpoint",
];

test.describe("the columns of the marks", () => {
  test("lead back from their middles to themselves, and end where the thumb of the slider does", () => {
    for (const width of [120, 280, 555]) {
      const columns = columnsIn(width);
      for (let column = 0; column < columns; column += 1) {
        expect(columnAt(middleOf(column, columns, width), columns, width)).toBe(column);
      }
      expect(columnAt(-5, columns, width)).toBe(0);
      expect(columnAt(width + 5, columns, width)).toBe(columns - 1);
      expect(middleOf(0, columns, width)).toBeGreaterThan(8);
      expect(middleOf(columns - 1, columns, width)).toBeLessThan(width - 8);
    }
  });

  test("have each kind once, above one another, and never outside", () => {
    const counts = new Uint32Array(14);
    counts.set([1, 2, 300, 4, 5, 6, 7], 7);
    expect(marksIn(counts, KINDS, 0)).toEqual([]);
    const marks = marksIn(counts, KINDS, 1);
    expect(new Map(marks.map(({ kind, count }) => [kind, count]))).toEqual(
      new Map(KINDS.map((kind, place) => [kind, counts[7 + place] ?? 0])),
    );
    const heights = marks.filter(({ kind }) => kind !== "breakpoint").map(({ y }) => y);
    expect(new Set(heights).size).toBe(6);
    for (const y of heights) {
      expect(y).toBeGreaterThanOrEqual(4);
      expect(y).toBeLessThanOrEqual(STRIP_HEIGHT - 4);
    }
  });
});

test.describe("the names of runs", () => {
  const first: Fork = {
    id: 0,
    parent: null,
    time: 0,
    step: 0,
    commands: 0,
    label: "",
    because: null,
    end: 9_000_000,
    end_step: 50,
    command_count: 0,
    is_current: false,
  };
  const second: Fork = { ...first, id: 1, parent: 0, time: 5_000_000, end: 8_000_000 };

  test("are given, or say what happened first", () => {
    expect(runName(first)).toBe("First run");
    expect(runName(second)).toBe("Run 2");
    const because = { key: "client.paused", parameters: { client: "P" } };
    expect(runName({ ...second, because })).toMatch(/^Run 2: P /);
    expect(runName({ ...second, because, label: "mine" })).toBe("mine");
  });

  test("are said with their moments", () => {
    expect(runMoments(first, [first, second])).toBe("up to 00:09.000");
    expect(runMoments(second, [first, second])).toBe("leaves “First run” at 00:05.000, up to 00:08.000");
  });
});

test("a measure has the unit that its name says", () => {
  expect(unitOf("waiting_mean_us")).toBe("microseconds");
  expect(unitOf("throughput_per_s")).toBe("per_second");
  expect(unitOf("utilisation")).toBe("share");
  expect(unitOf("lost")).toBe("messages");
});
