import { css, html, nothing, type TemplateResult } from "lit";
import type { Comparison, Fork } from "queuescope";
import { Answers } from "../inspector/forms/form.ts";
import { sends } from "../inspector/forms/sends.ts";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { type Word, word } from "../words/words.ts";
import { BarDialog } from "./bar-dialog.ts";
import { dialogStyles } from "./dialog-styles.ts";
import { branchStyles, runBranches } from "./run-branches.ts";
import { comparisonStyles, runComparison } from "./run-comparison.ts";
import { runMoments, runName } from "./run-names.ts";

/** The runs that left one another: which there are, the way to each, and two of them compared. */
export class RunsDialog extends BarDialog {
  static override properties = {
    ...BarDialog.properties,
    renamed: { state: true },
    compared: { state: true },
    isShort: { state: true },
  };
  static override styles = [
    tokens,
    controls,
    dialogStyles,
    branchStyles,
    comparisonStyles,
    css`
      .moments {
        display: block;
        font-size: 12px;
        color: var(--muted);
      }
      .tag {
        margin-left: 6px;
        padding: 0 6px;
        border: 1px solid currentColor;
        border-radius: 4px;
        color: var(--link);
        font-size: 12px;
        white-space: nowrap;
      }
      form.rename {
        display: flex;
        flex: 1 1 100%;
      }
      .short {
        display: flex;
        gap: 6px;
        margin: 8px 0;
        scroll-margin-top: 64px;
        font-size: 12px;
      }
    `,
  ];

  /** The run that is being renamed; -1 for none. */
  declare renamed: number;
  declare compared: Comparison | null;
  declare isShort: boolean;
  #pair: readonly [number, number] | null = null;
  protected override readonly heading: Word = "runs.title";

  constructor() {
    super();
    this.renamed = -1;
    this.compared = null;
    this.isShort = true;
    new SessionController(this, ["document", "travel"], (change) => {
      if (change === "document") {
        this.compared = null;
      }
    });
  }

  override show(): void {
    this.compared = null;
    this.renamed = -1;
    this.session?.runs.read();
    super.show();
  }

  protected override inner(session: Session): TemplateResult {
    const { all } = session.runs;
    return html`<p class="muted">${word("runs.about")}</p>
      ${all.length > 1 ? runBranches(all, session.snapshot?.now ?? 0) : nothing}
      <ul aria-label=${word("runs.title")}>
        ${all.map((run) => this.#row(session, run, all))}
      </ul>
      ${this.#forkForm(session)} ${all.length > 1 ? this.#compareForm(session, all) : nothing}
      ${this.#comparison(session, all)}`;
  }

  #row(session: Session, run: Fork, all: readonly Fork[]): TemplateResult {
    const name = runName(run);
    const go = () => {
      void session.runs.switchTo(run.id);
    };
    const rename = () => {
      this.renamed = this.renamed === run.id ? -1 : run.id;
    };
    return html`<li aria-current=${run.is_current ? "true" : nothing}>
      <span class="says">
        ${name}${run.is_current ? html`<span class="tag">${word("runs.present")}</span>` : nothing}
        <span class="moments">${runMoments(run, all)}</span>
      </span>
      <span class="acts">
        ${
          run.is_current
            ? nothing
            : html`<button aria-label=${word("runs.switch", { run: name })} @click=${go}>
                ${word("runs.switch_short")}
              </button>`
        }
        <button
          aria-label=${word("runs.rename", { run: name })}
          aria-expanded=${this.renamed === run.id}
          @click=${rename}
        >
          ${word("runs.rename_short")}
        </button>
      </span>
      ${this.renamed === run.id ? this.#renameForm(session, run) : nothing}
    </li>`;
  }

  #renameForm(session: Session, run: Fork): TemplateResult {
    const send = sends((form) => {
      this.attempt(() => session.runs.rename(run.id, new Answers(new FormData(form)).text("label")));
      this.renamed = -1;
    });
    return html`<form class="rename">
      <input
        type="text"
        name="label"
        maxlength="80"
        autocomplete="off"
        aria-label=${word("runs.name", { run: runName(run) })}
        value=${run.label}
      />
      <button @click=${send}>${word("runs.save")}</button>
    </form>`;
  }

  #forkForm(session: Session): TemplateResult {
    const send = sends((form) => {
      if (this.attempt(() => session.runs.fork(new Answers(new FormData(form)).text("label")))) {
        form.reset();
      }
    });
    return html`<h3>${word("runs.fork")}</h3>
      <form aria-label=${word("runs.fork")}>
        <label>
          <span>${word("runs.fork_name")}</span>
          <input type="text" name="label" maxlength="80" autocomplete="off" />
        </label>
        <button @click=${send}>${word("runs.fork")}</button>
      </form>`;
  }

  #compareForm(session: Session, all: readonly Fork[]): TemplateResult {
    const present = session.runs.current?.id ?? 0;
    const other =
      all.find(({ id }) => id === session.runs.current?.parent) ?? all.find(({ id }) => id !== present);
    const send = sends((form) => {
      const data = new FormData(form);
      this.#pair = [Number(data.get("one")), Number(data.get("other"))];
      const [one, second] = this.#pair;
      this.attempt(() => {
        this.compared = session.runs.compare(one, second);
        void this.updateComplete.then(() => this.renderRoot.querySelector(".short")?.scrollIntoView());
      });
    });
    const choice = (name: "one" | "other", chosen: number) =>
      html`<label>
        <span>${word(`runs.${name}`)}</span>
        <select name=${name}>
          ${all.map((run) => html`<option value=${run.id} ?selected=${run.id === chosen}>${runName(run)}</option>`)}
        </select>
      </label>`;
    return html`<h3>${word("runs.compare_title")}</h3>
      <form aria-label=${word("runs.compare_title")}>
        ${choice("one", other?.id ?? 0)} ${choice("other", present)}
        <button @click=${send}>${word("runs.compare")}</button>
      </form>`;
  }

  #comparison(session: Session, all: readonly Fork[]): TemplateResult | typeof nothing {
    const pair = this.#pair?.map((id) => all.find((run) => run.id === id)) ?? [];
    const [one, other] = pair;
    if (this.compared === null || one === undefined || other === undefined) {
      return nothing;
    }
    return html`<label class="short"
        ><input
          type="checkbox"
          .checked=${this.isShort}
          @change=${(event: Event) => {
            this.isShort = (event.target as HTMLInputElement).checked;
          }}
        />${word("runs.differing")}</label
      >
      ${runComparison(this.compared, [one, other], session.picture, this.isShort)}`;
  }
}

customElements.define("queuescope-runs", RunsDialog);
