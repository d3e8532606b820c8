import type { Picture } from "queuescope";
import { type Arrangement, arrange, type Manner, packed, roomAt } from "./arrange.ts";
import { type Curve, curveThrough, type Direction } from "./curve.ts";
import { type Measures, measuresFor } from "./forms.ts";
import { connectedParts } from "./parts.ts";
import { type Box, boxAround, grown, type Point } from "./point.ts";
import { fit } from "./viewport.ts";

/** Where everything of a picture stands. */
export interface Layout {
  readonly measures: Measures;
  readonly direction: Direction;
  /** Around everything. */
  readonly bounds: Box;
  /** In the order of `Picture.nodes`. */
  readonly nodes: readonly Point[];
  /** In the order of `Picture.edges`. */
  readonly edges: readonly EdgePlace[];
  /** One box per virtual host, when there is more than one. */
  readonly groups: readonly { readonly name: string; readonly box: Box }[];
}

export interface EdgePlace {
  readonly curve: Curve;
  readonly label: Point;
}

const GROUP_MARGIN = 24;
const GROUP_TITLE = 28;

/** The layout that shows most of the picture on a screen of this size. */
export function layoutFor(picture: Picture, screen: { width: number; height: number }): Layout {
  const across = layout(picture, screen, "right");
  if (across.measures.compact || screen.width >= screen.height) {
    return across;
  }
  const down = layout(picture, screen, "down");
  const scale = (tried: Layout) => fit(tried.bounds, screen, 16, 1).scale;
  return scale(down) > scale(across) ? down : across;
}

/** Lays out every virtual host by itself and puts them beside one another. */
export function layout(
  picture: Picture,
  screen: { width: number; height: number },
  direction: Direction,
): Layout {
  const measures = measuresFor(picture.nodes.length, screen.width);
  const aspect = Math.min(3, Math.max(0.4, screen.width / Math.max(1, screen.height)));
  const manner: Manner = { measures, direction, aspect };
  const hosts = picture.virtual_hosts
    .map((name) => ({ name, members: membersOf(picture, name) }))
    .filter((host) => host.members.length > 0);
  // What has nothing to do with the broker belongs to no virtual host.
  const isGrouped = hosts.filter((host) => host.name !== "").length > 1;
  const rooms = hosts.map((host) => {
    const parts = connectedParts(host.members, picture.edges).map((part) => arrange(picture, part, manner));
    const inner = packed(parts, measures.rankGap, aspect);
    return isGrouped && host.name !== "" ? framed(inner) : inner;
  });
  const whole = packed(rooms, GROUP_MARGIN, aspect);
  return finished(picture, whole, manner, isGrouped ? hosts.filter((host) => host.name !== "") : []);
}

function membersOf(picture: Picture, virtualHost: string): number[] {
  return picture.nodes.flatMap((node, place) => (node.virtual_host === virtualHost ? [place] : []));
}

/** The same with a margin around it and a title above it. */
function framed(inner: Arrangement): Arrangement {
  const corner = { x: GROUP_MARGIN, y: GROUP_MARGIN + GROUP_TITLE };
  const by = (point: Point) => ({ x: point.x + corner.x, y: point.y + corner.y });
  return {
    width: inner.width + 2 * GROUP_MARGIN,
    height: inner.height + 2 * GROUP_MARGIN + GROUP_TITLE,
    centres: new Map([...inner.centres].map(([node, centre]) => [node, by(centre)])),
    routes: new Map(
      [...inner.routes].map(([edge, route]) => [
        edge,
        { points: route.points.map(by), label: by(route.label) },
      ]),
    ),
  };
}

function finished(
  picture: Picture,
  whole: Arrangement,
  manner: Manner,
  hosts: readonly { name: string; members: readonly number[] }[],
): Layout {
  const origin = { x: 0, y: 0 };
  const nodes = picture.nodes.map((_, place) => whole.centres.get(place) ?? origin);
  const rooms = nodes.map((centre, place) => roomAt(picture, place, centre, manner.measures));
  const edges = picture.edges.map((edge, place): EdgePlace => {
    const straight = [nodes[edge.from] ?? origin, nodes[edge.to] ?? origin];
    const route = whole.routes.get(place);
    return {
      curve: curveThrough(route?.points ?? straight, manner.direction),
      label: route?.label ?? origin,
    };
  });
  const groups = hosts.map((host) => {
    const inner = grown(boxAround(host.members.flatMap((member) => rooms[member] ?? [])), GROUP_MARGIN);
    const box = { ...inner, y: inner.y - GROUP_TITLE, height: inner.height + GROUP_TITLE };
    return { name: host.name, box };
  });
  const bounds = boxAround([...groups.map((group) => group.box), ...rooms]);
  return { measures: manner.measures, direction: manner.direction, bounds, nodes, edges, groups };
}
