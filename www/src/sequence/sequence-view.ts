import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Sequence } from "queuescope";
import { lanesFor } from "../geometry/lanes.ts";
import type { Stretch } from "../geometry/time-axis.ts";
import { pictureTools } from "../picture/picture-notes.ts";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import type { Change } from "../session/session-types.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { viewTools } from "../theme/view-tools.ts";
import { word } from "../words/words.ts";
import { type Diagram, diagram } from "./diagram.ts";
import { sheet } from "./draw.ts";
import { type Entry, entries } from "./entries.ts";
import { mannerOf } from "./manner.ts";
import { detail, earlierButton, heads, nowButton, sequenceChoices } from "./parts.ts";
import { partsStyles } from "./parts-styles.ts";
import { bounded, PLAIN_SCALE, scaleForHeight, usualScale } from "./scale.ts";
import { sentenceList } from "./sentence-list.ts";
import { sequenceStyles } from "./sequence-styles.ts";
import { hasPackets, SequenceWindow, withoutPackets } from "./sequence-window.ts";
import { BOTTOM, HEADS, TimeScroll, TOP } from "./time-scroll.ts";

const ZOOM_STEP = 1.4;
/** With more nodes than this, or than have room side by side, the broker has one line at first. */
const MANY_NODES = 9;

/**
 * What is sent between the nodes, as a sequence diagram: time runs down, slopes are latencies. Every sentence of it
 * stands in a list, which the keyboard goes through and a screen reader reads.
 */
export class SequenceView extends LitElement {
  static override properties = {
    session: { attribute: false },
    folds: { state: true },
    shortens: { state: true },
    isAlone: { state: true },
    showsPackets: { state: true },
    chosen: { state: true },
    pointed: { state: true },
    isFollowing: { state: true },
    seen: { state: true },
    width: { state: true },
    scale: { state: true },
    prints: { state: true },
  };
  static override styles = [tokens, controls, sequenceStyles, partsStyles, viewTools];

  declare session: Session | null;
  /** Whether the broker has one line. */
  declare folds: boolean;
  /** Whether pauses are drawn shorter than they are. */
  declare shortens: boolean;
  /** Whether only what has to do with the selected message is shown. */
  declare isAlone: boolean;
  /** Whether frames are shown, where links carry packets. */
  declare showsPackets: boolean;
  /** The keys of the entry that is looked at closely, and of the one under the pointer. */
  declare chosen: string | null;
  declare pointed: string | null;
  /** Whether the present stays in sight. */
  declare isFollowing: boolean;
  /** The part that is drawn. */
  declare seen: Stretch;
  declare width: number;
  /** Pixels for a microsecond; null before anything shows what is usual. */
  declare scale: number | null;
  declare prints: boolean;

  readonly #resized = new ResizeObserver(() => this.#resize());
  readonly #printing = matchMedia("print");
  readonly #print = (): void => {
    this.prints = this.#printing.matches;
  };
  readonly #window = new SequenceWindow();
  readonly #scroll = new TimeScroll(() => ({
    box: this.#box,
    drawn: this.#diagram,
    now: Math.min(this.session?.view.time ?? 0, this.session?.simulation?.now ?? 0),
  }));
  readonly #manner = mannerOf(this);
  #diagram: Diagram | null = null;
  #entries: readonly Entry[] = [];
  #byPlace: ReadonlyMap<string, Entry> = new Map();
  #whole: Sequence | null = null;
  /** What of it is shown. */
  #sequence: Sequence | null = null;
  /** The moment of the last drawing. */
  #shown = 0;

  constructor() {
    super();
    this.session = null;
    this.shortens = true;
    this.showsPackets = true;
    this.width = 0;
    this.prints = false;
    this.seen = { from: 0, to: 2000 };
    this.#begin();
    new SessionController(this, ["document", "log", "selection", "motion"], (change) =>
      this.#changed(change),
    );
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
    this.#printing.addEventListener("change", this.#print);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#printing.removeEventListener("change", this.#print);
  }

  zoomIn(): void {
    this.#zoom(ZOOM_STEP);
  }

  zoomOut(): void {
    this.#zoom(1 / ZOOM_STEP);
  }

  /** Shows all the life of a message that is alone; else everything at its usual size, at the present. */
  fit(): void {
    const sequence = this.#sequence;
    const usual = (sequence && usualScale(sequence)) ?? PLAIN_SCALE;
    const free = (this.#box?.clientHeight ?? 0) - HEADS - TOP - 24;
    this.#scroll.release();
    this.isFollowing = true;
    this.scale =
      sequence !== null && this.#message() !== null && free > 0
        ? scaleForHeight((scale) => this.#layOut(sequence, scale).axis.height, free, usual)
        : usual;
  }

  override willUpdate(): void {
    this.#whole = this.#ask();
    const sequence = this.#whole && !this.showsPackets ? withoutPackets(this.#whole) : this.#whole;
    if (sequence !== this.#sequence) {
      this.#sequence = sequence;
      this.#entries = sequence === null ? [] : entries(sequence);
      this.#byPlace = new Map(this.#entries.map((entry) => [`${entry.kind} ${entry.place}`, entry]));
    }
    if (sequence !== null) {
      this.scale ??= usualScale(sequence);
    }
    this.#diagram = sequence && this.#layOut(sequence, this.scale ?? PLAIN_SCALE);
  }

  override render(): TemplateResult {
    const drawn = this.#diagram;
    const isEmpty = drawn === null || this.#entries.length === 0;
    return html`${this.#choices()}
      <div
        class="scroll"
        role="region"
        tabindex="0"
        aria-label=${word("sequence.label")}
        @scroll=${this.#scrolled}
        @click=${() => this.session?.select(null)}
      >
        ${drawn === null ? nothing : this.#drawing(drawn)}
        ${isEmpty ? html`<p class="empty">${word("sequence.empty")}</p>` : nothing}
      </div>
      ${sentenceList(this.#entries, {
        isStill: this.session?.isPlaying !== true,
        chosen: this.chosen,
        look: this.#look,
        choose: (entry) => this.choose(entry),
        goTo: (time) => void this.session?.seek(time),
      })}
      ${this.#earlier()} ${this.#detail()}
      ${pictureTools(this, this.isFollowing ? nothing : nowButton(() => this.#set({ isFollowing: true })))}`;
  }

  override firstUpdated(): void {
    this.#box?.addEventListener("wheel", this.#wheel, { passive: false });
    this.#resize();
  }

  override updated(): void {
    this.#scroll.placeNow(this.isFollowing);
    this.#scroll.settle();
    const now = this.session?.snapshot?.now ?? 0;
    if (now !== this.#shown && this.session?.isPlaying !== true) {
      this.#scroll.reveal(now);
    }
    this.#shown = now;
    this.seen = this.#scroll.part(this.seen);
  }

  #drawing(drawn: Diagram): TemplateResult {
    const height = drawn.axis.height + TOP + (this.prints ? 0 : BOTTOM);
    const seen = this.prints ? { from: -TOP, to: height } : this.seen;
    const { selection } = this.session ?? {};
    return html`${heads(drawn, selection?.kind === "node" ? selection.id : null, (id) =>
      this.session?.select({ kind: "node", id }),
    )}
      ${sheet(drawn, height, seen, this.#manner)}`;
  }

  #choices(): TemplateResult {
    const { selection } = this.session ?? {};
    const message = selection?.kind === "message" ? selection.message : null;
    return sequenceChoices([
      [word("sequence.fold"), this.folds, (isOn) => this.#set({ folds: isOn })],
      [word("sequence.shorten"), this.shortens, (isOn) => this.#set({ shortens: isOn })],
      this.#whole !== null &&
        hasPackets(this.#whole) && [
          word("sequence.packets"),
          this.showsPackets,
          (isOn) => this.#set({ showsPackets: isOn }),
        ],
      message !== null && [word("sequence.alone", { message }), this.isAlone, this.#showAlone],
    ]);
  }

  /** All the life of the selected message, or everything again. */
  readonly #showAlone = (isOn: boolean): void => {
    this.isAlone = isOn;
    void this.updateComplete.then(() => this.fit());
  };

  /** What is seen keeps its place, unless the present is to be followed. */
  #set(change: Partial<Pick<SequenceView, "folds" | "shortens" | "showsPackets" | "isFollowing">>): void {
    if (change.isFollowing === true) {
      this.#scroll.release();
    } else {
      this.#scroll.keep();
    }
    Object.assign(this, change);
  }

  #earlier(): TemplateResult | typeof nothing {
    if (this.#message() !== null || this.#window.from === 0 || this.seen.from > 0) {
      return nothing;
    }
    return earlierButton(() => {
      this.#set({ isFollowing: false });
      this.#window.earlier(this.session?.snapshot?.now ?? 0);
      this.requestUpdate();
    });
  }

  #detail(): TemplateResult | typeof nothing {
    const key = this.pointed ?? this.chosen;
    const entry = this.#entries.find((entry) => entry.key === key);
    return this.session === null || entry === undefined
      ? nothing
      : detail(entry, this.session, this.pointed === null || this.pointed === this.chosen);
  }

  get #box(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>(".scroll") ?? null;
  }

  /** The message that alone is shown. */
  #message(): number | null {
    const { selection } = this.session ?? {};
    return this.isAlone && selection?.kind === "message" ? selection.message : null;
  }

  /** What is to be shown; while the simulation is on its way to another moment, what was shown before. */
  #ask(): Sequence | null {
    const session = this.session;
    if (session?.simulation == null) {
      return null;
    }
    const message = this.#message();
    const found =
      message === null
        ? this.#window.ask(session, this.folds, session.isPlaying && this.isFollowing)
        : session.chronicle.sequence({ message, folded: this.folds });
    return found ?? this.#whole;
  }

  #layOut(sequence: Sequence, scale: number): Diagram {
    const { selection, snapshot } = this.session ?? {};
    const message = selection?.kind === "message" ? selection.message : null;
    const [width, shortens, now] = [this.width, this.shortens, snapshot?.now ?? 0];
    return diagram(sequence, { width, scale, shortens, now, message });
  }

  entryOf(kind: Entry["kind"], place: number): Entry | undefined {
    return this.#byPlace.get(`${kind} ${place}`);
  }

  /** The pointer is on something: it and what takes part stand out, here and elsewhere. */
  point(entry: Entry | undefined): void {
    this.pointed = entry?.key ?? null;
    const nodes = entry?.lines.map((line) => this.#sequence?.lifelines[line]?.node ?? "") ?? [];
    this.session?.point({ nodes, message: entry?.message ?? null });
  }

  /** Selects the message of an entry, and says all about it. */
  choose(entry: Entry): void {
    this.chosen = entry.key;
    if (entry.message !== null) {
      this.session?.select({ kind: "message", message: entry.message });
    }
  }

  /** The entry that has the focus is looked at, and in sight. */
  readonly #look = (entry: Entry): void => {
    this.chosen = entry.key;
    this.pointed = null;
    this.isFollowing = false;
    this.#scroll.reveal(entry.time);
  };

  #changed(change: Change): void {
    if (change === "document") {
      this.#begin();
    } else if (change === "frame") {
      this.#scroll.placeNow(this.isFollowing);
    } else if (change === "motion" && this.session?.isPlaying === true) {
      this.isFollowing = true;
    } else if (change === "selection" && this.session?.selection?.kind !== "message") {
      this.isAlone = false;
    }
  }

  /** Another document: nothing of what was chosen for the one before holds. */
  #begin(): void {
    const nodes = this.session?.picture?.nodes.length ?? 0;
    this.folds = nodes > MANY_NODES || lanesFor(nodes, this.width).width > this.width;
    this.isAlone = false;
    this.isFollowing = true;
    this.chosen = null;
    this.pointed = null;
    this.scale = null;
    this.#whole = null;
    this.#sequence = null;
    this.#window.begin();
  }

  #resize(): void {
    const isFirst = this.width === 0;
    this.width = this.clientWidth;
    if (isFirst) {
      this.#begin();
    }
  }

  readonly #wheel = (event: WheelEvent): void => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const top = this.#box?.getBoundingClientRect().top ?? 0;
      this.#zoom(Math.exp(-event.deltaY * 0.01), event.clientY - top);
    }
  };

  readonly #scrolled = (): void => {
    this.seen = this.#scroll.part(this.seen);
    this.isFollowing = this.#scroll.follows() ?? this.isFollowing;
  };

  #zoom(factor: number, y?: number): void {
    this.#scroll.keep(y);
    this.scale = bounded((this.scale ?? PLAIN_SCALE) * factor);
  }
}

customElements.define("queuescope-sequence", SequenceView);
