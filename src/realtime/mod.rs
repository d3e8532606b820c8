//! What browsers and servers speak: HTTP/1.1 (RFC 9112), WebSocket (RFC 6455), Engine.IO 4 and Socket.IO 5.
//!
//! The contract of the room: nothing here reads a clock, draws randomness of its own or does I/O. Bytes and their
//! meaning are apart: [`http`] and [`websocket`] read and write bytes, [`connection`] joins both with those who
//! speak; what stands behind a port is a [`Service`], which sees whole requests and whole WebSocket messages. So
//! the same service answers simulated browsers, to whom requests are handed whole, hosts of the simulated network,
//! and real clients on a socket.
//! A [`Caller`] is the other side: what makes requests, such as a Socket.IO client.

pub mod connection;
mod echo;
pub mod engine_io;
pub mod http;
mod place;
mod service;
pub mod socket_io;
pub mod websocket;

pub use echo::Echo;
pub use place::Place;
pub use service::{Caller, CallerInput, CallerOutput, ExchangeId, Input, Output, Service};
