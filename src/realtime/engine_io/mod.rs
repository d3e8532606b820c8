//! Engine.IO 4: packets over HTTP long polling or WebSocket, with a change from the one to the other
//! (socket.io/docs/v4/engine-io-protocol).
//!
//! Server and client are state machines. What comes in is queued as work; the layer above asks for one event
//! after the other and may act on each before the rest of the work is done, as a listener of the reference
//! does. What the reference leaves to the next turn of its event loop is done when the work is done.

pub mod client;
mod cors;
mod handshake;
mod identifier;
mod options;
mod packet;
mod refusal;
pub mod server;
pub mod target;
mod timers;

pub use cors::{AllowedOrigins, Cors};
pub use handshake::Handshake;
pub use identifier::{branch, identifier};
pub use options::{ServerOptions, TransportName};
pub use packet::{Data, Malformed, Packet, from_payload, to_payload};
pub use refusal::Refusal;
pub use timers::Timers;

/// Why a session has ended (socket.io/docs/v4/server-socket-instance, "disconnect").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// The connection ended.
    TransportClose,
    /// The connection failed, or the other side broke the protocol.
    TransportError,
    /// No ping, or no answer to a ping, came in time.
    PingTimeout,
    /// What came is not a packet.
    ParseError,
    /// This side has closed.
    ForcedClose,
}

impl CloseReason {
    /// The words of the reference.
    pub fn as_str(self) -> &'static str {
        match self {
            CloseReason::TransportClose => "transport close",
            CloseReason::TransportError => "transport error",
            CloseReason::PingTimeout => "ping timeout",
            CloseReason::ParseError => "parse error",
            CloseReason::ForcedClose => "forced close",
        }
    }
}
