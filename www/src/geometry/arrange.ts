import { layout as dagreLayout, Graph } from "@dagrejs/dagre";
import type { Picture } from "queuescope";
import type { Direction } from "./curve.ts";
import { entry, exit, type Measures, room, shortened, textWidth } from "./forms.ts";
import { pack } from "./pack.ts";
import { splitAtHub } from "./parts.ts";
import type { Box, Point } from "./point.ts";

/** Places of some nodes and ways of some lines; the upper left corner is the origin. */
export interface Arrangement {
  readonly width: number;
  readonly height: number;
  readonly centres: Map<number, Point>;
  readonly routes: Map<number, Route>;
}

/** The corners of a line, and where its label stands. */
export interface Route {
  readonly points: Point[];
  readonly label: Point;
}

/** How to draw: what the arrangement of every part has in common. */
export interface Manner {
  readonly measures: Measures;
  readonly direction: Direction;
  /** Width over height of the screen that it is for. */
  readonly aspect: number;
}

/** A part with more nodes than this is taken apart at its hub, if that helps. */
const LARGEST_PART = 70;
const LABEL_HEIGHT = 16;

/** Arranges nodes that hang together. */
export function arrange(picture: Picture, members: readonly number[], manner: Manner): Arrangement {
  if (members.length > LARGEST_PART) {
    const inside = new Set(members);
    const lines = picture.edges.filter((edge) => inside.has(edge.from) && inside.has(edge.to));
    const exchanges = members.filter((member) => picture.nodes[member]?.kind === "exchange");
    const split = splitAtHub(members, lines, exchanges, 0.5);
    if (split !== null && split.parts.length > 1) {
      return arrangeAroundHub(picture, split, manner);
    }
  }
  return arrangeInRanks(picture, members, manner);
}

/** Puts arrangements side by side and one below another, to fit the aspect. */
export function packed(arrangements: readonly Arrangement[], gap: number, aspect: number): Arrangement {
  const packing = pack(arrangements, gap, aspect);
  const centres = new Map<number, Point>();
  const routes = new Map<number, Route>();
  arrangements.forEach((arrangement, place) => {
    const corner = packing.places[place] ?? { x: 0, y: 0 };
    for (const [node, centre] of arrangement.centres) {
      centres.set(node, shifted(centre, corner));
    }
    for (const [edge, route] of arrangement.routes) {
      const points = route.points.map((point) => shifted(point, corner));
      routes.set(edge, { points, label: shifted(route.label, corner) });
    }
  });
  return { width: packing.width, height: packing.height, centres, routes };
}

/** The room of a node whose centre is known. */
export function roomAt(picture: Picture, node: number, centre: Point, measures: Measures): Box {
  const thing = picture.nodes[node];
  const size = thing === undefined ? { width: 0, height: 0 } : room(thing, measures);
  return { x: centre.x - size.width / 2, y: centre.y - size.height / 2, ...size };
}

/** The hub at the left (or on top), the parts that hang on it packed beside it. */
function arrangeAroundHub(
  picture: Picture,
  split: { hub: number[]; parts: number[][] },
  manner: Manner,
): Arrangement {
  const hub = arrangeInRanks(picture, split.hub, manner);
  const parts = packed(
    split.parts.map((part) => arrange(picture, part, manner)),
    manner.measures.rankGap * 1.5,
    manner.aspect,
  );
  const gap = manner.measures.rankGap * 3;
  const across = manner.direction === "right";
  const height = Math.max(hub.height, parts.height);
  const width = Math.max(hub.width, parts.width);
  const hubCorner = across ? { x: 0, y: (height - hub.height) / 2 } : { x: (width - hub.width) / 2, y: 0 };
  const partsCorner = across ? { x: hub.width + gap, y: 0 } : { x: 0, y: hub.height + gap };
  const centres = new Map<number, Point>();
  const routes = new Map<number, Route>();
  for (const [arrangement, corner] of [
    [hub, hubCorner],
    [parts, partsCorner],
  ] as const) {
    for (const [node, centre] of arrangement.centres) {
      centres.set(node, shifted(centre, corner));
    }
    for (const [edge, route] of arrangement.routes) {
      const points = route.points.map((point) => shifted(point, corner));
      routes.set(edge, { points, label: shifted(route.label, corner) });
    }
  }
  picture.edges.forEach((edge, place) => {
    if (!routes.has(place) && centres.has(edge.from) && centres.has(edge.to)) {
      routes.set(place, directRoute(picture, place, centres, manner));
    }
  });
  return {
    width: across ? hub.width + gap + parts.width : width,
    height: across ? height : hub.height + gap + parts.height,
    centres,
    routes,
  };
}

/** Straight from port to port, the label close to where it arrives. */
function directRoute(
  picture: Picture,
  place: number,
  centres: ReadonlyMap<number, Point>,
  manner: Manner,
): Route {
  const [start, end] = ports(picture, place, centres, manner);
  return { points: [start, end], label: labelAtEnd(picture, place, end, manner) };
}

function labelAtEnd(picture: Picture, place: number, end: Point, manner: Manner): Point {
  const back = textWidth(shortened(picture.edges[place]?.label ?? "")) / 2 + 16;
  return manner.direction === "right" ? { x: end.x - back, y: end.y } : { x: end.x, y: end.y - LABEL_HEIGHT };
}

/** Sugiyama's layered drawing, by dagre. */
function arrangeInRanks(picture: Picture, members: readonly number[], manner: Manner): Arrangement {
  const { measures, direction } = manner;
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: direction === "right" ? "LR" : "TB",
    nodesep: measures.rowGap,
    edgesep: measures.rowGap / 2,
    ranksep: measures.rankGap,
    ranker: "network-simplex",
  });
  for (const member of members) {
    const node = picture.nodes[member];
    if (node !== undefined) {
      graph.setNode(String(member), { ...room(node, measures) });
    }
  }
  picture.edges.forEach((edge, place) => {
    if (graph.hasNode(String(edge.from)) && graph.hasNode(String(edge.to))) {
      const text = shortened(edge.label);
      graph.setEdge(
        String(edge.from),
        String(edge.to),
        {
          width: text === "" ? 0 : textWidth(text) * (measures.compact ? 0.88 : 1) + 12,
          height: text === "" ? 0 : LABEL_HEIGHT,
          labelpos: "c",
          weight: edge.kind === "binding" || edge.kind === "alternate" ? 1 : 2,
        },
        String(place),
      );
    }
  });
  dagreLayout(graph);
  const size = graph.graph() as { width?: number; height?: number };
  const mirror = mirrorFor(graph, picture, members, manner, size);
  const centres = new Map<number, Point>();
  for (const member of members) {
    const placed = graph.node(String(member)) as Partial<Point> | undefined;
    centres.set(member, mirror({ x: placed?.x ?? 0, y: placed?.y ?? 0 }));
  }
  const routes = new Map<number, Route>();
  for (const edge of graph.edges()) {
    const place = Number(edge.name);
    const drawn = graph.edge(edge) as { points?: Point[]; x?: number; y?: number; width?: number };
    const bends = (drawn.points ?? []).map(mirror);
    const label = drawn.x === undefined || drawn.y === undefined ? null : mirror({ x: drawn.x, y: drawn.y });
    routes.set(
      place,
      layeredRoute(picture, place, centres, manner, { bends, label, width: drawn.width ?? 0 }),
    );
  }
  return { width: size.width ?? 0, height: size.height ?? 0, centres, routes };
}

/**
 * Dagre does not care which of two things of one rank comes first: when most pairs stand against the order of the
 * document, the drawing is turned over.
 */
function mirrorFor(
  graph: Graph,
  picture: Picture,
  members: readonly number[],
  manner: Manner,
  size: { width?: number; height?: number },
): (point: Point) => Point {
  const across = manner.direction === "right";
  const at = (member: number) => graph.node(String(member)) as unknown as Point;
  let balance = 0;
  for (const [place, one] of members.entries()) {
    for (const other of members.slice(place + 1)) {
      if (picture.nodes[one]?.kind === picture.nodes[other]?.kind) {
        const apart = across ? at(other).y - at(one).y : at(other).x - at(one).x;
        balance += Math.sign(Math.round(apart));
      }
    }
  }
  if (balance >= 0) {
    return (point) => ({ x: point.x, y: point.y });
  }
  return across
    ? (point) => ({ x: point.x, y: (size.height ?? 0) - point.y })
    : (point) => ({ x: (size.width ?? 0) - point.x, y: point.y });
}

/** Dagre's way between the ranks, from port to port and straight below the label. */
function layeredRoute(
  picture: Picture,
  place: number,
  centres: ReadonlyMap<number, Point>,
  manner: Manner,
  drawn: { bends: Point[]; label: Point | null; width: number },
): Route {
  const [start, end] = ports(picture, place, centres, manner);
  const bends = drawn.bends.slice(1, -1);
  const isLabelled = picture.edges[place]?.label !== "";
  if (drawn.label === null || !isLabelled) {
    const points = bends.length <= 1 ? [start, end] : [start, ...bends, end];
    return { points, label: labelAtEnd(picture, place, end, manner) };
  }
  const { label, width } = drawn;
  const points: Point[] = [start];
  for (const bend of bends) {
    if (Math.hypot(bend.x - label.x, bend.y - label.y) < 1 && manner.direction === "right") {
      points.push({ x: label.x - width / 4, y: label.y }, { x: label.x + width / 4, y: label.y });
    } else {
      points.push(bend);
    }
  }
  points.push(end);
  return { points, label };
}

function ports(
  picture: Picture,
  place: number,
  centres: ReadonlyMap<number, Point>,
  manner: Manner,
): [Point, Point] {
  const edge = picture.edges[place];
  const from = edge && picture.nodes[edge.from];
  const to = edge && picture.nodes[edge.to];
  const origin = { x: 0, y: 0 };
  if (edge === undefined || from === undefined || to === undefined) {
    return [origin, origin];
  }
  return [
    shifted(exit(from, manner.measures, manner.direction), centres.get(edge.from) ?? origin),
    shifted(entry(to, manner.measures, manner.direction), centres.get(edge.to) ?? origin),
  ];
}

function shifted(point: Point, by: Point): Point {
  return { x: point.x + by.x, y: point.y + by.y };
}
