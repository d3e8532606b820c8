import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import type { Picture } from "queuescope";
import type { Layout } from "../geometry/layout.ts";
import { word } from "../words/words.ts";
import { hostName } from "./backdrop.ts";
import type { HueBy } from "./scene.ts";

/** What of the picture to show: a virtual host, a node, or all of it. */
export type Destination = "group" | "node" | "everything";

/** What is chosen, and what a choice does. */
export interface Choices {
  readonly hueBy: HueBy;
  readonly chooseHue: (hueBy: HueBy) => void;
  readonly goTo: (kind: Destination, place: number) => void;
}

/** The choices in the corner of the picture; a place to go to is offered when there is much to see. */
export function pictureChoices(
  picture: Picture | null,
  layout: Layout | null,
  choices: Choices,
  fewNodes: number,
): TemplateResult {
  const isLarge = (picture?.nodes.length ?? 0) > fewNodes || (layout?.groups.length ?? 0) > 0;
  return html`<div class="choices">
    ${isLarge ? destinationChoice(picture, layout, choices) : nothing}${hueChoice(choices)}
  </div>`;
}

function hueChoice({ hueBy, chooseHue }: Choices): TemplateResult {
  const chosen = (event: Event): void => {
    chooseHue((event.target as HTMLSelectElement).value === "producer" ? "producer" : "key");
  };
  return html`<label
    >${word("picture.colour")}
    <select @change=${chosen}>
      <option value="key" ?selected=${hueBy === "key"}>${word("picture.colour_key")}</option>
      <option value="producer" ?selected=${hueBy === "producer"}>${word("picture.colour_producer")}</option>
    </select></label
  >`;
}

function destinationChoice(
  picture: Picture | null,
  layout: Layout | null,
  { goTo }: Choices,
): TemplateResult {
  const chosen = (event: Event): void => {
    const [kind = "", place = ""] = (event.target as HTMLSelectElement).value.split(":");
    goTo(kind === "group" || kind === "node" ? kind : "everything", Number(place));
  };
  return html`<label
    >${word("picture.go_to")}
    <select @change=${chosen}>
      <option value="">${word("picture.everything")}</option>
      ${guard([layout], () => destinations(picture, layout))}
    </select></label
  >`;
}

function destinations(picture: Picture | null, layout: Layout | null): TemplateResult[] {
  const groups = (layout?.groups ?? []).map(
    (group, place) => html`<option value="group:${place}">${hostName(group.name)}</option>`,
  );
  const kinds = (["exchange", "queue"] as const).map((kind) => {
    const nodes = (picture?.nodes ?? [])
      .map((node, place) => ({ node, place }))
      .filter(({ node }) => node.kind === kind);
    return html`<optgroup label=${word(`node.${kind}`)}>
      ${nodes.map(({ node, place }) => html`<option value="node:${place}">${node.name}</option>`)}
    </optgroup>`;
  });
  return [...groups, ...kinds];
}
