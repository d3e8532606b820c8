//! The state of everything that is drawn, at one moment.

use super::browsing::{BrowserState, ServerState};
use super::picture::Subject;
use super::socket_state::SocketState;
use super::whereabouts::documented;
use super::{Actor, Client, Simulation, World};
use crate::actors::{Acknowledgement, Consumer, Delivery, Producer};
use crate::amqp::Message;
use crate::broker::{Exchange, Queue, QueuedMessage};
use crate::facts::{Rule, Sentence};
use crate::ids::{Name, QueueId};
use crate::network::{Jitter, LinkSettings};
use crate::parts;
use crate::sorting::sort_by_key;
use crate::time::Span;
use litemap::LiteMap;
use serde::Serialize;
use std::num::NonZeroU64;

/// At most so many messages of a queue or a buffer are given one by one.
const MOST_CELLS: usize = 64;

/// A message in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The number of the message.
    pub message: u32,
    /// A number for its routing key.
    pub key: u32,
    /// The place of its producer in the picture.
    pub producer: u32,
    /// Whether it was delivered before.
    pub redelivered: bool,
}

/// A message being worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WorkState {
    /// The message.
    pub cell: Cell,
    /// When the work began, in microseconds.
    pub began: u64,
    /// When it will be done, in microseconds.
    pub ends: u64,
}

/// The state of a node.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[allow(missing_docs)] // The fields are described in web/types.d.ts, where their readers look.
pub enum NodeState {
    /// Of a producer.
    Producer {
        published: u64,
        returned: u64,
        confirmed: u64,
        refused: u64,
        waiting: u64,
        repeated: u64,
        given_up: u64,
        arrivals: &'static str,
        per_second: Option<f64>,
        paused: bool,
        life: &'static str,
        reason: Option<Sentence>,
    },
    /// Of an exchange.
    Exchange { received: u64, unroutable: u64 },
    /// Of a queue.
    Queue {
        ready: u64,
        unacknowledged: u64,
        kept: u64,
        consumers: u64,
        ready_cells: Vec<Cell>,
        unacknowledged_cells: Vec<Cell>,
        received: u64,
        delivered: u64,
        acknowledged: u64,
        waits: Option<Sentence>,
        #[serde(serialize_with = "documented")]
        waits_rule: Option<Rule>,
    },
    /// Of a consumer.
    Consumer {
        prefetch: u16,
        automatic_acknowledgement: bool,
        acknowledgement: &'static str,
        batch: Option<u64>,
        service_us: Option<f64>,
        slowness: f64,
        hung: bool,
        buffer: Vec<Cell>,
        buffered: u64,
        work: Option<WorkState>,
        finished: u64,
        paused: bool,
        life: &'static str,
        reason: Option<Sentence>,
    },
    /// Of a host of servers of browsers.
    Server(ServerState),
    /// Of a browser.
    Browser(BrowserState),
    /// Of a program with a plain socket.
    Socket { sent: u64, received: u64, octets_received: u64, reads: u64, doubled: u64, late: u64 },
    /// Of something that is gone since the picture was made.
    Gone,
}

/// The state of a client's link.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkState {
    /// The id of the client.
    pub node: String,
    /// Whether it lets anything through, both ways.
    pub is_up: bool,
    /// The delay on the way to the broker, in microseconds.
    pub latency_us: u64,
    /// How that varies on this way: a kind of distribution and its parameter in microseconds.
    pub jitter: Option<(&'static str, u64)>,
    /// Bits per second on this way, if they are limited.
    pub bandwidth_bits_per_s: Option<u64>,
    /// How probably a segment is lost, on the worse way.
    pub loss: f64,
}

impl LinkState {
    /// What the link of a node is set to, forward and back.
    pub(super) fn of(node: String, ways: [&LinkSettings; 2]) -> LinkState {
        LinkState {
            node,
            is_up: ways.iter().all(|way| way.is_up),
            latency_us: ways[0].latency.as_us(),
            jitter: match ways[0].jitter {
                Jitter::None => None,
                Jitter::Uniform { half_width } => Some(("uniform", half_width.as_us())),
                Jitter::Exponential { mean } => Some(("exponential", mean.as_us())),
                Jitter::Normal { deviation } => Some(("normal", deviation.as_us())),
            },
            bandwidth_bits_per_s: ways[0].bandwidth.map(NonZeroU64::get),
            loss: ways[0].loss.max(ways[1].loss),
        }
    }
}

/// The state of a simulation for the picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Snapshot {
    /// The present, in microseconds.
    pub now: u64,
    /// Steps taken.
    pub step: u64,
    /// Facts recorded.
    pub fact_count: u64,
    /// When the next event is due, in microseconds.
    pub next_event: Option<u64>,
    /// The end of the timeline that the scenario asks for, in microseconds.
    pub until: u64,
    /// While the broker is down: when it is there again, in microseconds.
    pub broker_is_back: Option<u64>,
    /// The version of the picture that this belongs to.
    pub picture_version: u64,
    /// In the order of the picture's nodes.
    pub nodes: Vec<NodeState>,
    /// The links of producers, consumers and browsers, in the order of the document.
    pub links: Vec<LinkState>,
    /// The TCP sockets of nodes whose links carry packets.
    pub sockets: Vec<SocketState>,
}

impl Snapshot {
    pub(super) fn of(simulation: &Simulation) -> Snapshot {
        let world = &simulation.world;
        let reader = Reader::new(simulation);
        Snapshot {
            now: world.now.as_us(),
            step: world.steps,
            fact_count: world.recorder.count(),
            next_event: world.next_event().map(|time| time.as_us()),
            until: simulation.scenario.until_us,
            broker_is_back: world.broker_is_back.map(|time| time.as_us()),
            picture_version: simulation.picture.version,
            sockets: simulation.socket_states(),
            links: (world.clients.iter())
                .filter_map(|client| {
                    let node = simulation.picture.client_id(client.actor.name().0)?;
                    Some(client.link_state(node.to_owned()))
                })
                .chain(world.guest_links())
                .chain(world.sockets.iter().filter_map(|socket| {
                    let node = simulation.picture.client_id(world.nodes.get(socket.node).name)?;
                    Some(world.streams.link_of([socket.node, socket.to?.0]).state(node.to_owned()))
                }))
                .collect(),
            nodes: simulation.picture.subjects.iter().map(|subject| reader.state(*subject)).collect(),
        }
    }
}

struct Reader<'a> {
    simulation: &'a Simulation,
    world: &'a World,
    unacknowledged: LiteMap<QueueId, Vec<Cell>>,
}

impl<'a> Reader<'a> {
    fn new(simulation: &'a Simulation) -> Reader<'a> {
        let mut reader = Reader { simulation, world: &simulation.world, unacknowledged: LiteMap::new() };
        let mut unacknowledged: LiteMap<QueueId, Vec<(u64, Cell)>> = LiteMap::new();
        for (_, connection) in simulation.world.broker.connections() {
            for delivery in connection.channels.values().flat_map(|channel| &channel.unacknowledged) {
                let cell = reader.queued_cell(&delivery.message);
                unacknowledged.entry(delivery.queue).or_default().push((delivery.message.position, cell));
            }
        }
        for (queue, mut cells) in unacknowledged {
            sort_by_key(&mut cells, |(position, _)| *position);
            cells.truncate(MOST_CELLS);
            reader.unacknowledged.insert(queue, cells.into_iter().map(|(_, cell)| cell).collect());
        }
        reader
    }

    fn state(&self, subject: Subject) -> NodeState {
        match subject {
            Subject::Client(id) => {
                let Client { actor, session, .. } = &self.world.clients[id.index()];
                let life = session.life().name();
                let reason = session.reason().map(|event| Sentence::of_event(event, &self.world.names));
                match actor {
                    Actor::Producer(producer) => producer_state(producer, life, reason),
                    Actor::Consumer(consumer) => self.consumer_state(consumer, life, reason),
                }
            }
            Subject::Socket(number) if parts::BROWSERS => {
                let counts = &self.world.sockets[number].counts;
                NodeState::Socket {
                    sent: counts.sent,
                    received: counts.received,
                    octets_received: counts.octets_received,
                    reads: counts.reads,
                    doubled: counts.doubled.len() as u64,
                    late: counts.late.len() as u64,
                }
            }
            Subject::Exchange(name) => {
                let host = self.world.broker.virtual_hosts().find(|(host, _)| *host == name.virtual_host);
                let exchange = host.and_then(|(_, host)| host.exchanges.get(&name.name));
                exchange.map_or(NodeState::Gone, exchange_state)
            }
            Subject::Queue(name) => {
                let host = self.world.broker.virtual_hosts().find(|(host, _)| *host == name.virtual_host);
                let id = host.and_then(|(_, host)| host.queues.get(&name.name)).copied();
                let queue = id.and_then(|id| Some((id, self.world.broker.queue(id)?)));
                queue.map_or(NodeState::Gone, |(id, queue)| self.queue_state(id, queue))
            }
            Subject::Host(host) if parts::BROWSERS => NodeState::Server(self.world.server_state(host)),
            Subject::Guest(guest) if parts::BROWSERS => NodeState::Browser(self.world.browser_state(guest)),
            // Of a part that is not in this build.
            Subject::Socket(_) | Subject::Host(_) | Subject::Guest(_) => NodeState::Gone,
        }
    }

    fn queue_state(&self, id: QueueId, queue: &Queue) -> NodeState {
        let waits = self.world.broker.why_head_waits(id);
        NodeState::Queue {
            ready: queue.ready_count(),
            unacknowledged: queue.unacknowledged,
            kept: queue.kept_count(),
            consumers: queue.consumer_count() as u64,
            ready_cells: queue.ready().take(MOST_CELLS).map(|copy| self.queued_cell(copy)).collect(),
            unacknowledged_cells: self.unacknowledged.get(&id).cloned().unwrap_or_default(),
            received: queue.received,
            delivered: queue.delivered,
            acknowledged: queue.acknowledged,
            waits: waits.map(|event| Sentence::of_event(&event, &self.world.names)),
            waits_rule: waits.and_then(|event| event.rule()),
        }
    }

    fn consumer_state(&self, consumer: &Consumer, life: &'static str, reason: Option<Sentence>) -> NodeState {
        let habits = consumer.habits();
        // While it hangs, its work stands still.
        let stood = consumer.hangs_since().map_or(Span::ZERO, |since| self.world.now - since);
        let cells = consumer.buffer().iter().take(MOST_CELLS).map(|delivery| self.delivery_cell(delivery));
        NodeState::Consumer {
            prefetch: habits.prefetch,
            automatic_acknowledgement: habits.acknowledgement == Acknowledgement::Automatic,
            acknowledgement: habits.acknowledgement.name(),
            batch: habits.acknowledgement.batch(),
            service_us: Some(habits.service.mean()).filter(|mean| mean.is_finite()),
            slowness: consumer.slowness(),
            hung: consumer.hangs_since().is_some(),
            buffer: cells.collect(),
            buffered: consumer.buffer().len() as u64,
            work: consumer.work().map(|work| WorkState {
                cell: self.delivery_cell(&work.delivery),
                began: (work.began + stood).as_us(),
                ends: (work.ends + stood).as_us(),
            }),
            finished: consumer.finished(),
            paused: consumer.is_paused(),
            life,
            reason,
        }
    }

    fn queued_cell(&self, copy: &QueuedMessage) -> Cell {
        let Message { routing_key, content, .. } = &*copy.message;
        Cell {
            message: content.origin.message.0,
            key: self.simulation.picture.key_number(*routing_key),
            producer: self.producer_place(content.origin.publisher),
            redelivered: copy.is_redelivered,
        }
    }

    fn delivery_cell(&self, delivery: &Delivery) -> Cell {
        Cell {
            message: delivery.number().0,
            key: self.simulation.picture.key_number(delivery.message.routing_key),
            producer: self.producer_place(delivery.message.content.origin.publisher),
            redelivered: delivery.is_redelivered,
        }
    }

    fn producer_place(&self, publisher: Name) -> u32 {
        self.simulation.picture.client_place(publisher).unwrap_or_default() as u32
    }
}

fn producer_state(producer: &Producer, life: &'static str, reason: Option<Sentence>) -> NodeState {
    let (confirmed, refused) = producer.confirms();
    let (repeated, given_up) = producer.retries().map_or((0, 0), |retries| retries.counts());
    NodeState::Producer {
        confirmed,
        refused,
        published: producer.published(),
        returned: producer.returned(),
        waiting: producer.waiting(),
        repeated,
        given_up,
        arrivals: producer.arrivals().kind(),
        per_second: producer.arrivals().per_second(),
        paused: producer.is_paused(),
        life,
        reason,
    }
}

fn exchange_state(exchange: &Exchange) -> NodeState {
    NodeState::Exchange { received: exchange.received, unroutable: exchange.unroutable }
}
