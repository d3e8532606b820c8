import { html, LitElement, nothing, svg, type TemplateResult } from "lit";
import type { Picture } from "queuescope";
import { type Arranged, layoutAfter, remembered } from "../geometry/keeping.ts";
import { type Layout, layoutFor } from "../geometry/layout.ts";
import { type Box, grown, type Point } from "../geometry/point.ts";
import { fit, moved, showing, shows, type Viewport, zoomed } from "../geometry/viewport.ts";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import type { Change } from "../session/session-types.ts";
import { isDark } from "../theme/scheme.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { viewTools } from "../theme/view-tools.ts";
import { word } from "../words/words.ts";
import { backdrop } from "./backdrop.ts";
import { followGestures } from "./gestures.ts";
import { landmarks, nodeGroups } from "./node-groups.ts";
import { drawOverlay } from "./overlay.ts";
import { messageAt } from "./pick.ts";
import { type Destination, pictureChoices } from "./picture-choices.ts";
import { brokerNote, pictureTools } from "./picture-notes.ts";
import { pictureStyles } from "./picture-styles.ts";
import { countedProducers, type HueBy, ITEM } from "./scene.ts";

/** Room for the items of one frame. */
const MOST_ITEMS = 4096;
/** Up to this many nodes each is a stop of the Tab key; beyond, the picture is one stop. */
const MOST_STOPS = 40;
const LARGEST_FIT = 1.5;
/** Heights that the choices and the tools take. */
const TOP = 32;
const BOTTOM = 44;
const ZOOM_STEP = 1.3;

/** The topology as SVG, and what moves on a canvas over it. */
export class PictureView extends LitElement {
  static override properties = {
    session: { attribute: false },
    wheel: { type: Boolean, reflect: true },
    hueBy: { state: true },
  };
  static override styles = [tokens, controls, pictureStyles, viewTools];

  declare session: Session | null;
  /** Whether the wheel zooms without Ctrl. */
  declare wheel: boolean;
  declare hueBy: HueBy;

  readonly #items = new Float32Array(MOST_ITEMS * ITEM);
  readonly #resized = new ResizeObserver(() => this.#resize());
  #canvas: HTMLCanvasElement | null = null;
  #arranged: Arranged | null = null;
  /** Where everything stood that was ever in a picture of this document, by its id. */
  readonly #places = new Map<string, Point>();
  #viewport: Viewport = { scale: 1, x: 0, y: 0 };
  #size = { width: 0, height: 0 };
  #isFitted = true;
  #isDrawPending = false;
  #tabStop = 0;
  #landmarks: ReadonlySet<number> = new Set();
  #producers: ReadonlyMap<number, number> = new Map();
  #endGestures: (() => void) | null = null;
  /** How often the canvas was drawn, and how many things moved on it the last time. */
  framesDrawn = 0;
  itemsInMotion = 0;

  constructor() {
    super();
    this.session = null;
    this.wheel = false;
    this.hueBy = "key";
    new SessionController(this, ["picture", "document", "state", "selection"], (change) =>
      this.#changed(change),
    );
  }

  get isWheelFree(): boolean {
    return this.wheel;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
    this.#followGestures();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.#draw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#endGestures?.();
    this.#endGestures = null;
    matchMedia("(prefers-color-scheme: dark)").removeEventListener("change", this.#draw);
  }

  zoomIn(): void {
    this.zoom(ZOOM_STEP, this.#middle());
  }

  zoomOut(): void {
    this.zoom(1 / ZOOM_STEP, this.#middle());
  }

  zoom(factor: number, at: Point): void {
    this.#isFitted = false;
    this.#see(zoomed(this.#viewport, factor, at));
  }

  pan(dx: number, dy: number): void {
    this.#isFitted = false;
    this.#see(moved(this.#viewport, dx, dy));
  }

  /** Shows all of the picture. */
  fit(): void {
    if (this.#layout !== null) {
      this.#show(this.#layout.bounds, LARGEST_FIT, true);
    }
  }

  override render(): TemplateResult {
    return html`
      <div class="surface" @click=${this.#pick}>
        ${this.#picture()}
        <canvas aria-hidden="true"></canvas>
      </div>
      ${this.#choices()}${brokerNote(this.session?.snapshot ?? null)}
      <div class="corner"><slot name="corner"></slot></div>
      ${pictureTools(this)}
    `;
  }

  override firstUpdated(): void {
    this.#canvas = this.renderRoot.querySelector("canvas");
    this.#followGestures();
    this.#resize();
  }

  override updated(): void {
    this.#draw();
  }

  #followGestures(): void {
    const surface = this.renderRoot.querySelector<HTMLElement>(".surface");
    if (surface !== null) {
      this.#endGestures ??= followGestures(surface, this);
    }
  }

  #choices(): TemplateResult {
    const { hueBy } = this;
    const picture = this.session?.picture ?? null;
    return pictureChoices(
      picture,
      this.#layout,
      { hueBy, chooseHue: this.#chooseHue, goTo: this.#goTo },
      MOST_STOPS,
    );
  }

  #picture(): TemplateResult {
    const layout = this.#layout;
    const picture = this.session?.picture;
    const known = layout !== null && picture !== undefined && picture !== null;
    const kind = `${layout?.measures.compact ? "compact" : ""} ${layout?.groups.length ? "grouped" : ""}`;
    return html`<svg class="picture" role="group" aria-label=${word("picture.label")} aria-describedby="about">
      <desc id="about">${word("picture.about")}</desc>
      <g class="world ${kind}">
        ${known ? svg`${backdrop(picture, layout, this.#selectedNode(), this.session?.snapshot?.links ?? [])}${this.#nodes(picture, layout)}` : nothing}
      </g>
    </svg>`;
  }

  #nodes(picture: Picture, layout: Layout): unknown {
    const everyStop = picture.nodes.length <= MOST_STOPS;
    return nodeGroups(picture, {
      layout,
      states: this.session?.snapshot?.nodes ?? [],
      selected: this.#selectedNode(),
      pointed: new Set(this.session?.highlight.nodes ?? []),
      landmarks: this.#landmarks,
      isTabStop: (place) => everyStop || place === this.#tabStop,
      select: this.#select,
      key: this.#key,
      focused: this.#focused,
    });
  }

  #selectedNode(): number {
    const selection = this.session?.selection;
    return selection?.kind === "node"
      ? (this.session?.picture?.nodes.findIndex((node) => node.id === selection.id) ?? -1)
      : -1;
  }

  /** A click beside the nodes selects the message under it, or nothing. */
  readonly #pick = (event: MouseEvent): void => {
    const box = this.getBoundingClientRect();
    const place = { x: event.clientX - box.left, y: event.clientY - box.top };
    const message =
      this.#layout && messageAt(place, this.#layout, this.#viewport, this.#items, this.itemsInMotion);
    this.session?.select(message === null ? null : { kind: "message", message });
  };

  readonly #select = (event: Event, place: number): void => {
    event.stopPropagation();
    const node = this.session?.picture?.nodes[place];
    if (node !== undefined) {
      this.session?.select({ kind: "node", id: node.id });
    }
  };

  readonly #key = (event: KeyboardEvent, place: number): void => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#select(event, place);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      event.stopPropagation();
      const count = this.session?.picture?.nodes.length ?? 0;
      const next = (place + (event.key === "ArrowDown" ? 1 : -1) + count) % count;
      const nodes = this.renderRoot.querySelectorAll<SVGGElement>("g.node");
      nodes[next]?.focus();
    }
  };

  /** What the focus is on is brought into sight. */
  readonly #focused = (place: number): void => {
    const isRoving = (this.session?.picture?.nodes.length ?? 0) > MOST_STOPS;
    const at = this.#layout?.nodes[place];
    if (isRoving && place !== this.#tabStop) {
      this.#tabStop = place;
      this.requestUpdate();
    }
    if (at !== undefined) {
      const seen = showing(this.#viewport, at, this.#size, 60);
      if (Math.abs(seen.x - this.#viewport.x) + Math.abs(seen.y - this.#viewport.y) > 0.5) {
        this.#isFitted = false;
        this.#see(seen);
      }
    }
  };

  readonly #chooseHue = (hueBy: HueBy): void => {
    this.hueBy = hueBy;
  };

  readonly #goTo = (kind: Destination, place: number): void => {
    const group = this.#layout?.groups[place];
    const at = this.#layout?.nodes[place];
    const node = this.session?.picture?.nodes[place];
    if (kind === "group" && group !== undefined) {
      this.#show(group.box, LARGEST_FIT);
    } else if (kind === "node" && at !== undefined && node !== undefined) {
      this.#show(grown({ ...at, width: 0, height: 0 }, 220), 1.2);
      this.session?.select({ kind: "node", id: node.id });
    } else {
      this.fit();
    }
  };

  /** Shows a box as large as it fits between the choices above and the tools below. */
  #show(box: Box, largest: number, isFitted = false): void {
    this.#isFitted = isFitted;
    const margin = this.#size.width < 480 ? 12 : 24;
    const free = { width: this.#size.width, height: Math.max(1, this.#size.height - TOP - BOTTOM) };
    this.#see(moved(fit(box, free, margin, largest), 0, TOP));
  }

  #changed(change: Change): void {
    if (change === "picture" || change === "document") {
      this.#arrange(change === "picture");
      if (change === "document") {
        this.#tabStop = 0;
        this.fit();
      } else if (
        this.#isFitted &&
        this.#layout !== null &&
        !shows(this.#viewport, this.#layout.bounds, this.#size)
      ) {
        this.fit();
      }
    } else if (change === "frame") {
      this.#draw();
    }
  }

  /** Lays the picture out. One that `follows` another leaves what was there at its place. */
  #arrange(follows = false): void {
    const picture = this.session?.picture ?? null;
    const before = this.#arranged;
    if (picture === null || this.#size.width === 0) {
      this.#arranged = null;
    } else if (follows && before !== null) {
      this.#arranged = { picture, layout: layoutAfter(before, picture, this.#size, this.#places) };
    } else {
      this.#places.clear();
      const layout = remembered(picture, layoutFor(picture, this.#size), this.#places);
      this.#arranged = { picture, layout };
    }
    this.#producers = picture ? countedProducers(picture) : new Map();
    this.#landmarks = picture ? landmarks(picture) : new Set();
    this.requestUpdate();
  }

  get #layout(): Layout | null {
    return this.#arranged?.layout ?? null;
  }

  #resize(): void {
    const before = this.#size;
    this.#size = { width: this.clientWidth, height: this.clientHeight };
    const canvas = this.#canvas;
    if (canvas !== null) {
      canvas.width = Math.round(this.#size.width * devicePixelRatio);
      canvas.height = Math.round(this.#size.height * devicePixelRatio);
    }
    if (this.#size.width === 0 || this.#size.height === 0) {
      return;
    }
    const aspect = (size: { width: number; height: number }) => size.width / Math.max(1, size.height);
    const change = aspect(this.#size) / Math.max(0.01, aspect(before));
    if (this.#layout === null || (this.#isFitted && (change > 1.25 || change < 0.8))) {
      this.#arrange();
    }
    if (this.#isFitted) {
      this.fit();
    } else {
      this.#draw();
    }
  }

  #middle(): Point {
    return { x: this.#size.width / 2, y: this.#size.height / 2 };
  }

  /** Shows another part: only the transform changes, the SVG is not made anew. */
  #see(viewport: Viewport): void {
    this.#viewport = viewport;
    this.#place();
    this.#draw();
  }

  #place(): void {
    const world = this.renderRoot.querySelector<SVGGElement>("g.world");
    if (world !== null) {
      const { scale, x, y } = this.#viewport;
      world.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
      world.style.setProperty("--scale", String(scale));
      world.setAttribute("data-detail", scale < 0.36 ? "far" : scale < 0.5 ? "middle" : "near");
    }
  }

  /** Draws the canvas once, before the next frame is shown. */
  readonly #draw = (): void => {
    if (!this.#isDrawPending) {
      this.#isDrawPending = true;
      requestAnimationFrame(() => {
        this.#isDrawPending = false;
        this.#drawNow();
      });
    }
  };

  #drawNow(): void {
    const session = this.session;
    const pen = this.#canvas?.getContext("2d");
    if (!pen || !session?.picture || !session.snapshot || this.#layout === null) {
      return;
    }
    this.#place();
    const count = session.frame(this.#items);
    this.itemsInMotion = count;
    this.framesDrawn += 1;
    drawOverlay(
      pen,
      {
        layout: this.#layout,
        picture: session.picture,
        snapshot: session.snapshot,
        viewport: this.#viewport,
        view: session.view,
        items: this.#items,
        count,
        hueBy: this.hueBy,
        producers: this.#producers,
        isDark: isDark(this),
        highlight: session.highlight,
        selectedMessage: session.selection?.kind === "message" ? session.selection.message : null,
        trail: session.trail,
      },
      devicePixelRatio,
    );
  }
}

customElements.define("queuescope-picture", PictureView);
