//! Small numbers that stand for things with names, and the table of names.
//!
//! Names are looked up once, when a scenario is compiled or a frame is decoded; from then on the rules
//! compare integers. What leaves the simulation (facts, reports, bytes) has the text again.

mod holding;
mod names;
mod numbered;

pub use holding::HoldsNames;
pub(crate) use holding::{holds_names, nameless};
pub use names::Names;
pub use numbered::{ByNumber, Number};

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

        impl Number for $name {
            fn of_place(place: usize) -> $name {
                $name(place as $number)
            }

            fn place(self) -> usize {
                self.index()
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
    /// Something with a place on the network: the broker is 0, behind it come producers and consumers, servers,
    /// browsers and sockets, each in the order of the document.
    NodeId(u32);
    /// A stream of octets between two nodes. No two streams of a run have the same.
    StreamId(u32);
}

impl Name {
    /// The empty text, which has the same number in every table.
    pub const EMPTY: Name = Name(0);
}

impl QueueId {
    /// No queue: it was deleted.
    pub const GONE: QueueId = QueueId(u32::MAX);
}

nameless!(MessageId, ConnectionId, ActorId, QueueId, NodeId, StreamId);
