//! What can be set on a server (socket.io/docs/v4/server-options).

use crate::realtime::engine_io;
use crate::time::Span;

/// Connection state recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// How long a client may be away.
    pub max_disconnection: Span,
    /// Whether a client that comes back in time need not pass the gate again.
    pub skips_gate: bool,
}

impl Default for Recovery {
    fn default() -> Recovery {
        Recovery { max_disconnection: Span::from_ms(120_000), skips_gate: true }
    }
}

/// Settings of a Socket.IO server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerOptions {
    /// Settings of the Engine.IO server below.
    pub engine: engine_io::ServerOptions,
    /// How long a client may stay without joining a namespace.
    pub connect_timeout: Span,
    /// Connection state recovery; off without it.
    pub recovery: Option<Recovery>,
}

impl Default for ServerOptions {
    fn default() -> ServerOptions {
        ServerOptions {
            engine: engine_io::ServerOptions::default(),
            connect_timeout: Span::from_ms(45_000),
            recovery: None,
        }
    }
}
