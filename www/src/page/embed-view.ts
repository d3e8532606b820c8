import { css, html, LitElement, type TemplateResult } from "lit";
import "../element/queue-scope.ts";
import type { QueueScope } from "../element/queue-scope.ts";
import { viewAfter, viewNamed } from "../sequence/view-switch.ts";
import { isNamed, linkTo, namedLink } from "../session/link.ts";
import { type Place, readPlace } from "../session/place.ts";
import { DEFAULT_SCENARIO } from "../session/shipped.ts";
import { applyTheme } from "../theme/scheme.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { word } from "../words/words.ts";
import { followKeys } from "./shortcuts.ts";

/** For a frame in another page: the picture, the time bar, and one link to the whole page. */
export class EmbedView extends LitElement {
  static override properties = { place: { state: true } };
  static override styles = [
    tokens,
    controls,
    css`
      :host,
      main {
        display: grid;
        height: 100dvh;
      }
      main,
      queue-scope {
        min-height: 0;
        min-width: 0;
      }
      a {
        display: inline-block;
        padding: 5px 8px;
        border-radius: var(--corner);
        background: var(--panel);
        font-size: 12px;
      }
    `,
  ];

  declare place: Place;
  readonly #ends: (() => void)[] = [];

  constructor() {
    super();
    this.place = readPlace(location.hash);
    applyTheme(null);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const visit = () => {
      this.place = readPlace(location.hash);
    };
    window.addEventListener("hashchange", visit);
    const session = () => this.#scope()?.session;
    this.#ends.push(
      () => window.removeEventListener("hashchange", visit),
      followKeys({
        " ": () => session()?.toggle(),
        ArrowRight: () => session()?.step(),
        ArrowLeft: () => session()?.stepBack(),
        Home: () => session()?.toStart(),
        "+": () => this.#scope()?.zooming?.zoomIn(),
        "-": () => this.#scope()?.zooming?.zoomOut(),
        "0": () => this.#scope()?.zooming?.fit(),
        b: () => this.#scope()?.timeBar?.showBreakpoints(),
        r: () => this.#scope()?.timeBar?.showRuns(),
        ".": () => void session()?.travel.toMark("next"),
        ",": () => void session()?.travel.toMark("previous"),
        v: () => this.#scope()?.chooseView(viewAfter(this.#scope()?.view ?? "topology")),
      }),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends.splice(0)) {
      end();
    }
  }

  override render(): TemplateResult {
    return html`<main>
      <h1 class="hidden">${word("page.name")}</h1>
      <queue-scope
        controls
        .scenario=${this.place.scenario ?? DEFAULT_SCENARIO}
        .state=${this.place.s}
        .seed=${this.place.seed}
        .speed=${this.place.speed}
        .at=${this.place.at}
        .view=${viewNamed(this.place.view)}
        @queuescope-view=${this.#renew}
        @queuescope-step=${this.#renew}
        @queuescope-ready=${this.#renew}
      >
        <a slot="corner" href="index.html" target="_blank" rel="noopener" @click=${this.#renew}>
          ${word("embed.open")} ↗
        </a>
      </queue-scope>
    </main>`;
  }

  #scope(): QueueScope | null {
    return this.renderRoot.querySelector("queue-scope");
  }

  /** The link leads to the very moment that is shown here. */
  readonly #renew = (): void => {
    const link = this.renderRoot.querySelector("a");
    const session = this.#scope()?.session;
    if (link !== null && session?.source != null) {
      const view = this.#scope()?.view === "topology" ? null : (this.#scope()?.view ?? null);
      if (isNamed(session)) {
        link.href = `index.html${namedLink(session, view)}`;
      } else {
        void linkTo(session, view).then((hash) => {
          link.href = `index.html${hash ?? ""}`;
        });
      }
    }
  };
}

customElements.define("queuescope-embed", EmbedView);
