//! WebSocket (RFC 6455).

mod message;

pub use message::{Close, Message};
