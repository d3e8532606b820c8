//! Commands on their way, each at a place of its own, so that what stands on the agenda is small.

use crate::amqp::{ChannelNumber, Parcel};
use crate::ids::ConnectionId;
use crate::network::Direction;

/// A command between a client and the broker.
#[derive(Clone, Debug)]
pub(super) struct Transfer {
    /// Which way it goes.
    pub direction: Direction,
    /// On which connection.
    pub connection: ConnectionId,
    /// On which channel of that.
    pub channel: ChannelNumber,
    /// Whether the broker is done with the message that it brings.
    pub is_settled: bool,
    /// What it is.
    pub parcel: Parcel,
}

/// The place of a command that is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ParcelNumber(u32);

/// Commands on their way.
#[derive(Clone, Debug, Default)]
pub(super) struct Parcels {
    places: Vec<Option<Transfer>>,
    free: Vec<u32>,
}

impl Parcels {
    /// A command goes on its way.
    #[inline]
    pub fn put(&mut self, transfer: Transfer) -> ParcelNumber {
        let Some(place) = self.free.pop() else {
            self.places.push(Some(transfer));
            return ParcelNumber((self.places.len() - 1) as u32);
        };
        self.places[place as usize] = Some(transfer);
        ParcelNumber(place)
    }

    /// How many places there are, in use or free.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// A command that is on its way.
    pub fn get(&self, number: ParcelNumber) -> Option<&Transfer> {
        self.places[number.0 as usize].as_ref()
    }

    /// A command arrives.
    #[inline]
    pub fn take(&mut self, number: ParcelNumber) -> Option<Transfer> {
        let transfer = self.places[number.0 as usize].take();
        self.free.push(number.0);
        transfer
    }
}
