import { html, LitElement, nothing, type PropertyValues, type TemplateResult, unsafeCSS } from "lit";
import type { Chart, Charts } from "queuescope";
import plotCss from "uplot/dist/uPlot.min.css?inline";
import { term } from "../sentences/sentence.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { clockText, spanText } from "../time/clock-text.ts";
import { word } from "../words/words.ts";
import { columnsOf } from "./chart-data.ts";
import { chartStyles } from "./chart-styles.ts";
import { Plot } from "./plot.ts";
import { axisName, unitText } from "./unit-text.ts";

/** The height of a plot in pixels. */
const HEIGHT = 128;

/** One chart: its drawing, what its lines are, and its numbers as a table. */
export class ChartFigure extends LitElement {
  static override properties = {
    charts: { attribute: false },
    place: { type: Number },
    isDark: { attribute: false },
    width: { state: true },
    pointed: { state: true },
    isOpen: { state: true },
  };
  static override styles = [tokens, controls, chartStyles, unsafeCSS(plotCss)];

  declare charts: Charts | null;
  /** Which of the charts it is. */
  declare place: number;
  declare isDark: boolean;
  declare width: number;
  /** The point under the pointer; null: the last one counts. */
  declare pointed: number | null;
  declare isOpen: boolean;

  readonly #plot = new Plot();
  readonly #resized = new ResizeObserver(([entry]) => {
    this.width = Math.floor(entry?.contentRect.width ?? 0);
  });

  constructor() {
    super();
    this.charts = null;
    this.place = 0;
    this.isDark = false;
    this.width = 0;
    this.pointed = null;
    this.isOpen = false;
    this.#plot.onPointed = (point) => {
      this.pointed = point;
    };
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
    const [charts, chart] = [this.charts, this.charts?.charts[this.place]];
    if (charts === null || chart === undefined) {
      return nothing;
    }
    const name = term(chart.key);
    const columns = columnsOf(charts, chart);
    const lines = chart.lines.map((line) => this.#lineText(chart, line));
    return html`<figure>
      <figcaption>${axisName(name, chart.unit)}</figcaption>
      <div class="plot" role="img" aria-label=${word("numbers.chart_says", { name, lines: lines.join(". ") })}></div>
      ${this.#legend(chart, columns)}
      <details
        @toggle=${(event: Event) => {
          this.isOpen = (event.target as HTMLDetailsElement).open;
        }}
      >
        <summary aria-label=${word("numbers.table_of", { name })}>${word("numbers.table")}</summary>
        ${this.isOpen ? this.#table(chart, columns, name) : nothing}
      </details>
    </figure>`;
  }

  override updated(changed: PropertyValues<this>): void {
    const box = this.renderRoot.querySelector<HTMLElement>(".plot");
    const [charts, chart] = [this.charts, this.charts?.charts[this.place]];
    const isOtherPlot = changed.has("charts") || changed.has("width") || changed.has("isDark");
    if (box === null || charts === null || chart === undefined || this.width < 60 || !isOtherPlot) {
      return;
    }
    const shape = {
      key: `${chart.key} ${chart.series.join()}`,
      xUnit: "microseconds" as const,
      yUnit: chart.unit,
      series: chart.series.map(() => (chart.is_distribution ? ("bars" as const) : ("line" as const))),
      isDark: this.isDark,
    };
    const end = chart.is_distribution ? chart.points * chart.width : charts.now;
    const across = chart.lines.map(({ key, model, value }) => ({
      value,
      isUpright: chart.is_distribution,
      isDashed: model !== null,
      label: model ?? term(key),
    }));
    const columns = columnsOf(charts, chart);
    this.#plot.draw(box, shape, { columns, across, range: [0, Math.max(end, 1)] }, this.width, HEIGHT);
  }

  #lineText(chart: Chart, { key, model, value }: Chart["lines"][number]): string {
    const unit = chart.is_distribution ? "microseconds" : chart.unit;
    const name = model === null ? term(key) : word("numbers.by_model", { name: term(key), model });
    return word("numbers.line_value", { name, value: unitText(value, unit) });
  }

  #legend(chart: Chart, columns: readonly Float64Array[]): TemplateResult {
    const point = this.pointed ?? (chart.is_distribution ? null : chart.points - 1);
    const value = (place: number) => {
      const found = point === null ? undefined : columns[place + 1]?.[point];
      return found === undefined ? "" : unitText(found, chart.unit);
    };
    const at = point === null ? undefined : columns[0]?.[point];
    return html`<ul class="legend">
      ${chart.series.map(
        (key, place) =>
          html`<li>
            <span class="swatch" style="--swatch: var(--hue-${place})"></span>${term(key)}
            ${point === null ? nothing : html`<span class="mono">${value(place)}</span>`}
          </li>`,
      )}
      ${chart.lines.map(
        (line) =>
          html`<li><span class="swatch ${line.model === null ? "upright" : "dashed"}"></span>${this.#lineText(chart, line)}</li>`,
      )}
      ${chart.beyond > 0.0005 ? html`<li>${word("numbers.beyond", { share: unitText(chart.beyond, "share") })}</li>` : nothing}
      <li class="at mono">${at === undefined ? "" : chart.is_distribution ? spanText(at) : clockText(at)}</li>
    </ul>`;
  }

  #table(chart: Chart, columns: readonly Float64Array[], name: string): TemplateResult {
    const [at = new Float64Array(), ...series] = columns;
    const half = chart.width / 2;
    const text = chart.is_distribution ? spanText : clockText;
    return html`<div class="rows" tabindex="0" role="region" aria-label=${name}>
      <table>
        <thead>
          <tr>
            <th scope="col">${word(chart.is_distribution ? "numbers.value" : "numbers.time")}</th>
            ${chart.series.map((key) => html`<th scope="col">${term(key)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${[...at].map(
            (middle, point) =>
              html`<tr>
                <th scope="row">${text(middle - half)} – ${text(middle + half)}</th>
                ${series.map((values) => html`<td>${unitText(values[point] ?? 0, chart.unit)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

customElements.define("queuescope-chart", ChartFigure);
