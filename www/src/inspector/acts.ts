import { html, nothing, type TemplateResult } from "lit";
import type { Command, NodeState, PictureNode } from "queuescope";
import type { Session } from "../session/session.ts";
import { type Word, word } from "../words/words.ts";
import { browserActs, serverActs } from "./visitor-acts.ts";

/** How long the broker stays away when it is stopped, in microseconds. */
const DOWN_US = 5_000_000;

/** What can be done to a node as it is now, as buttons. */
export function nodeActs(
  session: Session,
  node: PictureNode,
  state: NodeState,
): TemplateResult | typeof nothing {
  const act = (name: Word, command: Command) => button(session, name, command);
  const id = { node: node.id };
  if (state.kind === "queue") {
    return html`<section class="acts">${act("inspect.purge", { command: "purge", ...id })}</section>`;
  }
  if (state.kind === "browser") {
    return browserActs(session, node, state, act);
  }
  if (state.kind === "server") {
    return serverActs(session, node, state, act);
  }
  if (state.kind !== "producer" && state.kind !== "consumer") {
    return nothing;
  }
  const { life } = state;
  const isLinkUp = session.snapshot?.links.find((link) => link.node === node.id)?.is_up ?? true;
  const isConnected = life === "open" || life === "channel_closed";
  return html`<section class="acts">
    ${state.kind === "producer" && life === "open" ? act("inspect.publish", { command: "publish", ...id }) : nothing}
    ${act(state.paused ? "inspect.resume" : "inspect.pause", { command: state.paused ? "resume" : "pause", ...id })}
    ${life === "down" || life === "channel_closed" ? act("inspect.recover", { command: "recover", ...id }) : nothing}
    ${life === "open" ? act("inspect.close_channel", { command: "close_channel", ...id }) : nothing}
    ${isConnected ? act("inspect.disconnect", { command: "disconnect", ...id }) : nothing}
    ${life === "down" ? nothing : act("inspect.crash", { command: "crash", ...id })}
    ${isLinkUp ? act("inspect.cut_link", { command: "cut_link", ...id }) : act("inspect.restore_link", { command: "restore_link", ...id })}
  </section>`;
}

/** What can be done to the broker. */
export function brokerActs(session: Session): TemplateResult | typeof nothing {
  if (session.snapshot?.broker_is_back != null) {
    return nothing;
  }
  return html`<div class="acts">
    ${button(session, "inspect.restart_broker", { command: "restart_broker" })}
    ${button(session, "inspect.stop_broker", { command: "restart_broker", down_us: DOWN_US })}
  </div>`;
}

function button(session: Session, name: Word, command: Command): TemplateResult {
  return html`<button @click=${() => session.dispatch(command)}>${word(name)}</button>`;
}
