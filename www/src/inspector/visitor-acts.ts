import { html, nothing, type TemplateResult } from "lit";
import type { BrowserState, Command, PictureNode, ServerState } from "queuescope";
import type { Session } from "../session/session.ts";
import type { Word } from "../words/words.ts";
import { type Form, formGroup, textField } from "./forms/form.ts";
import { linkForm } from "./forms/link-form.ts";

/** How long a server stays away when it is stopped, in microseconds. */
const DOWN_US = 5_000_000;

type Act = (name: Word, command: Command) => TemplateResult;

/** What can be done to a browser as it is now. */
export function browserActs(
  session: Session,
  node: PictureNode,
  state: BrowserState,
  act: Act,
): TemplateResult {
  const id = { node: node.id };
  const link = session.snapshot?.links.find((each) => each.node === node.id);
  const isClosed = state.is_closed;
  const keepsConnection = state.way === "socket_io" || state.way === "websocket";
  return html`<section class="acts">
    ${isClosed ? act("inspect.open_page", { command: "recover", ...id }) : nothing}
    ${isClosed || !state.has_acts ? nothing : act("inspect.act_now", { command: "publish", ...id })}
    ${isClosed || !state.has_acts ? nothing : act(state.paused ? "inspect.resume" : "inspect.pause", { command: state.paused ? "resume" : "pause", ...id })}
    ${isClosed || !keepsConnection || state.life === "down" ? nothing : act("inspect.disconnect", { command: "disconnect", ...id })}
    ${!isClosed && keepsConnection && state.life === "down" ? act("inspect.reconnect", { command: "reconnect", ...id }) : nothing}
    ${isClosed ? nothing : act("inspect.close_transport", { command: "close_transport", ...id })}
    ${isClosed ? nothing : act("inspect.close_page", { command: "crash", ...id })}
    ${link?.is_up === false ? act("inspect.restore_link", { command: "restore_link", ...id }) : act("inspect.cut_link", { command: "cut_link", ...id })}
    ${formGroup(session, node.id, "inspect.change", [
      ...(isClosed || state.way === "http" ? [] : [sayForm(node, state.way === "socket_io")]),
      ...(link === undefined ? [] : [linkForm(link)]),
    ])}
  </section>`;
}

/** What can be done to a host of servers as it is now. */
export function serverActs(
  session: Session,
  node: PictureNode,
  state: ServerState,
  act: Act,
): TemplateResult | typeof nothing {
  if (state.is_back !== null) {
    return nothing;
  }
  const id = { node: node.id };
  const has = (application: string) => state.paths.some((path) => path.application === application);
  return html`<section class="acts">
    ${has("socket_io") ? act("inspect.disconnect_sockets", { command: "disconnect_sockets", ...id }) : nothing}
    ${act("inspect.restart_server", { command: "restart_server", ...id })}
    ${act("inspect.stop_server", { command: "restart_server", down_us: DOWN_US, ...id })}
    ${
      has("socket_io") || has("feed")
        ? formGroup(session, node.id, "inspect.change", [sayForm(node, has("socket_io"))])
        : nothing
    }
  </section>`;
}

/** A line of text to be said, or for Socket.IO an event with a text. */
function sayForm(node: PictureNode, isEvent: boolean): Form {
  const text = textField("text", isEvent ? "inspect.event_text" : "inspect.line", "", !isEvent);
  return {
    title: isEvent ? "inspect.send_event" : "inspect.say_line",
    fields: isEvent ? [textField("event", "inspect.event", "message", true), text] : [text],
    button: isEvent ? "inspect.emit" : "inspect.say",
    command: (answers) => {
      const said = answers.text("text");
      return isEvent
        ? { command: "emit", node: node.id, event: answers.text("event"), args: said === "" ? [] : [said] }
        : { command: "say", node: node.id, text: said };
    },
  };
}
