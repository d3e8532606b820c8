//! What can be set on a client (socket.io/docs/v4/client-options).

use crate::realtime::engine_io::client::ClientOptions;
use crate::realtime::socket_io::Value;
use crate::time::Span;

/// Settings of a manager, that is, of a connection.
#[derive(Clone, Debug, PartialEq)]
pub struct ManagerOptions {
    /// Settings of the Engine.IO client below.
    pub engine: ClientOptions,
    /// Whether to connect again by itself.
    pub reconnection: bool,
    /// How often to try, if not for ever.
    pub reconnection_attempts: Option<u32>,
    /// The time before the first attempt; it doubles with each.
    pub reconnection_delay: Span,
    /// The longest time before an attempt.
    pub reconnection_delay_max: Span,
    /// How far these times are off by chance, from 0 to 1.
    pub randomization_factor: f64,
    /// How long an attempt may take.
    pub timeout: Option<Span>,
    /// Whether sockets connect as soon as they are made.
    pub auto_connect: bool,
}

impl Default for ManagerOptions {
    fn default() -> ManagerOptions {
        ManagerOptions {
            engine: ClientOptions::default(),
            reconnection: true,
            reconnection_attempts: None,
            reconnection_delay: Span::from_ms(1_000),
            reconnection_delay_max: Span::from_ms(5_000),
            randomization_factor: 0.5,
            timeout: Some(Span::from_ms(20_000)),
            auto_connect: true,
        }
    }
}

/// Settings of a socket, that is, of a namespace on a connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SocketOptions {
    /// What is shown to be let in.
    pub auth: Option<Value>,
    /// How often an event is sent again that is not acknowledged in time. With it every event waits for the
    /// acknowledgement of the one before.
    pub retries: Option<u32>,
    /// How long an acknowledgement may take.
    pub ack_timeout: Option<Span>,
}
