//! Segments and datagrams in the moving picture.

use super::leg::{Leg, Shape};
use super::{ClientName, Event};
use crate::ids::MessageId;
use crate::time::Time;

/// A frame, or a message in a socket, that begins to move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PacketMove {
    pub message: MessageId,
    pub from: ClientName,
    pub to: ClientName,
    pub shape: Shape,
    /// Unknown for what is lost, or waits in its socket.
    pub arrives: Time,
}

impl PacketMove {
    pub fn leg(&self) -> Leg {
        Leg::Packet(self.from, self.to)
    }
}

/// What a fact says of frames: one is sent, or lost.
pub(super) fn packet_move(event: &Event) -> Option<PacketMove> {
    let (message, from, to, shape, arrives) = match *event {
        Event::SegmentSent { sender, receiver, arrives, .. }
        | Event::FrameSent { sender, receiver, arrives, .. }
        | Event::FrameDoubled { sender, receiver, arrives, .. }
            if arrives != Time::UNKNOWN =>
        {
            (MessageId(0), sender, receiver, Shape::Packet, arrives)
        }
        Event::DatagramSent { message, sender, receiver, arrives, .. } if arrives != Time::UNKNOWN => {
            (message, sender, receiver, Shape::Packet, arrives)
        }
        Event::FrameLost { sender, receiver, .. }
        | Event::FrameCutOff { sender, receiver, .. }
        | Event::FrameDropped { sender, receiver, .. }
        | Event::FrameTooLong { sender, receiver, .. } => {
            (MessageId(0), sender, receiver, Shape::PacketLost, Time::UNKNOWN)
        }
        Event::SocketSends { message, sender, receiver, .. } => {
            (message, sender, receiver, Shape::Message, Time::UNKNOWN)
        }
        _ => return None,
    };
    Some(PacketMove { message, from, to, shape, arrives })
}

/// The last octets of what a message is written in are on their way: of which message, on which link, and when they
/// arrive.
pub(super) fn completed(event: &Event) -> Option<(MessageId, [ClientName; 2], Time)> {
    match *event {
        Event::SegmentCompletes { message, sender, receiver, arrives, .. } if arrives != Time::UNKNOWN => {
            Some((message, [sender, receiver], arrives))
        }
        _ => None,
    }
}

/// A message does not wait to be sent any more: its datagram has gone, or its sender is.
pub(super) fn waits_no_more(event: &Event) -> Option<MessageId> {
    match *event {
        Event::DatagramSent { message, .. }
        | Event::PublishingLost { message, .. }
        | Event::Lost { message, .. }
        | Event::Forgotten { message, .. } => Some(message),
        _ => None,
    }
}

impl Leg {
    /// Whether it goes over the link from one node to another. The broker is whoever is not the client.
    pub(super) fn goes(self, [from, to]: [ClientName; 2]) -> bool {
        match (self, self.link()) {
            (Leg::Packet(own_from, own_to), _) => own_from == from && own_to == to,
            (_, Some((client, is_to_broker))) => client == if is_to_broker { from } else { to },
            _ => false,
        }
    }
}
