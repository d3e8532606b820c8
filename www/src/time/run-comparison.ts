import { css, html, nothing, type TemplateResult } from "lit";
import type { Comparison, Fact, Fork, Picture, Unit } from "queuescope";
import { unitText } from "../numbers/unit-text.ts";
import { term, text } from "../sentences/sentence.ts";
import { numberText, word } from "../words/words.ts";
import { clockText } from "./clock-text.ts";
import { runName } from "./run-names.ts";

export const comparisonStyles = css`
  .differ {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(240px, 100%), 1fr));
    gap: 8px 12px;
    margin: 8px 0 12px;
  }
  .differ div {
    padding: 8px 12px;
    border-left: 3px solid var(--link);
    background: var(--raised);
    overflow-wrap: anywhere;
  }
  .differ h4 {
    margin: 0 0 4px;
    font-size: 12px;
    overflow-wrap: anywhere;
  }
  .table {
    overflow-x: auto;
  }
  table {
    width: 100%;
    table-layout: fixed;
    border-collapse: collapse;
    font-size: 12px;
    font-variant-numeric: tabular-nums;
  }
  caption {
    text-align: start;
    color: var(--muted);
    padding-bottom: 4px;
  }
  th,
  td {
    padding: 3px 8px 3px 0;
    border-top: 1px solid var(--line);
    text-align: end;
    font-weight: 400;
    vertical-align: top;
    overflow-wrap: anywhere;
  }
  thead th:first-child {
    width: 40%;
  }
  th[scope="row"],
  th:first-child {
    text-align: start;
  }
  thead th {
    font-weight: 600;
  }
  tbody th[scope="rowgroup"] {
    padding-top: 10px;
    font-weight: 600;
    text-align: start;
  }
  tr.differs td {
    font-weight: 600;
  }
`;

/** Two runs side by side: where they first differ, and what each has come to. */
export function runComparison(
  compared: Comparison,
  runs: readonly [Fork, Fork],
  picture: Picture | null,
  isShort: boolean,
): TemplateResult {
  const names = runs.map(runName);
  return html`${firstDifference(compared, names)}
    <div class="table" tabindex="0" role="region" aria-label=${word("runs.compare_title")}>
      ${measures(compared, names, picture, isShort)}
    </div>`;
}

function firstDifference(compared: Comparison, names: readonly string[]): TemplateResult {
  const { first, until, common, is_complete } = compared;
  if (first[0] === null && first[1] === null) {
    return html`<p role="status">
      ${is_complete ? word("runs.same", { until: clockText(until) }) : word("runs.same_so_far")}
    </p>`;
  }
  return html`<p role="status">${word("runs.differ", { common: clockText(earliest(first) ?? common.time) })}</p>
    <div class="differ">
      ${first.map(
        (fact, place) =>
          html`<div>
            <h4>${names[place]}</h4>
            ${
              fact === null
                ? word("runs.over", { until: clockText(until) })
                : html`<span class="mono muted">${clockText(fact.time)}</span> ${text(fact.sentence)}`
            }
          </div>`,
      )}
    </div>`;
}

function earliest(facts: readonly (Fact | null)[]): number | null {
  const times = facts.flatMap((fact) => (fact === null ? [] : [fact.time]));
  return times.length === 0 ? null : Math.min(...times);
}

function measures(
  { facts, until, values }: Comparison,
  names: readonly string[],
  picture: Picture | null,
  isShort: boolean,
): TemplateResult {
  const rows = values.filter(
    ({ values: [one, other] }) => (one ?? other) !== null && !(isShort && one === other),
  );
  const nodes = [...new Set(rows.map(({ node }) => node))];
  const row = (name: string, texts: readonly string[], differs: boolean) =>
    html`<tr class=${differs ? "differs" : ""}>
      <th scope="row">${name}</th>
      ${texts.map((each) => html`<td>${each}</td>`)}
    </tr>`;
  return html`<table>
    <caption>
      ${word("runs.measures", { until: clockText(until) })}
    </caption>
    <thead>
      <tr>
        <th scope="col">${word("runs.measure")}</th>
        ${names.map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${row(word("runs.facts"), facts.map(numberText), facts[0] !== facts[1])}
    </tbody>
    ${nodes.map(
      (node) =>
        html`<tbody>
          <tr>
            <th colspan="3" scope="rowgroup">${nodeName(node, picture)}</th>
          </tr>
          ${rows
            .filter((each) => each.node === node)
            .map(({ name, values: both }) =>
              row(
                term(`measure.${name}`),
                both.map((value) => (value === null ? "–" : unitText(value, unitOf(name)))),
                both[0] !== both[1],
              ),
            )}
        </tbody>`,
    )}
  </table>
  ${isShort && rows.length === 0 ? html`<p class="muted">${word("runs.nothing_differs")}</p>` : nothing}`;
}

function nodeName(id: string, picture: Picture | null): string {
  if (id === "") {
    return word("runs.whole_run");
  }
  return picture?.nodes.find((node) => node.id === id)?.name ?? id.slice(id.search(/[:/][^:/]*$/) + 1);
}

/** The unit of a measure, by its name. */
export function unitOf(name: string): Unit {
  if (name.endsWith("_us")) {
    return "microseconds";
  }
  if (name.endsWith("_per_s")) {
    return "per_second";
  }
  return name === "utilisation" || name === "loss" ? "share" : "messages";
}
