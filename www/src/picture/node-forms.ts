import { nothing, type SVGTemplateResult, svg } from "lit";
import type { ConsumerState, NodeState, PictureNode, QueueState } from "queuescope";
import {
  type Measures,
  outLength,
  queueLength,
  readyLength,
  shortened,
  socketHalf,
} from "../geometry/forms.ts";
import type { Point } from "../geometry/point.ts";
import { text } from "../sentences/sentence.ts";
import { numberText, type Word, word } from "../words/words.ts";

/** The form of a node around the origin, without what changes with every message. */
export function nodeForm(node: PictureNode, measures: Measures): SVGTemplateResult {
  switch (node.kind) {
    case "producer":
      return svg`<circle class="form" r=${measures.producer} /><text class="letter">P</text>`;
    case "consumer":
      return svg`<circle class="form" r=${measures.consumer} /><text class="letter">C</text>`;
    case "exchange":
      return svg`<path class="form" d=${diamond(measures.exchange)} /><text class="letter">X</text>`;
    case "queue":
      return queueForm(measures);
    case "socket":
      return socketForm(node, measures);
  }
}

/** A program: a rounded box with the protocol of its socket. */
function socketForm(node: PictureNode, measures: Measures): SVGTemplateResult {
  const isUdp = node.settings.some(({ key }) => key === "setting.socket.udp");
  const [width, height] = [2 * socketHalf(measures), 2 * measures.producer];
  return svg`<rect class="form" x=${-width / 2} y=${-height / 2} width=${width} height=${height} rx="6" />
    <text class="letter">${isUdp ? "UDP" : "TCP"}</text>`;
}

function diamond(half: number): string {
  return `M${-half},0L0,${-half}L${half},0L0,${half}Z`;
}

/** The box; its right part, beyond the head, is where delivered messages wait for their acknowledgement. */
function queueForm(measures: Measures): SVGTemplateResult {
  const length = queueLength(measures);
  const head = -length / 2 + readyLength(measures);
  const [top, height] = [-measures.queue / 2, measures.queue];
  let cells = "";
  for (let cell = 1; cell < measures.readyCells; cell += 1) {
    const x = head - 5 - cell * measures.cell;
    cells += `M${x},${top + 5}v${height - 10}`;
  }
  return svg`
    <rect class="out" x=${head} y=${top} width=${length / 2 - head} height=${height} rx="4" />
    <rect class="form" x=${-length / 2} y=${top} width=${readyLength(measures)} height=${height} rx="4" />
    <path class="cells" d=${cells} />`;
}

/** Half the height of a form, for the texts above and below it. */
function halfHeight(node: PictureNode, measures: Measures): number {
  switch (node.kind) {
    case "producer":
      return measures.producer;
    case "consumer":
      return measures.ring;
    case "exchange":
      return measures.exchange;
    case "queue":
      return measures.queue / 2;
    case "socket":
      return measures.producer;
  }
}

/** What shows the focus and the selection, and all the room in which a click means the node. */
export function nodeHalo(node: PictureNode, measures: Measures): SVGTemplateResult {
  const height = halfHeight(node, measures);
  const width =
    node.kind === "queue"
      ? queueLength(measures) / 2
      : node.kind === "socket"
        ? socketHalf(measures)
        : height;
  const top = height + measures.name;
  return svg`<rect class="hit" x=${-width - 5} y=${-top} width=${2 * width + 10} height=${top + height + measures.detail} />
    <rect class="halo" x=${-width - 5} y=${-height - 5} width=${2 * width + 10} height=${2 * height + 10} rx="8" />`;
}

/** The name above a form and what there is to say below it. */
export function nodeTexts(
  node: PictureNode,
  state: NodeState | undefined,
  measures: Measures,
): SVGTemplateResult {
  const half = halfHeight(node, measures);
  const detail = measures.compact || state === undefined ? "" : detailText(node, state);
  return svg`
    <text class="name" y=${-half - (measures.compact ? 8 : 10)}>${shortened(node.name)}</text>
    ${detail === "" ? nothing : svg`<text class="detail" x=${detailAt(node, measures)} y=${half + 19}>${detail}</text>`}`;
}

/** Below the ready messages of a queue: what was lost at its head leaves its mark beside that. */
function detailAt(node: PictureNode, measures: Measures): number {
  return node.kind === "queue" ? -outLength(measures) / 2 : 0;
}

/** What a queue holds; dead letters that it keeps are told of where there are some. */
function queueParts({ ready, unacknowledged, kept }: QueueState): string[] {
  const parts = [
    word("node.ready", { count: numberText(ready) }),
    word("node.unacknowledged", { count: numberText(unacknowledged) }),
  ];
  return kept === 0 ? parts : [...parts, word("node.kept", { count: numberText(kept) })];
}

function detailText(node: PictureNode, state: NodeState): string {
  if ("life" in state && state.life !== "open") {
    return word(`node.life.${state.life}`);
  }
  switch (state.kind) {
    case "producer":
      return state.paused
        ? word("node.paused")
        : word("node.published", { count: numberText(state.published) });
    case "exchange":
      return node.exchange_type ?? "";
    case "queue":
      return queueParts(state).join(" · ");
    case "consumer":
      if (state.hung) {
        return word("node.hung");
      }
      return state.paused
        ? word("node.paused")
        : word("node.finished", { count: numberText(state.finished) });
    case "socket":
      return state.sent > 0
        ? word("node.sent", { count: numberText(state.sent) })
        : word("node.received", { count: numberText(state.received) });
    case "gone":
      return "";
  }
}

/** Small signs at a node: the head of a queue waits, a client rests or has no channel. Titles say why. */
export function nodeSigns(
  state: NodeState | undefined,
  measures: Measures,
): SVGTemplateResult | typeof nothing {
  const radius = measures.compact ? 5.5 : 7.5;
  if (state?.kind === "queue" && state.waits !== null) {
    const head = -queueLength(measures) / 2 + readyLength(measures);
    return sign("waits", { x: head, y: measures.queue / 2 }, radius, text(state.waits), pauseBars(radius));
  }
  if (state === undefined || !("life" in state)) {
    return nothing;
  }
  const at = (state.kind === "producer" ? measures.producer : measures.ring) * 0.72;
  const corner = { x: at, y: -at };
  if (state.life === "channel_closed") {
    const third = radius * 0.36;
    const stroke = `M${-third},${-third}L${third},${third}M${third},${-third}L${-third},${third}`;
    const why = state.reason === null ? word("node.life.channel_closed") : text(state.reason);
    return sign("sign alarm", corner, radius, why, stroke);
  }
  if (state.kind === "consumer" && state.hung) {
    return sign("sign alarm", corner, radius, word("node.hung"), hourglass(radius));
  }
  return state.paused ? sign("sign", corner, radius, word("node.paused"), pauseBars(radius)) : nothing;
}

function sign(kind: string, at: Point, radius: number, title: string, stroke: string): SVGTemplateResult {
  return svg`<g class=${kind} transform="translate(${at.x} ${at.y})">
    <title>${title}</title>
    <circle r=${radius} />
    <path d=${stroke} />
  </g>`;
}

/** Two triangles that meet at their tips: time passes, and nothing happens. */
function hourglass(radius: number): string {
  const half = radius * 0.4;
  return `M${-half},${-half}h${2 * half}L${-half},${half}h${2 * half}Z`;
}

function pauseBars(radius: number): string {
  const [across, half] = [radius * 0.28, radius * 0.42];
  return `M${-across},${-half}v${2 * half}M${across},${-half}v${2 * half}`;
}

/** The node and its state as a screen reader says them. */
export function nodeSays(node: PictureNode, state: NodeState | undefined): string {
  const says = stateSays(node, state);
  if (state === undefined || !("life" in state) || state.life === "open") {
    return says;
  }
  const reason = state.reason === null ? "" : text(state.reason);
  return word("node.life_says", { says, life: word(`node.life.${state.life}`), reason });
}
/** What a queue holds, for the ear. */
function queueText(name: string, { ready, unacknowledged, kept, waits }: QueueState): string {
  const says =
    waits === null
      ? word("node.queue_says", { name, ready, unacknowledged })
      : word("node.queue_waits_says", { name, ready, unacknowledged, reason: text(waits) });
  return kept === 0 ? says : `${says}. ${word("node.kept_says", { count: kept })}`;
}

function consumerSays(state: ConsumerState): Word {
  if (state.hung) {
    return "node.consumer_hung_says";
  }
  return state.paused ? "node.consumer_paused_says" : "node.consumer_says";
}

function stateSays(node: PictureNode, state: NodeState | undefined): string {
  const name = node.name;
  switch (state?.kind) {
    case "producer":
      return word(state.paused ? "node.producer_paused_says" : "node.producer_says", {
        name,
        published: state.published,
      });
    case "exchange":
      return word("node.exchange_says", { name, type: node.exchange_type ?? "", received: state.received });
    case "queue":
      return queueText(name, state);
    case "consumer":
      return word(consumerSays(state), {
        name,
        held: state.buffered + (state.work === null ? 0 : 1),
        finished: state.finished,
      });
    case "socket":
      return word("node.socket_says", { name, sent: state.sent, received: state.received });
    case "gone":
      return word("node.gone_says", { name });
    default:
      return `${word(`node.${node.kind}`)} ${name}`;
  }
}
