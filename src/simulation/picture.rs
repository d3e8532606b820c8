//! What is drawn and stays: nodes and edges.

mod elements;
mod spot;
mod topology;
mod visitors;

pub use elements::{EdgeKind, NodeKind, PictureBinding, PictureEdge, PictureNode};
pub use spot::Spot;

use super::client::Actor;
use super::setting::{consumer_settings, producer_settings, socket_settings};
use super::world::World;
use crate::facts::{ExchangeName, QueueName};
use crate::ids::{ActorId, Name, Names};
use crate::parts;
use crate::scenario::Scenario;
use litemap::LiteMap;
use serde::Serialize;

/// What a node stands for in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Client(ActorId),
    Exchange(ExchangeName),
    Queue(QueueName),
    Host(usize),
    Guest(usize),
    Socket(usize),
}

/// So many routing keys have small numbers. There are fewer colours.
const MOST_KEYS: usize = 64;

/// The nodes and edges of a simulation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Picture {
    /// The version of the topology that is drawn.
    pub version: u64,
    /// Virtual hosts in which something is drawn.
    pub virtual_hosts: Vec<String>,
    /// Producers, exchanges, queues, consumers, browsers, servers, sockets, in this order.
    pub nodes: Vec<PictureNode>,
    /// The lines between them.
    pub edges: Vec<PictureEdge>,
    #[serde(skip)]
    pub(super) subjects: Vec<Subject>,
    #[serde(skip)]
    places: LiteMap<Subject, usize>,
    #[serde(skip)]
    clients: LiteMap<Name, usize>,
    #[serde(skip)]
    keys: Vec<Name>,
    #[serde(skip)]
    edge_places: LiteMap<(usize, usize), usize>,
}

impl Picture {
    /// The picture of a world.
    pub(super) fn of(scenario: &Scenario, world: &World) -> Picture {
        let mut picture = Picture {
            version: world.picture_version(),
            virtual_hosts: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
            subjects: Vec::new(),
            places: LiteMap::new(),
            clients: LiteMap::new(),
            keys: Vec::new(),
            edge_places: LiteMap::new(),
        };
        picture.add_clients(world, NodeKind::Producer);
        picture.add_exchanges(world);
        picture.add_queues(world);
        picture.add_clients(world, NodeKind::Consumer);
        if parts::BROWSERS {
            picture.add_visitors(scenario, world);
            picture.add_sockets(scenario, world);
        }
        // Where there are only numbers nobody draws: their nodes are all that is asked for.
        if parts::FACTS {
            picture.add_publishing(world);
            picture.add_bindings(world);
            picture.add_dead_lettering(world);
            picture.add_consuming(world);
        }
        for node in &picture.nodes {
            if !picture.virtual_hosts.contains(&node.virtual_host) {
                picture.virtual_hosts.push(node.virtual_host.clone());
            }
        }
        picture
    }

    /// The place of the client with that name: a producer, a consumer, a browser, a server.
    pub fn client_place(&self, name: Name) -> Option<usize> {
        self.clients.get(&name).copied()
    }

    /// The id of a producer, a consumer, a browser or a server.
    pub fn client_id(&self, name: Name) -> Option<&str> {
        self.client_place(name).map(|place| &*self.nodes[place].id)
    }

    /// The place of an exchange.
    pub fn exchange_place(&self, exchange: ExchangeName) -> Option<usize> {
        self.places.get(&Subject::Exchange(exchange)).copied()
    }

    /// The place of a queue.
    pub fn queue_place(&self, queue: QueueName) -> Option<usize> {
        self.places.get(&Subject::Queue(queue)).copied()
    }

    /// A small number for a routing key: those of the document from 0 in its order, others after them.
    pub fn key_number(&self, key: Name) -> u32 {
        let place = self.keys.iter().position(|known| *known == key);
        place.map_or(self.keys.len() as u32 + key.0, |place| place as u32)
    }

    fn add_node(&mut self, subject: Subject, node: PictureNode) {
        self.places.insert(subject, self.nodes.len());
        self.subjects.push(subject);
        self.nodes.push(node);
    }

    fn add_clients(&mut self, world: &World, kind: NodeKind) {
        for (number, client) in world.clients.iter().enumerate() {
            let name = world.names.text(client.actor.name().0);
            let (settings, prefix) = match (&client.actor, kind) {
                (Actor::Producer(producer), NodeKind::Producer) => {
                    (producer_settings(client, producer), "producer")
                }
                (Actor::Consumer(consumer), NodeKind::Consumer) => {
                    (consumer_settings(client, consumer), "consumer")
                }
                _ => continue,
            };
            self.clients.insert(client.actor.name().0, self.nodes.len());
            let node = PictureNode {
                id: format!("{prefix}:{name}"),
                kind,
                name: name.to_owned(),
                virtual_host: world.names.text(client.virtual_host).to_owned(),
                exchange_type: None,
                settings,
                arguments: Vec::new(),
                policy: Vec::new(),
            };
            self.add_node(Subject::Client(ActorId(number as u32)), node);
        }
    }

    /// Programs with plain sockets, and the lines between them.
    fn add_sockets(&mut self, scenario: &Scenario, world: &World) {
        for (number, document) in scenario.sockets.iter().enumerate() {
            let Some(name) = world.names.find(&document.id) else { continue };
            self.clients.insert(name, self.nodes.len());
            let node = PictureNode {
                id: format!("socket:{}", document.id),
                kind: NodeKind::Socket,
                name: document.id.clone(),
                virtual_host: String::new(),
                exchange_type: None,
                settings: socket_settings(scenario, document),
                arguments: Vec::new(),
                policy: Vec::new(),
            };
            self.add_node(Subject::Socket(number), node);
        }
        for document in &scenario.sockets {
            let place = |name: &str| self.client_place(world.names.find(name)?);
            let (from, to) = (place(&document.id), document.peer().and_then(place));
            self.add_edge(EdgeKind::Socket, from, to, "");
        }
    }

    fn add_edge(&mut self, kind: EdgeKind, from: Option<usize>, to: Option<usize>, label: &str) {
        let (Some(from), Some(to)) = (from, to) else { return };
        if let Some(&place) = self.edge_places.get(&(from, to)) {
            let edge = &mut self.edges[place];
            if !label.is_empty() {
                if !edge.label.is_empty() {
                    edge.label.push_str(", ");
                }
                edge.label.push_str(label);
            }
            return;
        }
        self.edge_places.insert((from, to), self.edges.len());
        self.edges.push(PictureEdge { kind, from, to, label: label.to_owned(), bindings: Vec::new() });
    }
}

/// The id of an exchange, whether the picture has it or not.
pub fn exchange_id(names: &Names, exchange: ExchangeName) -> String {
    format!("exchange:{}/{}", names.text(exchange.virtual_host), names.text(exchange.name))
}

/// The id of a queue, whether the picture has it or not.
pub fn queue_id(names: &Names, queue: QueueName) -> String {
    format!("queue:{}/{}", names.text(queue.virtual_host), names.text(queue.name))
}

#[cfg(test)]
mod tests {
    use crate::simulation::Simulation;
    use crate::time::Time;

    const EXPIRING: &str = r#"{
      "queuescope": 1,
      "broker": { "definitions": {
        "exchanges": [{ "name": "events", "type": "fanout" }],
        "queues": [{ "name": "passing", "arguments": { "x-expires": 2000 } }, { "name": "staying" }],
        "bindings": [{ "source": "events", "destination": "passing", "destination_type": "queue" }]
      } }
    }"#;

    #[test]
    fn the_picture_follows_the_topology_forward_and_back() {
        let mut simulation = Simulation::from_text(EXPIRING, None).expect("it is a good document");
        let ids = |simulation: &Simulation| -> Vec<String> {
            simulation.picture().nodes.iter().map(|node| node.id.clone()).collect()
        };
        let (before, edges) = (ids(&simulation), simulation.picture().edges.len());
        let version = simulation.picture().version;
        simulation.run_until(Time::from_us(2_500_000));
        let after: Vec<_> = before.iter().filter(|id| *id != "queue://passing").cloned().collect();
        assert_eq!(ids(&simulation), after);
        assert_eq!(simulation.picture().edges.len(), edges - 1);
        assert_eq!(simulation.snapshot().nodes.len(), after.len());
        assert_eq!(simulation.snapshot().picture_version, simulation.picture().version);
        simulation.step_back();
        assert_eq!((ids(&simulation), simulation.picture().version), (before.clone(), version));
        simulation.seek(Time::from_us(3_000_000));
        assert_eq!(ids(&simulation), after);
        simulation.seek(Time::from_us(0));
        assert_eq!(ids(&simulation), before);
    }
}
