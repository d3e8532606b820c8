import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { About, Argument, NodeState, PictureNode } from "queuescope";
import { factStyles } from "../log/fact-styles.ts";
import { term, text } from "../sentences/sentence.ts";
import type { Session } from "../session/session.ts";
import { SessionController } from "../session/session-controller.ts";
import { controls, tokens } from "../theme/tokens.ts";
import { clockText } from "../time/clock-text.ts";
import { searchStyles } from "../time/search-note.ts";
import { numberText, type Word, word } from "../words/words.ts";
import { aboutActs } from "./about-acts.ts";
import { accessList } from "./access-list.ts";
import { brokerActs, nodeActs } from "./acts.ts";
import { bindingList } from "./binding-list.ts";
import { biographyStyles } from "./biography-list.ts";
import { inspectorStyles } from "./inspector-styles.ts";
import { legend, legendStyles } from "./legend.ts";
import { messageParts, reason } from "./message-parts.ts";
import { stateLines } from "./node-facts.ts";
import { browserParts, serverParts } from "./visitor-facts.ts";
import "../layers/layers-view.ts";
import "./versions-dialog.ts";

/** What is selected: a node, a message, or else the scenario as a whole. */
export class InspectorView extends LitElement {
  static override properties = { session: { attribute: false } };
  static override styles = [
    tokens,
    controls,
    factStyles,
    legendStyles,
    inspectorStyles,
    biographyStyles,
    searchStyles,
  ];

  declare session: Session | null;

  constructor() {
    super();
    this.session = null;
    new SessionController(this, ["document", "state", "selection", "log", "motion", "travel"]);
  }

  override render(): TemplateResult | typeof nothing {
    const session = this.session;
    if (session?.about == null || session.picture === null) {
      return nothing;
    }
    const selection = session.selection;
    if (selection?.kind === "message") {
      return this.#message(session, selection.message);
    }
    if (selection?.kind === "node") {
      const place = session.picture.nodes.findIndex((node) => node.id === selection.id);
      const node = session.picture.nodes[place];
      const state = session.snapshot?.nodes[place];
      return node !== undefined && state !== undefined
        ? this.#node(session, node, state, place)
        : this.#absent(session, selection.id);
    }
    return this.#whole(session, session.about);
  }

  #back(session: Session): TemplateResult {
    return html`<button class="plain back" @click=${() => session.select(null)}>← ${word("inspect.back")}</button>`;
  }

  #whole(session: Session, about: About): TemplateResult {
    const nodes = session.picture?.nodes ?? [];
    const count = (kind: string) => numberText(nodes.filter((node) => node.kind === kind).length);
    const hasBroker = nodes.some(
      ({ kind }) => kind === "exchange" || kind === "queue" || kind === "producer",
    );
    return html`<div class="head"><h2>${about.title || session.source?.name}</h2></div>
      <section>
        ${about.about === "" ? nothing : html`<p>${about.about}</p>`}
        <p class="muted">${word("inspect.hint")}</p>
      </section>
      <section>
        <dl>
          <dt>${word("inspect.format")}</dt>
          <dd>${word(`inspect.format_${about.format}`)}</dd>
          ${
            hasBroker
              ? html`<dt>${word("inspect.rabbitmq")}</dt>
                  <dd><queuescope-versions .about=${about}></queuescope-versions></dd>`
              : nothing
          }
          <dt>${word("inspect.seed")}</dt>
          <dd class="mono">${about.seed}</dd>
          ${(["producer", "exchange", "queue", "consumer", "socket", "browser", "server"] as const)
            .filter((kind) => nodes.some((node) => node.kind === kind))
            .map(
              (kind) =>
                html`<dt>${word(`node.${kind}s`)}</dt>
                <dd>${count(kind)}</dd>`,
            )}
        </dl>
      </section>
      ${
        hasBroker
          ? html`<section>
              <h3>${word("inspect.broker")}</h3>
              ${this.#brokerDown(session)}${brokerActs(session)}
            </section>
            ${accessList(session, about.users)}`
          : nothing
      }
      <section>
        <h3>${word("inspect.legend")}</h3>
        ${legend()}
      </section>`;
  }

  #brokerDown(session: Session): TemplateResult | typeof nothing {
    const back = session.snapshot?.broker_is_back ?? null;
    return back === null
      ? nothing
      : html`<p class="why">${word("inspect.broker_down", { time: clockText(back) })}</p>`;
  }

  #node(session: Session, node: PictureNode, state: NodeState, place: number): TemplateResult {
    return html`<div class="head">
        ${this.#back(session)}
        <span class="kind ${node.kind}">${word(`node.${node.kind}`)}</span>
        <h2>${node.name}</h2>
      </div>
      ${state.kind === "gone" ? nothing : aboutActs(session, { kind: "node", id: node.id })}
      ${nodeActs(session, node, state)}
      ${
        state.kind === "queue" && state.waits !== null
          ? html`<section>
              <h3>${word("inspect.why")}</h3>
              ${reason(text(state.waits), state.waits_rule)}
            </section>`
          : nothing
      }
      ${
        "life" in state && state.reason !== null
          ? html`<section>
              <h3>${word("inspect.why_not_open")}</h3>
              ${reason(text(state.reason), null)}
            </section>`
          : nothing
      }
      <section>
        <h3>${word("inspect.state")}</h3>
        ${this.#lines(stateLines(node, state))}
      </section>
      ${state.kind === "server" ? serverParts(state, (id) => session.select({ kind: "node", id })) : nothing}
      ${state.kind === "browser" ? browserParts(state) : nothing}
      ${this.#settings(session, node)} ${this.#arguments("inspect.arguments", node.arguments)}
      ${this.#arguments("inspect.policy", node.policy)} ${bindingList(session, place)}`;
  }

  /** What is selected and not there at this moment. */
  #absent(session: Session, id: string): TemplateResult {
    const name = id.slice(id.lastIndexOf(id.includes("/") ? "/" : ":") + 1);
    return html`<div class="head">${this.#back(session)}<h2>${name}</h2></div>
      <section><p>${word("inspect.not_there")}</p></section>`;
  }

  #lines(lines: readonly (readonly [string, string])[]): TemplateResult {
    return html`<dl>
      ${lines.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>`;
  }

  #settings(session: Session, node: PictureNode): TemplateResult | typeof nothing {
    const lines = node.settings.map((setting) => [term(setting.key), setting.value] as const);
    const hosts = session.picture?.virtual_hosts.length ?? 0;
    const host = hosts > 1 ? [[word("inspect.virtual_host"), node.virtual_host] as const] : [];
    if (lines.length + host.length === 0) {
      return nothing;
    }
    return html`<section>
      <h3>${word("inspect.settings")}</h3>
      ${this.#lines([...host, ...lines])}
    </section>`;
  }

  #arguments(title: Word, list: readonly Argument[]): TemplateResult | typeof nothing {
    if (list.length === 0) {
      return nothing;
    }
    return html`<section class="arguments">
      <h3>${word(title)}</h3>
      <dl>
        ${list.map(
          (argument) =>
            html`<dt>${argument.name}</dt>
              <dd>
                ${argument.value}${
                  argument.simulated
                    ? nothing
                    : html`<span class="absent">${word("inspect.not_simulated")}</span>`
                }
              </dd>`,
        )}
      </dl>
    </section>`;
  }

  #message(session: Session, message: number): TemplateResult {
    return html`<div class="head">
        ${this.#back(session)}
        <span class="kind">${word("inspect.message")}</span>
        <h2 class="mono">${word("inspect.message_name", { message })}</h2>
      </div>
      ${aboutActs(session, { kind: "message", message })} ${messageParts(session, message)}
      <section>
        <queuescope-layers .session=${session} .message=${message}></queuescope-layers>
      </section>`;
  }
}

customElements.define("queuescope-inspector", InspectorView);
