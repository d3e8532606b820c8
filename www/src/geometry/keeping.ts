import type { Picture } from "queuescope";
import { roomAt } from "./arrange.ts";
import { curveThrough } from "./curve.ts";
import { entry, exit, shortened, textWidth } from "./forms.ts";
import { type EdgePlace, type Layout, layoutFor } from "./layout.ts";
import { type Box, boxAround, grown, overlap, type Point } from "./point.ts";

/** A picture and where everything of it stands. */
export interface Arranged {
  readonly picture: Picture;
  readonly layout: Layout;
}

/** Room that is kept between a new thing and the others. */
const APART = 8;
const STEP = 12;
const MOST_STEPS = 120;

/**
 * The layout of a picture that comes after another one: what was there keeps its place, what comes back takes
 * the place that `places` remembers, and what is new stands where the best layout has it among its neighbours,
 * or beside that.
 */
export function layoutAfter(
  before: Arranged,
  picture: Picture,
  screen: { width: number; height: number },
  places: Map<string, Point>,
): Layout {
  const best = layoutFor(picture, screen);
  const { layout: old } = before;
  if (best.measures.compact !== old.measures.compact || picture.nodes.length === 0) {
    places.clear();
    return remembered(picture, best, places);
  }
  const was = new Map(before.picture.nodes.map((node, place) => [node.id, old.nodes[place]]));
  const centres: (Point | null)[] = picture.nodes.map((node) => was.get(node.id) ?? null);
  const taken = centres.flatMap((centre, place) =>
    centre === null ? [] : [roomAt(picture, place, centre, old.measures)],
  );
  const nodes = centres.map((centre, place): Point => {
    if (centre !== null) {
      return centre;
    }
    const wanted = places.get(picture.nodes[place]?.id ?? "") ?? wish(picture, best, centres, place);
    const free = freePlace(picture, place, wanted, old, taken);
    centres[place] = free;
    taken.push(roomAt(picture, place, free, old.measures));
    return free;
  });
  return remembered(picture, placed(before, picture, nodes), places);
}

/** Notes where everything stands, and hands the layout on. */
export function remembered(picture: Picture, layout: Layout, places: Map<string, Point>): Layout {
  picture.nodes.forEach((node, place) => {
    const centre = layout.nodes[place];
    if (centre !== undefined) {
      places.set(node.id, centre);
    }
  });
  return layout;
}

/** Where a new thing should stand: as far from its neighbours as the best layout has it. */
function wish(picture: Picture, best: Layout, centres: readonly (Point | null)[], place: number): Point {
  const own = best.nodes[place] ?? { x: 0, y: 0 };
  const near = picture.edges.flatMap((edge) =>
    edge.from === place ? [edge.to] : edge.to === place ? [edge.from] : [],
  );
  const known = near.filter((other) => centres[other]);
  const all =
    known.length > 0 ? known : picture.nodes.map((_, other) => other).filter((other) => centres[other]);
  let [dx, dy] = [0, 0];
  for (const other of all) {
    dx += ((centres[other]?.x ?? 0) - (best.nodes[other]?.x ?? 0)) / all.length;
    dy += ((centres[other]?.y ?? 0) - (best.nodes[other]?.y ?? 0)) / all.length;
  }
  return { x: own.x + dx, y: own.y + dy };
}

/** The free place nearest to the wanted one, across the reading direction. */
function freePlace(
  picture: Picture,
  place: number,
  wanted: Point,
  layout: Layout,
  taken: readonly Box[],
): Point {
  for (let step = 0; step <= MOST_STEPS; step += 1) {
    const shift = Math.ceil(step / 2) * STEP * (step % 2 === 0 ? -1 : 1);
    const tried =
      layout.direction === "right"
        ? { x: wanted.x, y: wanted.y + shift }
        : { x: wanted.x + shift, y: wanted.y };
    const room = grown(roomAt(picture, place, tried, layout.measures), APART);
    if (!taken.some((other) => overlap(room, other))) {
      return tried;
    }
  }
  return wanted;
}

/** The layout with the nodes at these places: lines that were there stay, others go straight. */
function placed(before: Arranged, picture: Picture, nodes: readonly Point[]): Layout {
  const { measures, direction, groups: hosts } = before.layout;
  const nameOf = (of: Picture, edge: Picture["edges"][number]) =>
    `${edge.kind} ${of.nodes[edge.from]?.id} ${of.nodes[edge.to]?.id} ${edge.label}`;
  const old = new Map(
    before.picture.edges.map((edge, place) => [nameOf(before.picture, edge), before.layout.edges[place]]),
  );
  const origin = { x: 0, y: 0 };
  const edges = picture.edges.map((edge): EdgePlace => {
    const known = old.get(nameOf(picture, edge));
    if (known !== undefined) {
      return known;
    }
    const [from, to] = [picture.nodes[edge.from], picture.nodes[edge.to]];
    const [leaves, arrives] = [nodes[edge.from] ?? origin, nodes[edge.to] ?? origin];
    const start = from ? sum(leaves, exit(from, measures, direction)) : leaves;
    const end = to ? sum(arrives, entry(to, measures, direction)) : arrives;
    const back = textWidth(shortened(edge.label)) / 2 + 16;
    const label = direction === "right" ? { x: end.x - back, y: end.y } : { x: end.x, y: end.y - 16 };
    return { curve: curveThrough([start, end], direction), label };
  });
  const rooms = nodes.map((centre, place) => roomAt(picture, place, centre, measures));
  const groups = hosts.map(({ name, box }) => {
    const own = rooms.filter((_, place) => picture.nodes[place]?.virtual_host === name);
    return { name, box: boxAround([box, ...own.map((room) => grown(room, 24))]) };
  });
  const bounds = boxAround([...groups.map((group) => group.box), ...rooms]);
  return { measures, direction, bounds, nodes, edges, groups };
}

function sum(one: Point, other: Point): Point {
  return { x: one.x + other.x, y: one.y + other.y };
}
