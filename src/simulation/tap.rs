//! A tap on the links: what is sent, for those who want to see it as packets.

use super::World;
use crate::amqp::{ChannelNumber, Command};
use crate::ids::ConnectionId;
use crate::network::Direction;
use crate::time::Time;

/// A command that went onto a link.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    pub connection: ConnectionId,
    pub channel: ChannelNumber,
    pub direction: Direction,
    pub sent: Time,
    /// [`Time::UNKNOWN`] when it waits for its link.
    pub arrives: Time,
    pub command: Command,
}

impl Carried {
    /// When it arrives for a capture. What waits for its link arrives nobody knows when: the capture has it where it
    /// was sent.
    pub fn arrives_in_capture(&self) -> Time {
        if self.arrives == Time::UNKNOWN { self.sent } else { self.arrives }
    }
}

impl World {
    /// Notes what goes onto a link, if somebody listens there.
    pub(super) fn tap(
        &mut self,
        connection: ConnectionId,
        channel: ChannelNumber,
        direction: Direction,
        arrives: Time,
        command: Command,
    ) {
        let sent = self.now;
        if let Some(carried) = &mut self.tap {
            carried.push(Carried { connection, channel, direction, sent, arrives, command });
        }
    }
}
