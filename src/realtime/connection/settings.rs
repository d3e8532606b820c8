//! How a connection behaves.

use crate::realtime::http::Limits;
use crate::realtime::websocket::{Subprotocols, WebSocketSettings};
use crate::time::Span;

/// How the server's side of a connection behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// How much of a request is read.
    pub limits: Limits,
    /// What holds once a request has become a WebSocket.
    pub websocket: WebSocketSettings,
    /// Which subprotocol is chosen.
    pub subprotocols: Subprotocols,
    /// So many requests may wait for their responses; those behind them are read later.
    pub pipelined: usize,
    /// How long a client may take for the header of a request.
    pub header_timeout: Span,
    /// How long a client may take for a whole request.
    pub request_timeout: Span,
    /// How long a connection may be idle between two exchanges.
    pub idle_timeout: Span,
}

/// The times for header and request are those of Node.js.
impl Default for ConnectionSettings {
    fn default() -> ConnectionSettings {
        ConnectionSettings {
            limits: Limits::default(),
            websocket: WebSocketSettings::default(),
            subprotocols: Subprotocols::default(),
            pipelined: 16,
            header_timeout: Span::from_ms(60_000),
            request_timeout: Span::from_ms(300_000),
            idle_timeout: Span::from_ms(60_000),
        }
    }
}

/// What becomes of the TCP connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// This side is ended behind the last octets; what the peer still sends is passed over until it ends, too
    /// (RFC 9112 section 9.6).
    AfterBytes,
    /// It is broken at once.
    AtOnce,
}
