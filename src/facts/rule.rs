//! The rules that facts name, each with the page of documentation, or the RFC, that states it.

macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $key:literal, $page:literal, $path:literal;)*) => {
        /// A rule that decided something.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Rule { $($(#[$doc])* $variant,)* }

        impl Rule {
            /// Every rule there is.
            pub const ALL: &[Rule] = &[$(Rule::$variant,)*];

            /// The number in the canonical encoding of facts.
            pub(super) const fn code(self) -> u8 {
                match self { $(Rule::$variant => $code,)* }
            }

            /// The key of its sentence in the catalogue.
            pub const fn key(self) -> &'static str {
                match self { $(Rule::$variant => $key,)* }
            }

            /// Title and path, on rabbitmq.com, of the page that states the rule; or the whole address of a page of
            /// Socket.IO's documentation or of an RFC.
            pub const fn documentation(self) -> (&'static str, &'static str) {
                match self { $(Rule::$variant => ($page, $path),)* }
            }
        }
    };
}

rules! {
    /// The default exchange routes to the queue that has the routing key for its name.
    DefaultExchange = 1, "rule.default-exchange", "Exchanges", "docs/exchanges";
    /// A direct exchange compares keys for equality.
    DirectExchange = 2, "rule.direct-exchange", "Exchanges", "docs/exchanges";
    /// A fanout exchange takes every binding.
    FanoutExchange = 3, "rule.fanout-exchange", "Exchanges", "docs/exchanges";
    /// A topic exchange compares words, with `*` and `#`.
    TopicExchange = 4, "rule.topic-exchange", "Exchanges", "docs/exchanges";
    /// A headers exchange compares header values.
    HeadersExchange = 5, "rule.headers-exchange", "Exchanges", "docs/exchanges";
    /// What no binding lets through goes to the alternate exchange.
    AlternateExchange = 6, "rule.alternate-exchange", "Alternate Exchanges", "docs/ae";
    /// What no binding lets through is dropped, unless it is mandatory.
    Unroutable = 7, "rule.unroutable", "Publishers", "docs/publishers";
    /// A mandatory message that is unroutable comes back.
    Mandatory = 8, "rule.mandatory", "Publishers", "docs/publishers";
    /// Deliveries go round the consumers of a queue.
    RoundRobin = 9, "rule.round-robin", "Consumers", "docs/consumers";
    /// Without a consumer messages wait.
    NoConsumer = 10, "rule.no-consumer", "Queues", "docs/queues";
    /// No more unacknowledged deliveries than the prefetch limit.
    Prefetch = 11, "rule.prefetch", "Consumer Prefetch", "docs/consumer-prefetch";
    /// An acknowledged message is gone from the queue.
    ManualAcknowledgement = 12, "rule.manual-acknowledgement",
        "Consumer Acknowledgements and Publisher Confirms", "docs/confirms";
    /// With automatic acknowledgement a message is gone when it is sent.
    AutomaticAcknowledgement = 13, "rule.automatic-acknowledgement",
        "Consumer Acknowledgements and Publisher Confirms", "docs/confirms";
    /// A requeued message goes back to its place, if it can.
    Requeue = 14, "rule.requeue", "Negative Acknowledgements", "docs/nack";
    /// A rejected message that is not requeued is dropped.
    Rejected = 15, "rule.rejected", "Negative Acknowledgements", "docs/nack";
    /// A publisher confirm says that the broker has taken care of a message.
    Confirm = 16, "rule.confirm", "Consumer Acknowledgements and Publisher Confirms", "docs/confirms";
    /// A message or a queue lives so long and no longer.
    TimeToLive = 18, "rule.time-to-live", "Time-To-Live and Expiration", "docs/ttl";
    /// A queue that nobody uses goes.
    QueueExpiry = 19, "rule.queue-expiry", "Time-To-Live and Expiration", "docs/ttl";
    /// A queue holds so many messages and no more.
    MaximumLength = 20, "rule.maximum-length", "Queue Length Limit", "docs/maxlength";
    /// A quorum queue gives a message out so often and no more.
    DeliveryLimit = 21, "rule.delivery-limit", "Quorum Queues", "docs/quorum-queues";
    /// A dead letter does not go round for ever.
    DeadLetterCycle = 22, "rule.dead-letter-cycle", "Dead Letter Exchanges", "docs/dlx";
    /// A dead letter whose exchange is not there is gone.
    DeadLetterExchangeMissing = 23, "rule.dead-letter-exchange-missing", "Dead Letter Exchanges", "docs/dlx";
    /// A dead letter is kept until it is confirmed.
    AtLeastOnce = 71, "rule.at-least-once", "Quorum Queues", "docs/quorum-queues";
    /// So many dead letters are forwarded before one is confirmed.
    UnconfirmedLetters = 72, "rule.unconfirmed-letters", "Quorum Queues", "docs/quorum-queues";
    /// Dead letters that a queue keeps go when its strategy changes.
    StrategyChanged = 73, "rule.strategy-changed", "Quorum Queues", "docs/quorum-queues";
    /// At least once needs a queue that refuses what is too much.
    NotAtLeastOnce = 74, "rule.not-at-least-once", "Quorum Queues", "docs/quorum-queues";
    /// A stream keeps so much, or for so long.
    StreamRetention = 75, "rule.stream-retention", "Streams and Superstreams", "docs/streams";
    /// A restart takes what is not persistent out of classic queues.
    NotPersistent = 24, "rule.not-persistent", "Queues", "docs/queues";
    /// A reply to a private address goes straight to the channel that asked.
    DirectReplyTo = 25, "rule.direct-reply-to", "Direct Reply-to", "docs/direct-reply-to";
    /// No more unacknowledged deliveries on a channel than its prefetch limit.
    ChannelPrefetch = 50, "rule.channel-prefetch", "Consumer Prefetch", "docs/consumer-prefetch";
    /// One consumer of a queue at a time gets everything.
    SingleActiveConsumer = 51, "rule.single-active-consumer", "Consumers", "docs/consumers";
    /// A consumer may have a queue for itself.
    ExclusiveConsumer = 52, "rule.exclusive-consumer", "Consumers", "docs/consumers";
    /// Consumers of a higher priority go first.
    ConsumerPriority = 53, "rule.consumer-priority", "Consumer Priorities", "docs/consumer-priority";
    /// Each consumer of a stream reads at its own place.
    StreamOffset = 54, "rule.stream-offset", "Streams and Superstreams", "docs/streams";
    /// A client may fetch single messages.
    Fetched = 55, "rule.fetched", "Consumers", "docs/consumers";
    /// Messages leave a queue in the order in which they came.
    Order = 56, "rule.order", "Queues", "docs/queues";
    /// A transaction happens when it is committed.
    Transaction = 57, "rule.transaction", "Broker Semantics", "docs/semantics";
    /// While memory is low, publishers are not read.
    MemoryAlarm = 58, "rule.memory-alarm", "Memory and Disk Alarms", "docs/alarms";
    /// An error closes a channel, and what comes on it then is ignored.
    ChannelError = 59, "rule.channel-error", "Channels", "docs/channels";
    /// The broker reads further keys in CC and BCC.
    SenderSelected = 60, "rule.sender-selected", "Sender-selected Distribution", "docs/sender-selected";
    /// What a channel held goes back when it ends.
    AutomaticRequeue = 61, "rule.automatic-requeue",
        "Consumer Acknowledgements and Publisher Confirms", "docs/confirms";
    /// A quorum queue has a rule of its own for what is given back.
    QuorumRequeue = 62, "rule.quorum-requeue", "Quorum Queues", "docs/quorum-queues";
    /// A delivery must be acknowledged in time.
    DeliveryTimeout = 63, "rule.delivery-timeout", "Consumers", "docs/consumers";
    /// An exclusive queue goes with its connection.
    ExclusiveQueue = 64, "rule.exclusive-queue", "Queues", "docs/queues";
    /// An auto-delete queue goes with its last consumer.
    AutoDeleteQueue = 65, "rule.auto-delete-queue", "Queues", "docs/queues";
    /// A queue that is not durable does not outlive a restart.
    TransientQueue = 66, "rule.transient-queue", "Queues", "docs/queues";
    /// A reply to somebody who is gone has no place to go to.
    ReplyAddressGone = 67, "rule.reply-address-gone", "Direct Reply-to", "docs/direct-reply-to";
    /// A client that does not read gets nothing more.
    SlowClient = 68, "rule.slow-client", "Flow Control", "docs/flow-control";
    /// A queue's process may fail.
    QueueFailed = 70, "rule.queue-failed", "Consumers", "docs/consumers";
    /// What was not read when a connection ends is lost.
    ConnectionEnded = 69, "rule.connection-ended", "Connections", "docs/connections";
    /// What is on its way when a connection breaks is gone.
    ConnectionLost = 30, "rule.connection-lost", "Reliability Guide", "docs/reliability";
    /// After an error the broker does not listen to a channel until it is opened again.
    ChannelClosed = 31, "rule.channel-closed", "Channels", "docs/channels";
    /// A publisher may await the confirms of so many messages and no more.
    UnconfirmedLimit = 32, "rule.unconfirmed-limit",
        "Consumer Acknowledgements and Publisher Confirms", "docs/confirms";
    /// TCP keeps what is not acknowledged.
    UnacknowledgedByTcp = 120, "rule.unacknowledged-by-tcp", "Transmission Control Protocol (TCP)",
        "https://www.rfc-editor.org/rfc/rfc9293#section-3.4";
    /// TCP sends again what is not acknowledged in time.
    Retransmission = 121, "rule.retransmission", "Computing TCP's Retransmission Timer",
        "https://www.rfc-editor.org/rfc/rfc6298#section-5";
    /// TCP does not send again for ever.
    RetransmissionLimit = 122, "rule.retransmission-limit", "Requirements for Internet Hosts",
        "https://www.rfc-editor.org/rfc/rfc1122#section-4.2.3.5";
    /// A request gets one response, or none if its connection ends first.
    RequestAndResponse = 140, "rule.request-and-response", "HTTP Semantics",
        "https://www.rfc-editor.org/rfc/rfc9110#section-3.4";
    /// A server may hold a request until it has something to say.
    LongPolling = 141, "rule.long-polling", "Best Practices for Long Polling and Streaming in HTTP",
        "https://www.rfc-editor.org/rfc/rfc6202#section-2.1";
    /// A request becomes a WebSocket by a handshake.
    WebSocketHandshake = 142, "rule.websocket-handshake", "The WebSocket Protocol",
        "https://www.rfc-editor.org/rfc/rfc6455#section-4";
    /// A WebSocket ends with a code.
    WebSocketClosing = 143, "rule.websocket-closing", "The WebSocket Protocol",
        "https://www.rfc-editor.org/rfc/rfc6455#section-7";
    /// A WebSocket promises order while it lives, and nothing beyond.
    WebSocketPromises = 144, "rule.websocket-promises", "The WebSocket Protocol",
        "https://www.rfc-editor.org/rfc/rfc6455#section-1.5";
    /// An event arrives once or not at all; the server keeps none.
    AtMostOnce = 145, "rule.at-most-once", "Delivery guarantees",
        "https://socket.io/docs/v4/delivery-guarantees";
    /// A client keeps what it sends until it is connected.
    OfflineBuffer = 146, "rule.offline-buffer", "Offline behavior",
        "https://socket.io/docs/v4/client-offline-behavior";
    /// A server may keep sockets and events for clients that come back soon.
    ConnectionStateRecovery = 147, "rule.connection-state-recovery", "Connection state recovery",
        "https://socket.io/docs/v4/connection-state-recovery";
    /// A volatile event that cannot go at once does not go at all.
    VolatileEvent = 148, "rule.volatile-event", "Emitting events",
        "https://socket.io/docs/v4/emitting-events#volatile-events";
    /// An event may ask for an acknowledgement.
    EventAcknowledgement = 149, "rule.event-acknowledgement", "Emitting events",
        "https://socket.io/docs/v4/emitting-events#acknowledgements";
    /// A listener that is registered again is called again.
    ListenersAddUp = 150, "rule.listeners-add-up", "The Socket instance (client-side)",
        "https://socket.io/docs/v4/client-socket-instance#connect";
    /// A middleware decides who is let in.
    Middleware = 151, "rule.middleware", "Middlewares", "https://socket.io/docs/v4/middlewares";
    /// Namespaces share a connection.
    Namespaces = 152, "rule.namespaces", "Namespaces", "https://socket.io/docs/v4/namespaces";
    /// Rooms are sets of sockets on the server.
    Rooms = 153, "rule.rooms", "Rooms", "https://socket.io/docs/v4/rooms";
    /// A session begins with polling and tries a WebSocket beside it.
    TransportUpgrade = 154, "rule.transport-upgrade", "How it works",
        "https://socket.io/docs/v4/how-it-works#upgrade-mechanism";
    /// The server pings, and silence ends a session.
    PingAndPong = 155, "rule.ping-and-pong", "How it works",
        "https://socket.io/docs/v4/how-it-works#disconnection-detection";
    /// A client comes back by itself, later each time.
    Reconnection = 156, "rule.reconnection", "Client options",
        "https://socket.io/docs/v4/client-options#reconnection";
    /// For each end of a connection there is a reason.
    DisconnectReasons = 157, "rule.disconnect-reasons", "The Socket instance (client-side)",
        "https://socket.io/docs/v4/client-socket-instance#disconnect";
    /// By GET one gets what is there now.
    WhatIsThere = 158, "rule.what-is-there", "HTTP Semantics",
        "https://www.rfc-editor.org/rfc/rfc9110#section-9.3.1";
    /// Users have passwords, and permissions by pattern.
    AccessControl = 159, "rule.access-control", "Authentication, Authorisation, Access Control",
        "docs/access-control";
    /// The network does its best, and promises nothing.
    BestEffort = 123, "rule.best-effort", "Internet Protocol",
        "https://www.rfc-editor.org/rfc/rfc791#section-1.2";
    /// UDP adds ports and a sum to IP, and no more.
    DatagramsAreUnreliable = 124, "rule.datagrams-are-unreliable", "User Datagram Protocol",
        "https://www.rfc-editor.org/rfc/rfc768";
    /// Three duplicate acknowledgements tell of a loss.
    FastRetransmit = 125, "rule.fast-retransmit", "TCP Congestion Control",
        "https://www.rfc-editor.org/rfc/rfc5681#section-3.2";
    /// TCP gives octets to the application in order alone.
    HeadOfLine = 126, "rule.head-of-line", "Transmission Control Protocol (TCP)",
        "https://www.rfc-editor.org/rfc/rfc9293#section-3.10.7.4";
    /// A receiver says for how much it has room.
    Window = 127, "rule.window", "Transmission Control Protocol (TCP)",
        "https://www.rfc-editor.org/rfc/rfc9293#section-3.8.6";
    /// A segment for which there is no connection is answered with a reset.
    Reset = 128, "rule.reset", "Transmission Control Protocol (TCP)",
        "https://www.rfc-editor.org/rfc/rfc9293#section-3.5.2";
    /// What does not add up is dropped.
    Checksum = 129, "rule.checksum", "Computing the Internet Checksum",
        "https://www.rfc-editor.org/rfc/rfc1071";
    /// A connection is opened by three segments.
    Opening = 130, "rule.opening", "Transmission Control Protocol (TCP)",
        "https://www.rfc-editor.org/rfc/rfc9293#section-3.5";
    /// Each side closes for itself.
    Closing = 131, "rule.closing", "Transmission Control Protocol (TCP)",
        "https://www.rfc-editor.org/rfc/rfc9293#section-3.6";
    /// TCP carries octets, not messages.
    StreamWithoutBoundaries = 132, "rule.stream-without-boundaries", "Transmission Control Protocol (TCP)",
        "https://www.rfc-editor.org/rfc/rfc9293#section-2.2";
    /// A datagram for a port that nobody has is answered by ICMP.
    NobodyReceives = 133, "rule.nobody-receives", "Requirements for Internet Hosts",
        "https://www.rfc-editor.org/rfc/rfc1122#section-4.1.3.1";
    /// A link takes packets up to a length.
    MaximumTransmissionUnit = 134, "rule.maximum-transmission-unit", "Path MTU discovery",
        "https://www.rfc-editor.org/rfc/rfc1191#section-2";
    /// A queue in front of a link that is full takes nothing more.
    TailDrop = 135, "rule.tail-drop", "IETF Recommendations Regarding Active Queue Management",
        "https://www.rfc-editor.org/rfc/rfc7567#section-2";
    /// A datagram is received as it was sent.
    DatagramsHaveBoundaries = 136, "rule.datagrams-have-boundaries", "Requirements for Internet Hosts",
        "https://www.rfc-editor.org/rfc/rfc1122#section-4.1.1";
    /// Signs of life find out that the other side is gone.
    Heartbeat = 137, "rule.heartbeat", "Detecting Dead TCP Connections with Heartbeats and TCP Keepalives",
        "docs/heartbeats";
    /// A publisher that gets no confirm publishes again.
    PublisherRetry = 160, "rule.publisher-retry", "Reliability Guide", "docs/reliability";
    /// What comes twice is to be known again.
    DuplicateDelivery = 161, "rule.duplicate-delivery", "Reliability Guide", "docs/reliability";
    /// A prefetch limit counts for consumers that begin after it.
    PrefetchOfNewConsumers = 162, "rule.prefetch-of-new-consumers",
        "Consumer Prefetch", "docs/consumer-prefetch";
    /// A policy holds for all whose names match.
    Policy = 163, "rule.policy", "Policies", "docs/policies";
    /// A publisher that a full quorum queue has stopped is told when it may go on.
    StoppedPublisher = 164, "rule.stopped-publisher", "Queue Length Limit", "docs/maxlength";
    /// A channel remembers what it was allowed.
    PermissionCache = 175, "rule.permission-cache", "Authentication, Authorisation, Access Control", "docs/access-control";
    /// What goes with a queue that is deleted or purged.
    QueueRemoved = 17, "rule.queue-removed", "Queues", "docs/queues";
}

#[cfg(test)]
mod tests {
    use super::Rule;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_names_a_page_of_the_documentation_and_has_a_number_of_its_own() {
        for rule in Rule::ALL {
            let (page, path) = rule.documentation();
            let is_elsewhere = ["https://www.rfc-editor.org/rfc/rfc", "https://socket.io/docs/v4/"]
                .iter()
                .any(|start| path.starts_with(start) && path.len() > start.len());
            assert!(path.starts_with("docs/") && path.len() > 5 || is_elsewhere, "{rule:?}: {path}");
            assert!(page.starts_with(char::is_uppercase), "{rule:?}: {page}");
            let same_page = Rule::ALL.iter().filter(|other| other.documentation().1 == path);
            assert!(same_page.into_iter().all(|other| other.documentation().0 == page), "{path}: one title");
        }
        let numbers: BTreeSet<u8> = Rule::ALL.iter().map(|rule| rule.code()).collect();
        assert_eq!(numbers.len(), Rule::ALL.len());
    }
}
