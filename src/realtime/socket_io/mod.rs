//! Socket.IO 5: events, acknowledgements, namespaces and rooms on top of Engine.IO
//! (socket.io/docs/v4/socket-io-protocol).

pub mod client;
mod emission;
mod json;
mod packet;
pub mod server;
mod value;

pub use emission::Emission;
pub use packet::{Content, Decoder, Malformed, Packet, is_reserved};
pub use value::{Value, number_text};

use super::engine_io::CloseReason;

/// Why a socket is no longer connected (socket.io/docs/v4/server-socket-instance and client-socket-instance,
/// "disconnect").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisconnectReason {
    /// To the server: the client has called `disconnect`.
    ClientNamespaceDisconnect,
    /// To the server: it has itself disconnected the socket.
    ServerNamespaceDisconnect,
    /// To the server: it has closed the connection, as the client broke the protocol or joined no namespace.
    ForcedServerClose,
    /// To the server: it ends.
    ServerShuttingDown,
    /// To the client: the server has disconnected the socket.
    ServerDisconnect,
    /// To the client: it has itself called `disconnect`.
    ClientDisconnect,
    /// The connection has ended.
    Connection(CloseReason),
}

impl DisconnectReason {
    /// The words of the reference.
    pub fn as_str(self) -> &'static str {
        match self {
            DisconnectReason::ClientNamespaceDisconnect => "client namespace disconnect",
            DisconnectReason::ServerNamespaceDisconnect => "server namespace disconnect",
            DisconnectReason::ForcedServerClose => "forced server close",
            DisconnectReason::ServerShuttingDown => "server shutting down",
            DisconnectReason::ServerDisconnect => "io server disconnect",
            DisconnectReason::ClientDisconnect => "io client disconnect",
            DisconnectReason::Connection(reason) => reason.as_str(),
        }
    }

    /// Whether a socket that left for this reason may come back with its state
    /// (socket.io/docs/v4/connection-state-recovery).
    pub fn is_recoverable(self) -> bool {
        match self {
            DisconnectReason::ForcedServerClose | DisconnectReason::ServerShuttingDown => true,
            DisconnectReason::Connection(reason) => reason != CloseReason::ParseError,
            _ => false,
        }
    }
}
