//! What events are made of: the names of those concerned, and fields for whoever reads events without knowing each kind.

use super::Rule;
use crate::ids::{HoldsNames, MessageId, Name, holds_names};
use crate::time::Time;

/// The name of a producer or a consumer of the scenario, or of a client on a real socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientName(pub Name);

/// The name of an exchange in its virtual host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExchangeName {
    /// The virtual host.
    pub virtual_host: Name,
    /// The name, empty for the default exchange.
    pub name: Name,
}

/// The name of a queue in its virtual host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueueName {
    /// The virtual host.
    pub virtual_host: Name,
    /// The name.
    pub name: Name,
}

/// A field of an event, for whoever reads events without knowing each kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field {
    /// A message.
    Message(MessageId),
    /// A producer or a consumer.
    Client(ClientName),
    /// An exchange.
    Exchange(ExchangeName),
    /// A queue.
    Queue(QueueName),
    /// A text: a routing key, a consumer tag.
    Text(Name),
    /// A count.
    Number(u64),
    /// A moment.
    Time(Time),
    /// A statement that holds or not.
    Flag(bool),
    /// The rule behind the event.
    Rule(Rule),
}

macro_rules! field_from {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for Field {
            fn from(value: $type) -> Field { Field::$variant(value.into()) }
        }
    )*};
}
field_from! {
    MessageId => Message, ClientName => Client, ExchangeName => Exchange, QueueName => Queue, Name => Text,
    u64 => Number, u32 => Number, u16 => Number, Time => Time, bool => Flag, Rule => Rule,
}

holds_names!(ExchangeName { virtual_host, name });
holds_names!(QueueName { virtual_host, name });

impl HoldsNames for ClientName {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        visit(self.0);
    }
}
