import { html, LitElement, type TemplateResult } from "lit";
import type { Session } from "../session/session.ts";
import { icons } from "../theme/icons.ts";
import { type Word, word } from "../words/words.ts";

/** A dialog of the time bar: it is drawn while it is open, and asks the simulation for nothing before. */
export abstract class BarDialog extends LitElement {
  static override properties = {
    session: { attribute: false },
    isOpen: { state: true },
    problem: { state: true },
  };

  declare session: Session | null;
  declare isOpen: boolean;
  /** What was wrong with the last thing that was asked for; empty when nothing was. */
  declare problem: string;

  constructor() {
    super();
    this.session = null;
    this.isOpen = false;
    this.problem = "";
  }

  show(): void {
    if (!this.isOpen && this.session?.simulation != null) {
      this.isOpen = true;
      this.problem = "";
      void this.updateComplete.then(() => this.#dialog()?.showModal());
    }
  }

  close(): void {
    this.#dialog()?.close();
  }

  protected abstract readonly heading: Word;
  protected abstract inner(session: Session): TemplateResult;

  /** Does something that the simulation may refuse; says why if it does. */
  protected attempt(act: () => void): boolean {
    try {
      act();
      this.problem = "";
      return true;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  /** What had the focus may be gone: then the heading has it, and the keys stay with the dialog. */
  override updated(): void {
    const root = this.renderRoot as ShadowRoot;
    if (this.#dialog()?.open && root.activeElement === null) {
      root.querySelector<HTMLElement>("h2")?.focus();
    }
  }

  override render(): TemplateResult {
    const { session } = this;
    return html`<dialog
      aria-labelledby="title"
      @close=${() => {
        this.isOpen = false;
      }}
      @click=${(event: Event) => event.target === event.currentTarget && this.close()}
    >
      ${session !== null && this.isOpen ? this.#whole(session) : ""}
    </dialog>`;
  }

  #whole(session: Session): TemplateResult {
    return html`<div class="top">
        <h2 id="title" tabindex="-1">${word(this.heading)}</h2>
        <button
          class="icon plain"
          aria-label=${word("help.close")}
          title=${word("help.close")}
          @click=${() => this.close()}
        >
          ${icons.close}
        </button>
      </div>
      <div class="inner">
        ${this.inner(session)}
        <div role="alert">${this.problem === "" ? "" : html`<p class="problem">${this.problem}</p>`}</div>
      </div>`;
  }

  #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }
}
