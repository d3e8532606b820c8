//! WebSocket (RFC 6455).
//!
//! A request becomes a WebSocket by the opening handshake ([`ask`], [`accept`], [`check_answer`]). After that each
//! side is a [`WebSocket`]: octets in any cuts and messages go in, octets and messages come out. Below it a
//! [`MessageReader`] reads frames and puts them together, and [`write_frame`] appends one. [`layout`] says what each
//! octet of a frame is for.
//!
//! No input makes any of this panic: what a peer may not send is a [`WebSocketError`], which knows the code of the
//! close frame that is answered. Extensions are declined.

mod endpoint;
mod error;
mod frame;
mod handshake;
mod layout;
mod message;
mod message_reader;
mod tunnel;
mod utf8;

pub use endpoint::{WebSocket, WebSocketEvent, WebSocketSettings};
pub use error::WebSocketError;
pub use frame::{FrameHeader, Opcode, apply_mask, write_frame};
pub use handshake::{
    HandshakeError, Subprotocols, accept, accept_key, ask, check_answer, is_asked_for, new_key,
};
pub use layout::layout;
pub use message::{Close, Message};
pub use message_reader::{MessageReader, Role, is_close_code};
pub use tunnel::Tunnel;
