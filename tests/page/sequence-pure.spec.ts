import { expect, test } from "@playwright/test";
import { LabelRoom } from "../../www/src/geometry/label-room.ts";
import { lanesFor } from "../../www/src/geometry/lanes.ts";
import { LONGEST_PAUSE, scaleFor, timeAxis } from "../../www/src/geometry/time-axis.ts";

test.describe("the axis of time", () => {
  const whole = { from: 0, to: 10_000_000 };
  const flights = [
    { from: 1_000_000, to: 1_300_000 },
    { from: 1_200_000, to: 1_500_000 },
  ];

  test("is even where something is on its way, and shortens what lies between", () => {
    const axis = timeAxis(whole, flights, [8_000_000], 0.0002, true);
    expect(axis.y(1_500_000) - axis.y(1_000_000)).toBeCloseTo(100);
    expect(axis.y(1_250_000) - axis.y(1_000_000)).toBeCloseTo(50);
    expect(axis.y(8_000_000) - axis.y(1_500_000)).toBe(LONGEST_PAUSE);
    expect(axis.pauses.map(({ from, to }) => [from, to])).toEqual([
      [0, 1_000_000],
      [1_500_000, 8_000_000],
      [8_000_000, 10_000_000],
    ]);
    expect(axis.height).toBeCloseTo(100 + 3 * LONGEST_PAUSE);
  });

  test("leads back from places to moments, and goes on after its end", () => {
    const axis = timeAxis(whole, flights, [8_000_000], 0.0002, true);
    for (const time of [0, 1_000_000, 1_234_567, 5_000_000, 10_000_000]) {
      expect(axis.time(axis.y(time))).toBeCloseTo(time, 0);
    }
    expect(axis.y(11_000_000)).toBe(axis.height);
    const even = timeAxis(whole, flights, [], 0.0002, false);
    expect(even.height).toBe(2000);
    expect(even.pauses).toEqual([]);
    expect(even.y(11_000_000)).toBe(2200);
  });

  test("never runs backwards", () => {
    const axis = timeAxis(whole, flights, [2_000_000, 2_000_001, 9_999_999], 0.5, true);
    let last = -1;
    for (let time = 0; time <= 10_000_000; time += 12_345) {
      const y = axis.y(time);
      expect(y).toBeGreaterThanOrEqual(last);
      last = y;
    }
  });

  test("has a scale from what is usual", () => {
    expect(scaleFor([0, 0, 50_000, 50_000, 400_000], 50)).toBe(0.001);
    expect(scaleFor([0, 0], 50)).toBeNull();
  });
});

test("lines stand evenly, and never closer than can be read", () => {
  for (const [count, width] of [
    [4, 940],
    [4, 360],
    [40, 360],
    [1, 1200],
  ] as const) {
    const lanes = lanesFor(count, width);
    expect(lanes.x(0)).toBeGreaterThan(lanes.gutter);
    expect(lanes.x(count - 1)).toBeLessThan(lanes.width);
    expect(lanes.gap).toBeGreaterThanOrEqual(64);
    expect(lanes.width).toBeGreaterThanOrEqual(width);
  }
  expect(lanesFor(4, 360).width).toBe(360);
});

test("labels take room once", () => {
  const room = new LabelRoom();
  const box = (x: number, y: number) => ({ x, y, width: 80, height: 14 });
  expect(room.take([box(0, 0)])).toEqual(box(0, 0));
  expect(room.take([box(40, 10)])).toBeNull();
  expect(room.take([box(40, 10), box(100, 10)])).toEqual(box(100, 10));
  expect(room.take([box(0, 14)])).toEqual(box(0, 14));
});
