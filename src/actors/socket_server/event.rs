//! What is told of a Socket.IO server with handlers.

use crate::ids::MessageId;
use crate::realtime::socket_io::server::{Audience, Event, SocketId};

/// What happened at a Socket.IO server.
#[derive(Clone, Debug, PartialEq)]
pub enum SocketServerEvent {
    /// What the server below tells. It is to be given back to [`SocketServer::react`](super::SocketServer::react).
    Told(Event),
    /// The server sends an event.
    Emitted {
        /// The message that it is.
        message: MessageId,
        /// The name of the event.
        event: String,
        /// The socket to which it goes, or the audience.
        to: Result<SocketId, Audience>,
        /// Whether it is kept for clients that come back in time.
        is_kept: bool,
    },
    /// The server acknowledges a message.
    AcknowledgementSent {
        /// To whom.
        socket: SocketId,
        /// The message.
        message: MessageId,
    },
    /// A message of the server has been acknowledged, or not in time.
    Answered {
        /// The message.
        message: MessageId,
        /// Whether the time was over.
        is_late: bool,
    },
    /// A socket has joined a room, or left it.
    RoomChanged {
        /// The socket.
        socket: SocketId,
        /// The room.
        room: String,
        /// Whether it has joined it.
        is_in: bool,
    },
}
