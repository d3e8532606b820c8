import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { LoggedCommand, Simulation } from "queuescope";
import type { Zooming } from "../picture/picture-notes.ts";
import "../picture/picture-view.ts";
import type { PictureView } from "../picture/picture-view.ts";
import "../sequence/sequence-view.ts";
import type { SequenceView } from "../sequence/sequence-view.ts";
import { type View, viewNamed, viewSwitch, viewSwitchStyles } from "../sequence/view-switch.ts";
import { BrokenLink, type PackedRun, unpackRun } from "../session/packed-run.ts";
import { type Problem, pageProblem, problemOf, reasonOf } from "../session/problem.ts";
import { Session } from "../session/session.ts";
import type { Change, Source } from "../session/session-types.ts";
import { DEFAULT_SCENARIO, shipped, shippedById } from "../session/shipped.ts";
import { controls, tokens } from "../theme/tokens.ts";
import "../time/time-bar.ts";
import type { TimeBar } from "../time/time-bar.ts";
import { word } from "../words/words.ts";
import "./absent-note.ts";
import "./problem-note.ts";

/** How a run begins: how fast it is played, what was done to it, and the moment to show first. */
export interface Opening {
  readonly speed?: number | null;
  readonly at?: number | null;
  readonly step?: number;
  readonly log?: readonly LoggedCommand[];
}

/**
 * A running scenario: the picture and, with `controls`, the time bar.
 *
 * @attr scenario - the id of a scenario that ships with Queuescope, or the address of a document
 * @attr state - a run as links carry it behind `#s=`; then it says scenario, seed and moment
 * @attr seed - a whole number; other seeds, other runs
 * @attr speed - simulated seconds per real second
 * @attr at - the moment to show first, in whole microseconds
 * @attr view - `topology`, `sequence` (what is sent, as a sequence diagram) or `both`, side by side
 * @attr controls - shows the time bar, and the switch between the views
 * @attr autoplay - begins to play as soon as it is ready
 * @attr wheel - the wheel zooms without Ctrl
 * @fires queuescope-ready - a scenario is open; `detail` is what `Simulation.about()` returns
 * @fires queuescope-step - the state shown has changed; `detail` is `{ now, step }`
 * @fires queuescope-error - something went wrong; `detail` is `{ code, message, place }`
 * @fires queuescope-view - another view was chosen with the switch; `detail` is its name
 * @slot above - above everything
 * @slot side - beside the picture
 * @slot below - below the time bar
 * @slot corner - in the lower left corner of the picture
 */
export class QueueScope extends LitElement {
  static override properties = {
    scenario: {},
    state: {},
    seed: { type: Number },
    speed: { type: Number },
    at: { type: Number },
    view: {},
    controls: { type: Boolean },
    autoplay: { type: Boolean },
    wheel: { type: Boolean },
  };
  static override styles = [
    tokens,
    controls,
    viewSwitchStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 240px;
        background: var(--ground);
        overflow: hidden;
      }
      .stage {
        position: relative;
        flex: 1;
        min-height: 0;
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
      }
      .views-of-run {
        position: relative;
        display: grid;
        grid-auto-columns: minmax(0, 1fr);
        grid-auto-flow: column;
        min-height: 0;
        min-width: 0;
        container-type: inline-size;
      }
      queuescope-picture,
      queuescope-sequence {
        min-height: 160px;
      }
      @media (max-width: 719px) {
        .both {
          grid-auto-flow: row;
          grid-template-rows: minmax(0, 1fr) minmax(0, 1fr);
        }
      }
      @media print {
        :host {
          display: block;
          overflow: visible;
        }
        .stage,
        .views-of-run {
          display: block;
          container-type: normal;
        }
        queuescope-picture {
          height: 70vh;
        }
        /* Under the picture it says which moment that is; the diagram has its own times. */
        .stage:has(.sequence) ~ queuescope-time-bar {
          display: none;
        }
      }
    `,
  ];

  declare scenario: string | null;
  declare state: string | null;
  declare seed: number | null;
  declare speed: number | null;
  declare at: number | null;
  declare view: View;
  declare controls: boolean;
  declare autoplay: boolean;
  declare wheel: boolean;

  /** Everything that is known about the run; the other views of the page read it. */
  readonly session = new Session();
  #end: (() => void) | null = null;
  #opening = 0;

  constructor() {
    super();
    this.scenario = null;
    this.state = null;
    this.seed = null;
    this.speed = null;
    this.at = null;
    this.view = "topology";
    this.controls = false;
    this.autoplay = false;
    this.wheel = false;
  }

  /** The running simulation, as the JavaScript API has it; null while there is none. */
  get simulation(): Simulation | null {
    return this.session.simulation;
  }

  /** How often the moving things were drawn, and how many of them there were the last time. */
  get drawing(): { readonly frames: number; readonly items: number } {
    const picture = this.picture;
    return { frames: picture?.framesDrawn ?? 0, items: picture?.itemsInMotion ?? 0 };
  }

  /** The topology; null while it is not shown. */
  get picture(): PictureView | null {
    return this.renderRoot.querySelector("queuescope-picture");
  }

  /** What the keys for zooming act on: the topology, or the sequence diagram where that alone is shown. */
  get zooming(): Zooming | null {
    return this.picture ?? this.renderRoot.querySelector<SequenceView>("queuescope-sequence");
  }

  /** The time bar; null where there is none. */
  get timeBar(): TimeBar | null {
    return this.renderRoot.querySelector("queuescope-time-bar");
  }

  /** Shows another view, as the switch does. */
  chooseView(view: View): void {
    this.view = view;
    this.#fire("queuescope-view", view);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#end = this.session.subscribe((change) => this.#tell(change));
    if (this.hasUpdated) {
      void this.#openAsked();
    }
  }

  /** The simulation is freed; put back into a document, the element opens its scenario again. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#opening += 1;
    this.session.close();
    this.#end?.();
    this.#end = null;
  }

  /** Starts a simulation from a document. On an error the running one stays as it was. Says whether it worked. */
  async open(source: Source, options: Opening = {}): Promise<boolean> {
    this.#opening += 1;
    const turn = this.#opening;
    if (!(await this.session.load()) || turn !== this.#opening) {
      return false;
    }
    const isFirst = this.simulation === null;
    try {
      const fresh = await this.session.make(source, options.log);
      if (fresh === null || turn !== this.#opening) {
        fresh?.free();
        return false;
      }
      this.session.open(fresh, source, options.speed ?? null);
    } catch (error) {
      if (turn !== this.#opening) {
        return false;
      }
      const title =
        source.id === null ? word("problem.file", { name: source.name }) : word("problem.scenario");
      this.session.report(problemOf(error, title, isFirst ? "" : word("problem.unchanged")));
      return false;
    }
    if (options.at != null && (options.at > 0 || options.step !== undefined)) {
      await this.session.seek(options.at, options.step);
    }
    return true;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("speed") && this.hasUpdated && this.speed !== null && this.speed > 0) {
      this.session.setSpeed(this.speed);
    }
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("scenario") || changed.has("seed") || changed.has("state")) {
      void this.#openAsked();
    } else if (changed.has("at") && this.at !== null) {
      void this.session.seek(this.at);
    }
  }

  override render(): TemplateResult {
    return html`<slot name="above"></slot>
      <queuescope-problem .session=${this.session}></queuescope-problem>
      <div class="stage">
        <div class="views-of-run ${viewNamed(this.view)}">
          ${this.#views()}
          ${this.controls ? viewSwitch(viewNamed(this.view), (view) => this.chooseView(view)) : nothing}
        </div>
        <slot name="side"></slot>
      </div>
      ${this.controls ? html`<queuescope-time-bar .session=${this.session}></queuescope-time-bar>` : nothing}
      <slot name="below"></slot>`;
  }

  #views(): TemplateResult {
    const view = viewNamed(this.view);
    const topology = html`<queuescope-picture .session=${this.session} ?wheel=${this.wheel}>
      <slot name="corner" slot="corner"></slot>
      <queuescope-absent slot="corner" .session=${this.session}></queuescope-absent>
    </queuescope-picture>`;
    const isBoth = view === "both";
    const sequence = html`<queuescope-sequence ?beside=${isBoth} .session=${this.session}></queuescope-sequence>`;
    return html`${view === "sequence" ? nothing : topology}${view === "topology" ? nothing : sequence}`;
  }

  /** Opens what the attributes ask for. */
  async #openAsked(): Promise<void> {
    this.#opening += 1;
    const turn = this.#opening;
    const run = this.state === null ? null : await this.#unpacked(this.state);
    if (this.state !== null && run === null) {
      return;
    }
    const asked = run === null ? (this.scenario ?? DEFAULT_SCENARIO) : run.scenario;
    const known = asked === null ? null : shippedById(asked);
    const text = run?.document?.text ?? known?.text ?? (asked === null ? null : await this.#fetched(asked));
    if (text === null || turn !== this.#opening) {
      return;
    }
    const ownSeed = Number.isSafeInteger(this.seed) ? this.seed : null;
    const seed = run === null ? ownSeed : run.seed;
    const speed = this.speed !== null && this.speed > 0 ? this.speed : null;
    const name = run?.document?.name ?? (known?.title || (asked ?? ""));
    const moment = run === null ? { at: this.at } : { at: run.at, step: run.step, log: run.log };
    if ((await this.open({ text, id: asked, name, seed }, { speed, ...moment })) && this.autoplay) {
      this.session.play();
    }
  }

  /** The run in a link; null, with a problem shown, when it cannot be read. */
  async #unpacked(packed: string): Promise<PackedRun | null> {
    try {
      return await unpackRun(packed);
    } catch (error) {
      const code = error instanceof BrokenLink ? error.code : "link.broken";
      const unchanged = this.simulation === null ? "" : word("problem.unchanged");
      // Without the simulator there is nothing that could be shown beside it.
      await this.session.load();
      this.session.report(pageProblem(code, word("problem.link"), word(`problem.${code}`), unchanged));
      return null;
    }
  }

  /** The document at an address; null, with a problem shown, when there is none. */
  async #fetched(address: string): Promise<string | null> {
    const unchanged = this.simulation === null ? "" : word("problem.unchanged");
    if (!/[./]/.test(address)) {
      const known = shipped.map((scenario) => scenario.id).join(", ");
      const message = word("problem.unknown_scenario", { name: address, known });
      this.session.report(pageProblem("scenario.unknown", word("problem.scenario"), message, unchanged));
      return null;
    }
    try {
      const response = await fetch(address);
      if (!response.ok) {
        throw new Error(`HTTP ${response.status}`);
      }
      return await response.text();
    } catch (error) {
      const message = word("problem.fetch", { name: address, reason: reasonOf(error) });
      this.session.report(pageProblem("scenario.fetch", word("problem.scenario"), message, unchanged));
      return null;
    }
  }

  #tell(change: Change): void {
    if (change === "document") {
      this.#fire("queuescope-ready", this.session.about);
    } else if (change === "state" && this.session.snapshot !== null) {
      const { now, step } = this.session.snapshot;
      this.#fire("queuescope-step", { now, step });
    } else if (change === "problem" && this.session.problem !== null) {
      const { code, message, place }: Problem = this.session.problem;
      this.#fire("queuescope-error", { code, message, place });
    }
  }

  #fire(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("queue-scope", QueueScope);

declare global {
  interface HTMLElementTagNameMap {
    "queue-scope": QueueScope;
  }
}
