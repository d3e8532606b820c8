import { css, html, LitElement, svg, type TemplateResult } from "lit";
import { type MarkKind, Simulation } from "queuescope/everyday";
import { term } from "../sentences/sentence.ts";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import { tokens } from "../theme/tokens.ts";
import { numberText, word } from "../words/words.ts";
import { clockText } from "./clock-text.ts";
import {
  columnAt,
  columnsIn,
  type Mark,
  markPaths,
  marksIn,
  middleOf,
  STRIP_HEIGHT,
} from "./mark-columns.ts";
import { markStyles } from "./mark-signs.ts";

/** A mark is hit from so far, in pixels. */
const REACH = 8;

/** What happened when, along the timeline: a sign for each kind, in its column of the time. A click goes there. */
export class MarkStrip extends LitElement {
  static override properties = { session: { attribute: false }, width: { state: true } };
  static override styles = [
    tokens,
    markStyles,
    css`
      :host {
        display: block;
        min-width: 0;
        height: ${STRIP_HEIGHT}px;
      }
      svg {
        display: block;
        width: 100%;
        height: 100%;
        overflow: visible;
      }
      svg.near {
        cursor: pointer;
      }
      .axis {
        stroke: var(--line);
      }
    `,
  ];

  declare session: Session | null;
  declare width: number;

  #counts: Uint32Array = new Uint32Array();
  #kinds: readonly MarkKind[] = [];
  #columns = 1;
  #isOld = true;
  readonly #size = new ResizeObserver(([entry]) => {
    this.width = Math.round(entry?.contentRect.width ?? 0);
  });

  constructor() {
    super();
    this.session = null;
    this.width = 0;
    new SessionController(this, ["document", "log", "travel"], (change) => {
      if (change === "document" || change === "log" || change === "travel") {
        this.#isOld = true;
      }
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#size.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#size.disconnect();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const { simulation, end } = this.session ?? {};
    const isOther = this.#isOld || changed.has("width") || changed.has("session");
    if (simulation == null || end === undefined || this.width === 0 || !isOther) {
      return;
    }
    this.#isOld = false;
    this.#kinds = Simulation.markKinds();
    this.#columns = columnsIn(this.width);
    this.#counts = simulation.marks(0, end, this.#columns);
  }

  override render(): TemplateResult {
    const paths = markPaths(this.#counts, this.#kinds, this.#columns, this.width);
    const y = STRIP_HEIGHT - 0.5;
    return html`<svg role="img" aria-label=${this.#says()} @click=${this.#click} @pointermove=${this.#point}>
      <path class="axis" d="M8 ${y}H${Math.max(8, this.width - 8)}" />
      ${[...paths].map(([kind, path]) => svg`<path class="mark ${kind}" data-kind=${kind} d=${path} />`)}
    </svg>`;
  }

  /** How many marks of each kind there are. */
  #says(): string {
    const sums = this.#kinds.map((kind, number) => {
      const count = this.#counts.reduce(
        (sum, one, place) => (place % this.#kinds.length === number ? sum + one : sum),
        0,
      );
      return { kind, count };
    });
    const there = sums.filter(({ count }) => count > 0);
    return there.length === 0 ? word("marks.none") : word("marks.all", { marks: listed(there) });
  }

  readonly #click = (event: MouseEvent): void => {
    const found = this.#near(event);
    const { session } = this;
    if (found === null || session === null) {
      return;
    }
    const [from, to] = this.#span(found.column, session.end);
    void session.travel.toMarkBetween(found.mark.kind, from, to);
  };

  /** What is under the pointer, in words. */
  readonly #point = (event: PointerEvent): void => {
    const strip = event.currentTarget as SVGElement;
    const found = this.#near(event);
    strip.classList.toggle("near", found !== null);
    if (found === null) {
      this.removeAttribute("title");
    } else {
      const [time] = this.#span(found.column, this.session?.end ?? 0);
      const marks = listed(marksIn(this.#counts, this.#kinds, found.column));
      this.title = word("marks.at", { time: clockText(time), marks });
    }
  };

  /** The mark that is nearest to the pointer. */
  #near(event: MouseEvent): { readonly column: number; readonly mark: Mark } | null {
    const box = this.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const column = columnAt(x, this.#columns, this.width);
    let best: { column: number; mark: Mark } | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const near of [column - 1, column, column + 1]) {
      const across = Math.abs(middleOf(near, this.#columns, this.width) - x);
      if (near < 0 || near >= this.#columns || across > REACH) {
        continue;
      }
      for (const mark of marksIn(this.#counts, this.#kinds, near)) {
        const distance = Math.hypot(across, mark.y - y);
        if (distance < least) {
          least = distance;
          best = { column: near, mark };
        }
      }
    }
    return best;
  }

  /** The first and the last moment of a column, as the simulation parts them. */
  #span(column: number, end: number): [number, number] {
    return [Math.ceil((column * end) / this.#columns), Math.ceil(((column + 1) * end) / this.#columns)];
  }
}

function listed(marks: readonly { readonly kind: MarkKind; readonly count: number }[]): string {
  return marks
    .map(({ kind, count }) => word("marks.some", { kind: term(`mark.${kind}`), count: numberText(count) }))
    .join(", ");
}

customElements.define("queuescope-marks", MarkStrip);
