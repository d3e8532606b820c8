import { html, LitElement, nothing, type TemplateResult } from "lit";
import "../element/queue-scope.ts";
import type { QueueScope } from "../element/queue-scope.ts";
import "../inspector/inspector-view.ts";
import "../log/log-view.ts";
import { type View, viewAfter, viewNamed } from "../sequence/view-switch.ts";
import { linkTo } from "../session/link.ts";
import { type Place, readPlace, writePlace } from "../session/place.ts";
import { pageProblem, reasonOf } from "../session/problem.ts";
import type { Session } from "../session/session.ts";
import type { Change } from "../session/session-types.ts";
import { DEFAULT_SCENARIO } from "../session/shipped.ts";
import { applyTheme, isDark, rememberedTheme } from "../theme/scheme.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { word } from "../words/words.ts";
import { followDrops } from "./file-drop.ts";
import "./help-dialog.ts";
import type { HelpDialog } from "./help-dialog.ts";
import { pageStyles } from "./page-styles.ts";
import { LatePanels, type Panel, panelsIn, panelTabs } from "./panels.ts";
import { followKeys } from "./shortcuts.ts";
import "./top-bar.ts";

/** How much room there is: everything at once, the inspector as a drawer, or one panel at a time. */
type Room = "wide" | "medium" | "narrow";

/** The whole page: top bar, picture, inspector, time bar and log. */
export class PageView extends LitElement {
  static override properties = {
    room: { state: true },
    panel: { state: true },
    isDrawerOpen: { state: true },
    isDropping: { state: true },
    dark: { state: true },
    said: { state: true },
    session: { state: true },
  };
  static override styles = [tokens, controls, pageStyles];

  declare room: Room;
  declare panel: Panel;
  declare isDrawerOpen: boolean;
  declare isDropping: boolean;
  declare dark: boolean;
  declare said: string;
  declare session: Session | null;

  readonly #wide = matchMedia("(min-width: 1100px)");
  readonly #medium = matchMedia("(min-width: 720px)");
  readonly #systemDark = matchMedia("(prefers-color-scheme: dark)");
  readonly #late = new LatePanels(() => this.requestUpdate());
  readonly #ends: (() => void)[] = [];
  #asked: Place = readPlace(location.hash);

  constructor() {
    super();
    this.room = this.#roomNow();
    this.panel = "log";
    this.isDrawerOpen = false;
    this.isDropping = false;
    this.said = "";
    this.session = null;
    applyTheme(rememberedTheme());
    this.dark = isDark(document.documentElement);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const listen = (target: EventTarget, name: string, act: () => void): void => {
      target.addEventListener(name, act);
      this.#ends.push(() => target.removeEventListener(name, act));
    };
    for (const query of [this.#wide, this.#medium]) {
      listen(query, "change", () => {
        this.room = this.#roomNow();
      });
    }
    listen(this.#systemDark, "change", () => this.#recolour());
    listen(window, "hashchange", () => this.#visit(readPlace(location.hash)));
    this.#ends.push(
      followDrops(
        (isOver) => {
          this.isDropping = isOver;
        },
        (files) => void this.#openFiles(files),
      ),
      followKeys(this.#shortcuts()),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends.splice(0)) {
      end();
    }
  }

  override firstUpdated(): void {
    const scope = this.#scope();
    if (scope !== null) {
      this.session = scope.session;
      this.#ends.push(scope.session.subscribe((change) => this.#changed(change)));
    }
  }

  override render(): TemplateResult {
    const inspector = html`<queuescope-inspector .session=${this.session}></queuescope-inspector>`;
    return html`<queuescope-top-bar
        .session=${this.session}
        .isDark=${this.dark}
        .canInspect=${this.room === "medium"}
        .said=${this.said}
        @choose=${(event: CustomEvent<string>) => this.#choose(event.detail)}
        @files=${(event: CustomEvent<File[]>) => void this.#openFiles(event.detail)}
        @act=${(event: CustomEvent<string>) => this.#act(event.detail)}
      ></queuescope-top-bar>
      <main class=${this.room}>
        <queue-scope
          controls
          ?wheel=${this.room !== "narrow"}
          .scenario=${this.#asked.scenario ?? DEFAULT_SCENARIO}
          .state=${this.#asked.s}
          .seed=${this.#asked.seed}
          .speed=${this.#asked.speed}
          .at=${this.#asked.at}
          .view=${viewNamed(this.#asked.view)}
          @queuescope-view=${(event: CustomEvent<View>) => this.#viewed(event.detail)}
        >
          ${this.room === "narrow" ? nothing : this.#side(inspector)}
          ${this.#below(inspector)}
        </queue-scope>
      </main>
      ${this.isDropping ? html`<div class="drop"><p>${word("page.drop")}</p></div>` : nothing}
      <queuescope-help></queuescope-help>`;
  }

  #side(inspector: TemplateResult): TemplateResult | typeof nothing {
    if (this.room === "medium" && !this.isDrawerOpen) {
      return nothing;
    }
    return html`<aside slot="side" tabindex="0" aria-label=${word("inspect.label")}>${inspector}</aside>`;
  }

  #below(inspector: TemplateResult): TemplateResult {
    const panels = panelsIn(this.room === "narrow");
    const shown = panels.includes(this.panel) ? this.panel : "log";
    const isTall = shown === "numbers" || shown === "sweep";
    return html`<div class="below ${isTall ? "tall" : ""}" slot="below">
      ${panelTabs(panels, shown, (panel) => {
        this.panel = panel;
      })}
      <div class="panel" id="panel" role="tabpanel" tabindex="0" aria-labelledby="tab-${shown}">
        ${
          shown === "numbers"
            ? this.#late.numbers(this.session, this.dark)
            : shown === "inspect"
              ? inspector
              : shown === "log"
                ? html`<queuescope-log .session=${this.session}></queuescope-log>`
                : nothing
        }
        ${this.#late.sweep(this.session, this.dark, shown === "sweep")}
      </div>
    </div>`;
  }

  #shortcuts(): Record<string, () => void> {
    const session = () => this.#scope()?.session;
    const picture = () => this.#scope()?.zooming;
    return {
      " ": () => session()?.toggle(),
      ArrowRight: () => session()?.step(),
      ArrowLeft: () => session()?.stepBack(),
      Home: () => session()?.toStart(),
      "+": () => picture()?.zoomIn(),
      "=": () => picture()?.zoomIn(),
      "-": () => picture()?.zoomOut(),
      "0": () => picture()?.fit(),
      v: () => this.#scope()?.chooseView(viewAfter(viewNamed(this.#asked.view))),
      n: () => {
        this.panel = this.panel === "numbers" ? "log" : "numbers";
      },
      b: () => this.#scope()?.timeBar?.showBreakpoints(),
      r: () => this.#scope()?.timeBar?.showRuns(),
      ".": () => void session()?.travel.toMark("next"),
      ",": () => void session()?.travel.toMark("previous"),
      "?": () => this.#act("help"),
      Escape: () => {
        if (session()?.travel.search != null) {
          session()?.travel.cancel();
          return;
        }
        session()?.travel.leave();
        session()?.select(null);
        this.isDrawerOpen = false;
      },
    };
  }

  #scope(): QueueScope | null {
    return this.renderRoot.querySelector("queue-scope");
  }

  #roomNow(): Room {
    return this.#wide.matches ? "wide" : this.#medium.matches ? "medium" : "narrow";
  }

  #changed(change: Change): void {
    if (change === "selection" && this.session?.selection != null) {
      this.isDrawerOpen = true;
      // The numbers are those of what is selected.
      if (this.room === "narrow" && this.panel !== "numbers") {
        this.panel = "inspect";
      }
    } else if (change === "document") {
      const title = this.session?.about?.title || this.session?.source?.name || "";
      document.title = title === "" ? word("page.name") : word("page.title", { title });
    }
  }

  #choose(scenario: string): void {
    this.#go({ scenario, s: null, seed: null, at: null, speed: null, view: this.#asked.view });
  }

  /** Opens what a link names; where it is open already, goes to the moment. */
  #visit(place: Place): void {
    const source = this.session?.source;
    const isPlain = place.s === null && this.#asked.s === null;
    if (isPlain && source !== undefined && source?.id === place.scenario && source?.seed === place.seed) {
      void this.session?.seek(place.at ?? 0);
      this.#asked = place;
      this.requestUpdate();
    } else {
      this.#show(place);
    }
  }

  /** The link in the address bar says how the run is shown, and nothing else of it changes. */
  #viewed(view: View): void {
    const shown = view === "topology" ? null : view;
    this.#asked = { ...this.#asked, view: shown };
    history.replaceState(null, "", writePlace({ ...readPlace(location.hash), view: shown }));
    this.requestUpdate();
  }

  #go(place: Place): void {
    const hash = writePlace(place);
    if (location.hash === hash) {
      this.#show(place);
    } else {
      location.hash = hash;
    }
  }

  #show(place: Place): void {
    this.#asked = place;
    const scope = this.#scope();
    // An opened file may have taken the place of the scenario that the attributes still name.
    if (scope !== null) {
      scope.scenario = null;
    }
    this.requestUpdate();
  }

  async #openFiles(files: readonly File[]): Promise<void> {
    const scope = this.#scope();
    const [file] = files;
    if (scope === null || file === undefined) {
      return;
    }
    const title = word("problem.file", { name: file.name });
    if (files.length > 1) {
      const message = word("problem.one_file", { count: files.length });
      scope.session.report(pageProblem("file.many", title, message, word("problem.unchanged")));
      return;
    }
    try {
      const text = await file.text();
      if (await scope.open({ text, id: null, name: file.name, seed: null })) {
        history.replaceState(null, "", "#");
      }
    } catch (error) {
      const message = word("problem.read", { name: file.name, reason: reasonOf(error) });
      scope.session.report(pageProblem("file.read", title, message, word("problem.unchanged")));
    }
  }

  #act(act: string): void {
    if (act === "help") {
      this.renderRoot.querySelector<HelpDialog>("queuescope-help")?.show();
    } else if (act === "theme") {
      applyTheme(this.dark ? "light" : "dark");
      this.#recolour();
    } else if (act === "inspect") {
      this.isDrawerOpen = !this.isDrawerOpen;
    } else {
      void this.#link();
    }
  }

  #recolour(): void {
    this.dark = isDark(document.documentElement);
    this.session?.redraw();
  }

  /** Puts a link to what is shown into the address bar and, where the browser lets it, into the clipboard. */
  async #link(): Promise<void> {
    const session = this.session;
    const hash = session === null ? null : await linkTo(session, this.#asked.view);
    if (hash === null) {
      this.said = word("page.link_long");
      return;
    }
    history.replaceState(null, "", hash);
    try {
      await navigator.clipboard.writeText(location.href);
      this.said = word("page.link_copied");
    } catch {
      this.said = word("page.link_shown");
    }
  }
}

customElements.define("queuescope-page", PageView);
