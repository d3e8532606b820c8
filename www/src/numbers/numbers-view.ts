import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Charts, PictureNode } from "queuescope";
import { term, text } from "../sentences/sentence.ts";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { clockText } from "../time/clock-text.ts";
import { word } from "../words/words.ts";
import "./chart-figure.ts";
import { chartsCsv } from "./numbers-csv.ts";
import { numbersStyles } from "./numbers-styles.ts";
import { saveText } from "./save-file.ts";
import { unitText } from "./unit-text.ts";

/** A chart is about so wide, and has a point for every second pixel. */
const POINTS = 240;
/** While playing, the charts are drawn again after so many milliseconds. */
const REST_MS = 150;
/** What is counted. */
const COUNTED = ["queue", "consumer", "producer"] as const;

/** The charts and values of what is selected, or of the whole run, with theory beside them. */
export class NumbersView extends LitElement {
  static override properties = { session: { attribute: false }, isDark: { attribute: false } };
  static override styles = [tokens, controls, numbersStyles];

  declare session: Session | null;
  declare isDark: boolean;

  #charts: Charts | null = null;
  #node = "";
  #read = 0;
  #isOld = true;

  constructor() {
    super();
    this.session = null;
    this.isDark = false;
    new SessionController(this, ["document", "selection", "motion"], (change) => {
      if (change === "state" || change === "document" || change === "selection" || change === "motion") {
        this.#isOld = true;
        if (change === "state") {
          this.#whenRested();
        }
      }
    });
  }

  override willUpdate(): void {
    const { session } = this;
    if (session?.simulation == null || !session.isThere || !(this.#isOld || this.#charts === null)) {
      return;
    }
    this.#isOld = false;
    this.#read = performance.now();
    this.#node = session.selection?.kind === "node" ? session.selection.id : "";
    this.#charts = session.simulation.charts(this.#node, POINTS);
  }

  override render(): TemplateResult | typeof nothing {
    const [session, charts] = [this.session, this.#charts];
    if (session?.picture == null || charts === null) {
      return nothing;
    }
    return html`<header>
        <h2>${word("numbers.label")}</h2>
        ${this.#choice(session)}
        <span class="spring"></span>
        <button title=${word("numbers.save_hint")} @click=${() => this.#save(charts)}>${word("numbers.save")}</button>
      </header>
      <div class="scroll" tabindex="0" role="region" aria-label=${word("numbers.label")}>
        ${this.#notes(session, charts)}
        <div class="parts">
          ${charts.charts.length === 0 ? nothing : this.#figures(charts)} ${this.#values(charts)}
        </div>
      </div>`;
  }

  /** While a run plays, not every state is worth a drawing. */
  #whenRested(): void {
    const isRested = performance.now() - this.#read >= REST_MS;
    if (isRested || this.session?.isPlaying !== true) {
      this.requestUpdate();
    }
  }

  #choice(session: Session): TemplateResult {
    const nodes = session.picture?.nodes ?? [];
    const option = (node: PictureNode) =>
      html`<option value=${node.id} ?selected=${node.id === this.#node}>${node.name}</option>`;
    return html`<label>
      <span class="hidden">${word("numbers.of")}</span>
      <select
        @change=${(event: Event) => {
          const id = (event.target as HTMLSelectElement).value;
          session.select(id === "" ? null : { kind: "node", id });
        }}
      >
        <option value="" ?selected=${!nodes.some((node) => node.id === this.#node)}>${word("numbers.everything")}</option>
        ${COUNTED.map((kind) => {
          const own = nodes.filter((node) => node.kind === kind);
          return own.length === 0
            ? nothing
            : html`<optgroup label=${word(`node.${kind}s`)}>${own.map(option)}</optgroup>`;
        })}
      </select>
    </label>`;
  }

  #notes(session: Session, charts: Charts): TemplateResult {
    const node = session.picture?.nodes.find((node) => node.id === this.#node);
    const isCounted = node === undefined || COUNTED.some((kind) => kind === node.kind);
    const isEmpty = charts.charts.every((chart) => chart.points === 0);
    return html`${isCounted ? nothing : html`<p class="note">${word("numbers.none_of_it")}</p>`}
    ${charts.theory === null ? nothing : html`<p class="note theory">${text(charts.theory)}</p>`}
    ${isEmpty ? html`<p class="note">${word("numbers.empty")}</p>` : nothing}`;
  }

  #figures(charts: Charts): TemplateResult {
    return html`<div class="charts">
      ${charts.charts.map(
        (_, place) =>
          html`<queuescope-chart .charts=${charts} .place=${place} .isDark=${this.isDark}></queuescope-chart>`,
      )}
    </div>`;
  }

  /** Single values, with what theory says in a column of its own where it says something. */
  #values(charts: Charts): TemplateResult {
    const hasTheory = charts.values.some((value) => value.theory !== null);
    const shown = charts.values.filter(({ value, theory }) => value !== null || theory !== null);
    const known = (value: number | null, unit: Charts["values"][number]["unit"]) =>
      value === null ? "–" : unitText(value, unit);
    return html`<table class="values">
      <caption>
        ${word("numbers.values", { from: clockText(charts.from), to: clockText(charts.now) })}
      </caption>
      <thead>
        <tr>
          <th scope="col">${word("numbers.measure")}</th>
          <th scope="col">${word("numbers.measured")}</th>
          ${hasTheory ? html`<th scope="col">${word("numbers.theory")}</th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          ({ measure, unit, value, theory }) =>
            html`<tr>
              <th scope="row">${term(`measure.${measure}`)}</th>
              <td>${known(value, unit)}</td>
              ${hasTheory ? html`<td>${theory === null ? "" : unitText(theory, unit)}</td>` : nothing}
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  #save(charts: Charts): void {
    const name = this.session?.source?.id ?? "queuescope";
    saveText(`${name}-numbers.csv`, chartsCsv(this.#node, charts), "text/csv");
  }
}

customElements.define("queuescope-numbers", NumbersView);
