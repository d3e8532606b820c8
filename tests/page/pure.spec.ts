import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { Fact, Picture, PictureNode } from "queuescope";
import { curveThrough, pointAt } from "../../www/src/geometry/curve.ts";
import { room } from "../../www/src/geometry/forms.ts";
import { layout } from "../../www/src/geometry/layout.ts";
import { pack } from "../../www/src/geometry/pack.ts";
import { connectedParts, splitAtHub } from "../../www/src/geometry/parts.ts";
import { fit, zoomed } from "../../www/src/geometry/viewport.ts";
import { service } from "../../www/src/inspector/forms/consumer-forms.ts";
import { headersFrom } from "../../www/src/inspector/forms/headers.ts";
import { Journal } from "../../www/src/session/journal.ts";
import { readPlace, writePlace } from "../../www/src/session/place.ts";
import {
  advanced,
  atRest,
  countedTime,
  hopAt,
  PLAYING,
  STEP_MS,
  settling,
  stepping,
} from "../../www/src/session/player.ts";
import { hues, inks, roles, surfaces, type Tone } from "../../www/src/theme/palette.ts";
import { clockText, spanText } from "../../www/src/time/clock-text.ts";
import { PLACES, placeOf, speedAt } from "../../www/src/time/speed-scale.ts";
import { at, DEFINITIONS } from "./driver.ts";

test.describe("the player", () => {
  test("plays simulated time in proportion to real time", () => {
    expect(advanced(PLAYING, 16, 1_000, 1).runUntil).toBe(17_000);
    expect(advanced(PLAYING, 16, 1_000, 0.05).runUntil).toBe(1_800);
    expect(advanced(PLAYING, 16, 1_000, 50).view.hop).toBe(hopAt(50));
  });

  test("shows a step from before it to after its last hops, and ends", () => {
    const motion = stepping(1_000_000, 1_400_000);
    const middle = advanced(motion, STEP_MS / 2, 1_400_000, 1);
    expect(middle.view.time).toBe(1_400_000);
    expect(middle.runUntil).toBeNull();
    const end = advanced(middle.motion, STEP_MS, 1_400_000, 1);
    expect(end.motion.kind).toBe("still");
    expect(end.view).toEqual(atRest(1_400_000));
  });

  test("lets the last hops finish after a pause, without running on", () => {
    let motion = settling(5_000_000, 2);
    let real = 0;
    while (motion.kind !== "still") {
      const next = advanced(motion, 20, 5_000_000, 2);
      expect(next.runUntil).toBeNull();
      motion = next.motion;
      real += 20;
    }
    expect(real).toBeLessThan(1_100);
  });

  test("does not catch up after a hidden tab", () => {
    expect(countedTime(60_000)).toBeLessThan(20);
    expect(countedTime(33)).toBe(33);
  });
});

test.describe("the journal", () => {
  const fact = (index: number): Fact => ({
    index,
    step: index,
    time: index * 10,
    sentence: { key: "x", parameters: {} },
    rule: null,
    message: null,
    nodes: [],
  });
  const range = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, place) => fact(from + place));

  test("appends what is new and cuts what was taken back", () => {
    const journal = new Journal();
    expect(journal.take(range(0, 5), 5)).toBe(true);
    expect(journal.take([], 5)).toBe(false);
    expect(journal.take([], 3)).toBe(true);
    expect(journal.facts.map((entry) => entry.index)).toEqual([0, 1, 2]);
    journal.take(range(1, 4), 4);
    expect(journal.facts.map((entry) => entry.index)).toEqual([0, 1, 2, 3]);
  });

  test("stays bounded", () => {
    const journal = new Journal();
    for (let from = 0; from < 20_000; from += 2_000) {
      journal.take(range(from, from + 2_000), from + 2_000);
    }
    expect(journal.facts.length).toBe(5_000);
    expect(journal.count).toBe(20_000);
  });
});

test.describe("geometry", () => {
  const node = (id: string, kind: PictureNode["kind"]): PictureNode => ({
    id,
    kind,
    name: id,
    virtual_host: "/",
    exchange_type: kind === "exchange" ? "topic" : null,
    settings: [],
    arguments: [],
    policy: [],
  });

  /** The picture of a definitions file, made without the simulation. */
  function pictureOf(file: string): Picture {
    const definitions = JSON.parse(readFileSync(at(`${DEFINITIONS}/${file}`), "utf8")) as {
      exchanges: { name: string }[];
      queues: { name: string }[];
      bindings: { source: string; destination: string; destination_type: string; routing_key: string }[];
    };
    const nodes = [
      ...definitions.exchanges.map(({ name }) => node(`exchange:${name}`, "exchange")),
      ...definitions.queues.map(({ name }) => node(`queue:${name}`, "queue")),
    ];
    const places = new Map(nodes.map(({ id }, place) => [id, place]));
    const edges = definitions.bindings.map((binding) => ({
      kind: "binding" as const,
      from: places.get(`exchange:${binding.source}`) ?? 0,
      to: places.get(`${binding.destination_type}:${binding.destination}`) ?? 0,
      label: binding.routing_key,
      bindings: [{ routing_key: binding.routing_key, arguments: {} }],
    }));
    for (const { id } of [...nodes]) {
      if (id.startsWith("queue:")) {
        edges.push({ kind: "binding", from: places.get(id) ?? 0, to: nodes.length, label: "", bindings: [] });
        nodes.push(node(`consumer:${id}`, "consumer"));
      }
    }
    return { version: 1, virtual_hosts: ["/"], nodes, edges };
  }

  test("no two nodes of large.json overlap, and the lines end at their nodes", () => {
    const picture = pictureOf("large.json");
    const found = layout(picture, { width: 1000, height: 600 }, "right");
    const boxes = picture.nodes.map((entry, place) => {
      const size = room(entry, found.measures);
      const centre = found.nodes[place] ?? { x: 0, y: 0 };
      return { ...size, x: centre.x - size.width / 2, y: centre.y - size.height / 2 };
    });
    const overlapping: string[] = [];
    for (const [place, one] of boxes.entries()) {
      for (const [further, other] of boxes.slice(place + 1).entries()) {
        const apart =
          one.x + one.width <= other.x + 1 ||
          other.x + other.width <= one.x + 1 ||
          one.y + one.height <= other.y + 1 ||
          other.y + other.height <= one.y + 1;
        if (!apart) {
          overlapping.push(`${picture.nodes[place]?.id} and ${picture.nodes[place + 1 + further]?.id}`);
        }
      }
    }
    expect(overlapping).toEqual([]);
    picture.edges.forEach((edge, place) => {
      const curve = found.edges[place]?.curve;
      const from = found.nodes[edge.from];
      const to = found.nodes[edge.to];
      if (curve === undefined || from === undefined || to === undefined) {
        throw new Error(`edge ${place} is not placed`);
      }
      expect(Math.abs(pointAt(curve, 0).y - from.y)).toBeLessThan(1);
      expect(Math.abs(pointAt(curve, 1).y - to.y)).toBeLessThan(1);
    });
  });

  test("a curve passes its points at an even pace", () => {
    const curve = curveThrough(
      [
        { x: 0, y: 0 },
        { x: 100, y: 50 },
      ],
      "right",
    );
    expect(pointAt(curve, 0)).toMatchObject({ x: 0, y: 0 });
    expect(pointAt(curve, 1).x).toBeCloseTo(100);
    expect(pointAt(curve, 0.5).x).toBeCloseTo(50);
    let last = pointAt(curve, 0);
    const pace = curve.length / 40;
    for (let share = 1; share <= 40; share += 1) {
      const next = pointAt(curve, share / 40);
      expect(Math.abs(Math.hypot(next.x - last.x, next.y - last.y) - pace)).toBeLessThan(pace * 0.05);
      last = next;
    }
  });

  test("parts that hang together stay together, a hub takes them apart", () => {
    const lines = [1, 2, 3, 4, 5, 6].map((to) => ({ from: to <= 3 ? 0 : to - 3, to }));
    expect(connectedParts([0, 1, 2, 3, 4, 5, 6, 7], lines)).toEqual([[0, 1, 2, 3, 4, 5, 6], [7]]);
    const chains = [...lines, { from: 4, to: 7 }, { from: 5, to: 8 }, { from: 6, to: 9 }];
    const split = splitAtHub([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], chains, [0, 1], 0.5);
    expect(split?.hub).toEqual([0]);
    expect(split?.parts).toEqual([
      [1, 4, 7],
      [2, 5, 8],
      [3, 6, 9],
    ]);
  });

  test("boxes are packed without overlap, to fit the screen", () => {
    const sizes = Array.from({ length: 9 }, () => ({ width: 100, height: 50 }));
    const wide = pack(sizes, 10, 3);
    const tall = pack(sizes, 10, 0.5);
    expect(wide.width / wide.height).toBeGreaterThan(tall.width / tall.height);
    expect(new Set(wide.places.map(({ x, y }) => `${x},${y}`)).size).toBe(9);
  });

  test("fitting shows everything, zooming keeps the place under the pointer", () => {
    const view = fit({ x: -50, y: 20, width: 2000, height: 300 }, { width: 800, height: 600 }, 20, 2);
    expect(view.scale).toBeCloseTo(0.38);
    expect(-50 * view.scale + view.x).toBeCloseTo(20);
    const nearer = zoomed(view, 1.5, { x: 300, y: 200 });
    expect((300 - view.x) / view.scale).toBeCloseTo((300 - nearer.x) / nearer.scale);
  });
});

test.describe("numbers and links", () => {
  test("the clock", () => {
    expect(clockText(0)).toBe("00:00.000");
    expect(clockText(12_340_999)).toBe("00:12.340");
    expect(clockText(3_723_004_000)).toBe("1:02:03.004");
    expect(spanText(250)).toBe("250 µs");
    expect(spanText(12_500)).toBe("12.5 ms");
  });

  test("the speed scale goes from 0.05 to 50, 1 in its middle, and back", () => {
    expect([speedAt(0), speedAt(PLACES)]).toEqual([0.05, 50]);
    expect(speedAt(placeOf(1))).toBe(1);
    for (const speed of [0.1, 0.5, 1, 2, 10]) {
      expect(speedAt(placeOf(speed))).toBeCloseTo(speed, 1);
    }
  });

  test("links are read strictly and written back", () => {
    expect(readPlace("#scenario=a-b&seed=7&at=1500000")).toEqual({
      scenario: "a-b",
      s: null,
      seed: 7,
      at: 1_500_000,
      speed: null,
      view: null,
    });
    expect(readPlace("#seed=-1&at=1e9&speed=0")).toEqual({
      scenario: null,
      s: null,
      seed: null,
      at: null,
      speed: null,
      view: null,
    });
    expect(writePlace({ scenario: "a b", seed: 0, at: 5 })).toBe("#scenario=a+b&seed=0&at=5");
  });
});

test.describe("the palette", () => {
  const channel = (value: number) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) =>
      channel(Number.parseInt(colour.slice(start, start + 2), 16) / 255),
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one: string, other: string) => {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };

  for (const scheme of ["light", "dark"] as const) {
    for (const [surface, ground] of Object.entries<Tone>(surfaces)) {
      test(`${scheme}, on ${surface}: text 4.5:1, shapes 3:1`, () => {
        for (const [name, tone] of Object.entries<Tone>(inks)) {
          expect([name, contrast(tone[scheme], ground[scheme]) >= 4.5]).toEqual([name, true]);
        }
        for (const [name, tone] of [
          ...Object.entries<Tone>(roles),
          ...hues.map((tone, place) => [`hue ${place}`, tone] as const),
        ]) {
          expect([name, contrast(tone[scheme], ground[scheme]) >= 3]).toEqual([name, true]);
        }
      });
    }
  }
});

test.describe("the forms of the inspector", () => {
  test("read headers line by line, with numbers and truth values as they are", () => {
    const lines = "a = 1\n b=x = y\n\nc = true\nd = 1.5\ne = 1.5.2\nf =";
    expect(headersFrom(lines)).toEqual({ a: 1, b: "x = y", c: true, d: 1.5, e: "1.5.2", f: "" });
  });

  test("make distributions of the wanted mean", () => {
    expect(service("uniform", 500)).toEqual({ uniform: { least_us: 0, most_us: 1_000 } });
    // The mean of Pareto's distribution is shape / (shape - 1) times the least.
    const pareto = service("pareto", 3_000);
    expect(
      "pareto" in pareto && (pareto.pareto.least_us * pareto.pareto.shape) / (pareto.pareto.shape - 1),
    ).toBe(3_000);
  });
});
