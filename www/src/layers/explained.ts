import { html, nothing, type TemplateResult } from "lit";
import type { Layer, LayerField } from "queuescope/layers";
import { term } from "../sentences/sentence.ts";
import { word } from "../words/words.ts";

/** Which of AMQP's frames a layer is. */
export function amqpKind(layer: Layer): TemplateResult | typeof nothing {
  const type = layer.protocol === "amqp" ? layer.fields.find(({ filter }) => filter === "amqp.type") : null;
  return type?.meaning == null ? nothing : html` <small>${type.meaning}</small>`;
}

/** What a field says, where it stands, and which standard has it. */
export function fieldExplained(field: LayerField): TemplateResult {
  const where =
    field.octets === null
      ? word("layers.computed")
      : word("layers.place", { first: field.octets[0], last: field.octets[1] - 1 });
  return html`<p class="explained" aria-live="polite">
    ${field.key === null ? nothing : term(field.key)}
    ${field.remark === null ? nothing : term(field.remark.key)}
    <small>${where}${field.source === null ? nothing : html` · ${field.source}`}</small>
    ${field.filter === "" ? nothing : html`<small>${word("layers.filter")} <span class="mono">${field.filter}</span></small>`}
  </p>`;
}
