import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import { icons } from "../theme/icons.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { word } from "../words/words.ts";

/** What went wrong, where, and what to do. */
export class ProblemNote extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    tokens,
    controls,
    css`
      .note {
        display: flex;
        gap: 12px;
        align-items: start;
        padding: 12px 16px;
        border-left: 4px solid var(--alarm);
        border-bottom: 1px solid var(--line);
        background: var(--panel);
      }
      .text {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      strong {
        display: block;
        color: var(--alarm);
      }
      p {
        margin: 2px 0 0;
        white-space: pre-line;
      }
      .again {
        margin-top: 8px;
      }
    `,
  ];

  declare session: Session | null;

  constructor() {
    super();
    this.session = null;
    new SessionController(this, ["problem"]);
  }

  override render(): TemplateResult | typeof nothing {
    const session = this.session;
    const problem = session?.problem;
    if (session == null || problem == null) {
      return nothing;
    }
    const place =
      problem.place === ""
        ? nothing
        : html`<p class="mono">${word("problem.place", { place: problem.place })}</p>`;
    const note = problem.note === "" ? nothing : html`<p class="muted">${problem.note}</p>`;
    const again = html`<button class="again" @click=${() => void session.restart()}>${word("problem.again")}</button>`;
    return html`<div class="note" role="alert">
      <div class="text">
        <strong>${problem.title}</strong>
        <p>${problem.message}</p>
        ${place}${note}${problem.canRestart ? again : nothing}
      </div>
      <button class="icon plain" aria-label=${word("problem.dismiss")} title=${word("problem.dismiss")} @click=${() =>
        session.report(null)}>
        ${icons.close}
      </button>
    </div>`;
  }
}

customElements.define("queuescope-problem", ProblemNote);
