//! Exchanges, bindings and the virtual hosts that hold them.

use super::limits::Limits;
use super::policy::Policies;
use super::routes::Routes;
use crate::amqp::Table;
use crate::ids::{Name, QueueId};
use litemap::LiteMap;

/// The types of exchange that RabbitMQ has without plugins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeKind {
    /// By equal keys.
    Direct,
    /// To every binding.
    Fanout,
    /// By patterns of words.
    Topic,
    /// By header values.
    Headers,
}

impl ExchangeKind {
    /// All of them.
    pub const ALL: [ExchangeKind; 4] =
        [ExchangeKind::Direct, ExchangeKind::Fanout, ExchangeKind::Topic, ExchangeKind::Headers];

    /// The name in `exchange.declare`.
    pub const fn name(self) -> &'static str {
        match self {
            ExchangeKind::Direct => "direct",
            ExchangeKind::Fanout => "fanout",
            ExchangeKind::Topic => "topic",
            ExchangeKind::Headers => "headers",
        }
    }

    /// The type of that name.
    pub fn from_name(name: &str) -> Option<ExchangeKind> {
        ExchangeKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The exchanges that are in every virtual host (rabbitmq.com/docs/exchanges, "Predeclared Exchanges"). The
/// default exchange has the empty name.
pub const PREDECLARED: [(&str, ExchangeKind); 7] = [
    ("", ExchangeKind::Direct),
    ("amq.direct", ExchangeKind::Direct),
    ("amq.fanout", ExchangeKind::Fanout),
    ("amq.headers", ExchangeKind::Headers),
    ("amq.match", ExchangeKind::Headers),
    ("amq.rabbitmq.trace", ExchangeKind::Topic),
    ("amq.topic", ExchangeKind::Topic),
];

/// An exchange.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// How it routes.
    pub kind: ExchangeKind,
    /// Whether it survives a restart of the broker.
    pub is_durable: bool,
    /// Whether it goes with its last binding.
    pub is_auto_delete: bool,
    /// Whether clients may not publish to it.
    pub is_internal: bool,
    /// Where what it cannot route goes.
    pub alternate: Option<Name>,
    /// The alternate exchange that a policy gives it.
    pub policy_alternate: Option<Name>,
    /// The arguments of its declaration.
    pub arguments: Table,
    /// Bindings from it, in the order of binding.
    pub bindings: Vec<Binding>,
    /// Messages that came to it since the start.
    pub received: u64,
    /// Those of them that it could not route at all.
    pub unroutable: u64,
}

/// Where a binding leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// Into a queue.
    Queue(QueueId),
    /// Into a further exchange (RabbitMQ's extension).
    Exchange(Name),
}

/// A way out of an exchange.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// Where it leads.
    pub destination: Destination,
    /// The key, a pattern in a topic exchange.
    pub routing_key: Name,
    /// The arguments, which a headers exchange matches by.
    pub arguments: Table,
}

/// A virtual host: a world of exchanges and queues of its own.
#[derive(Clone, Debug, Default)]
pub struct VirtualHost {
    /// Exchanges by name.
    pub exchanges: LiteMap<Name, Exchange>,
    /// Queues by name.
    pub queues: LiteMap<Name, QueueId>,
    /// Its policies.
    pub(super) policies: Policies,
    /// How much there may be in it.
    pub(super) limits: Limits,
    /// Where messages go that depend on exchange and key alone; emptied when a binding changes.
    pub(super) routes: Routes,
}

crate::ids::nameless!(ExchangeKind);
crate::ids::holds_names!(VirtualHost { exchanges, queues, policies, limits, routes });
crate::ids::holds_names!(Binding { destination, routing_key, arguments });
crate::ids::holds_names!(Exchange {
    kind,
    is_durable,
    is_auto_delete,
    is_internal,
    alternate,
    policy_alternate,
    arguments,
    bindings,
    received,
    unroutable,
});

impl crate::ids::HoldsNames for Destination {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        match self {
            Destination::Queue(queue) => queue.visit_names(visit),
            Destination::Exchange(exchange) => exchange.visit_names(visit),
        }
    }
}
