import { nothing, type SVGTemplateResult, svg } from "lit";
import { guard } from "lit/directives/guard.js";
import type { LinkState, Picture, PictureEdge } from "queuescope";
import { shortened } from "../geometry/forms.ts";
import type { Layout } from "../geometry/layout.ts";
import { gaps, ticks } from "../geometry/link-signs.ts";
import { spanText } from "../time/clock-text.ts";
import { numberText, word } from "../words/words.ts";

/** What stands behind the nodes: the boxes of the virtual hosts, and the lines with their keys. The lines of clients
 * show what their link does: ticks for its latency, gaps for its loss, and dots where it is down. */
export function backdrop(
  picture: Picture,
  layout: Layout,
  selected: number,
  links: readonly LinkState[],
): SVGTemplateResult {
  const byNode = new Map(links.map((link) => [link.node, link]));
  const linkOf = (edge: PictureEdge) =>
    byNode.get(picture.nodes[edge.from]?.id ?? "") ?? byNode.get(picture.nodes[edge.to]?.id ?? "");
  const seen = links.map((link) => `${link.node} ${link.is_up} ${link.latency_us} ${link.loss}`).join();
  return svg`<defs>
      <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"
        markerUnits="userSpaceOnUse" orient="auto">
        <path class="tip" d="M0,0.8L7,4L0,7.2Z" />
      </marker>
    </defs>
    ${guard([layout], () => groups(layout))}
    ${guard([layout, picture, selected, seen], () =>
      picture.edges.map((edge, place) => {
        const link = linkOf(edge);
        const isNear = edge.from === selected || edge.to === selected;
        const state = `${isNear ? "near" : ""} ${link?.is_up === false ? "down" : ""}`;
        return line(layout, edge, place, state, link, link?.node === picture.nodes[edge.from]?.id);
      }),
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

function line(
  layout: Layout,
  edge: PictureEdge,
  place: number,
  state: string,
  link: LinkState | undefined,
  isClientFirst: boolean,
): SVGTemplateResult {
  const at = layout.edges[place];
  const label =
    edge.label === ""
      ? nothing
      : svg`<text x=${at?.label.x ?? 0} y=${(at?.label.y ?? 0) + 4}>${shortened(edge.label)}</text>`;
  const broken = link?.is_up === true ? gaps(link.loss) : "";
  const across =
    at === undefined || link === undefined ? "" : ticks(at.curve, link.latency_us, isClientFirst);
  const title = [edge.label, link === undefined ? "" : linkWords(link)].filter((part) => part !== "");
  return svg`<g class="edge ${edge.kind} ${state}">
    <title>${title.join(": ")}</title>
    <path d=${at?.curve.path ?? ""} stroke-dasharray=${broken === "" ? nothing : broken} marker-end="url(#tip)" />
    ${across === "" ? nothing : svg`<path class="ticks" d=${across} />`}
    ${label}
  </g>`;
}

/** What a link does, in words. */
function linkWords({ is_up, latency_us, loss }: LinkState): string {
  const parts = [word("picture.link_latency", { span: spanText(latency_us) })];
  if (loss > 0) {
    parts.push(word("picture.link_loss", { percent: numberText(Math.round(loss * 1_000) / 10) }));
  }
  if (!is_up) {
    parts.push(word("picture.link_down"));
  }
  return parts.join(", ");
}
