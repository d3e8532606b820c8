import type { NodeState, PictureNode } from "queuescope";
import { clockText } from "../time/clock-text.ts";
import { numberText, word } from "../words/words.ts";
import { count, type Line } from "./line.ts";
import { browserLines, serverLines } from "./visitor-facts.ts";

/** The state of a node in lines of text. */
export function stateLines(node: PictureNode, state: NodeState): Line[] {
  switch (state.kind) {
    case "producer":
      return [
        count("inspect.published", state.published),
        count("inspect.returned", state.returned),
        count("inspect.confirmed", state.confirmed),
        count("inspect.refused", state.refused),
        count("inspect.waiting", state.waiting),
        ...(state.repeated > 0 ? [count("inspect.repeated", state.repeated)] : []),
        ...(state.given_up > 0 ? [count("inspect.given_up", state.given_up)] : []),
        [word("inspect.life"), word(`inspect.life.${state.life}`)],
      ];
    case "exchange":
      return [
        [word("inspect.type"), node.exchange_type ?? ""],
        count("inspect.received", state.received),
        count("inspect.unroutable", state.unroutable),
      ];
    case "queue":
      return [
        count("inspect.ready", state.ready),
        count("inspect.unacknowledged", state.unacknowledged),
        ...(state.kept > 0 ? [count("inspect.kept", state.kept)] : []),
        count("inspect.consumers", state.consumers),
        count("inspect.received", state.received),
        count("inspect.delivered", state.delivered),
        count("inspect.acknowledged", state.acknowledged),
      ];
    case "consumer":
      return [
        [
          word("inspect.prefetch"),
          state.prefetch === 0 ? word("inspect.no_limit") : numberText(state.prefetch),
        ],
        [word("inspect.acknowledgement"), word(`form.acknowledges_${state.acknowledgement}`)],
        [
          word("inspect.in_hand"),
          state.work === null
            ? word("inspect.nothing")
            : state.hung
              ? `${word("inspect.message_name", { message: state.work.cell.message })}, ${word("inspect.hung")}`
              : word("inspect.until", { message: state.work.cell.message, time: clockText(state.work.ends) }),
        ],
        count("inspect.buffered", state.buffered),
        count("inspect.finished", state.finished),
        ...(state.slowness === 1
          ? []
          : [[word("inspect.slowness"), word("inspect.times", { factor: state.slowness })] as Line]),
        [word("inspect.life"), word(`inspect.life.${state.life}`)],
      ];
    case "socket":
      return [
        count("inspect.sent", state.sent),
        count("inspect.received", state.received),
        count("inspect.octets_received", state.octets_received),
        count("inspect.reads", state.reads),
        count("inspect.doubled", state.doubled),
        count("inspect.late", state.late),
      ];
    case "server":
      return serverLines(state);
    case "browser":
      return browserLines(state);
    case "gone":
      return [[word("inspect.gone"), ""]];
  }
}
