//! What can happen: one variant for each kind of fact.
//!
//! The macro below is the one description of an event's fields. From it come the canonical encoding (what
//! `facts_hash` is computed over), the parameters of the sentence, the message and the nodes concerned.

use super::Rule;
use super::field::{ClientName, ExchangeName, Field, QueueName};
use super::hash::{Encoded, FactsHash};
use crate::ids::{MessageId, Name, Names};
use crate::time::Time;

/// Shows a field. A function of its own for each type, which keeps the many calls small.
#[inline(never)]
fn show<T: Into<Field>>(visit: &mut dyn FnMut(&'static str, Field), name: &'static str, value: T) {
    visit(name, value.into());
}

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $key:literal
        { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })*) => {
        /// One thing that happened.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Event {
            $($(#[$doc])* #[allow(missing_docs)] $variant { $($(#[$field_doc])* $field: $type),* },)*
        }

        impl Event {
            /// The keys of all sentences that events can need.
            pub const KEYS: &[&str] = &[$($key,)*];

            /// The number of the kind in the canonical encoding. Never given to another kind.
            pub(super) const fn code(&self) -> u8 {
                match self { $(Event::$variant { .. } => $code,)* }
            }

            /// Puts its fields behind what is in the hash, in order.
            pub(super) fn encode(&self, hash: &mut FactsHash, names: &Names) {
                match *self {
                    $(Event::$variant { $($field),* } => { $(Encoded::encode($field, hash, names);)* })*
                }
            }

            /// The key of its sentence in the catalogue.
            pub const fn key(&self) -> &'static str {
                match self { $(Event::$variant { .. } => $key,)* }
            }

            /// Calls `visit` with the name and the value of each field, in order.
            pub fn fields(&self, visit: &mut dyn FnMut(&'static str, Field)) {
                match *self {
                    $(Event::$variant { $($field),* } => { $(show(visit, stringify!($field), $field);)* })*
                }
            }
        }
    };
}

events! {
    /// A producer sends `basic.publish`; it reaches the broker at `arrives`.
    Published = 1, "message.published"
        { producer: ClientName, message: MessageId, exchange: ExchangeName, routing_key: Name, arrives: Time }
    /// The broker takes a published message in.
    Received = 2, "message.received" { message: MessageId, exchange: ExchangeName }
    /// A binding lets a message through to a queue.
    RoutedToQueue = 3, "message.routed-to-queue"
        { message: MessageId, exchange: ExchangeName, queue: QueueName, binding: Name, routing_key: Name,
          publisher: ClientName, rule: Rule }
    /// A binding lets a message through to a further exchange, or it goes to the alternate exchange.
    RoutedToExchange = 4, "message.routed-to-exchange"
        { message: MessageId, exchange: ExchangeName, destination: ExchangeName, binding: Name,
          routing_key: Name, publisher: ClientName, rule: Rule }
    /// No queue takes the message.
    Dropped = 5, "message.dropped" { message: MessageId, exchange: ExchangeName, routing_key: Name, rule: Rule }
    /// An unroutable mandatory message is sent back.
    Returned = 6, "message.returned"
        { message: MessageId, exchange: ExchangeName, producer: ClientName, rule: Rule }
    /// A message takes the last place of a queue.
    Queued = 7, "message.queued" { message: MessageId, queue: QueueName, ready: u64 }
    /// It stays there: the queue has no consumer.
    WaitsForConsumer = 8, "message.waits-for-consumer" { message: MessageId, queue: QueueName, rule: Rule }
    /// It stays there: the consumer may not have more unacknowledged.
    WaitsForPrefetch = 9, "message.waits-for-prefetch"
        { message: MessageId, queue: QueueName, consumer: ClientName, unacknowledged: u64, prefetch: u64,
          rule: Rule }
    /// The queue hands the message to a consumer's channel.
    Delivered = 10, "message.delivered"
        { message: MessageId, queue: QueueName, consumer: ClientName, delivery_tag: u64, redelivered: bool,
          rule: Rule }
    /// `basic.deliver` is on its way; it reaches the consumer at `arrives`.
    DeliveryCarried = 11, "message.carried"
        { message: MessageId, queue: QueueName, consumer: ClientName, redelivered: bool, routing_key: Name,
          publisher: ClientName, arrives: Time }
    /// The message is with the consumer and waits for its turn.
    Taken = 12, "message.taken" { message: MessageId, consumer: ClientName, buffered: u64 }
    /// The consumer begins its work.
    WorkBegan = 13, "work.began" { consumer: ClientName, message: MessageId, ends: Time }
    /// The work is done.
    WorkEnded = 14, "work.ended" { consumer: ClientName, message: MessageId }
    /// The consumer sends `basic.ack`; it reaches the broker at `arrives`.
    AcknowledgementSent = 15, "acknowledgement.sent"
        { consumer: ClientName, message: MessageId, queue: QueueName, delivery_tag: u64, arrives: Time }
    /// The broker takes the acknowledgement: the message is gone from the queue.
    Acknowledged = 16, "message.acknowledged" { message: MessageId, queue: QueueName, rule: Rule }
    /// The message goes back to the queue.
    Requeued = 17, "message.requeued" { message: MessageId, queue: QueueName, ready: u64, rule: Rule }
    /// The message is refused and not requeued.
    Rejected = 18, "message.rejected" { message: MessageId, queue: QueueName, rule: Rule }
    /// The message goes with a queue that is purged or deleted.
    Removed = 19, "message.removed" { message: MessageId, queue: QueueName, rule: Rule }
    /// The broker confirms a message to its publisher.
    Confirmed = 20, "message.confirmed" { message: MessageId, producer: ClientName, rule: Rule }
    /// A consumer is there.
    ConsumerStarted = 21, "consumer.started" { consumer: ClientName, queue: QueueName, prefetch: u64 }
    /// A consumer is gone.
    ConsumerEnded = 22, "consumer.ended" { consumer: ClientName, queue: QueueName }
    /// The broker closes a channel because of an error.
    ChannelClosed = 23, "channel.closed" { client: ClientName, channel: u64, reply_code: u64, reason: Name }
    /// The broker closes a connection because of an error.
    ConnectionClosed = 24, "connection.closed" { client: ClientName, reply_code: u64, reason: Name }
    /// Somebody pauses a producer or a consumer.
    Paused = 25, "client.paused" { client: ClientName }
    /// Somebody lets it go on.
    Resumed = 26, "client.resumed" { client: ClientName }
    /// A message has waited too long and is dropped.
    Expired = 27, "message.expired" { message: MessageId, queue: QueueName, rule: Rule }
    /// The queue is too long: its oldest message is dropped.
    DroppedFromHead = 28, "message.dropped-from-head" { message: MessageId, queue: QueueName, rule: Rule }
    /// A message was given back too often and is dropped.
    DeliveryLimitReached = 29, "message.delivery-limit" { message: MessageId, queue: QueueName, rule: Rule }
    /// A message leaves its queue as a dead letter.
    DeadLettered = 30, "message.dead-lettered"
        { message: MessageId, queue: QueueName, exchange: ExchangeName, routing_key: Name, publisher: ClientName,
          rule: Rule }
    /// The exchange for a dead letter is not there.
    DeadLetterLost = 31, "message.dead-letter-lost"
        { message: MessageId, exchange: ExchangeName, routing_key: Name, rule: Rule }
    /// A quorum queue keeps a message as a dead letter until all queues that it goes to have confirmed it.
    DeadLetterKept = 91, "dead-letter.kept" { message: MessageId, queue: QueueName, rule: Rule }
    /// A dead letter that its queue keeps is published.
    DeadLetterForwarded = 92, "dead-letter.forwarded"
        { message: MessageId, queue: QueueName, exchange: ExchangeName, routing_key: Name, publisher: ClientName,
          rule: Rule }
    /// All queues have confirmed a dead letter: it is gone from the queue that kept it.
    DeadLetterConfirmed = 93, "dead-letter.confirmed" { message: MessageId, queue: QueueName, rule: Rule }
    /// It stays there: no queue takes it. It is tried again at `again`.
    DeadLetterAwaitsRoute = 94, "dead-letter.awaits-route"
        { message: MessageId, queue: QueueName, exchange: ExchangeName, again: Time, rule: Rule }
    /// It stays there: its exchange does not exist.
    DeadLetterAwaitsExchange = 95, "dead-letter.awaits-exchange"
        { message: MessageId, queue: QueueName, exchange: ExchangeName, again: Time, rule: Rule }
    /// It stays there: the queue `target` has refused it.
    DeadLetterAwaitsQueue = 96, "dead-letter.awaits-queue"
        { message: MessageId, queue: QueueName, target: QueueName, again: Time, rule: Rule }
    /// It stays there: as many as may be are forwarded and not confirmed.
    DeadLetterWaits = 97, "dead-letter.waits"
        { message: MessageId, queue: QueueName, unconfirmed: u64, rule: Rule }
    /// A queue cannot dead-letter at least once, as it was told to.
    StrategyFellBack = 98, "queue.strategy-fell-back" { queue: QueueName, rule: Rule }
    /// A message goes with the oldest segment of its stream.
    NoLongerRetained = 99, "message.no-longer-retained" { message: MessageId, queue: QueueName, rule: Rule }
    /// A dead letter is not given to a queue where it would go round.
    CycleCut = 32, "message.cycle-cut" { message: MessageId, queue: QueueName, rule: Rule }
    /// A full queue refuses a new message.
    Refused = 33, "message.refused" { message: MessageId, queue: QueueName, rule: Rule }
    /// A quorum queue takes no message from a publisher that it has told to stop, although there is room again.
    RefusedToStopped = 219, "message.refused-to-stopped" { message: MessageId, queue: QueueName, rule: Rule }
    /// A queue that has failed takes no message.
    RefusedWhileDown = 220, "message.refused-while-down" { message: MessageId, queue: QueueName, rule: Rule }
    /// The publisher is told that a message was not taken care of.
    NotConfirmed = 34, "message.not-confirmed" { message: MessageId, producer: ClientName, rule: Rule }
    /// `basic.return` is on its way; it reaches the producer at `arrives`.
    ReturnCarried = 36, "message.return-carried"
        { message: MessageId, exchange: ExchangeName, producer: ClientName, routing_key: Name, arrives: Time }
    /// A confirm is on its way; it reaches the producer at `arrives`.
    ConfirmCarried = 37, "confirm.carried"
        { producer: ClientName, exchange: ExchangeName, message: MessageId, arrives: Time }
    /// A negative confirm is on its way; it reaches the producer at `arrives`.
    NegativeConfirmCarried = 90, "confirm.negative-carried"
        { producer: ClientName, exchange: ExchangeName, message: MessageId, arrives: Time }
    /// A queue was unused for too long and goes.
    QueueExpired = 35, "queue.expired" { queue: QueueName, rule: Rule }
    /// It stays there: the channel of the consumer may not have more unacknowledged.
    WaitsForChannelPrefetch = 70, "message.waits-for-channel-prefetch"
        { message: MessageId, queue: QueueName, consumer: ClientName, unacknowledged: u64, prefetch: u64,
          rule: Rule }
    /// It stays there for this consumer: another one is the active one.
    WaitsForActiveConsumer = 71, "message.waits-for-active-consumer"
        { message: MessageId, queue: QueueName, consumer: ClientName, active: ClientName, rule: Rule }
    /// It stays there: the client does not read what was sent to it before.
    WaitsForTransport = 72, "message.waits-for-transport"
        { message: MessageId, queue: QueueName, consumer: ClientName, unsent: u64, rule: Rule }
    /// It stays there: others are to be delivered before it.
    WaitsBehind = 73, "message.waits-behind" { message: MessageId, queue: QueueName, ahead: u64, rule: Rule }
    /// A transactional channel keeps a published message until it is committed.
    HeldForCommit = 74, "message.held-for-commit"
        { message: MessageId, exchange: ExchangeName, producer: ClientName, rule: Rule }
    /// The transaction is undone: the message was never published.
    RolledBack = 75, "message.rolled-back" { message: MessageId, producer: ClientName, rule: Rule }
    /// A transactional channel keeps what a client says of a delivery until it is committed.
    AnswerHeld = 76, "answer.held" { message: MessageId, queue: QueueName, consumer: ClientName, rule: Rule }
    /// The transaction is undone: the delivery is unacknowledged again.
    AnswerUndone = 77, "answer.undone" { message: MessageId, queue: QueueName, consumer: ClientName, rule: Rule }
    /// The broker does not read the message yet.
    NotRead = 78, "message.held-back" { message: MessageId, producer: ClientName, rule: Rule }
    /// The broker does not take a published message in: it refuses it with an error, or its channel is gone.
    NotAccepted = 79, "message.not-accepted" { message: MessageId, producer: ClientName, rule: Rule }
    /// The broker takes a header out of a message.
    HeaderRemoved = 80, "message.header-removed" { message: MessageId, header: Name, rule: Rule }
    /// A consumer of a stream is done with a message, which stays.
    StreamAcknowledged = 81, "message.stream-acknowledged"
        { message: MessageId, queue: QueueName, rule: Rule }
    /// A queue goes with its messages.
    QueueGone = 82, "queue.gone" { queue: QueueName, messages: u64, rule: Rule }
    /// The broker reads nothing more from a client.
    ConnectionBlocked = 83, "connection.blocked" { client: ClientName, rule: Rule }
    /// It reads on.
    ConnectionUnblocked = 84, "connection.unblocked" { client: ClientName, rule: Rule }
    /// A consumer has kept a delivery for too long.
    ConsumerTimedOut = 85, "consumer.timed-out" { consumer: ClientName, queue: QueueName, rule: Rule }
    /// A client's process dies, and with it all that is in its memory.
    Crashed = 40, "client.crashed" { client: ClientName }
    /// The broker notices that a client is gone without a word.
    ConnectionLost = 41, "connection.lost" { client: ClientName }
    /// A client sends `connection.close` of its own accord; it reaches the broker at `arrives`.
    Disconnecting = 42, "client.disconnecting" { client: ClientName, arrives: Time }
    /// A client sends `channel.close` of its own accord; it reaches the broker at `arrives`.
    ClosingChannel = 43, "client.closing-channel" { client: ClientName, arrives: Time }
    /// A client reads that the broker has closed its channel.
    ChannelClosedSeen = 44, "client.channel-closed" { client: ClientName, reply_code: u64, reason: Name }
    /// A client reads that the broker has closed its connection.
    ConnectionClosedSeen = 45, "client.connection-closed" { client: ClientName, reply_code: u64, reason: Name }
    /// A client begins to open a new connection.
    Connecting = 46, "client.connecting" { client: ClientName, arrives: Time }
    /// A client begins to open its channel again.
    OpeningChannel = 47, "client.opening-channel" { client: ClientName, arrives: Time }
    /// A client has its channel open again.
    Opened = 48, "client.opened" { client: ClientName }
    /// Nobody answers where the broker should be.
    ConnectionRefused = 49, "client.connection-refused" { client: ClientName }
    /// A message is gone that the broker takes for done, or that came back to nobody.
    Lost = 50, "message.lost" { message: MessageId, client: ClientName, rule: Rule }
    /// A client forgets a message that it has not acknowledged.
    Forgotten = 51, "message.forgotten" { message: MessageId, consumer: ClientName, rule: Rule }
    /// A publishing comes to a broker that does not listen to its sender.
    PublishingLost = 52, "publishing.lost"
        { message: MessageId, producer: ClientName, exchange: ExchangeName, rule: Rule }
    /// An acknowledgement comes to a broker that does not listen to its sender.
    AcknowledgementLost = 53, "acknowledgement.lost"
        { consumer: ClientName, delivery_tag: u64, rule: Rule }
    /// A producer leaves out what it would have published.
    LeftOut = 54, "publishing.left-out" { producer: ClientName, count: u64 }
    /// A producer keeps a message that is due until the broker has answered.
    HeldBack = 55, "publishing.held-back" { producer: ClientName, waiting: u64, rule: Rule }
    /// The consumer sends `basic.nack` with `requeue`; it reaches the broker at `arrives`.
    RequeueSent = 56, "requeue.sent"
        { consumer: ClientName, message: MessageId, queue: QueueName, delivery_tag: u64, reason: Name,
          arrives: Time }
    /// The consumer sends `basic.reject` without `requeue`; it reaches the broker at `arrives`.
    RejectSent = 57, "reject.sent"
        { consumer: ClientName, message: MessageId, queue: QueueName, delivery_tag: u64, reason: Name,
          arrives: Time }
    /// A message is too much for the consumer.
    CrashCaused = 58, "work.crashed" { consumer: ClientName, message: MessageId, reason: Name }
    /// A client sends a method because somebody wants it; it reaches the broker at `arrives`.
    MethodSent = 59, "method.sent" { client: ClientName, method: Name, arrives: Time }
    /// The answer to a method reaches a client.
    MethodReceived = 60, "method.received" { client: ClientName, method: Name }
    /// Somebody restarts the broker: it stops, and is there again at `until`.
    BrokerStopped = 61, "broker.stopped" { until: Time }
    /// The broker is there again.
    BrokerStarted = 62, "broker.started" { }
    /// A producer sends `tx.commit`; it reaches the broker at `arrives`.
    CommitSent = 63, "commit.sent" { producer: ClientName, messages: u64, arrives: Time }
    /// `tx.commit-ok` reaches the producer.
    Committed = 64, "commit.done" { producer: ClientName }
    /// A producer will never know whether the broker has taken a message.
    ConfirmMissed = 65, "confirm.missed" { message: MessageId, producer: ClientName, rule: Rule }
    /// A command of the schedule cannot be carried out when its time comes.
    CommandWithoutEffect = 67, "command.without-effect" { reason: Name }
    /// Somebody purges a queue.
    Purged = 68, "queue.purged" { queue: QueueName, count: u64 }
    /// Another method comes to a broker that does not listen to its sender.
    MethodLost = 69, "method.lost" { client: ClientName, method: Name, rule: Rule }
    /// Somebody cuts the link of a client.
    LinkCut = 130, "link.cut" { client: ClientName, rule: Rule }
    /// Somebody restores it.
    LinkRestored = 131, "link.restored" { client: ClientName }
    /// Somebody changes what it does.
    LinkChanged = 132, "link.changed" { client: ClientName }
    /// What is sent on it waits in the sender's socket.
    HeldByLink = 133, "link.holds" { client: ClientName, method: Name, rule: Rule }
    /// What has waited at the client is on its way; the last of it reaches the broker at `arrives`.
    HeldSentToBroker = 134, "link.sends-to-broker"
        { client: ClientName, count: u64, arrives: Time, rule: Rule }
    /// What has waited at the broker is on its way; the last of it reaches the client at `arrives`.
    HeldSentToClient = 135, "link.sends-to-client"
        { client: ClientName, count: u64, arrives: Time, rule: Rule }
    /// So many transmissions of parts of a method are lost, and sent again.
    TransmissionLost = 136, "link.loses"
        { client: ClientName, method: Name, count: u64, arrives: Time, rule: Rule }
    /// A segment was lost so often that its sender gives the connection up.
    ConnectionTimedOut = 137, "link.timed-out" { client: ClientName, rule: Rule }
    /// A browser sends a request, which has a number as messages have; it reaches the server at `arrives`.
    RequestSent = 170, "request.sent"
        { browser: ClientName, server: ClientName, message: MessageId, method: Name, target: Name, octets: u64,
          arrives: Time }
    /// A server keeps a request until there is something to answer.
    RequestHeld = 171, "request.held"
        { server: ClientName, browser: ClientName, message: MessageId, rule: Rule }
    /// A server answers a request; the response reaches the browser at `arrives`.
    ResponseSent = 172, "response.sent"
        { server: ClientName, browser: ClientName, message: MessageId, status: u64, octets: u64, arrives: Time }
    /// The response is there, so long after the request as the start is before `after`.
    ResponseReceived = 173, "response.received"
        { browser: ClientName, server: ClientName, message: MessageId, status: u64, after: Time }
    /// A request gets no response: nobody takes it, or its connection ends.
    RequestFailed = 174, "request.failed"
        { browser: ClientName, server: ClientName, message: MessageId, rule: Rule }
    /// A request has become a WebSocket.
    WebSocketOpened = 175, "websocket.opened" { browser: ClientName, server: ClientName, rule: Rule }
    /// A browser learns that its WebSocket has ended, or has not come about.
    WebSocketEnded = 176, "websocket.ended"
        { browser: ClientName, server: ClientName, code: u64, rule: Rule }
    /// A program sends an event or a line; what it passes on keeps its number.
    EventEmitted = 177, "event.emitted" { by: ClientName, message: MessageId, event: Name }
    /// An event or a line is put on a connection; it reaches the other side at `arrives`.
    EventSent = 178, "event.sent"
        { from: ClientName, to: ClientName, message: MessageId, event: Name, attempt: u64, arrives: Time }
    /// A program gets an event or a line, so long after it was made as the start is before `after`.
    EventReceived = 179, "event.received"
        { by: ClientName, from: ClientName, message: MessageId, event: Name, after: Time }
    /// An event was handled by several listeners of the same name.
    EventHandledAgain = 180, "event.handled-again"
        { browser: ClientName, message: MessageId, event: Name, count: u64, rule: Rule }
    /// A program registers a listener for an event to which it listens already.
    ListenersAddUp = 181, "listeners.add-up" { browser: ClientName, event: Name, count: u64, rule: Rule }
    /// An event or a line goes to nobody at this browser, which is away.
    EventMissed = 182, "event.missed"
        { server: ClientName, browser: ClientName, message: MessageId, event: Name, rule: Rule }
    /// It is kept for this browser, which is away and may come back.
    EventKept = 183, "event.kept"
        { server: ClientName, browser: ClientName, message: MessageId, event: Name, rule: Rule }
    /// A client that is not connected, or that awaits an acknowledgement, keeps an event.
    EventBuffered = 184, "event.buffered"
        { browser: ClientName, message: MessageId, waiting: u64, rule: Rule }
    /// An event is dropped on the spot: it is volatile, or there is no connection.
    EventDropped = 185, "event.dropped"
        { from: ClientName, to: ClientName, message: MessageId, rule: Rule }
    /// An event was on its way, or waited for it, when the connection ended.
    EventLost = 186, "event.lost" { from: ClientName, to: ClientName, message: MessageId, rule: Rule }
    /// An acknowledgement of an event is put on a connection; it reaches the other side at `arrives`.
    AnswerSent = 187, "answer.sent"
        { from: ClientName, to: ClientName, message: MessageId, arrives: Time }
    /// A program learns that its event is acknowledged.
    AnswerReceived = 188, "answer.received" { by: ClientName, message: MessageId, rule: Rule }
    /// A program learns that its event is not acknowledged.
    AnswerMissing = 189, "answer.missing" { by: ClientName, message: MessageId, reason: Name, rule: Rule }
    /// A browser has been let into a namespace; `socket.recovered` is `true` or `false` then.
    NamespaceJoined = 190, "namespace.joined"
        { browser: ClientName, server: ClientName, namespace: Name, recovered: Name, rule: Rule }
    /// A middleware does not let a browser into a namespace.
    NamespaceRefused = 191, "namespace.refused"
        { server: ClientName, browser: ClientName, namespace: Name, reason: Name, rule: Rule }
    /// One side learns that a socket is disconnected from its namespace.
    SocketDisconnected = 192, "socket.disconnected"
        { by: ClientName, other: ClientName, namespace: Name, reason: Name, rule: Rule }
    /// A server puts a browser's socket into a room, or takes it out: `socket.join`, `socket.leave`.
    RoomChanged = 193, "room.changed"
        { server: ClientName, browser: ClientName, method: Name, room: Name, rule: Rule }
    /// A session has changed from polling to WebSocket.
    TransportUpgraded = 194, "transport.upgraded" { browser: ClientName, server: ClientName, rule: Rule }
    /// It has tried to, and stays with polling.
    UpgradeFailed = 195, "transport.upgrade-failed" { browser: ClientName, server: ClientName, rule: Rule }
    /// A ping or its answer is put on a connection; it reaches the other side at `arrives`.
    HeartbeatSent = 196, "heartbeat.sent"
        { from: ClientName, to: ClientName, packet: Name, arrives: Time, rule: Rule }
    /// A client will try to connect again.
    ReconnectPlanned = 197, "reconnect.planned"
        { browser: ClientName, server: ClientName, attempt: u64, at: Time, rule: Rule }
    /// Somebody restarts a server: it stops, and is there again at `until`.
    ServerStopped = 198, "server.stopped" { server: ClientName, until: Time }
    /// The broker does not let a user in, or not do what it asks for.
    AccessRefused = 199, "access.refused" { client: ClientName, user: Name, reason: Name, rule: Rule }
    /// A host sends a TCP segment; it is there at `arrives`. Places count the octets of a stream from 0.
    SegmentSent = 140, "segment.sent"
        { sender: ClientName, receiver: ClientName, frame: u64, flags: Name, place: u64, octets: u64, awaited: u64,
          window: u64, arrives: Time }
    /// A segment carries a piece of what a message is written in.
    SegmentCarries = 141, "segment.carries"
        { message: MessageId, what: Name, sender: ClientName, receiver: ClientName, frame: u64, arrives: Time }
    /// A segment carries the last piece of what a message is written in.
    SegmentCompletes = 142, "segment.completes"
        { message: MessageId, what: Name, sender: ClientName, receiver: ClientName, frame: u64, arrives: Time }
    /// A host sends a UDP datagram; it is there at `arrives`.
    DatagramSent = 143, "datagram.sent"
        { message: MessageId, sender: ClientName, receiver: ClientName, frame: u64, octets: u64, arrives: Time }
    /// A host sends a frame of another protocol, such as ARP; it is there at `arrives`.
    FrameSent = 144, "frame.sent"
        { sender: ClientName, receiver: ClientName, frame: u64, protocol: Name, arrives: Time }
    /// A link loses a frame.
    FrameLost = 145, "frame.lost" { sender: ClientName, receiver: ClientName, frame: u64, rule: Rule }
    /// A link that is down, or goes down, loses a frame.
    FrameCutOff = 146, "frame.cut-off" { sender: ClientName, receiver: ClientName, frame: u64, rule: Rule }
    /// No room is left in front of a link for a frame.
    FrameDropped = 147, "frame.dropped" { sender: ClientName, receiver: ClientName, frame: u64, rule: Rule }
    /// A frame is longer than a link takes.
    FrameTooLong = 148, "frame.too-long" { sender: ClientName, receiver: ClientName, frame: u64, rule: Rule }
    /// A link doubles a frame.
    FrameDoubled = 149, "frame.doubled"
        { sender: ClientName, receiver: ClientName, frame: u64, arrives: Time, rule: Rule }
    /// A frame overtakes those before it.
    FrameOvertakes = 150, "frame.overtakes"
        { sender: ClientName, receiver: ClientName, frame: u64, arrives: Time, rule: Rule }
    /// A link damages a frame.
    FrameDamaged = 151, "frame.damaged" { sender: ClientName, receiver: ClientName, frame: u64, rule: Rule }
    /// A host does not take what a frame brings.
    FrameDiscarded = 152, "frame.discarded" { receiver: ClientName, rule: Rule }
    /// An application does not fetch datagrams quickly enough: one is dropped.
    DatagramOverflow = 153, "datagram.overflow" { receiver: ClientName, rule: Rule }
    /// A TCP socket comes into another state.
    SocketChanged = 154, "socket.changed"
        { node: ClientName, port: u64, peer: ClientName, state: Name, rule: Rule }
    /// A host sends again what was not acknowledged in time.
    SentAgain = 155, "segment.sent-again"
        { node: ClientName, peer: ClientName, place: u64, octets: u64, count: u64, rule: Rule }
    /// A host sends again at once what several acknowledgements say is missing.
    SentAgainFast = 156, "segment.sent-again-fast"
        { node: ClientName, peer: ClientName, place: u64, octets: u64, rule: Rule }
    /// A host acknowledges the same place once more.
    AcknowledgedAgain = 157, "segment.acknowledged-again"
        { node: ClientName, peer: ClientName, place: u64, count: u64, rule: Rule }
    /// Octets wait behind a lost segment.
    OctetsHeld = 158, "octets.held"
        { node: ClientName, peer: ClientName, octets: u64, missing: u64, rule: Rule }
    /// What was missing has come, and what waited behind it goes to the application.
    OctetsReleased = 159, "octets.released" { node: ClientName, peer: ClientName, octets: u64, rule: Rule }
    /// The receiver has no room: the sender stops.
    WindowClosed = 160, "window.closed" { node: ClientName, peer: ClientName, rule: Rule }
    /// The receiver has room again.
    WindowOpened = 161, "window.opened" { node: ClientName, peer: ClientName, rule: Rule }
    /// The sender asks with one octet whether there is room again.
    WindowProbed = 162, "window.probed" { node: ClientName, peer: ClientName, rule: Rule }
    /// The other side has ended a connection at once.
    ConnectionReset = 163, "connection.reset" { node: ClientName, peer: ClientName, rule: Rule }
    /// TCP gives a connection up.
    ConnectionGivenUp = 164, "connection.given-up" { node: ClientName, peer: ClientName, rule: Rule }
    /// Nobody is behind a port, and whoever wants it is told.
    PortClosed = 165, "port.closed" { node: ClientName, peer: ClientName, port: u64, rule: Rule }
    /// A program gives its socket a message of so many octets.
    SocketSends = 166, "socket.sends"
        { message: MessageId, sender: ClientName, receiver: ClientName, octets: u64 }
    /// A message is complete at a program.
    SocketHas = 167, "socket.has" { message: MessageId, sender: ClientName, receiver: ClientName }
    /// One reading of a socket gives so many octets.
    SocketReads = 168, "socket.reads"
        { receiver: ClientName, octets: u64, ends: u64, begins: u64, rule: Rule }
    /// A client or the broker says something on a connection that is about the connection itself.
    Said = 169, "amqp.said" { sender: ClientName, receiver: ClientName, method: Name }
    /// A message has failed; its producer will publish it again, as the attempt of that number, `at` that moment.
    RetryPlanned = 200, "publishing.retry-planned"
        { producer: ClientName, message: MessageId, attempt: u64, at: Time, rule: Rule }
    /// The confirm of a message has not come in time.
    ConfirmOverdue = 201, "confirm.overdue" { producer: ClientName, message: MessageId, rule: Rule }
    /// A message is published again, as `copy`.
    PublishedAgain = 202, "publishing.again"
        { producer: ClientName, copy: MessageId, attempt: u64, message: MessageId, rule: Rule }
    /// A message is another one once more.
    Repeats = 203, "message.repeats"
        { producer: ClientName, original: MessageId, attempt: u64, message: MessageId, rule: Rule }
    /// A message has failed as often as its producer tries.
    GivenUp = 204, "publishing.given-up"
        { producer: ClientName, message: MessageId, attempts: u64, rule: Rule }
    /// A late confirm: the message need not be published again.
    RetrySpared = 205, "publishing.retry-spared"
        { producer: ClientName, message: MessageId, rule: Rule }
    /// A message comes into the hands of a consumer that was worked on before under the same message id.
    WorkRepeated = 206, "work.repeated"
        { consumer: ClientName, message: MessageId, message_id: Name, rule: Rule }
    /// A consumer hangs.
    Hung = 207, "client.hung" { client: ClientName }
    /// A consumer works so many times as long from now on.
    SlowedDown = 208, "client.slowed-down" { client: ClientName, factor: Name }
    /// The TCP connection of a client breaks.
    ConnectionDropped = 209, "connection.dropped" { client: ClientName, rule: Rule }
    /// A producer has another rhythm.
    ArrivalsChanged = 210, "arrivals.changed" { producer: ClientName, arrivals: Name }
    /// A consumer asks for another prefetch limit; that reaches the broker at `arrives`.
    PrefetchChanged = 211, "prefetch.changed"
        { consumer: ClientName, prefetch: u64, arrives: Time, rule: Rule }
    /// A consumer takes another time for its works.
    ServiceChanged = 212, "service.changed" { consumer: ClientName, service: Name }
    /// A consumer acknowledges in another way.
    AcknowledgementChanged = 213, "acknowledgement.changed"
        { consumer: ClientName, acknowledgement: Name }
    /// A policy holds from now on.
    PolicySet = 214, "policy.set" { policy: Name, pattern: Name, definition: Name, rule: Rule }
    /// A policy holds no more.
    PolicyCleared = 215, "policy.cleared" { policy: Name, rule: Rule }
    /// Somebody manages the broker by a method.
    Managed = 216, "broker.managed" { method: Name, fields: Name }
    /// A producer dies, and with it what it would have published again.
    RetryForgotten = 218, "publishing.retry-forgotten"
        { producer: ClientName, message: MessageId, rule: Rule }
    /// The broker crashes, and is there again at `until`.
    BrokerCrashed = 217, "broker.crashed" { until: Time }
    /// A client's side of a TCP connection resets it.
    ConnectionAborted = 230, "connection.aborted" { client: ClientName, rule: Rule }
    /// A user may do this in a virtual host from now on: regular expressions.
    PermissionsSet = 231, "permissions.set"
        { user: Name, virtual_host: Name, configure: Name, write: Name, read: Name, rule: Rule }
    /// A user may not enter a virtual host any more.
    PermissionsCleared = 232, "permissions.cleared" { user: Name, virtual_host: Name, rule: Rule }
    /// A user may use these routing keys at a topic exchange from now on: regular expressions.
    TopicPermissionsSet = 233, "permissions.topic-set"
        { user: Name, exchange: Name, write: Name, read: Name, rule: Rule }
    /// A user may use any routing key again at the topic exchanges of a virtual host, or at one of them.
    TopicPermissionsCleared = 234, "permissions.topic-cleared"
        { user: Name, virtual_host: Name, exchange: Name, rule: Rule }
    /// A channel does not ask for what it was allowed, and would not be allowed any more.
    AccessRemembered = 235, "access.remembered"
        { client: ClientName, user: Name, reason: Name, rule: Rule }
}

impl Event {
    /// The rule behind it, if it names one.
    pub fn rule(&self) -> Option<Rule> {
        let mut rule = None;
        self.fields(&mut |_, field| {
            if let Field::Rule(found) = field {
                rule = Some(found);
            }
        });
        rule
    }

    /// The message it is about, if it is about one.
    pub fn message(&self) -> Option<MessageId> {
        let mut message = None;
        self.fields(&mut |_, field| {
            if let Field::Message(found) = field {
                message = Some(found);
            }
        });
        message
    }
}
