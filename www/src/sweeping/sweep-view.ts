import { html, LitElement, nothing, type TemplateResult } from "lit";
import init, { Sweep, type SweepOutcome } from "queuescope/sweep";
import { Answers } from "../inspector/forms/form.ts";
import { sends } from "../inspector/forms/sends.ts";
import { saveText } from "../numbers/save-file.ts";
import { once } from "../session/once.ts";
import { reasonOf } from "../session/problem.ts";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { word } from "../words/words.ts";
import { failureList } from "./failure-list.ts";
import { SweepForm } from "./sweep-form.ts";
import "./sweep-result.ts";
import { SweepRun } from "./sweep-run.ts";
import { sweepStyles } from "./sweep-styles.ts";

/** Loads what plans sweeps, which the view needs. */
export const loadPlanner = once(() => init());

/** While runs come in, their results are put together again after so many milliseconds. */
const REST_MS = 300;

/** A field of the scenario over a range, each value with several seeds, on all cores. */
export class SweepView extends LitElement {
  static override properties = {
    session: { attribute: false },
    isDark: { attribute: false },
    run: { state: true },
    outcome: { state: true },
    confidence: { state: true },
    problem: { state: true },
  };
  static override styles = [tokens, controls, sweepStyles];

  declare session: Session | null;
  declare isDark: boolean;
  /** The sweep that is under way, or the last one. */
  declare run: SweepRun | null;
  declare outcome: SweepOutcome | null;
  declare confidence: number;
  /** Why no sweep could be begun; empty when it could. */
  declare problem: string;

  readonly #form = new SweepForm(() => this.requestUpdate());
  #sweep: Sweep | null = null;
  #isOver = true;
  #joined = 0;
  #names: ReadonlyMap<string, string> = new Map();

  constructor() {
    super();
    this.session = null;
    this.isDark = false;
    this.run = null;
    this.outcome = null;
    this.confidence = 0.95;
    this.problem = "";
    new SessionController(this, ["document"], (change) => {
      if (change === "document") {
        this.#clear();
      }
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#clear();
  }

  override render(): TemplateResult | typeof nothing {
    const { session } = this;
    if (session?.source == null || session.about === null) {
      return nothing;
    }
    this.#form.about(session.source.text, session.about);
    return html`<header>
        <h2>${word("sweep.label")}</h2>
        ${this.#progress()}
        <span class="spring"></span>
        <button
          title=${word("sweep.save_hint")}
          ?disabled=${this.outcome === null || this.outcome.rows.length === 0}
          @click=${this.#save}
        >
          ${word("sweep.save")}
        </button>
      </header>
      <div class="scroll" tabindex="0" role="region" aria-label=${word("sweep.label")}>
        <form class="setting" aria-label=${word("sweep.label")}>
          ${this.#form.fields()}
          <div class="acts">
            <button class="main" ?disabled=${!this.#isOver} @click=${this.#begin}>${word("sweep.run")}</button>
            <button type="button" ?disabled=${this.#isOver} @click=${() => this.#cancel()}>
              ${word("sweep.cancel")}
            </button>
          </div>
        </form>
        <div class="result">
          ${this.problem === "" ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
          ${failureList(this.run?.failures ?? [])} ${this.#result()}
        </div>
      </div>`;
  }

  #result(): TemplateResult {
    return this.outcome === null || this.outcome.rows.length === 0
      ? html`<p class="note">${word("sweep.about")}</p>`
      : html`<queuescope-sweep-result
          .outcome=${this.outcome}
          .names=${this.#names}
          .isDark=${this.isDark}
          @confidence=${(event: CustomEvent<number>) => {
            this.confidence = event.detail;
            this.#join();
          }}
        ></queuescope-sweep-result>`;
  }

  #progress(): TemplateResult | typeof nothing {
    const { run } = this;
    if (run === null) {
      return nothing;
    }
    const { done, count } = run;
    const says = run.isCancelled ? "sweep.is_cancelled" : this.#isOver ? "sweep.is_over" : "sweep.progress";
    return html`<progress aria-label=${word("sweep.label")} max=${count} .value=${done}></progress>
      <span class="mono" role=${this.#isOver ? "status" : nothing}>${word(says, { done, count })}</span>`;
  }

  readonly #begin = sends((form) => {
    const { source, about } = this.session ?? {};
    if (source == null || about == null || !this.#isOver) {
      return;
    }
    this.#clear();
    this.#names = new Map(this.session?.picture?.nodes.map(({ id, name }) => [id, name]));
    try {
      const answers = new Answers(new FormData(form));
      const asked = this.#form.asked(answers);
      this.#sweep = new Sweep(source.text, asked.vary, asked.replications, about.seed);
      const run = new SweepRun(this.#sweep, asked.manner, () => this.#told());
      this.run = run;
      this.#isOver = false;
      void run.over
        .catch((error: unknown) => {
          this.problem = word("sweep.failed", { reason: reasonOf(error) });
        })
        .then(() => {
          if (this.run === run) {
            this.#isOver = true;
            this.#join();
          }
        });
    } catch (error) {
      this.problem = word("sweep.failed", { reason: reasonOf(error) });
    }
  });

  #told(): void {
    if (performance.now() - this.#joined > REST_MS) {
      this.#join();
    }
    this.requestUpdate();
  }

  #join(): void {
    this.#joined = performance.now();
    this.outcome = this.#sweep?.outcome(this.confidence) ?? null;
    this.requestUpdate();
  }

  #cancel(): void {
    this.run?.cancel();
  }

  #clear(): void {
    const run = this.run;
    this.run = null;
    this.#isOver = true;
    run?.cancel();
    this.#sweep?.free();
    this.#sweep = null;
    this.outcome = null;
    this.problem = "";
  }

  readonly #save = (): void => {
    const name = this.session?.source?.id ?? "queuescope";
    saveText(`${name}-sweep.csv`, this.#sweep?.csv(this.confidence) ?? "", "text/csv");
  };
}

customElements.define("queuescope-sweep", SweepView);
