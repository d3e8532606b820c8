import type { PictureNode } from "queuescope";
import type { Direction } from "./curve.ts";
import type { Point } from "./point.ts";

/** The measures of the forms; a picture of many nodes is drawn with the compact ones. */
export interface Measures {
  readonly compact: boolean;
  /** Radius of a producer's circle. */
  readonly producer: number;
  /** Radius of a consumer's circle; its ring of prefetch slots stands outside of it. */
  readonly consumer: number;
  readonly ring: number;
  /** Half the diagonal of an exchange. */
  readonly exchange: number;
  /** Height of a queue. */
  readonly queue: number;
  /** Side of one cell of a queue. */
  readonly cell: number;
  /** Cells for ready messages, and places beside them for unacknowledged ones. */
  readonly readyCells: number;
  readonly outCells: number;
  /** Height that the name above a form and the detail below it take. */
  readonly name: number;
  readonly detail: number;
  /** Gaps between things of one rank and between ranks. */
  readonly rowGap: number;
  readonly rankGap: number;
}

const ROOMY: Measures = {
  compact: false,
  producer: 25,
  consumer: 22,
  ring: 29,
  exchange: 30,
  queue: 34,
  cell: 15,
  readyCells: 10,
  outCells: 4,
  name: 22,
  detail: 20,
  rowGap: 22,
  rankGap: 54,
};

const COMPACT: Measures = {
  compact: true,
  producer: 15,
  consumer: 13,
  ring: 18,
  exchange: 19,
  queue: 24,
  cell: 13,
  readyCells: 8,
  outCells: 3,
  name: 17,
  detail: 0,
  rowGap: 4,
  rankGap: 40,
};

/** From this number of nodes on, forms are smaller. */
const MANY_NODES = 24;
/** On a screen narrower than this the ranks stand closer. */
const NARROW = 480;

/** The measures for a picture of so many nodes on a screen of this width. */
export function measuresFor(nodes: number, screenWidth: number): Measures {
  if (nodes >= MANY_NODES) {
    return COMPACT;
  }
  return screenWidth < NARROW ? { ...ROOMY, rankGap: ROOMY.rankGap / 2, rowGap: ROOMY.rowGap / 2 } : ROOMY;
}

/** Length of the part of a queue's box that holds ready messages. */
export function readyLength(measures: Measures): number {
  return measures.readyCells * measures.cell + 10;
}

/** Length of the part on the consumer's side, where unacknowledged messages stand. */
export function outLength(measures: Measures): number {
  return measures.outCells * measures.cell + 12;
}

export function queueLength(measures: Measures): number {
  return readyLength(measures) + outLength(measures);
}

const CHARACTER = 7.4;

/** About as wide as a text is drawn: exact enough to keep things apart. */
export function textWidth(text: string): number {
  return text.length * CHARACTER;
}

/** At most this many characters of a name or a key are drawn; the whole stands in the title. */
export const LONGEST_NAME = 26;

/** The text with its middle left out when it is too long to draw. */
export function shortened(text: string, longest = LONGEST_NAME): string {
  if (text.length <= longest) {
    return text;
  }
  const kept = longest - 1;
  const tail = Math.floor(kept / 2);
  return `${text.slice(0, kept - tail)}…${text.slice(-tail)}`;
}

/** Half the width of the box of a program with a socket. */
export function socketHalf(measures: Measures): number {
  return measures.producer * 1.4;
}

/** As wide as what stands below a form, such as `1,234 published`. */
const DETAIL_WIDTH = 96;

/** The room that a node takes, symmetric about the centre of its form. */
export function room(node: PictureNode, measures: Measures): { width: number; height: number } {
  const name = textWidth(shortened(node.name)) * (measures.compact ? 0.86 : 1);
  const label = measures.compact ? name : Math.max(name, DETAIL_WIDTH);
  const around = 2 * Math.max(measures.name, measures.detail);
  switch (node.kind) {
    case "producer":
      return { width: Math.max(2 * measures.producer, label), height: 2 * measures.producer + around };
    case "exchange":
      return { width: Math.max(2 * measures.exchange, label), height: 2 * measures.exchange + around };
    case "queue":
      return { width: Math.max(queueLength(measures), label), height: measures.queue + around };
    case "consumer":
      return { width: Math.max(2 * measures.ring + 8, label), height: 2 * measures.ring + around };
    case "socket":
      return { width: Math.max(2 * socketHalf(measures), label), height: 2 * measures.producer + around };
  }
}

/** Where lines arrive at a node, relative to its centre. */
export function entry(node: PictureNode, measures: Measures, direction: Direction): Point {
  return port(node, measures, direction, -1);
}

/** Where lines leave a node, relative to its centre. */
export function exit(node: PictureNode, measures: Measures, direction: Direction): Point {
  return port(node, measures, direction, 1);
}

function port(node: PictureNode, measures: Measures, direction: Direction, side: -1 | 1): Point {
  if (node.kind === "queue" && direction === "down") {
    const inset = side < 0 ? measures.cell : outLength(measures) / 2;
    return { x: side * (queueLength(measures) / 2 - inset), y: side * (measures.queue / 2) };
  }
  const reach = side * half(node, measures, direction);
  return direction === "right" ? { x: reach, y: 0 } : { x: 0, y: reach };
}

function half(node: PictureNode, measures: Measures, direction: Direction): number {
  switch (node.kind) {
    case "producer":
      return measures.producer;
    case "exchange":
      return measures.exchange;
    case "queue":
      return queueLength(measures) / 2;
    case "consumer":
      return measures.ring + 2;
    case "socket":
      return direction === "right" ? socketHalf(measures) : measures.producer;
  }
}
