//! How much memory a checkpoint takes.

use super::world::Pending;
use super::{Actor, Client, World};
use crate::actors::Delivery;
use crate::amqp::Parcel;
use std::mem::size_of;

/// A host of the network with its tables; its log of inputs copies share.
const HOST: u64 = 2_048;
/// A stream, with what is in it.
const STREAM: u64 = 1_024;
/// A browser or a host of servers, with its connections.
const VISITOR: u64 = 16_384;

impl World {
    /// What a copy of it takes, in octets, about: everything that many messages make large is counted, and what copies
    /// share is not. Of browsers, servers and streams, of which there are few, a usual size is taken.
    pub(super) fn checkpoint_octets(&self) -> u64 {
        let slabs = self.agenda.count() * size_of::<Pending>() + self.parcels.count() * size_of::<Parcel>();
        let buffered = |client: &Client| match &client.actor {
            Actor::Consumer(consumer) => consumer.buffer().len() * size_of::<Delivery>(),
            Actor::Producer(_) => 0,
        };
        let clients: usize = self.clients.iter().map(|client| size_of::<Client>() + buffered(client)).sum();
        let visitors = (self.browsing.hosts.len() + self.browsing.guests.len()) as u64;
        let hosts = self.packets.as_ref().map_or(0, |_| self.nodes.iter().count() as u64);
        (size_of::<World>() + slabs + clients) as u64
            + self.broker.octets()
            + self.recorder.octets()
            + visitors * VISITOR
            + hosts * HOST
            + self.streams.count() as u64 * STREAM
    }
}
