import { type SVGTemplateResult, svg } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { NodeState, Picture, PictureNode } from "queuescope";
import type { Measures } from "../geometry/forms.ts";
import type { Layout } from "../geometry/layout.ts";
import { nodeForm, nodeHalo, nodeSays, nodeSigns, nodeTexts } from "./node-forms.ts";

/** What the nodes of a picture look like at present, and what is done when one is used. */
export interface NodeManner {
  readonly layout: Layout;
  readonly states: readonly NodeState[];
  /** The place of the selected node, or -1. */
  readonly selected: number;
  /** The ids of those that the log points out. */
  readonly pointed: ReadonlySet<string>;
  readonly landmarks: ReadonlySet<number>;
  readonly isTabStop: (place: number) => boolean;
  readonly select: (event: Event, place: number) => void;
  readonly key: (event: KeyboardEvent, place: number) => void;
  readonly focused: (place: number) => void;
}

/** Every node as a button in the picture. */
export function nodeGroups(picture: Picture, manner: NodeManner): unknown {
  return repeat(
    picture.nodes,
    (node) => node.id,
    (node, place) => nodeGroup(node, place, manner),
  );
}

function nodeGroup(node: PictureNode, place: number, manner: NodeManner): SVGTemplateResult {
  const at = manner.layout.nodes[place] ?? { x: 0, y: 0 };
  const state = manner.states[place];
  const isSelected = place === manner.selected;
  return svg`<g
    class=${classes(node, place, state, manner).join(" ")}
    transform="translate(${at.x} ${at.y})"
    role="button"
    tabindex=${manner.isTabStop(place) ? 0 : -1}
    aria-label=${nodeSays(node, state)}
    aria-pressed=${isSelected}
    data-node=${node.id}
    @click=${(event: Event) => manner.select(event, place)}
    @keydown=${(event: KeyboardEvent) => manner.key(event, place)}
    @focus=${() => manner.focused(place)}
  >
    ${guard([manner.layout, node], () => still(node, manner.layout.measures))}
    ${nodeTexts(node, state, manner.layout.measures)}${nodeSigns(state, manner.layout.measures)}
  </g>`;
}

function still(node: PictureNode, measures: Measures): SVGTemplateResult {
  return svg`<title>${node.name}</title>${nodeHalo(node, measures)}${nodeForm(node, measures)}`;
}

function classes(
  node: PictureNode,
  place: number,
  state: NodeState | undefined,
  manner: NodeManner,
): string[] {
  return [
    "node",
    node.kind,
    place === manner.selected ? "selected" : "",
    manner.pointed.has(node.id) ? "pointed" : "",
    state !== undefined && "paused" in state && state.paused ? "paused" : "",
    state !== undefined && "life" in state ? state.life : "",
    state?.kind === "gone" ? "gone" : "",
    manner.landmarks.has(place) ? "landmark" : "",
  ];
}

/** Exchanges that fan out widely keep their names when seen from afar. */
export function landmarks(picture: Picture): ReadonlySet<number> {
  const lines = new Map<number, number>();
  for (const edge of picture.edges) {
    lines.set(edge.from, (lines.get(edge.from) ?? 0) + 1);
  }
  return new Set([...lines].filter(([, count]) => count >= 5).map(([place]) => place));
}
