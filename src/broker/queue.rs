//! A queue: ready messages in order, and the consumers that take turns.

use super::connection::ChannelKey;
use crate::amqp::{Content, Table};
use crate::facts::QueueName;
use crate::ids::Name;
use std::collections::VecDeque;
use std::rc::Rc;

/// A message in the broker, shared by its copies in several queues.
#[derive(Clone, Debug)]
pub struct Message {
    /// The exchange it was published to.
    pub exchange: Name,
    /// The key it was published with.
    pub routing_key: Name,
    /// What it holds.
    pub content: Content,
}

/// One message in one queue.
#[derive(Clone, Debug)]
pub struct QueuedMessage {
    /// Its place in the order of the queue; a requeued message keeps it.
    pub position: u64,
    /// The message.
    pub message: Rc<Message>,
    /// Whether it has been delivered before.
    pub is_redelivered: bool,
}

/// A consumer of a queue, named by its channel and tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConsumerKey {
    /// The channel on which it consumes.
    pub channel: ChannelKey,
    /// Its tag on that channel.
    pub tag: Name,
}

/// A queue.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Its name.
    pub name: QueueName,
    /// Whether it survives a restart of the broker.
    pub is_durable: bool,
    /// Whether it goes with its last consumer.
    pub is_auto_delete: bool,
    /// The connection that alone may use it, and with which it goes.
    pub exclusive_to: Option<crate::ids::ConnectionId>,
    /// The arguments of its declaration.
    pub arguments: Table,
    /// Messages that wait, in the order of their positions.
    pub ready: VecDeque<QueuedMessage>,
    /// How many are delivered and not yet acknowledged.
    pub unacknowledged: u64,
    /// Consumers that can take a message, the next one first.
    pub(super) available: VecDeque<ConsumerKey>,
    /// Consumers whose prefetch limit was found reached. They come back behind the others
    /// (`rabbit_queue_consumers`, `unblock`).
    pub(super) blocked: VecDeque<ConsumerKey>,
    /// A consumer that has the queue for itself.
    pub(super) exclusive_consumer: Option<ConsumerKey>,
    pub(super) next_position: u64,
    /// Messages that came in since the start.
    pub received: u64,
    /// Deliveries since the start.
    pub delivered: u64,
    /// Messages that were acknowledged, by hand or automatically, since the start.
    pub acknowledged: u64,
}

impl Queue {
    /// A queue without messages and consumers.
    pub fn new(name: QueueName) -> Queue {
        Queue {
            name,
            is_durable: true,
            is_auto_delete: false,
            exclusive_to: None,
            arguments: Table::default(),
            ready: VecDeque::new(),
            unacknowledged: 0,
            available: VecDeque::new(),
            blocked: VecDeque::new(),
            exclusive_consumer: None,
            next_position: 0,
            received: 0,
            delivered: 0,
            acknowledged: 0,
        }
    }

    /// Puts a message behind all others.
    pub fn append(&mut self, message: Rc<Message>) {
        let position = self.next_position;
        self.next_position += 1;
        self.received += 1;
        self.ready.push_back(QueuedMessage { position, message, is_redelivered: false });
    }

    /// Puts a message back to where it was (rabbitmq.com/docs/nack: "it will be placed to its original position
    /// in its queue, if possible").
    pub fn put_back(&mut self, message: QueuedMessage) {
        let place = self.ready.partition_point(|other| other.position < message.position);
        self.ready.insert(place, message);
    }

    /// How many consumers it has.
    pub fn consumer_count(&self) -> usize {
        self.available.len() + self.blocked.len()
    }

    /// All its consumers.
    pub fn consumers(&self) -> impl Iterator<Item = ConsumerKey> {
        self.available.iter().chain(&self.blocked).copied()
    }

    /// Lets the consumers of a channel take their turns again, as far as `can_take` says so.
    pub(super) fn unblock(&mut self, channel: ChannelKey, can_take: impl Fn(ConsumerKey) -> bool) {
        let Queue { available, blocked, .. } = self;
        blocked.retain(|&consumer| {
            let comes_back = consumer.channel == channel && can_take(consumer);
            if comes_back {
                available.push_back(consumer);
            }
            !comes_back
        });
    }

    pub(super) fn remove_consumer(&mut self, consumer: ConsumerKey) {
        self.available.retain(|other| *other != consumer);
        self.blocked.retain(|other| *other != consumer);
        if self.exclusive_consumer == Some(consumer) {
            self.exclusive_consumer = None;
        }
    }
}
