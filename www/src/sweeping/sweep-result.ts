import { html, LitElement, nothing, type PropertyValues, type TemplateResult, unsafeCSS } from "lit";
import type { SweepOutcome } from "queuescope/sweep";
import plotCss from "uplot/dist/uPlot.min.css?inline";
import { Plot } from "../numbers/plot.ts";
import { axisName, unitText } from "../numbers/unit-text.ts";
import { term } from "../sentences/sentence.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { numberText, word } from "../words/words.ts";
import { sweepResultStyles } from "./sweep-styles.ts";

type Row = SweepOutcome["rows"][number];

const HEIGHT = 190;
/** What a reader asks first, where it is measured. */
const FIRST = "waiting_mean_us";
const CONFIDENCES = [0.95, 0.99];

/**
 * What a sweep has come to: a measure over the values, with its intervals and theory, as a chart and as a table.
 *
 * @fires confidence - other intervals are wanted; `detail` is their confidence
 */
export class SweepResult extends LitElement {
  static override properties = {
    outcome: { attribute: false },
    names: { attribute: false },
    isDark: { attribute: false },
    chosen: { state: true },
    width: { state: true },
  };
  static override styles = [tokens, controls, sweepResultStyles, unsafeCSS(plotCss)];

  declare outcome: SweepOutcome | null;
  /** The names of nodes by their ids; one that the picture does not have shows its id. */
  declare names: ReadonlyMap<string, string>;
  declare isDark: boolean;
  /** The node and the measure that are shown. */
  declare chosen: string;
  declare width: number;

  readonly #plot = new Plot();
  readonly #resized = new ResizeObserver(() => {
    this.width = Math.floor(this.renderRoot.querySelector(".plot")?.clientWidth ?? 0);
  });

  constructor() {
    super();
    this.outcome = null;
    this.names = new Map();
    this.isDark = false;
    this.chosen = "";
    this.width = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#plot.free();
  }

  override render(): TemplateResult | typeof nothing {
    const { outcome } = this;
    const rows = this.#rows();
    const [first] = rows;
    if (outcome === null || first === undefined) {
      return nothing;
    }
    const percent = outcome.confidence * 100;
    const measure = this.#nameOf(first);
    const hasTheory = rows.some((row) => row.theory !== null);
    return html`<div class="choices">
        <label>${word("sweep.show")} ${this.#measures(outcome)}</label>
        <label>
          ${word("sweep.confidence")}
          <select
            @change=${(event: Event) => {
              const detail = Number((event.target as HTMLSelectElement).value);
              this.dispatchEvent(new CustomEvent("confidence", { detail }));
            }}
          >
            ${CONFIDENCES.map(
              (each) =>
                html`<option value=${each} ?selected=${each === outcome.confidence}>
                  ${word("sweep.percent", { percent: each * 100 })}
                </option>`,
            )}
          </select>
        </label>
      </div>
      <div class="both">
        <figure>
          <figcaption>${axisName(measure, first.unit)}</figcaption>
          <div class="plot" role="img" aria-label=${word("sweep.table", { measure, percent })}></div>
          <p class="legend">
            <span class="swatch"></span>${word("sweep.mean_series", { percent })}
            ${hasTheory ? html`<span class="swatch dashed"></span>${word("sweep.theory")}` : word("sweep.no_theory")}
          </p>
          <p class="mono path">${outcome.path}</p>
        </figure>
        ${this.#table(rows, word("sweep.table", { measure, percent }), hasTheory)}
      </div>`;
  }

  override updated(changed: PropertyValues<this>): void {
    const box = this.renderRoot.querySelector<HTMLElement>(".plot");
    const rows = this.#rows().filter((row) => Number.isFinite(Number(row.value)));
    const [first] = rows;
    if (box === null || first === undefined) {
      return;
    }
    const width = this.width || Math.floor(box.clientWidth);
    if (width < 60 || changed.size === 0) {
      return;
    }
    // uPlot wants its first axis to rise.
    rows.sort((one, other) => Number(one.value) - Number(other.value));
    const values = rows.map((row) => Number(row.value));
    const [least, most] = [values[0] ?? 0, values.at(-1) ?? 1];
    const margin = (most - least) * 0.05 || 1;
    const shape = {
      key: `${first.unit}`,
      xUnit: "messages" as const,
      yUnit: first.unit,
      series: ["marks", "dashes"] as const,
      isDark: this.isDark,
    };
    const columns = [values, rows.map((row) => row.estimate.mean), rows.map((row) => row.theory)];
    const intervals = rows.map((row) => row.estimate.half_width);
    const range = [least - margin, most + margin] as const;
    this.#plot.draw(box, shape, { columns, across: [], range, intervals }, width, HEIGHT);
  }

  /** The rows of the measure that is shown. */
  #rows(): Row[] {
    const rows = this.outcome?.rows ?? [];
    const shown =
      rows.find((row) => keyOf(row) === this.chosen) ?? rows.find((row) => row.measure === FIRST) ?? rows[0];
    return shown === undefined ? [] : rows.filter((row) => keyOf(row) === keyOf(shown));
  }

  #measures(outcome: SweepOutcome): TemplateResult {
    const all = new Map(outcome.rows.map((row) => [keyOf(row), row]));
    const [shown] = this.#rows();
    const chosen = shown === undefined ? "" : keyOf(shown);
    return html`<select
      class="measure"
      @change=${(event: Event) => {
        this.chosen = (event.target as HTMLSelectElement).value;
      }}
    >
      ${[...all].map(
        ([key, row]) => html`<option value=${key} ?selected=${key === chosen}>${this.#nameOf(row)}</option>`,
      )}
    </select>`;
  }

  #nameOf({ node, measure }: Row): string {
    const name = term(`measure.${measure}`);
    return node === "" ? name : word("sweep.of_node", { node: this.names.get(node) ?? node, measure: name });
  }

  #table(rows: readonly Row[], caption: string, hasTheory: boolean): TemplateResult {
    return html`<div class="rows" tabindex="0" role="region" aria-label=${caption}>
      <table>
        <caption>${caption}</caption>
        <thead>
          <tr>
            ${(["value", "mean", "low", "high"] as const).map(
              (key) => html`<th scope="col">${word(`sweep.${key}`)}</th>`,
            )}
            ${hasTheory ? html`<th scope="col">${word("sweep.theory")}</th>` : nothing}
            <th scope="col">${word("sweep.runs")}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(({ value, unit, estimate, theory }) => {
            const end = (sign: number) =>
              estimate.half_width === null ? "–" : unitText(estimate.mean + sign * estimate.half_width, unit);
            return html`<tr>
              <th scope="row" class="mono">${value}</th>
              <td>${unitText(estimate.mean, unit)}</td>
              <td>${end(-1)}</td>
              <td>${end(1)}</td>
              ${hasTheory ? html`<td>${theory === null ? "" : unitText(theory, unit)}</td>` : nothing}
              <td>${numberText(estimate.count)}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
  }
}

function keyOf(row: Row): string {
  return `${row.node} ${row.measure}`;
}

customElements.define("queuescope-sweep-result", SweepResult);
