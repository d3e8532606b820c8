import { nothing, type SVGTemplateResult, svg } from "lit";
import { guard } from "lit/directives/guard.js";
import type { LinkState, Picture, PictureEdge } from "queuescope";
import { shortened } from "../geometry/forms.ts";
import type { Layout } from "../geometry/layout.ts";
import { word } from "../words/words.ts";

/** What stands behind the nodes: the boxes of the virtual hosts, and the lines with their keys. The lines of clients
 * whose link is down are broken. */
export function backdrop(
  picture: Picture,
  layout: Layout,
  selected: number,
  links: readonly LinkState[],
): SVGTemplateResult {
  const down = links.filter((link) => !link.is_up).map((link) => link.node);
  const isDown = (place: number) => down.includes(picture.nodes[place]?.id ?? "");
  return svg`<defs>
      <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"
        markerUnits="userSpaceOnUse" orient="auto">
        <path class="tip" d="M0,0.8L7,4L0,7.2Z" />
      </marker>
    </defs>
    ${guard([layout], () => groups(layout))}
    ${guard([layout, picture, selected, down.join()], () =>
      picture.edges.map((edge, place) =>
        line(
          layout,
          edge,
          place,
          `${edge.from === selected || edge.to === selected ? "near" : ""} ${isDown(edge.from) || isDown(edge.to) ? "down" : ""}`,
        ),
      ),
    )}`;
}

/** The title of a virtual host. */
export function hostName(name: string): string {
  return name === "/" ? word("picture.default_virtual_host") : word("picture.virtual_host", { name });
}

function groups(layout: Layout): SVGTemplateResult[] {
  return layout.groups.map(
    ({ name, box }) => svg`<g class="group">
      <rect x=${box.x} y=${box.y} width=${box.width} height=${box.height} rx="8" />
      <text x=${box.x + 14} y=${box.y + 24}>${hostName(name)}</text>
    </g>`,
  );
}

function line(layout: Layout, edge: PictureEdge, place: number, state: string): SVGTemplateResult {
  const at = layout.edges[place];
  const label =
    edge.label === ""
      ? nothing
      : svg`<text x=${at?.label.x ?? 0} y=${(at?.label.y ?? 0) + 4}>${shortened(edge.label)}</text>`;
  return svg`<g class="edge ${edge.kind} ${state}">
    <title>${edge.label}</title>
    <path d=${at?.curve.path ?? ""} marker-end="url(#tip)" />
    ${label}
  </g>`;
}
