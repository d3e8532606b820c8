//! Commands on their way.

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
