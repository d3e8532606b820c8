import { html, nothing, type TemplateResult } from "lit";
import type { BrowserState, Command, PictureNode, ServerState } from "queuescope";
import type { Session } from "../session/session.ts";
import { type Word, word } from "../words/words.ts";

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
  const isLinkUp = session.snapshot?.links.find((link) => link.node === node.id)?.is_up ?? true;
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
    ${isLinkUp ? act("inspect.cut_link", { command: "cut_link", ...id }) : act("inspect.restore_link", { command: "restore_link", ...id })}
    ${isClosed || state.way === "http" ? nothing : saying(session, node, state.way === "socket_io")}
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
    ${has("socket_io") || has("feed") ? saying(session, node, has("socket_io")) : nothing}
  </section>`;
}

/** A line of text to be said, or for Socket.IO an event with a text. */
function saying(session: Session, node: PictureNode, isEvent: boolean): TemplateResult {
  const say = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const field = (name: string) =>
      (form.elements.namedItem(name) as HTMLInputElement | null)?.value.trim() ?? "";
    const [name, text] = [field("event"), field("text")];
    if (isEvent) {
      session.dispatch({
        command: "emit",
        node: node.id,
        event: name || "message",
        args: text === "" ? [] : [text],
      });
    } else if (text !== "") {
      session.dispatch({ command: "say", node: node.id, text });
    }
  };
  return html`<form class="saying" @submit=${say}>
    ${
      isEvent
        ? html`<label>${word("inspect.event")} <input name="event" autocomplete="off" placeholder="message" /></label>`
        : nothing
    }
    <label>${word(isEvent ? "inspect.event_text" : "inspect.line")} <input name="text" autocomplete="off" /></label>
    <button>${word(isEvent ? "inspect.emit" : "inspect.say")}</button>
  </form>`;
}
