import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { About, Difference } from "queuescope";
import { term } from "../sentences/sentence.ts";
import { icons } from "../theme/icons.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { word } from "../words/words.ts";

/** The version of RabbitMQ that is followed; it opens the list of what differs between the versions. */
export class VersionsDialog extends LitElement {
  static override properties = { about: { attribute: false } };
  static override styles = [
    tokens,
    controls,
    css`
      button.version {
        min-height: 0;
        padding: 0 4px;
        border: 0;
        background: none;
        color: var(--link);
        font: inherit;
        font-family: var(--mono);
        text-decoration: underline;
        text-underline-offset: 2px;
      }
      dialog {
        text-align: left;
        width: min(760px, calc(100vw - 32px));
      }
      ul {
        list-style: none;
        margin: 12px 0 0;
        padding: 0;
      }
      li {
        padding: 10px 0;
        border-top: 1px solid var(--line);
      }
      h3 {
        margin: 0 0 4px;
        font-size: 14px;
        overflow-wrap: anywhere;
      }
      p {
        margin: 0;
      }
      dl {
        display: grid;
        grid-template-columns: 5ch 1fr;
        gap: 2px 12px;
        margin: 0 0 4px;
      }
      dt {
        font-family: var(--mono);
        font-size: 12px;
        line-height: 20px;
        color: var(--muted);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .followed {
        font-weight: 600;
        color: var(--ink);
      }
      .source {
        font-size: 12px;
      }
    `,
  ];

  declare about: About | null;

  constructor() {
    super();
    this.about = null;
  }

  override render(): TemplateResult | typeof nothing {
    const about = this.about;
    if (about === null) {
      return nothing;
    }
    const close = (): void => this.#dialog()?.close();
    return html`<button
        class="version"
        aria-haspopup="dialog"
        aria-label=${word("versions.open", { version: about.rabbitmq })}
        @click=${() => this.#dialog()?.showModal()}
      >
        ${about.rabbitmq}
      </button>
      <dialog aria-labelledby="title" @click=${(event: Event) => event.target === event.currentTarget && close()}>
        <div class="top">
          <h2 id="title">${word("versions.title")}</h2>
          <button class="icon plain" aria-label=${word("help.close")} title=${word("help.close")} @click=${close}>
            ${icons.close}
          </button>
        </div>
        <div class="inner">
          <p class="muted">${word("versions.about", { version: about.rabbitmq })}</p>
          <ul>
            ${about.differences.map((difference) => this.#difference(difference, about.rabbitmq))}
          </ul>
        </div>
      </dialog>`;
  }

  #difference({ key, source: [page, path] }: Difference, followed: About["rabbitmq"]): TemplateResult {
    const version = (name: About["rabbitmq"], field: string) =>
      html`<dt class=${name === followed ? "followed" : ""}>${name}</dt>
        <dd>${term(`version.${key}.${field}`)}</dd>`;
    return html`<li>
      <h3>${term(`version.${key}.rule`)}</h3>
      <dl>${version("3.10", "v3_10")}${version("4", "v4")}</dl>
      <p class="source muted">
        ${word("log.documented")}
        <a href="https://www.rabbitmq.com/${path}" target="_blank" rel="noopener noreferrer">${page}</a>
      </p>
    </li>`;
  }

  #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }
}

customElements.define("queuescope-versions", VersionsDialog);
