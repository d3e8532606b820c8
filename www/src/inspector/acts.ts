import { html, nothing, type TemplateResult } from "lit";
import type { Command, NodeState, PictureNode } from "queuescope";
import type { Session } from "../session/session.ts";
import { type Word, word } from "../words/words.ts";
import { consumerForms } from "./forms/consumer-forms.ts";
import { declareForms } from "./forms/declare-forms.ts";
import { formGroup } from "./forms/form.ts";
import { linkForm } from "./forms/link-form.ts";
import { publishForm, rateForm } from "./forms/producer-forms.ts";
import { bindForm, policyForm, policyName } from "./forms/queue-forms.ts";

/** How long the broker stays away when it is stopped, in microseconds. */
const DOWN_US = 5_000_000;

/** What can be done to a node as it is now: buttons, and forms behind headings. */
export function nodeActs(
  session: Session,
  node: PictureNode,
  state: NodeState,
): TemplateResult | typeof nothing {
  switch (state.kind) {
    case "queue":
      return queueActs(session, node);
    case "exchange":
      return exchangeActs(session, node);
    case "producer":
    case "consumer":
      return clientActs(session, node, state);
    case "gone":
      return nothing;
  }
}

function queueActs(session: Session, node: PictureNode): TemplateResult {
  const [queue, virtual_host] = [node.name, node.virtual_host];
  const act = (name: Word, command: Command) => button(session, name, command);
  const isPolicySet = node.policy.length > 0;
  const remove: Command = { command: "manage", virtual_host, method: { "queue.delete": { queue } } };
  const clear: Command = { command: "clear_policy", virtual_host, name: policyName(node) };
  return html`<section class="acts">
    ${act("inspect.purge", { command: "purge", node: node.id })}
    ${act("inspect.delete", remove)}
    ${isPolicySet ? act("inspect.clear_policy", clear) : nothing}
    ${formGroup(session, node.id, "inspect.change", [policyForm(node), bindForm(session, node)])}
  </section>`;
}

function exchangeActs(session: Session, node: PictureNode): TemplateResult | typeof nothing {
  // Nothing can be done to the default exchange, nor can the broker's own be deleted.
  if (node.id.endsWith("/")) {
    return nothing;
  }
  const [exchange, virtual_host] = [node.name, node.virtual_host];
  const remove: Command = { command: "manage", virtual_host, method: { "exchange.delete": { exchange } } };
  return html`<section class="acts">
    ${exchange.startsWith("amq.") ? nothing : button(session, "inspect.delete", remove)}
    ${formGroup(session, node.id, "inspect.change", [bindForm(session, node)])}
  </section>`;
}

function clientActs(
  session: Session,
  node: PictureNode,
  state: NodeState & { kind: "producer" | "consumer" },
): TemplateResult {
  const act = (name: Word, command: Command) => button(session, name, command);
  const id = { node: node.id };
  const { life } = state;
  const link = session.snapshot?.links.find((each) => each.node === node.id);
  const isConnected = life === "open" || life === "channel_closed";
  const isHung = state.kind === "consumer" && state.hung;
  const isResting = state.paused || isHung;
  const forms =
    state.kind === "producer"
      ? [rateForm(node, state), publishForm(session, node)]
      : consumerForms(node, state);
  return html`<section class="acts">
    ${state.kind === "producer" && life === "open" ? act("inspect.publish", { command: "publish", ...id }) : nothing}
    ${act(isResting ? "inspect.resume" : "inspect.pause", { command: isResting ? "resume" : "pause", ...id })}
    ${state.kind === "consumer" && !isHung ? act("inspect.hang", { command: "hang", ...id }) : nothing}
    ${life === "down" || life === "channel_closed" ? act("inspect.recover", { command: "recover", ...id }) : nothing}
    ${life === "open" ? act("inspect.close_channel", { command: "close_channel", ...id }) : nothing}
    ${isConnected ? act("inspect.disconnect", { command: "disconnect", ...id }) : nothing}
    ${life === "down" ? nothing : act("inspect.drop_connection", { command: "drop_connection", ...id })}
    ${life === "down" ? nothing : act("inspect.crash", { command: "crash", ...id })}
    ${link?.is_up === false ? act("inspect.restore_link", { command: "restore_link", ...id }) : act("inspect.cut_link", { command: "cut_link", ...id })}
    ${formGroup(session, node.id, "inspect.change", [...forms, ...(link === undefined ? [] : [linkForm(link)])])}
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
    ${button(session, "inspect.crash_broker", { command: "restart_broker", down_us: DOWN_US, crash: true })}
    ${formGroup(session, "broker", "inspect.declare", declareForms(session))}
  </div>`;
}

/** A button that does something at once. */
export function button(session: Session, name: Word, command: Command): TemplateResult {
  return html`<button @click=${() => session.dispatch(command)}>${word(name)}</button>`;
}
