import { html, nothing, type TemplateResult } from "lit";
import type { Command, PictureBinding, PictureEdge, PictureNode } from "queuescope";
import type { Session } from "../session/session.ts";
import { word } from "../words/words.ts";

/** The lines that lead to a node and from it by bindings, and the bindings that can be undone. */
export function bindingList(session: Session, place: number): TemplateResult | typeof nothing {
  const picture = session.picture;
  const edges = (picture?.edges ?? []).filter(
    (edge) =>
      (edge.kind === "binding" || edge.kind === "alternate") && (edge.from === place || edge.to === place),
  );
  if (edges.length === 0) {
    return nothing;
  }
  return html`<section class="bindings">
    <h3>${word("inspect.bindings")}</h3>
    <ul>
      ${edges.map((edge) => bindingsOf(session, edge, edge.from !== place))}
    </ul>
  </section>`;
}

function bindingsOf(session: Session, edge: PictureEdge, isFrom: boolean): TemplateResult[] {
  const nodes = session.picture?.nodes ?? [];
  const other = nodes[isFrom ? edge.from : edge.to];
  const name = other?.name ?? "";
  const go = () => other && session.select({ kind: "node", id: other.id });
  const line = (label: string, more: TemplateResult | typeof nothing) => html`<li>
    <button class="word" @click=${go}>
      ${word(isFrom ? "inspect.binding_from" : "inspect.binding_to", { name })}
    </button>
    <span class="key ${label === "" ? "muted" : ""}">${label || word("inspect.no_key")}</span>
    ${more}
  </li>`;
  const [source, destination] = [nodes[edge.from], nodes[edge.to]];
  if (edge.bindings.length === 0 || source === undefined || destination === undefined) {
    return [line(edge.label, nothing)];
  }
  return edge.bindings.map((binding) => {
    const label = labelOf(binding);
    const undo = () => session.dispatch(unbind(source, destination, binding));
    const says = word("inspect.unbind_says", { name, key: label || word("inspect.no_key") });
    return line(
      label,
      html`<button class="small" aria-label=${says} @click=${undo}>${word("inspect.unbind")}</button>`,
    );
  });
}

function labelOf(binding: PictureBinding): string {
  const conditions = Object.entries(binding.arguments).map(([name, value]) => `${name}=${value}`);
  return [binding.routing_key, ...conditions].filter((part) => part !== "").join(" ");
}

function unbind(source: PictureNode, destination: PictureNode, binding: PictureBinding): Command {
  const { routing_key } = binding;
  const more = { routing_key, arguments: binding.arguments };
  return {
    command: "manage",
    virtual_host: source.virtual_host,
    method:
      destination.kind === "queue"
        ? { "queue.unbind": { queue: destination.name, exchange: source.name, ...more } }
        : { "exchange.unbind": { destination: destination.name, source: source.name, ...more } },
  };
}
