import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Layer, LayerField, OctetRange } from "queuescope/layers";
import { term, text } from "../sentences/sentence.ts";
import { loadDissector, type OpenPacket, opened } from "../session/dissector.ts";
import { engineProblem } from "../session/problem.ts";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { clockText } from "../time/clock-text.ts";
import { numberText, word } from "../words/words.ts";
import { saveCapture } from "./capture-file.ts";
import { amqpKind, fieldExplained } from "./explained.ts";
import { layersStyles } from "./layers-styles.ts";
import { octetDump } from "./octet-dump.ts";
import { fieldAt, type ListedField, listed, octetRows } from "./octet-rows.ts";

/** So many octets are shown at first, and so many more each time. */
const FEW_OCTETS = 512;
/** The panel must be so wide for 16 octets on a line. */
const WIDE = 520;

/** What is shown of a message. */
interface Shown {
  readonly packets: readonly OpenPacket[];
  readonly isComplete: boolean;
}

/**
 * A message layer by layer: its packets, what each protocol added, the fields, the octets. Nothing is loaded or
 * computed before it is opened.
 */
export class LayersView extends LitElement {
  static override properties = {
    session: { attribute: false },
    message: { type: Number },
    isOpen: { state: true },
    loading: { state: true },
    packet: { state: true },
    layer: { state: true },
    field: { state: true },
    pointed: { state: true },
    most: { state: true },
    width: { state: true },
  };
  static override styles = [tokens, controls, layersStyles];

  declare session: Session | null;
  declare message: number;
  declare isOpen: boolean;
  /** How far what takes packets apart is loaded; an error: why it is not. */
  declare loading: "not yet" | "under way" | "done" | Error;
  declare packet: number;
  /** The place of the layer; the outermost is 0. */
  declare layer: number;
  /** The place of the field among all of its layer; -1: none. */
  declare field: number;
  /** The place of the field under the pointer or with the focus. */
  declare pointed: number;
  declare most: number;
  declare width: number;

  readonly #resize = new ResizeObserver(([entry]) => {
    this.width = (entry?.contentRect.width ?? 0) >= WIDE ? 16 : 8;
  });
  #shown: Shown | null = null;
  /** Whether the field was chosen by its octets, and its line may be out of sight. */
  #isToReveal = false;
  /** Of which message, and after which fact, the packets are. */
  #known = "";

  constructor() {
    super();
    this.session = null;
    this.message = 0;
    this.isOpen = false;
    this.loading = "not yet";
    this.width = 8;
    this.#first();
    new SessionController(this, ["log", "motion"]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("message") || changed.has("session")) {
      this.#first();
      this.#known = "";
    }
  }

  /** What is marked is in sight: only the dump itself is scrolled. */
  override updated(): void {
    if (this.#isToReveal) {
      this.#isToReveal = false;
      this.renderRoot.querySelector('.fields [aria-pressed="true"]')?.scrollIntoView({ block: "start" });
    }
    const dump = this.renderRoot.querySelector<HTMLElement>(".dump");
    const marked =
      dump?.querySelector<HTMLElement>('[data-mark="field"]') ?? dump?.querySelector<HTMLElement>(".added");
    if (dump == null || marked == null || dump.matches(":hover")) {
      return;
    }
    const [box, mark] = [dump.getBoundingClientRect(), marked.getBoundingClientRect()];
    if (mark.top < box.top || mark.bottom > box.bottom) {
      dump.scrollTop += mark.top - box.top - 18;
    }
  }

  override render(): TemplateResult {
    return html`<details
      .open=${this.isOpen}
      @toggle=${(event: Event) => {
        this.isOpen = (event.target as HTMLDetailsElement).open;
        if (this.isOpen && this.loading !== "done") {
          void this.#load();
        }
      }}
    >
      <summary>${word("layers.title")}</summary>
      ${this.isOpen ? this.#inner() : nothing}
    </details>`;
  }

  #first(): void {
    this.packet = 0;
    this.layer = -1;
    this.field = -1;
    this.pointed = -1;
    this.most = FEW_OCTETS;
  }

  async #load(): Promise<void> {
    this.loading = "under way";
    try {
      await loadDissector();
      this.loading = "done";
    } catch (error) {
      this.loading = error instanceof Error ? error : new Error(String(error));
    }
  }

  /** What is read once for each state of the message: while playing, nothing is read that did not change. */
  #read(): Shown | null {
    const facts = this.session?.journal.facts ?? [];
    const last = facts.findLast((fact) => fact.message === this.message);
    const { isPlaying = false, journal } = this.session ?? {};
    const known = `${this.message} ${last?.index} ${isPlaying ? "" : journal?.count}`;
    if (known !== this.#known || this.#shown === null) {
      this.#known = known;
      const read = this.session?.chronicle.packets(this.message) ?? null;
      this.#shown = read && { packets: opened(read.packets, read.capture), isComplete: read.is_complete };
    }
    return this.#shown;
  }

  #inner(): TemplateResult {
    if (this.loading instanceof Error) {
      return html`<p role="alert">${word("layers.missing")} ${engineProblem(this.loading).message}</p>
        <div class="acts"><button @click=${this.#load}>${word("layers.again")}</button> ${this.#saving()}</div>`;
    }
    if (this.loading !== "done") {
      return html`<p class="muted" role="status">${word("layers.loading")}</p>`;
    }
    const read = this.#read();
    const packet = read?.packets[this.packet] ?? read?.packets[0];
    if (read === null || packet === undefined) {
      return html`<p class="muted">${word("layers.none")}</p>`;
    }
    // At first the application is what is looked at.
    const place = this.layer < 0 ? Math.min(3, packet.layers.length - 1) : this.layer;
    const layer = packet.layers[Math.min(place, packet.layers.length - 1)];
    const fields = listed(layer?.fields ?? []);
    return html`<p class="note">${term("layer.assumed")}</p>
      <label>
        <span class="note">${word("layers.packet")}</span>
        <select
          .value=${String(this.packet)}
          @change=${(event: Event) => {
            this.#first();
            this.packet = Number((event.target as HTMLSelectElement).value);
          }}
        >
          ${read.packets.map(
            (each, index) =>
              html`<option value=${index} ?selected=${index === this.packet}>${this.#name(each)}</option>`,
          )}
        </select>
      </label>
      ${read.isComplete ? nothing : html`<p class="note">${word("layers.incomplete")}</p>`}
      <h4>${word("layers.stack", { octets: numberText(packet.octets.length) })}</h4>
      ${this.#stack(packet, layer)} ${layer === undefined ? nothing : this.#layer(packet, layer, fields)}`;
  }

  #name(packet: OpenPacket): string {
    const [number, count] = packet.part;
    const { method, from, to } = packet;
    const time = clockText(packet.sent);
    return count > 1
      ? word("layers.part_name", { method, from, to, time, number, count })
      : word("layers.packet_name", { method, from, to, time });
  }

  /** From the application down, as stacks are drawn. */
  #stack(packet: OpenPacket, chosen: Layer | undefined): TemplateResult {
    const size = ([first, end]: OctetRange) => end - first;
    return html`<ol class="stack" aria-label=${word("layers.stack_label")} @keydown=${this.#arrows}>
      ${packet.layers
        .map((layer, index) => ({ layer, index }))
        .reverse()
        .map(({ layer, index }) => {
          const added = numberText(size(layer.header) + size(layer.trailer));
          return html`<li>
            <button
              aria-pressed=${layer === chosen}
              @click=${() => {
                this.layer = index;
                this.field = -1;
                this.pointed = -1;
                this.most = FEW_OCTETS;
              }}
            >
              <span class="mono">${layer.osi.number}</span>
              <span>${layer.name}${amqpKind(layer)}</span>
              <span>${word("layers.adds", { octets: added })}</span>
              <small class="more">
                ${head(term(layer.osi.key))} · ${word("layers.tcp_ip", { layer: head(term(layer.tcp_ip)) })} ·
                ${word("layers.carries", { octets: numberText(size(layer.payload)) })}
              </small>
            </button>
          </li>`;
        })}
    </ol>`;
  }

  #layer(packet: OpenPacket, layer: Layer, fields: readonly ListedField[]): TemplateResult {
    const shown = (fields[this.pointed] ?? fields[this.field])?.field ?? null;
    const whole = layer.octets ?? packet.octets;
    return html`<h4>${layer.name}</h4>
      <p class="explained">
        ${term(layer.key)}${layer.problem === null ? nothing : html` ${term(layer.problem.key)}`}${
          layer.piece === null
            ? nothing
            : html` ${text({
                key: "layer.piece",
                parameters: { at: layer.piece.at, total: layer.piece.total ?? "?" },
              })}`
        }<small>${layer.source}</small>
      </p>
      <ul class="fields" aria-label=${word("layers.fields", { name: layer.name })} @keydown=${this.#arrows}>
        ${fields.map(({ field, depth }, index) => this.#field(field, depth, index))}
      </ul>
      <div class="octets">
        <h4>${word(layer.octets === null ? "layers.octets" : "layers.octets_whole")}</h4>
        <p class="note signs">
          <span class="added">${term("layer.header")}</span> <span class="carried">${term("layer.payload")}</span>
        </p>
        ${this.#dump(whole, layer, shown?.octets ?? null, fields)}
      </div>
      ${this.#more(whole.length)}`;
  }

  #field(field: LayerField, depth: number, index: number): TemplateResult {
    const isChosen = index === this.field;
    const point = () => {
      this.pointed = index;
    };
    const leave = () => {
      this.pointed = -1;
    };
    return html`<li>
      <button
        style="padding-left:${8 + depth * 12}px"
        class=${index === this.pointed ? "pointed" : ""}
        aria-pressed=${isChosen}
        @click=${() => {
          this.field = index;
        }}
        @focus=${point}
        @blur=${leave}
        @pointerenter=${point}
        @pointerleave=${leave}
      >
        <span>${field.name ?? (field.filter || word("layers.line"))}</span>
        <span class="value">${field.value}${field.meaning === null ? nothing : html` (${field.meaning})`}</span>
      </button>
      ${isChosen ? fieldExplained(field) : nothing}
    </li>`;
  }

  #dump(
    octets: ArrayLike<number>,
    layer: Layer,
    field: OctetRange | null,
    fields: readonly ListedField[],
  ): TemplateResult {
    const rows = octetRows(octets, this.width, this.most, layer, field);
    return octetDump(rows, {
      point: (place) => {
        this.pointed = place === null ? -1 : fieldAt(fields, place);
      },
      choose: (place) => {
        this.field = fieldAt(fields, place);
        this.#isToReveal = true;
      },
    });
  }

  /** What shows more of a large packet, and what saves the whole run. */
  #more(length: number): TemplateResult {
    const left = length - this.most;
    return html`<div class="acts">
      ${
        left > 0
          ? html`<button
            @click=${() => {
              this.most += FEW_OCTETS * 4;
            }}
          >
            ${word("layers.more", { count: numberText(left) })}
          </button>`
          : nothing
      }
      ${this.#saving()}
    </div>`;
  }

  #saving(): TemplateResult {
    return html`<button @click=${() => void saveCapture(this.session)} title=${word("layers.save_hint")}>${word("layers.save")}</button>`;
  }

  /** Up and down go from one button of a list to the next. */
  readonly #arrows = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const list = event.currentTarget as HTMLElement;
    const buttons = [...list.querySelectorAll("button")];
    const next = buttons[buttons.indexOf(event.target as HTMLButtonElement) + step];
    if (step !== 0 && next !== undefined) {
      event.preventDefault();
      next.focus();
    }
  };
}

/** What a sentence of the catalogue names, without what it says about it. */
function head(sentence: string): string {
  return sentence.split(":")[0] ?? sentence;
}

customElements.define("queuescope-layers", LayersView);
