import type { Picture, Snapshot } from "queuescope";
import type { Layout } from "../geometry/layout.ts";
import type { Viewport } from "../geometry/viewport.ts";
import type { View } from "../session/player.ts";
import type { Highlight } from "../session/session-types.ts";
import type { Trail } from "../session/trail.ts";
import { hueOf, inks, roles, surfaces, type Tone } from "../theme/palette.ts";

/** What messages take their hue from. */
export type HueBy = "key" | "producer";

/** Numbers per item that `Simulation.frame` writes. */
export const ITEM = 6;

/** What an item of the frame is; the third of its numbers. */
export const SHAPE = {
  message: 0,
  redelivered: 1,
  acknowledgement: 2,
  deadLetter: 3,
  returned: 4,
  confirm: 5,
  expired: 6,
  lost: 7,
  refusal: 8,
  notConfirmed: 9,
  packet: 30,
  packetLost: 31,
  packetBack: 32,
} as const;

/** All that the canvas over the picture is drawn from. */
export interface Scene {
  readonly layout: Layout;
  readonly picture: Picture;
  readonly snapshot: Snapshot;
  readonly viewport: Viewport;
  readonly view: View;
  readonly items: Float32Array;
  readonly count: number;
  readonly hueBy: HueBy;
  /** The producers, by their places in the picture, counted from 0. */
  readonly producers: ReadonlyMap<number, number>;
  readonly isDark: boolean;
  readonly highlight: Highlight;
  readonly selectedMessage: number | null;
  readonly trail: Trail;
}

/** Counts the producers of a picture, so that few of them have hues far apart. */
export function countedProducers(picture: Picture): ReadonlyMap<number, number> {
  const places = picture.nodes.flatMap((node, place) => (node.kind === "producer" ? [place] : []));
  return new Map(places.map((place, number) => [place, number]));
}

/** An item of the frame: something on an edge, or something that stays at a node. */
export interface Item {
  /** The place of the edge; below 0 for what stays at a node. */
  readonly edge: number;
  /** The place of the node at which it stays; below 0 for what is on an edge. */
  readonly node: number;
  readonly progress: number;
  readonly shape: number;
  readonly message: number;
  readonly key: number;
  readonly producer: number;
}

export function itemAt(scene: Scene, place: number): Item {
  const start = place * ITEM;
  const [edge = 0, progress = 0, shape = 0, message = 0, key = 0, producer = 0] = scene.items.subarray(
    start,
    start + ITEM,
  );
  return { edge, node: -1 - edge, progress, shape, message, key, producer };
}

/** The hue of a message; no hue when it is not known any more whose it was. */
export function messageHue(scene: Scene, whose: { readonly key: number; readonly producer: number }): string {
  if (whose.producer < 0) {
    return inkColour("muted", scene);
  }
  const number = scene.hueBy === "key" ? whose.key : (scene.producers.get(whose.producer) ?? 0);
  return hueOf(number, scene.isDark);
}

export function toneOf(tone: Tone, scene: Scene): string {
  return scene.isDark ? tone.dark : tone.light;
}

export function roleColour(role: keyof typeof roles, scene: Scene): string {
  return toneOf(roles[role], scene);
}

export function surfaceColour(surface: keyof typeof surfaces, scene: Scene): string {
  return toneOf(surfaces[surface], scene);
}

export function inkColour(ink: keyof typeof inks, scene: Scene): string {
  return toneOf(inks[ink], scene);
}

/** For each node the messages that the picture still shows on their way into it. */
export function arriving(scene: Scene): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>();
  for (let place = 0; place < scene.count; place += 1) {
    const item = itemAt(scene, place);
    const to = scene.picture.edges[item.edge]?.to;
    if (to !== undefined && item.shape <= SHAPE.redelivered) {
      const messages = found.get(to);
      if (messages === undefined) {
        found.set(to, new Set([item.message]));
      } else {
        messages.add(item.message);
      }
    }
  }
  return found;
}
