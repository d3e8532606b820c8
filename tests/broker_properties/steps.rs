//! What can happen to a broker, as small numbers that shrink well. A failing sequence is printed as such steps
//! and can be pasted into a test.

/// So many clients there are, each with at most one connection at a time.
pub const CLIENTS: u8 = 3;
/// So many channels a client uses, with the numbers from 1 on.
pub const CHANNELS: u16 = 2;
/// The names of queues, each of which may come and go.
pub const QUEUES: [&str; 5] = ["q0", "q1", "q2", "q3", "q4"];
/// The names of exchanges. The first four are always there.
pub const EXCHANGES: [&str; 7] = ["amq.fanout", "amq.topic", "amq.direct", "amq.headers", "x0", "x1", "x2"];
/// Routing keys, which are patterns where they bind to topic exchanges.
pub const KEYS: [&str; 6] = ["q0", "q1", "a", "a.b", "a.*", "#"];

/// A channel of a client. What is not open is opened first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At(pub u8, pub u16);

/// Where dead letters go.
#[derive(Clone, Copy, Debug)]
pub enum Grave {
    /// To an exchange, by its number.
    Exchange(u8),
    /// To a queue through the default exchange.
    Queue(u8),
    /// To an exchange that is not there.
    Nowhere,
}

/// The arguments of a queue, or what a policy sets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    pub message_ttl: Option<u16>,
    pub expires: Option<u16>,
    pub max_length: Option<u8>,
    pub max_length_bytes: Option<u8>,
    /// 1 refuses, 2 refuses with dead letters, else the head is dropped.
    pub overflow: u8,
    pub dead_letters: Option<Grave>,
    pub delivery_limit: Option<u8>,
    pub is_at_least_once: bool,
}

/// A queue to be declared. Arguments that its type does not take are left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Declaration {
    /// 1 quorum, 2 stream, else classic.
    pub kind: u8,
    pub is_transient: bool,
    pub is_exclusive: bool,
    pub is_auto_delete: bool,
    pub is_single_active: bool,
    pub max_priority: Option<u8>,
    pub settings: Settings,
}

impl Default for Target {
    fn default() -> Target {
        Target::Queue(0)
    }
}

/// Where a message is published to.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// A queue by the default exchange.
    Queue(u8),
    /// An exchange with a key.
    Exchange(u8, u8),
    /// One of the private addresses that clients have seen, if any.
    Reply(u8),
    /// An exchange that is not there.
    Nowhere,
}

/// A message to be published.
#[derive(Clone, Copy, Debug, Default)]
pub struct Letter {
    pub to: Target,
    pub mandatory: bool,
    pub is_persistent: bool,
    pub priority: Option<u8>,
    pub expiration: Option<u8>,
    /// Octets of the body.
    pub size: u8,
    /// A further queue by the header CC.
    pub copy_to: Option<u8>,
    /// A reply is to come straight to the channel.
    pub wants_reply: bool,
}

/// Which delivery an answer names.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// One of those that the channel holds; none of them where it holds none.
    Held(u8),
    /// Tag 0, which with `multiple` means all.
    Zero,
    /// A tag that is not yet given out.
    Unknown,
    /// The first tag there was, which as a rule is done with.
    First,
}

/// What a consumer says to a delivery.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    Acknowledge,
    Requeue,
    Discard,
}

/// One command, or something else that happens.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    Declare {
        at: At,
        queue: u8,
        declaration: Declaration,
    },
    Delete {
        at: At,
        queue: u8,
        if_unused: bool,
        if_empty: bool,
    },
    Purge {
        at: At,
        queue: u8,
    },
    DeclareExchange {
        at: At,
        exchange: u8,
        kind: u8,
        is_auto_delete: bool,
        is_internal: bool,
        alternate: Option<u8>,
    },
    DeleteExchange {
        at: At,
        exchange: u8,
        if_unused: bool,
    },
    Bind {
        at: At,
        queue: u8,
        exchange: u8,
        key: u8,
    },
    Unbind {
        at: At,
        queue: u8,
        exchange: u8,
        key: u8,
    },
    BindExchange {
        at: At,
        destination: u8,
        source: u8,
        key: u8,
    },
    Publish {
        at: At,
        letter: Letter,
    },
    /// `basic.qos` and `basic.consume`.
    Consume {
        at: At,
        queue: u8,
        tag: Option<u8>,
        prefetch: u8,
        no_ack: bool,
        exclusive: bool,
        priority: i8,
    },
    Cancel {
        at: At,
        consumer: u8,
    },
    Get {
        at: At,
        queue: u8,
        no_ack: bool,
    },
    Prefetch {
        at: At,
        count: u8,
        global: bool,
    },
    Answer {
        at: At,
        which: Which,
        answer: Answer,
        multiple: bool,
    },
    /// `basic.reject`, which knows no `multiple`.
    Reject {
        at: At,
        which: Which,
        requeue: bool,
    },
    Recover {
        at: At,
        asynchronous: bool,
    },
    Confirm {
        at: At,
    },
    /// `tx.select`, or in a transactional channel `tx.commit` or `tx.rollback`.
    Transact {
        at: At,
        commit: bool,
    },
    CloseChannel {
        at: At,
    },
    CloseConnection {
        client: u8,
    },
    Drop {
        client: u8,
    },
    SetPolicy {
        queue: Option<u8>,
        settings: Settings,
        is_operator: bool,
    },
    ClearPolicy {
        is_operator: bool,
    },
    /// Milliseconds pass.
    Pass {
        ms: u32,
    },
    Restart {
        crash: bool,
    },
    Alarm {
        is_on: bool,
    },
}
