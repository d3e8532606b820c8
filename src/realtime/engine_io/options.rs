//! What can be set on a server (socket.io/docs/v4/server-options, "Low-level engine options").

use super::cors::Cors;
use crate::time::Span;

/// A way to carry packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransportName {
    /// HTTP long polling.
    Polling,
    /// WebSocket.
    WebSocket,
}

impl TransportName {
    /// The name as it stands in requests.
    pub fn as_str(self) -> &'static str {
        match self {
            TransportName::Polling => "polling",
            TransportName::WebSocket => "websocket",
        }
    }

    /// The transport of that name.
    pub fn named(name: &str) -> Option<TransportName> {
        match name {
            "polling" => Some(TransportName::Polling),
            "websocket" => Some(TransportName::WebSocket),
            _ => None,
        }
    }
}

/// Settings of an Engine.IO server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerOptions {
    /// The path before which requests belong to this server, with a slash at its end.
    pub path: String,
    /// The time between the answer to a ping and the next ping.
    pub ping_interval: Span,
    /// How long the answer to a ping may take.
    pub ping_timeout: Span,
    /// How long a change of transport may take.
    pub upgrade_timeout: Span,
    /// The largest HTTP body and WebSocket message, in octets.
    pub max_http_buffer_size: usize,
    /// The transports that there are.
    pub transports: Vec<TransportName>,
    /// Whether clients may change from polling to WebSocket.
    pub allow_upgrades: bool,
    /// What is said to pages of other origins; without it nothing.
    pub cors: Option<Cors>,
}

impl Default for ServerOptions {
    fn default() -> ServerOptions {
        ServerOptions {
            path: "/socket.io/".to_owned(),
            ping_interval: Span::from_ms(25_000),
            ping_timeout: Span::from_ms(20_000),
            upgrade_timeout: Span::from_ms(10_000),
            max_http_buffer_size: 1_000_000,
            transports: vec![TransportName::Polling, TransportName::WebSocket],
            allow_upgrades: true,
            cors: None,
        }
    }
}
