//! Small numbers that stand for things with names, and the table of names.
//!
//! Names are looked up once, when a scenario is compiled or a frame is decoded; from then on the rules
//! compare integers. What leaves the simulation (facts, reports, bytes) has the text again.

mod holding;
mod names;

pub use holding::HoldsNames;
pub(crate) use holding::{holds_names, nameless};
pub use names::Names;

macro_rules! numbered {
    ($($(#[$doc:meta])* $name:ident($number:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub $number);

        impl $name {
            /// The number as an index into the list of its kind.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

numbered! {
    /// A text known to a [`Names`] table: the name of a queue, a routing key, a consumer tag.
    Name(u32);
    /// A message from its publishing to its end, through every copy of it. Numbered from 1 in the order of
    /// publishing. It is for people and facts; AMQP carries no such number.
    MessageId(u32);
    /// A connection of a client to the broker.
    ConnectionId(u32);
    /// A producer or a consumer of the scenario, in the order of the document.
    ActorId(u32);
    /// A queue of the broker. No two queues have the same at a time; when one is gone, its number is given again.
    QueueId(u32);
}

impl Name {
    /// The empty text, which has the same number in every table.
    pub const EMPTY: Name = Name(0);
}

impl QueueId {
    /// No queue: it was deleted.
    pub const GONE: QueueId = QueueId(u32::MAX);
}

nameless!(MessageId, ConnectionId, ActorId, QueueId);
