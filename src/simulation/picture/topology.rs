//! Exchanges, queues and bindings, and the lines of producers and consumers to them.

use super::{
    EdgeKind, MOST_KEYS, NodeKind, Picture, PictureBinding, PictureNode, Subject, exchange_id, queue_id,
};
use crate::broker::{Binding, Destination, Exchange, Queue};
use crate::facts::{ExchangeName, QueueName};
use crate::ids::{ActorId, Name, Names};
use crate::scenario::{SIMULATED_EXCHANGE_ARGUMENTS, SIMULATED_QUEUE_ARGUMENTS};
use crate::simulation::client::Actor;
use crate::simulation::setting::{arguments, flags_set};
use crate::simulation::world::World;

impl Picture {
    /// The exchanges that were declared, and of the broker's own those that something leads to or from.
    pub(super) fn add_exchanges(&mut self, world: &World) {
        let published_to: Vec<(Name, Name)> = publishing(world).map(|(_, host, to, _)| (host, to)).collect();
        for (host_name, host) in world.broker.virtual_hosts() {
            let destinations: Vec<Name> = host
                .exchanges
                .values()
                .flat_map(|exchange| exchange.bindings.iter().map(|binding| binding.destination).map(Some))
                .flatten()
                .filter_map(|destination| match destination {
                    Destination::Exchange(name) => Some(name),
                    Destination::Queue(_) => None,
                })
                .chain(host.exchanges.values().filter_map(|exchange| exchange.alternate))
                .chain(host.exchanges.values().filter_map(|exchange| exchange.policy_alternate))
                .chain(dead_letter_exchanges(world, host_name))
                .collect();
            for (&name, exchange) in &host.exchanges {
                let text = world.names.text(name);
                let is_own = text.is_empty() || text.starts_with("amq.");
                let is_used = published_to.contains(&(host_name, name))
                    || destinations.contains(&name)
                    || !exchange.bindings.is_empty();
                if !is_own || is_used {
                    let subject = Subject::Exchange(ExchangeName { virtual_host: host_name, name });
                    self.add_node(subject, exchange_node(world, host_name, name, exchange));
                }
            }
        }
    }

    pub(super) fn add_queues(&mut self, world: &World) {
        for (_, queue) in world.broker.queues() {
            self.add_node(Subject::Queue(queue.name), queue_node(world, queue));
        }
    }

    pub(super) fn add_publishing(&mut self, world: &World) {
        let all: Vec<_> = publishing(world).collect();
        for (number, host, exchange, routing_key) in all {
            if self.keys.len() < MOST_KEYS && !self.keys.contains(&routing_key) {
                self.keys.push(routing_key);
            }
            let from = self.places.get(&Subject::Client(number)).copied();
            let exchange_name = ExchangeName { virtual_host: host, name: exchange };
            let to = self.exchange_place(exchange_name);
            if from.zip(to).is_some_and(|pair| !self.edge_places.contains_key(&pair)) {
                self.add_edge(EdgeKind::Publish, from, to, "");
            }
            // The default exchange has a binding to every queue; only those in use are drawn.
            if exchange == Name::EMPTY {
                let queue = QueueName { virtual_host: host, name: routing_key };
                let queue = self.queue_place(queue);
                if to.zip(queue).is_some_and(|pair| !self.edge_places.contains_key(&pair)) {
                    self.add_edge(EdgeKind::Binding, to, queue, world.names.text(routing_key));
                }
            }
        }
    }

    pub(super) fn add_bindings(&mut self, world: &World) {
        for (host_name, host) in world.broker.virtual_hosts() {
            let named = |name| ExchangeName { virtual_host: host_name, name };
            for (&name, exchange) in &host.exchanges {
                let from = self.exchange_place(named(name));
                for binding in &exchange.bindings {
                    let to = match binding.destination {
                        Destination::Exchange(to) => self.exchange_place(named(to)),
                        Destination::Queue(queue) => {
                            world.broker.queue(queue).and_then(|queue| self.queue_place(queue.name))
                        }
                    };
                    self.add_edge(EdgeKind::Binding, from, to, &binding_label(&world.names, binding));
                    let edge = from.zip(to).and_then(|ends| self.edge_places.get(&ends));
                    if let Some(edge) = edge.and_then(|place| self.edges.get_mut(*place)) {
                        edge.bindings.push(picture_binding(&world.names, binding));
                    }
                }
                let alternate = exchange
                    .alternate
                    .or(exchange.policy_alternate)
                    .and_then(|name| self.exchange_place(named(name)));
                self.add_edge(EdgeKind::Alternate, from, alternate, "");
            }
        }
    }

    pub(super) fn add_dead_lettering(&mut self, world: &World) {
        for (_, queue) in world.broker.queues() {
            if let Some(name) = queue.settings.dead_letter_exchange {
                let exchange = ExchangeName { virtual_host: queue.name.virtual_host, name };
                let (from, to) = (self.queue_place(queue.name), self.exchange_place(exchange));
                self.add_edge(EdgeKind::DeadLetter, from, to, "");
            }
        }
    }

    pub(super) fn add_consuming(&mut self, world: &World) {
        for (number, client) in world.clients.iter().enumerate() {
            if let Actor::Consumer(consumer) = &client.actor {
                let to = self.places.get(&Subject::Client(ActorId(number as u32))).copied();
                self.add_edge(EdgeKind::Delivery, self.queue_place(consumer.queue()), to, "");
            }
        }
    }
}

/// Where the dead letters of a virtual host go.
fn dead_letter_exchanges(world: &World, host: Name) -> impl Iterator<Item = Name> {
    let queues = world.broker.queues().filter(move |(_, queue)| queue.name.virtual_host == host);
    queues.filter_map(|(_, queue)| queue.settings.dead_letter_exchange)
}

/// Who publishes where: the client, the virtual host, the exchange and the key, for each message template and each key
/// that it may have.
fn publishing(world: &World) -> impl Iterator<Item = (ActorId, Name, Name, Name)> {
    world.clients.iter().enumerate().flat_map(|(number, client)| {
        let templates = match &client.actor {
            Actor::Producer(producer) => producer.templates(),
            Actor::Consumer(_) => &[],
        };
        let (number, host) = (ActorId(number as u32), client.virtual_host);
        templates.iter().flat_map(move |template| {
            template.routing_keys().iter().map(move |key| (number, host, template.exchange, *key))
        })
    })
}

fn exchange_node(world: &World, host: Name, name: Name, exchange: &Exchange) -> PictureNode {
    let id = exchange_id(&world.names, ExchangeName { virtual_host: host, name });
    let (host, name) = (world.names.text(host), world.names.text(name));
    let flags = [
        ("setting.durable", exchange.is_durable),
        ("setting.auto-delete", exchange.is_auto_delete),
        ("setting.internal", exchange.is_internal),
    ];
    PictureNode {
        id,
        kind: NodeKind::Exchange,
        name: if name.is_empty() { "(default)".to_owned() } else { name.to_owned() },
        virtual_host: host.to_owned(),
        exchange_type: Some(exchange.kind.name()),
        settings: flags_set(&flags),
        arguments: arguments(&exchange.arguments, SIMULATED_EXCHANGE_ARGUMENTS),
        policy: Vec::new(),
    }
}

fn queue_node(world: &World, queue: &Queue) -> PictureNode {
    let names = &world.names;
    let (host, name) = (names.text(queue.name.virtual_host), names.text(queue.name.name));
    let flags = [("setting.durable", queue.is_durable), ("setting.auto-delete", queue.is_auto_delete)];
    let policy = world.broker.policy_of_queue(names, queue);
    PictureNode {
        id: queue_id(names, queue.name),
        kind: NodeKind::Queue,
        name: name.to_owned(),
        virtual_host: host.to_owned(),
        exchange_type: None,
        settings: flags_set(&flags),
        arguments: arguments(&queue.arguments, SIMULATED_QUEUE_ARGUMENTS),
        // A policy with settings that are not known is refused.
        policy: arguments(&policy, &policy.iter().map(|(name, _)| name).collect::<Vec<_>>()),
    }
}

fn picture_binding(names: &Names, binding: &Binding) -> PictureBinding {
    let mut arguments = serde_json::Map::new();
    arguments.extend(binding.arguments.iter().map(|(name, value)| (name.to_owned(), value.to_json())));
    PictureBinding { routing_key: names.text(binding.routing_key).to_owned(), arguments }
}

/// A binding's key, and its arguments if it has some.
fn binding_label(names: &Names, binding: &Binding) -> String {
    let key = names.text(binding.routing_key);
    let arguments: Vec<String> =
        binding.arguments.iter().map(|(name, value)| format!("{name}={}", value.described().1)).collect();
    match (key.is_empty(), arguments.is_empty()) {
        (_, true) => key.to_owned(),
        (true, false) => arguments.join(" "),
        (false, false) => format!("{key} {}", arguments.join(" ")),
    }
}
