import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import { icons } from "../theme/icons.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { numberText, type Word, word } from "../words/words.ts";
import { clockText } from "./clock-text.ts";
import { PLACES, placeOf, speedAt, speedText } from "./speed-scale.ts";

/** Play, pause, step, speed, clock and the timeline. */
export class TimeBar extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: block;
        background: var(--panel);
        border-top: 1px solid var(--line);
        container-type: inline-size;
      }
      .bar {
        display: grid;
        grid-template-columns: auto auto auto minmax(120px, 1fr);
        grid-template-areas: "buttons speed clock timeline";
        align-items: center;
        column-gap: 20px;
        padding: 8px 16px;
      }
      .buttons {
        grid-area: buttons;
        display: flex;
        gap: 4px;
      }
      .play {
        width: 44px;
        background: var(--ink);
        color: var(--panel);
        border-color: var(--ink);
      }
      .play:hover {
        background: var(--link);
        border-color: var(--link);
      }
      .speed {
        grid-area: speed;
        display: flex;
        align-items: center;
        gap: 8px;
        font-size: 12px;
      }
      .speed input {
        width: 104px;
      }
      .speed output {
        width: 6ch;
      }
      .clock {
        grid-area: clock;
        display: flex;
        flex-direction: column;
        align-items: end;
        line-height: 1.15;
        min-width: 11ch;
      }
      .clock .time {
        font-size: 20px;
      }
      .clock .steps {
        font-size: 12px;
        color: var(--muted);
      }
      .timeline {
        grid-area: timeline;
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: 0 10px;
      }
      .timeline input {
        height: 22px;
      }
      .timeline .end {
        font-size: 12px;
        color: var(--muted);
      }
      /* Its room is always there: a note that comes moves nothing. */
      .note {
        grid-column: 1 / -1;
        height: 16px;
        overflow: hidden;
        font-size: 12px;
        line-height: 16px;
        color: var(--muted);
        white-space: nowrap;
        text-overflow: ellipsis;
      }
      @container (max-width: 760px) {
        .bar {
          grid-template-columns: auto 1fr auto;
          grid-template-areas: "buttons speed clock" "timeline timeline timeline";
          gap: 6px 12px;
          padding: 8px 12px;
        }
        .speed {
          justify-self: center;
        }
      }
      @container (max-width: 520px) {
        .bar {
          grid-template-columns: 1fr auto;
          grid-template-areas: "buttons clock" "timeline timeline" "speed speed";
        }
        .speed {
          justify-self: stretch;
        }
        .speed input {
          flex: 1;
        }
        .timeline .end {
          display: none;
        }
        .clock .time {
          font-size: 16px;
        }
        .clock {
          min-width: 9ch;
        }
      }
    `,
  ];

  declare session: Session | null;

  constructor() {
    super();
    this.session = null;
    new SessionController(this, ["document", "state", "motion", "problem"]);
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
      ${this.#timeline(now, session?.end ?? 0)}
    </div>`;
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

  #timeline(now: number, end: number): TemplateResult {
    return html`<div class="timeline">
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
