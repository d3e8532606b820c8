//! The bytes of a TCP connection joined with those who speak on it: a [`Service`](super::Service) on the server's
//! side ([`Connection`]), a client's requests and WebSocket on the other ([`ClientConnection`], and [`Call`] for a
//! [`Caller`](super::Caller)).
//!
//! They are state machines without I/O: octets go in by `handle_bytes` and `handle_end`, time goes forward by
//! `handle_timeout`, octets come out by `poll_bytes`. After each of them everything is to be polled until there is
//! none. They can be cloned: a clone goes on as the one it was made of.

mod call;
mod client;
mod client_event;
mod exchanges;
mod server;
mod settings;

pub use call::Call;
pub use client::ClientConnection;
pub use client_event::{ClientError, ClientEvent, ClientSettings};
pub use server::Connection;
pub use settings::{ConnectionSettings, Ending};
