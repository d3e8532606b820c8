import { html, LitElement, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import { icons } from "../theme/icons.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { numberText, type Word, word } from "../words/words.ts";
import { clockText } from "./clock-text.ts";
import "./breakpoints-dialog.ts";
import type { BreakpointsDialog } from "./breakpoints-dialog.ts";
import "./mark-strip.ts";
import "./runs-dialog.ts";
import type { RunsDialog } from "./runs-dialog.ts";
import { PLACES, placeOf, speedAt, speedText } from "./speed-scale.ts";
import "./stop-note.ts";
import { timeBarStyles } from "./time-bar-styles.ts";

/** Play, pause, step, speed, clock and the timeline with its marks; breakpoints and runs. */
export class TimeBar extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [tokens, controls, timeBarStyles];

  declare session: Session | null;

  constructor() {
    super();
    this.session = null;
    new SessionController(this, ["document", "state", "motion", "problem", "travel"]);
  }

  override render(): TemplateResult {
    const session = this.session;
    const isReady = session?.simulation != null;
    const isPlaying = session?.isPlaying ?? false;
    const now = session?.seekingTo ?? session?.snapshot?.now ?? 0;
    const step = session?.snapshot?.step ?? 0;
    return html`<div class="bar" role="group" aria-label=${word("time.controls")}>
      <div class="buttons">
        ${this.#button("time.to_start", icons.toStart, isReady, () => session?.toStart())}
        ${this.#button("time.step_back", icons.stepBack, isReady, () => session?.stepBack())}
        ${this.#button(
          isPlaying ? "time.pause" : "time.play",
          isPlaying ? icons.pause : icons.play,
          isReady,
          () => session?.toggle(),
          "play",
        )}
        ${this.#button("time.step", icons.step, isReady, () => session?.step())}
      </div>
      ${this.#speed(session?.speed ?? 1)}
      <div class="clock">
        <span class="time mono" role="timer" aria-label=${word("time.clock")} aria-live="off">${clockText(now)}</span>
        <span class="steps mono">${word("time.step_count", { step: numberText(step) })}</span>
      </div>
      ${this.#timeline(now, session?.end ?? 0, isReady)} ${this.#tools(isReady)}
    </div>
    <queuescope-stop-note .session=${session}></queuescope-stop-note>
    <queuescope-breakpoints .session=${session}></queuescope-breakpoints>
    <queuescope-runs .session=${session}></queuescope-runs>`;
  }

  /** Opens the list of what runs are to stop at. */
  showBreakpoints(): void {
    this.renderRoot.querySelector<BreakpointsDialog>("queuescope-breakpoints")?.show();
  }

  /** Opens the list of runs. */
  showRuns(): void {
    this.renderRoot.querySelector<RunsDialog>("queuescope-runs")?.show();
  }

  #tools(isReady: boolean): TemplateResult {
    const breakpoints = this.session?.breakpoints.countOn ?? 0;
    const runs = this.session?.runs.all.length ?? 0;
    return html`<div class="tools">
      ${this.#tool(
        breakpoints === 0 ? word("breakpoints.title") : word("breakpoints.count", { count: breakpoints }),
        icons.breakpoint,
        breakpoints,
        isReady,
        () => this.showBreakpoints(),
      )}
      ${this.#tool(
        runs < 2 ? word("runs.title") : word("runs.count", { count: runs }),
        icons.runs,
        runs < 2 ? 0 : runs,
        isReady,
        () => this.showRuns(),
      )}
    </div>`;
  }

  #tool(
    name: string,
    icon: TemplateResult,
    count: number,
    isReady: boolean,
    act: () => void,
  ): TemplateResult {
    return html`<button
      class="icon"
      title=${name}
      aria-label=${name}
      aria-haspopup="dialog"
      ?disabled=${!isReady}
      @click=${act}
    >${icon}${count === 0 ? nothing : html`<span class="badge" aria-hidden="true">${count}</span>`}</button>`;
  }

  #button(name: Word, icon: TemplateResult, isReady: boolean, act: () => void, kind = ""): TemplateResult {
    return html`<button
      class="icon ${kind}"
      title=${word(name)}
      aria-label=${word(name)}
      ?disabled=${!isReady}
      @click=${act}
    >${icon}</button>`;
  }

  #speed(speed: number): TemplateResult {
    const text = speedText(speed);
    return html`<label class="speed">
      <span class="muted">${word("time.speed")}</span>
      <input
        type="range"
        min="0"
        max=${PLACES}
        step="1"
        aria-label=${word("time.speed")}
        aria-valuetext=${word("time.speed_value", { speed: text })}
        .value=${live(String(placeOf(speed)))}
        @input=${(event: Event) => this.session?.setSpeed(speedAt(Number((event.target as HTMLInputElement).value)))}
      />
      <output class="mono">${text}</output>
    </label>`;
  }

  #timeline(now: number, end: number, isReady: boolean): TemplateResult {
    const { travel } = this.session ?? {};
    return html`<div class="timeline">
      <queuescope-marks .session=${this.session}></queuescope-marks>
      <span class="between">
        ${this.#button("marks.previous", icons.previous, isReady, () => void travel?.toMark("previous"), "plain")}
        ${this.#button("marks.next", icons.next, isReady, () => void travel?.toMark("next"), "plain")}
      </span>
      <input
        type="range"
        min="0"
        max=${Math.max(1, end)}
        step="1"
        aria-label=${word("time.timeline")}
        aria-valuetext=${clockText(now)}
        .value=${live(String(now))}
        ?disabled=${this.session?.simulation == null}
        @input=${(event: Event) => void this.session?.seek(Number((event.target as HTMLInputElement).value))}
        @keydown=${this.#key}
      />
      <span class="end mono">${clockText(end)}</span>
      <div class="note" role="status">${this.#note()}</div>
    </div>`;
  }

  /** One key press is worth seeing: a hundredth of the timeline, or a tenth. */
  readonly #key = (event: KeyboardEvent): void => {
    const session = this.session;
    const now = session?.seekingTo ?? session?.snapshot?.now ?? 0;
    const end = session?.end ?? 0;
    const shares: Record<string, number> = {
      ArrowRight: 0.01,
      ArrowUp: 0.01,
      ArrowLeft: -0.01,
      ArrowDown: -0.01,
      PageUp: 0.1,
      PageDown: -0.1,
    };
    const share = shares[event.key];
    const target =
      event.key === "Home" ? 0 : event.key === "End" ? end : share === undefined ? null : now + share * end;
    if (target !== null && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      void session?.seek(Math.round(Math.min(end, Math.max(0, target))));
    }
  };

  #note(): string | typeof nothing {
    const { note, simulation, problem } = this.session ?? {};
    if (simulation == null && problem == null) {
      return word("time.loading");
    }
    return note == null ? nothing : word(`time.${note}`);
  }
}

customElements.define("queuescope-time-bar", TimeBar);
