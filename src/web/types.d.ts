/** What a run records: every fact, or for long runs what is counted and nothing else. */
export type Recording = "everything" | "numbers";

/** What an edge of the picture stands for. */
export type EdgeKind = "publish" | "binding" | "delivery" | "alternate" | "dead_letter" | "socket" | "web";

/** An argument of an exchange or a queue, as the document gives it. */
export interface Argument {
  name: string;
  /** The value as JSON text. */
  value: string;
  /** Whether the simulation acts on it. */
  simulated: boolean;
}

/** A thing in the picture that stays: a producer, an exchange, a queue, a consumer, a server, a browser. */
export interface PictureNode {
  /** Stable and unique, such as `producer:P` or `queue:shop/orders`. */
  id: string;
  kind: "producer" | "exchange" | "queue" | "consumer" | "socket" | "server" | "browser";
  /** The name to show. The default exchange has the empty name in AMQP and shows as `(default)`. */
  name: string;
  /** The virtual host it belongs to. */
  virtual_host: string;
  /** `direct`, `fanout`, `topic` or `headers`; exchanges only. */
  exchange_type: string | null;
  /** Settings in order: a key of the catalogue (`setting.…`) and a value, which may be empty. */
  settings: { key: string; value: string }[];
  arguments: Argument[];
  /** What policies set for a queue, by the names of arguments without `x-`. */
  policy: Argument[];
}

/** A binding that was declared. */
export interface PictureBinding {
  routing_key: string;
  arguments: Record<string, unknown>;
}

/** A line of the picture, from one node to another, by their places in `Picture.nodes`. */
export interface PictureEdge {
  kind: EdgeKind;
  from: number;
  to: number;
  /** What stands on the line: a binding's routing key or headers. Empty when there is nothing to say. */
  label: string;
  /** The bindings between the two; none for those that the default exchange has by itself. */
  bindings: PictureBinding[];
}

/** What is drawn and does not move, with its settings. It changes only when `Snapshot.picture_version` does. */
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
  /** How often it published something again, and how many messages it gave up. */
  repeated: number;
  given_up: number;
  /** The kind of its rhythm, and messages per second on the whole; of a ramp at present, of a list null. */
  arrivals: "constant" | "poisson" | "bursts" | "ramp" | "list";
  per_second: number | null;
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
  acknowledgement: "manual" | "automatic" | "before" | "never" | "batch";
  /** How many messages a batch has; null where there are none. */
  batch: number | null;
  /** How long it works on a message on average, in microseconds; null where there is no mean. */
  service_us: number | null;
  /** So many times as long it works: 1 as the scenario says. */
  slowness: number;
  /** Whether it hangs: it keeps its connection and does no work. */
  hung: boolean;
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
/** A program with a plain TCP or UDP socket. */
export interface PlainSocketState {
  kind: "socket";
  /** Messages that it has given to its socket. */
  sent: number;
  /** Messages that are complete here, each as often as it came. */
  received: number;
  octets_received: number;
  /** How often it has received something. */
  reads: number;
  /** Messages that came again, and that came behind others that were sent later. Over TCP there are none. */
  doubled: number;
  late: number;
}
/** What carries a browser's messages: single requests, polling, or a WebSocket. */
export type WebTransport = "http" | "polling" | "websocket";

/** A namespace of a Socket.IO server. */
export interface NamespaceState {
  name: string;
  /** The `auth.token` that lets a browser in, as JSON text; null when anybody is let in. */
  token: string | null;
  sockets: number;
}

/** A server behind a path of its host. */
export interface PathState {
  id: string;
  path: string;
  application: "socket_io" | "feed" | "engine" | "websocket";
  /** Of Socket.IO. */
  namespaces: NamespaceState[];
  /** Lines that a feed has, and how many there were. */
  kept: number;
  lines: number;
}

/** A browser that has connections with a server. */
export interface PortState {
  /** The id of the browser. */
  browser: string;
  transport: WebTransport;
  /** Whether one of its requests waits for an answer (long polling). */
  held: boolean;
  /** Namespaces that it is in, and the rooms of its sockets besides their own. */
  namespaces: string[];
  rooms: string[];
  /** Messages that wait for a connection that takes them. */
  waiting: number;
}

/** A host of servers of browsers. */
export interface ServerState {
  kind: "server";
  /** While it is down: when it is there again. */
  is_back: number | null;
  paths: PathState[];
  ports: PortState[];
  /** Requests since the start, and those that wait for an answer now. */
  requests: number;
  held: number;
  octets_received: number;
  octets_sent: number;
}

/** How often a browser listens to an event. */
export interface ListenerState {
  namespace: string;
  event: string;
  count: number;
}

/** A browser with the program in its page. */
export interface BrowserState {
  kind: "browser";
  way: "http" | "polling" | "long_polling" | "websocket" | "socket_io";
  /** What carries its messages at present; null when nothing does. */
  transport: WebTransport | null;
  life: "open" | "connecting" | "down";
  /** Why it is not connected; null when it is, or never was. */
  reason: Sentence | null;
  /** When it will connect again by itself, and for which time. */
  again: [time: number, attempt: number] | null;
  paused: boolean;
  is_closed: boolean;
  /** Whether its program does things of its own accord: requests, lines, events. */
  has_acts: boolean;
  /** `socket.id`. */
  socket_id: string | null;
  namespaces: string[];
  listeners: ListenerState[];
  /** Connections that it has open. */
  connections: number;
  requests: number;
  responses: number;
  /** Octets on its connections, without the headers of TCP and below. */
  octets_sent: number;
  octets_received: number;
  /** Events and lines. */
  sent: number;
  received: number;
  /** Those that were sent to it, or to everybody, and that it does not get. */
  missed: number;
  /** Those that wait in its client. */
  waiting: number;
  /** How long they took from their making to this browser: on average, and the last one. */
  latency_mean: number;
  latency_last: number;
}
/** What the picture shows is not there any more. */
export interface GoneState {
  kind: "gone";
}
export type NodeState =
  | ProducerState
  | ExchangeState
  | QueueState
  | ConsumerState
  | PlainSocketState
  | ServerState
  | BrowserState
  | GoneState;

/** A TCP socket of a node whose links carry packets. */
export interface SocketState {
  /** The id of the node; the broker's is `broker:` with its name. */
  node: string;
  port: number;
  /** The node at the other end, and the port there. */
  peer: string;
  peer_port: number;
  /** The state of the connection in the words of RFC 9293, such as `ESTABLISHED`. */
  state: string;
  /** Octets that came and wait behind a lost segment. */
  held: number;
}

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
  /** The links of producers and consumers to the broker, and of browsers to their servers. */
  links: LinkState[];
  /** The TCP sockets of nodes whose links carry packets, node by node. */
  sockets: SocketState[];
}

/** Series with an axis in common. */
export interface Chart {
  /** Its name in the catalogue: `chart.depth`. */
  key: string;
  /** Whether the first axis is the value, and not the time. */
  is_distribution: boolean;
  /** The unit of the second axis. That of the first is always microseconds. */
  unit: Unit;
  /** Where its numbers begin among all of `Charts.numbers`: the points of the first axis, and then each series. */
  at: number;
  /** How many points there are. A point stands for the stretch around it. */
  points: number;
  /** How long such a stretch is, in microseconds. */
  width: number;
  /** The names of its series in the catalogue: `series.ready`. */
  series: string[];
  /** Lines across it: at a value of the second axis, or of the first where the chart is a distribution. `key` is a name
   * in the catalogue, `line.p95`; `model` is the model of queueing theory that says so, null where it was measured. */
  lines: { key: string; model: string | null; value: number }[];
  /** The share of values that are too large for the chart. */
  beyond: number;
}

/** The charts of a node, or of the whole run. */
export interface Charts {
  /** The present. */
  now: number;
  /** When the window of the distributions and of the single values began. What is drawn over time begins at the start. */
  from: number;
  charts: Chart[];
  /** Which model of queueing theory applies, or why none does; null where it is not asked. */
  theory: Sentence | null;
  /** Single values; the name of a measure stands in the catalogue under `measure.`. */
  values: { measure: string; unit: Unit; value: number | null; theory: number | null }[];
  /** The numbers of all charts. */
  numbers: Float64Array;
}

/** The state of a client's link. */
export interface LinkState {
  /** The id of the producer, the consumer or the browser. */
  node: string;
  /** Whether it lets anything through, both ways. */
  is_up: boolean;
  /** The delay on the way to the broker or the server. */
  latency_us: number;
  /** How that varies: a kind of distribution and its parameter in microseconds. */
  jitter: [kind: "uniform" | "exponential" | "normal", us: number] | null;
  /** Null where it is not limited. */
  bandwidth_bits_per_s: number | null;
  /** How probably a segment is lost, from 0 to 1, on the worse way. */
  loss: number;
}

/** The rule behind a fact, and where it is documented. */
export interface Rule {
  /** A key of the catalogue (`rule.…`). */
  key: string;
  /** Title of the documentation page. */
  page: string;
  /** Its path on rabbitmq.com, such as `docs/consumer-prefetch`, or a whole address (`https://…`). */
  path: string;
}

/** What a run is to stop at: after a step by one of whose facts it holds. `loss`: something is dropped or lost;
 * `error`: an error closes a channel or a connection; `intervention`: by hand or by the schedule; `queue_longer`: a queue
 * comes to have more ready messages than that. `node` (an id or a name) and `message` narrow it. */
export type Condition =
  | ({ when: "loss" | "dead_letter" | "redelivery" | "return" | "error" | "intervention" } & Narrowed)
  | ({ when: "anything" } & Narrowed)
  | ({ when: "fact"; key: string } & Narrowed)
  | ({ when: "queue_longer"; than: number } & Narrowed)
  | { when: "time"; at_us: number };

export interface Narrowed {
  node?: string;
  message?: number;
}

/** A condition that runs stop at, in words. */
export interface Breakpoint {
  condition: Condition;
  sentence: Sentence;
}

/** What stopped a run. */
export interface Stop {
  /** The place of the condition among the breakpoints; 0 of a single one. */
  condition: number;
  /** What it says. */
  sentence: Sentence;
  /** The index of the first fact by which it holds; null for a time. */
  fact: number | null;
  time: number;
  step: number;
}

/** A run that left another at some moment. */
export interface Fork {
  /** It is not given to another one. The first run has 0. */
  id: number;
  /** The fork that it left; null for the one from which all others descend. */
  parent: number | null;
  /** When it left that, and after how many steps and commands. */
  time: number;
  step: number;
  commands: number;
  /** What somebody calls it; empty when nobody has named it. */
  label: string;
  /** What happened first there and not in its parent; null without a parent, and where nothing has been done yet. */
  because: Sentence | null;
  /** How far it has ever come. */
  end: number;
  end_step: number;
  command_count: number;
  is_current: boolean;
}

/** Two forks side by side. */
export interface Comparison {
  /** The last moment that they have in common. */
  common: { time: number; step: number };
  /** Both are compared up to there. */
  until: number;
  /** The first fact of each that the other does not have in its place; null where its facts are over, or nothing
   * differs. */
  first: [Fact | null, Fact | null];
  /** Whether a difference was looked for up to the end. */
  is_complete: boolean;
  /** How many facts each has. */
  facts: [number, number];
  /** What each has come to; `name` as in a `Measure`. */
  values: { node: string; name: string; values: [number | null, number | null] }[];
}

/** A command of a log, with the moment at which it was given. */
export interface LoggedCommand {
  at_us: number;
  /** Steps before it. */
  step: number;
  command: Command;
}

/** The kinds of marks on a timeline: what `Condition.when` names, and breakpoints of a time and stops at one. */
export type MarkKind =
  | "loss"
  | "dead_letter"
  | "redelivery"
  | "return"
  | "error"
  | "intervention"
  | "breakpoint";

/** How much memory saved states take, in octets, about. */
export interface CheckpointUsage {
  count: number;
  octets: number;
  budget: number;
  /** So many steps lie between two of them. */
  spacing: number;
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
  kind: "producer" | "broker" | "exchange" | "queue" | "consumer" | "socket" | "server" | "browser";
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
  /** Where: it was not even sent; on the link, nobody knows where; at its end, where nobody listened. */
  lost_at: "start" | "way" | "end" | null;
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
   * as a dead letter that is not confirmed yet; held by the broker, which has not taken it in yet; a request that a
   * server keeps until there is something to answer. */
  kind: "ready" | "unacknowledged" | "buffered" | "work" | "kept" | "held" | "unanswered";
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
/** A packet that crossed a link. Where links carry messages it is one of an assumed connection: what it carries is of
 * the simulation, addresses, ports and sequence numbers are not. */
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
  /** The users of the broker and what they may do now; empty where nobody need log in. */
  users: UserRights[];
}

/** What a user of the broker may do. */
export interface UserRights {
  name: string;
  /** Producers and consumers that log in as this user. */
  clients: string[];
  /** One for each virtual host that the user may enter. */
  permissions: Right[];
  /** Less than that, with topic exchanges: `write` and `read` are for routing keys. */
  topics: Right[];
}

/** Regular expressions: what a user may do in a virtual host, or with a topic exchange there. */
export interface Right {
  virtual_host: string;
  /** The topic exchange; empty for a permission. */
  exchange: string;
  configure: string;
  write: string;
  read: string;
}

/** An input to a running simulation. `node` is a `PictureNode.id`, or the name alone. */
export type Command =
  /** The producer publishes its next message now, besides its own rhythm; a browser or a server does the next of what it
   * does of its own accord. */
  | { command: "publish"; node: string }
  /** The producer publishes nothing more, or the consumer begins no new work. */
  | { command: "pause"; node: string }
  /** It goes on after a pause, or when it hung. */
  | { command: "resume"; node: string }
  /** The consumer keeps its connection and takes what comes, and does no work, not even what it has in hand. */
  | { command: "hang"; node: string }
  /** It works so many times as long from the next work on; 1 is as the scenario says. */
  | { command: "slow_down"; node: string; factor: number }
  /** The process of the producer or the consumer dies, without a word to the broker; a browser's page is closed. */
  | { command: "crash"; node: string }
  /** It opens its channel, and if need be its connection, now; a browser's page is opened again. */
  | { command: "recover"; node: string }
  /** It closes its channel or its connection, and opens none by itself. */
  | { command: "close_channel"; node: string }
  | { command: "disconnect"; node: string }
  /** Its TCP connection breaks, for both sides at once; what is under way is lost. With packets its own side resets it,
   * and the broker learns of it as TCP has it. */
  | { command: "drop_connection"; node: string }
  /** The broker stops, or crashes, and is there again after so many microseconds (0 when absent). */
  | { command: "restart_broker"; node?: string; down_us?: number; crash?: boolean }
  /** All ready messages of a queue are removed. */
  | { command: "purge"; node: string }
  /** The link of the producer or the consumer lets nothing through any more, until it is restored. */
  | { command: "cut_link"; node: string }
  | { command: "restore_link"; node: string }
  /** It does something else from now on; what is left out stays as it is. */
  | ({ command: "set_link"; node: string; forward?: LinkFields; back?: LinkFields } & LinkFields)
  /** The browser, or the server to everybody in a namespace or in rooms of it, sends an event by Socket.IO. */
  | ({ command: "emit"; node: string; rooms?: string[]; except?: string[] } & EventFields)
  /** The browser says a line to a feed, or the feed makes one. */
  | { command: "say"; node: string; text: string }
  /** The browser connects again: `socket.connect()`, or another WebSocket. */
  | { command: "reconnect"; node: string }
  /** `socket.io.engine.close()`; the connections of a page without Socket.IO break without a word. */
  | { command: "close_transport"; node: string }
  /** The server disconnects its sockets: `io.disconnectSockets(close)`, or those of a room. */
  | { command: "disconnect_sockets"; node: string; namespace?: string; room?: string; close?: boolean }
  /** The programs of a host end at once and start again, with nothing in memory (0 when absent). */
  | { command: "restart_server"; node: string; down_us?: number }
  /** The producer has another rhythm from now on. */
  | { command: "set_arrivals"; node: string; arrivals: Arrivals }
  /** `basic.qos` counts for consumers to come: the consumer ends, and begins anew with this limit (0: none). */
  | { command: "set_prefetch"; node: string; prefetch: number }
  /** From the next work on. */
  | { command: "set_service"; node: string; service: Service; per_octet_us?: number }
  /** Between `automatic` and the others the consumer ends and begins anew, since the broker knows the mode. */
  | { command: "set_acknowledgement"; node: string; acknowledgement: Acknowledgement }
  /** The producer or the consumer sends a method on its channel. */
  | { command: "send"; node: string; method: ClientMethod }
  /** Somebody declares, deletes, binds, unbinds or purges over a connection of his own (`exchange.*`, `queue.*`). What
   * the broker refuses is an error, and nothing changes. The virtual host is `/` when absent. */
  | { command: "manage"; virtual_host?: string; method: ClientMethod }
  /** A policy, by the field names of RabbitMQ's management API, holds from now on; one of the same name goes. */
  | ({ command: "set_policy"; virtual_host?: string; operator?: boolean } & PolicyFields)
  | { command: "clear_policy"; virtual_host?: string; operator?: boolean; name: string }
  /** As `rabbitmqctl` has them: regular expressions for what a user may do in a virtual host (`/` when absent). */
  | {
      command: "set_permissions";
      virtual_host?: string;
      user: string;
      configure: string;
      write: string;
      read: string;
    }
  | { command: "clear_permissions"; virtual_host?: string; user: string }
  /** The same for routing keys at a topic exchange; lifted at all of them where none is named. */
  | {
      command: "set_topic_permissions";
      virtual_host?: string;
      user: string;
      exchange: string;
      write: string;
      read: string;
    }
  | { command: "clear_topic_permissions"; virtual_host?: string; user: string; exchange?: string };

export interface PolicyFields {
  name: string;
  /** A regular expression for the names of queues and exchanges. */
  pattern: string;
  /** `all` when absent. */
  "apply-to"?: "all" | "queues" | "exchanges" | "classic_queues" | "quorum_queues" | "streams";
  /** The higher holds; 0 when absent. */
  priority?: number;
  /** What it sets: `{ "max-length": 10 }`. */
  definition: Record<string, unknown>;
}

/** The rhythm of a producer. Moments count from the start, or from the command that sets it. */
export type Arrivals =
  | { constant: { interval_us: number } }
  | { poisson: { per_second: number } }
  /** A burst, a rest, and so on; between bursts the rhythm stands still. */
  | {
      bursts: {
        arrivals: { constant: { interval_us: number } } | { poisson: { per_second: number } };
        on: Service;
        off: Service;
      };
    }
  /** The rate goes evenly from one value to the other, and stays there. */
  | {
      ramp: {
        from_per_second: number;
        to_per_second: number;
        over_us: number;
        process?: "poisson" | "constant";
      };
    }
  | { list: { times_us: number[] } }
  /** A recording: CSV text (RFC 4180) whose first line names the columns `time_us` (or `time_ms`, `time_s`),
   * `routing_key`, `size`, `priority`, or rows with these fields. With `begins_us` its first row comes then. */
  | { trace: { csv: string; begins_us?: number } }
  | { trace: { rows: Record<string, unknown>[]; begins_us?: number } };

/** A distribution of spans in microseconds. */
export type Service =
  | { constant: { duration_us: number } }
  | { exponential: { mean_us: number } }
  | { uniform: { least_us: number; most_us: number } }
  /** Mean and standard deviation of the spans themselves. */
  | { log_normal: { mean_us: number; deviation_us: number } }
  /** More than x has the probability (least/x)^shape. */
  | { pareto: { least_us: number; shape: number } }
  | { empirical: { values_us: number[]; weights?: number[] } };

export type Acknowledgement = "manual" | "automatic" | "before" | "never" | { batch: number };

/** An event of Socket.IO. */
export interface EventFields {
  event: string;
  args?: unknown[];
  /** `/` when absent. */
  namespace?: string;
  /** Dropped for whoever cannot take it at once. */
  volatile?: boolean;
  /** Whether an acknowledgement is asked for, and how long it may take. */
  ack?: boolean;
  timeout_us?: number;
}

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
  | 9
  /** A segment, a datagram or another frame. */
  | 30
  /** What is left of one that was lost, in the middle of its edge; how far along says how much of its time is over. */
  | 31
  /** A packet that goes against the direction of its edge. */
  | 32
  /** A request of a browser, the response to one, and a sign of life of Engine.IO. Message 0 belongs to none. */
  | 20
  | 21
  | 22;
