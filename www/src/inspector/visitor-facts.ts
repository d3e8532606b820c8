import { html, nothing, type TemplateResult } from "lit";
import type { BrowserState, PortState, ServerState } from "queuescope";
import { clockText, spanText } from "../time/clock-text.ts";
import { numberText, word } from "../words/words.ts";
import { count, type Line } from "./line.ts";

/** The state of a host of servers in lines of text. */
export function serverLines(state: ServerState): Line[] {
  const back = state.is_back;
  return [
    [
      word("inspect.life"),
      back === null ? word("inspect.server_up") : word("inspect.server_down", { time: clockText(back) }),
    ],
    count("inspect.requests", state.requests),
    count("inspect.held", state.held),
    count("inspect.octets_received", state.octets_received),
    count("inspect.octets_sent", state.octets_sent),
  ];
}

/** The state of a browser in lines of text. */
export function browserLines(state: BrowserState): Line[] {
  const { again, transport } = state;
  return [
    [word("inspect.life"), word(`browser.life.${state.life}`)],
    [
      word("inspect.transport"),
      transport === null ? word("inspect.nothing") : word(`transport.${transport}`),
    ],
    ...(again === null
      ? []
      : [
          [
            word("inspect.again"),
            word("inspect.again_at", { time: clockText(again[0]), attempt: again[1] }),
          ] as Line,
        ]),
    ...(state.namespaces.length === 0
      ? []
      : [[word("inspect.namespaces"), state.namespaces.join(", ")] as Line]),
    ...(state.socket_id === null ? [] : [[word("inspect.socket_id"), state.socket_id] as Line]),
    count("inspect.connections", state.connections),
    count("inspect.requests", state.requests),
    count("inspect.octets_sent", state.octets_sent),
    count("inspect.octets_received", state.octets_received),
    count("inspect.messages_sent", state.sent),
    count("inspect.messages_received", state.received),
    count("inspect.missed", state.missed),
    count("inspect.waiting_in_client", state.waiting),
    [word("inspect.latency_mean"), spanText(state.latency_mean)],
    [word("inspect.latency_last"), spanText(state.latency_last)],
  ];
}

/** What a host has besides: its servers with who may enter their namespaces, and its browsers. */
export function serverParts(state: ServerState, select: (id: string) => void): TemplateResult {
  return html`${state.paths.map(
    (path) => html`<section>
      <h3>${path.id} <span class="mono">${path.path}</span></h3>
      ${
        path.application === "feed"
          ? html`<p>${word("inspect.feed_lines", { kept: numberText(path.kept), lines: numberText(path.lines) })}</p>`
          : nothing
      }
      ${
        path.namespaces.length === 0
          ? nothing
          : html`<table class="access">
              <caption>${word("inspect.who_may_enter")}</caption>
              <thead>
                <tr>
                  <th scope="col">${word("inspect.namespace")}</th>
                  <th scope="col">${word("inspect.needs")}</th>
                  <th scope="col">${word("inspect.sockets")}</th>
                </tr>
              </thead>
              <tbody>
                ${path.namespaces.map(
                  ({ name, token, sockets }) => html`<tr>
                    <th scope="row" class="mono">${name}</th>
                    <td>
                      ${token === null ? word("inspect.anybody") : html`${word("inspect.token")} <span class="mono">${token}</span>`}
                    </td>
                    <td>${numberText(sockets)}</td>
                  </tr>`,
                )}
              </tbody>
            </table>`
      }
    </section>`,
  )}${
    state.ports.length === 0
      ? nothing
      : html`<section>
          <h3>${word("inspect.browsers")}</h3>
          <ul class="ports">
            ${state.ports.map((port) => portLine(port, select))}
          </ul>
        </section>`
  }`;
}

function portLine(port: PortState, select: (id: string) => void): TemplateResult {
  const notes = [
    word(`transport.${port.transport}`),
    ...(port.held ? [word("inspect.port_held")] : []),
    ...(port.namespaces.length === 0 ? [] : [port.namespaces.join(", ")]),
    ...(port.rooms.length === 0 ? [] : [word("inspect.port_rooms", { rooms: port.rooms.join(", ") })]),
    ...(port.waiting === 0 ? [] : [word("inspect.port_waiting", { count: numberText(port.waiting) })]),
  ];
  return html`<li>
    <button class="word" @click=${() => select(port.browser)}>${port.browser.slice("browser:".length)}</button>
    <span class="muted">${notes.join(" · ")}</span>
  </li>`;
}

/** How often a browser listens to each event; more than once is what to look at. */
export function browserParts(state: BrowserState): TemplateResult | typeof nothing {
  if (state.listeners.length === 0) {
    return nothing;
  }
  return html`<section>
    <h3>${word("inspect.listeners")}</h3>
    <dl>
      ${state.listeners.map(
        ({
          namespace,
          event,
          count: times,
        }) => html`<dt class="mono">${namespace === "/" ? event : `${namespace} ${event}`}</dt>
          <dd class=${times > 1 ? "alarm" : ""}>${word(times === 1 ? "inspect.once" : "inspect.so_often", { count: times })}</dd>`,
      )}
    </dl>
  </section>`;
}
