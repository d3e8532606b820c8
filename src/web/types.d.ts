/** What an edge of the picture stands for. */
export type EdgeKind = "publish" | "binding" | "delivery" | "alternate" | "dead_letter";

/** An argument of an exchange or a queue, as the document gives it. */
export interface Argument {
  name: string;
  /** The value as JSON text. */
  value: string;
  /** Whether the simulation acts on it. */
  simulated: boolean;
}

/** A thing in the picture that stays: a producer, an exchange, a queue, a consumer. */
export interface PictureNode {
  /** Stable and unique, such as `producer:P` or `queue:shop/orders`. */
  id: string;
  kind: "producer" | "exchange" | "queue" | "consumer";
  /** The name to show. The default exchange has the empty name in AMQP and shows as `(default)`. */
  name: string;
  /** The virtual host it belongs to. */
  virtual_host: string;
  /** `direct`, `fanout`, `topic` or `headers`; exchanges only. */
  exchange_type: string | null;
  /** Settings in order: a key of the catalogue (`setting.…`) and a value, which may be empty. */
  settings: { key: string; value: string }[];
  arguments: Argument[];
}

/** A line of the picture, from one node to another, by their places in `Picture.nodes`. */
export interface PictureEdge {
  kind: EdgeKind;
  from: number;
  to: number;
  /** What stands on the line: a binding's routing key or headers. Empty when there is nothing to say. */
  label: string;
}

/** What is drawn and does not move. It changes only when `Snapshot.picture_version` does. */
export interface Picture {
  version: number;
  virtual_hosts: string[];
  nodes: PictureNode[];
  edges: PictureEdge[];
}

/** A message in a cell of a queue or in the hands of a consumer. */
export interface Cell {
  message: number;
  /** A small number for the routing key, from 0 in the order of the document. For colour. */
  key: number;
  /** The place in `Picture.nodes` of the producer that published it. For colour. */
  producer: number;
  redelivered: boolean;
}

/** Where a client is in its life: its channel is open; it has asked for one; it is connected and has none; it is not
 * connected. */
export type Life = "open" | "connecting" | "channel_closed" | "down";

export interface ProducerState {
  kind: "producer";
  published: number;
  /** Mandatory messages that came back. */
  returned: number;
  /** Messages that the broker confirmed, and that it refused (nack). */
  confirmed: number;
  refused: number;
  /** Messages that are due and wait for confirms or for a commit. */
  waiting: number;
  paused: boolean;
  life: Life;
  /** Why it is not open; null when it is. */
  reason: Sentence | null;
}
export interface ExchangeState {
  kind: "exchange";
  /** Messages that were published to it or came by a binding. */
  received: number;
  /** Those that no binding let through. */
  unroutable: number;
}
export interface QueueState {
  kind: "queue";
  ready: number;
  unacknowledged: number;
  /** Dead letters that it keeps until they are confirmed (dead-letter strategy `at-least-once`). */
  kept: number;
  consumers: number;
  /** Ready messages from the head, at most 64 of them. */
  ready_cells: Cell[];
  /** Delivered and not yet acknowledged, oldest first, at most 64 of them. */
  unacknowledged_cells: Cell[];
  /** Counted since the start. */
  received: number;
  delivered: number;
  acknowledged: number;
  /** Why the message at the head waits: a sentence, or null when nothing waits. */
  waits: Sentence | null;
  /** The rule behind that. */
  waits_rule: Rule | null;
}
export interface ConsumerState {
  kind: "consumer";
  /** 0 means no limit. */
  prefetch: number;
  automatic_acknowledgement: boolean;
  /** Messages received and not yet worked on, oldest first, at most 64 of them. */
  buffer: Cell[];
  buffered: number;
  /** The message being worked on, with the time at which the work began and will end. */
  work: { cell: Cell; began: number; ends: number } | null;
  finished: number;
  paused: boolean;
  life: Life;
  /** Why it is not open; null when it is. */
  reason: Sentence | null;
}
/** What the picture shows is not there any more. */
export interface GoneState {
  kind: "gone";
}
export type NodeState = ProducerState | ExchangeState | QueueState | ConsumerState | GoneState;

/** The state of everything at `now`. */
export interface Snapshot {
  now: number;
  /** Steps taken since the start. */
  step: number;
  /** Facts since the start: the `index` of the next one. */
  fact_count: number;
  /** When the next event is due; null when nothing is left to happen. */
  next_event: number | null;
  /** The end that the scenario asks for: where the page's timeline ends at first. */
  until: number;
  /** While the broker is down: when it is there again. */
  broker_is_back: number | null;
  picture_version: number;
  /** In the order of `Picture.nodes`. */
  nodes: NodeState[];
  /** The links of producers and consumers to the broker. */
  links: LinkState[];
}

/** The state of a client's link. */
export interface LinkState {
  /** The id of the producer or the consumer. */
  node: string;
  /** Whether it lets anything through, both ways. */
  is_up: boolean;
  /** The delay on the way to the broker. */
  latency_us: number;
  /** How probably a segment is lost, from 0 to 1, on the worse way. */
  loss: number;
}

/** A key of the catalogue (src/facts/catalogue/en.json) and what to put into its gaps. */
export interface Sentence {
  key: string;
  parameters: Record<string, string | number>;
}

/** The rule behind a fact, and where RabbitMQ documents it. */
export interface Rule {
  /** A key of the catalogue (`rule.…`). */
  key: string;
  /** Title of the documentation page. */
  page: string;
  /** Its path on rabbitmq.com, such as `docs/consumer-prefetch`, or a whole address (`https://…`). */
  path: string;
}

/** One thing that happened. */
export interface Fact {
  /** Its place among all facts, from 0. */
  index: number;
  /** The step in which it happened; facts of the set-up have step 0. */
  step: number;
  time: number;
  sentence: Sentence;
  rule: Rule | null;
  /** The message it is about, if it is about one. */
  message: number | null;
  /** The ids of what took part; the picture need not have all of them any more. */
  nodes: string[];
}

/** One place where a message, or a copy of it, is at present. */
export interface Whereabouts {
  sentence: Sentence;
  /** The rule that keeps it there, if it is one. */
  rule: Rule | null;
  /** The id of the node that has it. */
  node: string;
}

/** The facts about a message, from its publishing on. */
export interface Biography {
  facts: Fact[];
  /** Whether these are all: of a very long life the middle may be missing. */
  is_complete: boolean;
}

/** What a sequence diagram is to show. */
export interface SequenceQuery {
  /** Only what has to do with this message, over all its life; without it everything in the time. */
  message?: number;
  /** The first moment, 0 when absent. Of a message all its life is shown. */
  from?: number;
  /** The last moment, now when absent. What is later than now is known where the simulation was there before it went
   * back; a command that begins another future ends that. */
  to?: number;
  /** Whether the broker has one line for all its exchanges and queues. */
  folded?: boolean;
}

/** A sequence diagram as data: time runs down, each thing has a line, what is sent is an arrow between two lines, what
 * stays somewhere a bar on one. Lines are named by their places in `lifelines`. Everything is in the order in which it
 * began. */
export interface Sequence {
  from: number;
  to: number;
  /** Producers, the broker, its exchanges and queues, consumers, in the order of the picture. With few nodes all of
   * them, otherwise those that something happens to. */
  lifelines: Lifeline[];
  arrows: SequenceArrow[];
  stays: SequenceStay[];
  marks: SequenceMark[];
  /** Whether this is all. If not, the oldest is missing: ask for a shorter time. */
  is_complete: boolean;
}

/** A line of a sequence diagram. */
export interface Lifeline {
  /** The id of the node; that of the broker is its name. The picture need not have it any more. */
  node: string;
  kind: "producer" | "broker" | "exchange" | "queue" | "consumer";
  name: string;
}

/** Something that goes from one line to another: a method, or a message inside the broker. */
export interface SequenceArrow {
  from: number;
  to: number;
  /** When it was handed to the link. */
  sent: number;
  /** When it went on its way: later than that where the link was down. Null while it waits for its link. */
  departs: number | null;
  /** When it is there, also when that is later than now. Null while nobody knows. */
  arrives: number | null;
  /** When it was lost; null when it was not. */
  lost: number | null;
  /** Whether what was lost got to its end, where nobody listened. */
  lost_at_end: boolean;
  /** So many transmissions of parts of it were lost, and sent again by TCP. */
  retransmissions: number;
  /** What stands on it; its sentence says all. */
  label: Sentence;
  sentence: Sentence;
  /** The sign for it; null for a method that has to do with no message. */
  shape: Shape | null;
  /** The message that it brings, or is about. */
  message: number | null;
  /** For colour, as in a cell; null when they are not known. */
  key: number | null;
  producer: number | null;
  step: number;
  /** The index of the fact that says so; null for a method that no fact tells of. */
  fact: number | null;
}

/** A message that stays somewhere. */
export interface SequenceStay {
  line: number;
  /** Ready in a queue; delivered and not acknowledged; in the buffer of a consumer; being worked on; kept by its queue
   * as a dead letter that is not confirmed yet; held by the broker, which has not taken it in yet. */
  kind: "ready" | "unacknowledged" | "buffered" | "work" | "kept" | "held";
  message: number;
  from: number;
  /** Null while it lasts. */
  until: number | null;
  sentence: Sentence;
  fact: number | null;
}

/** Something that happens on one line. */
export interface SequenceMark {
  line: number;
  /** The time of a message is over; a message is gone; something is not there any more, or there again; the broker
   * closes a channel or a connection because of an error; something else. */
  kind: "expired" | "lost" | "down" | "up" | "error" | "note";
  time: number;
  message: number | null;
  sentence: Sentence;
  fact: number;
}

/** A packet of an assumed connection: what it carries is of the simulation, addresses, ports and sequence numbers
 * are not. */
export interface Packet {
  /** The place of its frame among all of `Packets.capture`, from 0. */
  frame: number;
  /** The method that it carries, or a piece of: `basic.publish`. */
  method: string;
  /** Which of the packets of that method it is, from 1, and how many there are. */
  part: [number: number, count: number];
  /** When it is sent. */
  sent: number;
  from: string;
  to: string;
}

/** The packets of a message in the order in which they were sent. */
export interface Packets {
  packets: Packet[];
  /** Whether these are all up to now. */
  is_complete: boolean;
  /** Their frames, and those without which they cannot be read, as a pcapng file: for `dissect` of
   * `queuescope/layers`, and for Wireshark. */
  capture: Uint8Array<ArrayBuffer>;
}

/** What the document holds that is not acted on. */
export interface NotSimulated {
  /** The name as the document has it: `x-max-priority`, `policies`, `users`. */
  name: string;
  /** Where it stands, such as `queues[3].arguments` or `queue orders in shop`. */
  places: string[];
}

/** A rule that is not the same in all versions of RabbitMQ. */
export interface Difference {
  /** The part of the catalogue's keys that is its own: `version.KEY.rule`, `version.KEY.v3_10`, `version.KEY.v4`. */
  key: string;
  /** Title and path, on rabbitmq.com, of the page that states it. */
  source: [title: string, path: string];
}

/** What a simulation was made from. */
export interface About {
  title: string;
  /** A paragraph for the reader; may be empty. */
  about: string;
  /** `scenario` or `definitions`. */
  format: "scenario" | "definitions";
  /** The RabbitMQ that the broker follows. */
  rabbitmq: "3.10" | "4";
  /** Where these differ. */
  differences: Difference[];
  seed: number;
  until: number;
  /** Simulated seconds per second at which the scenario asks to be played. */
  speed: number;
  not_simulated: NotSimulated[];
}

/** An input to a running simulation. `node` is a `PictureNode.id`, or the name alone. */
export type Command =
  /** The producer publishes its next message now, besides its own rhythm. */
  | { command: "publish"; node: string }
  /** The producer publishes nothing more, or the consumer begins no new work. */
  | { command: "pause"; node: string }
  | { command: "resume"; node: string }
  /** The process of the producer or the consumer dies, without a word to the broker. */
  | { command: "crash"; node: string }
  /** It opens its channel, and if need be its connection, now. */
  | { command: "recover"; node: string }
  /** It closes its channel or its connection, and opens none by itself. */
  | { command: "close_channel"; node: string }
  | { command: "disconnect"; node: string }
  /** The broker stops and is there again after so many microseconds (0 when absent). */
  | { command: "restart_broker"; node?: string; down_us?: number }
  /** All ready messages of a queue are removed. */
  | { command: "purge"; node: string }
  /** The link of the producer or the consumer lets nothing through any more, until it is restored. */
  | { command: "cut_link"; node: string }
  | { command: "restore_link"; node: string }
  /** It does something else from now on; what is left out stays as it is. */
  | ({ command: "set_link"; node: string; forward?: LinkFields; back?: LinkFields } & LinkFields)
  /** The producer or the consumer sends a method on its channel. */
  | { command: "send"; node: string; method: ClientMethod };

/** What a link does, both ways or, in `forward` (from the first name of `between` to the second) and `back`, one. */
export interface LinkFields {
  latency_us?: number;
  /** How the latency varies; it never changes the order. */
  jitter?:
    | { uniform: { most_us: number } }
    | { exponential: { mean_us: number } }
    | { normal: { deviation_us: number } };
  bandwidth_bits_per_s?: number;
  /** Without effect on whole messages, which TCP carries; so are `duplication` and `reordering`. */
  queue_limit_octets?: number;
  /** Probabilities from 0 to 1. TCP sends again what is lost or damaged: it comes late, and in order. */
  loss?: number;
  duplication?: number;
  reordering?: number;
  corruption?: number;
  /** The octets of the longest packet: how many segments a message is cut into. */
  mtu?: number;
  is_up?: boolean;
}

/** A method by its AMQP name with its fields, named as in the specification; what is left out is 0, false or
 * empty: `{ "basic.ack": { delivery_tag: 1 } }`. `basic.publish` has the fields of a producer's message. */
export type ClientMethod = Record<string, Record<string, unknown>>;

/** Errors are `Error` objects with these in addition. */
export interface QueuescopeError extends Error {
  /** Stable: `document.syntax`, `document.unknown`, `scenario.invalid`, `definitions.invalid`,
   * `time.invalid`, `message.invalid`, `command.invalid`, `cancelled`. */
  code: string;
  /** Where in the document or the command, such as `bindings[3].destination`; empty when it is no matter of
   * place. */
  place: string;
}

/** What moves along an edge, or stays at a node; the third number of each item that `frame` writes. */
export type Shape =
  /** A message. */
  | 0
  /** A message that was delivered before. */
  | 1
  /** An acknowledgement. */
  | 2
  /** A dead letter. */
  | 3
  /** A message that comes back to its publisher. */
  | 4
  /** A confirm. */
  | 5
  /** At a node: the time of a message is over. */
  | 6
  /** At a node: a message is gone. */
  | 7
  /** A consumer refuses a message: nack or reject. */
  | 8
  /** A negative confirm. */
  | 9;
