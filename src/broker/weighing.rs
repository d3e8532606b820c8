//! How much memory a copy of the broker takes.

use super::connection::Unacknowledged;
use super::queue::QueuedMessage;
use super::{Broker, Channel, Connection, Queue};
use crate::amqp::Message;
use std::mem::size_of;

/// A message with the memory for it that several copies may share, and its header.
const MESSAGE: usize = size_of::<QueuedMessage>() + size_of::<Message>();

impl Broker {
    /// What a copy of it takes, in octets, about: of bodies and topology, which copies share or which are small,
    /// nothing is counted.
    pub fn octets(&self) -> u64 {
        let queued: usize = self.queues().map(|(_, queue)| queue.stored_count()).sum();
        let queues = self.queues.len() * size_of::<Queue>() + queued * MESSAGE;
        let of_channel = |channel: &Channel| {
            size_of::<Channel>()
                + channel.held().count() * (size_of::<Unacknowledged>() + size_of::<Message>())
        };
        let connections = self.connections().map(|(_, connection)| {
            size_of::<Connection>() + connection.channels.values().map(of_channel).sum::<usize>()
        });
        (size_of::<Broker>() + queues + connections.sum::<usize>()) as u64
    }
}
