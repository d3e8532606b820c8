//! A producer or a consumer with its session and its way to the broker.

use super::linking::Socket;
use crate::actors::{Consumer, Producer, Session};
use crate::amqp::{ChannelNumber, Method};
use crate::facts::ClientName;
use crate::ids::{ConnectionId, Name, StreamId};
use crate::network::{Direction, Link};

/// The channel that every simulated client uses.
pub(super) const CHANNEL: ChannelNumber = 1;

/// A producer or a consumer.
#[derive(Clone, Debug)]
pub enum Actor {
    /// A producer.
    Producer(Producer),
    /// A consumer.
    Consumer(Consumer),
}

impl Actor {
    /// Its name.
    pub fn name(&self) -> ClientName {
        match self {
            Actor::Producer(producer) => producer.name(),
            Actor::Consumer(consumer) => consumer.name(),
        }
    }

    /// What it asks for on a channel that is open.
    pub(super) fn set_up(&self) -> Vec<Method> {
        match self {
            Actor::Producer(producer) => producer.set_up(),
            Actor::Consumer(consumer) => consumer.set_up().into(),
        }
    }

    pub(super) fn set_paused(&mut self, is_paused: bool) {
        match self {
            Actor::Producer(producer) => producer.set_paused(is_paused),
            Actor::Consumer(consumer) => consumer.set_paused(is_paused),
        }
    }
}

/// An actor with its way to the broker.
#[derive(Clone, Debug)]
pub struct Client {
    /// The actor.
    pub actor: Actor,
    /// Whether it has a channel.
    pub session: Session,
    /// The virtual host it is connected to.
    pub virtual_host: Name,
    /// Whether it speaks through a WebSocket on links that carry packets.
    pub(super) is_on_websocket: bool,
    /// Its present connection in packets, if it has one.
    pub(super) line: Option<StreamId>,
    /// Whether it has had a channel already.
    pub(super) has_begun: bool,
    /// Its present connection, or the last one.
    pub(super) connection: ConnectionId,
    pub(super) link: Link,
    /// Which way the document calls forward.
    pub(super) forward: Direction,
    /// What waits to go to the broker, and to the client.
    pub(super) sockets: [Socket; 2],
}
