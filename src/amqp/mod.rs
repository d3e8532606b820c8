//! AMQP 0-9-1's own words: methods, properties, field tables, reply codes.
//!
//! Sources: *AMQP 0-9-1 Specification* (section 4, "Technical Specifications"), its class and method
//! definitions (`amqp0-9-1.xml`), and RabbitMQ's extensions as listed in "AMQP 0-9-1 Complete Reference"
//! (rabbitmq.com/amqp-0-9-1-reference.html). No rule of the broker lives here: these are the values that
//! the rules speak about, and that every carrier (whole messages, packets, real sockets) moves.

mod heartbeat;
mod message;
mod method;
mod parcel;
mod properties;
mod reply_code;
mod table;
pub mod wire;

pub use heartbeat::{Due, Heartbeat};
pub use message::Message;
pub use method::Method;
pub use parcel::{Deliver, Parcel, Publish};
pub use properties::{Body, Content, Origin, Properties};
pub use reply_code::ReplyCode;
pub use table::{Table, Value};

use crate::ids::{holds_names, nameless};

/// The number of a channel within its connection; 0 is the connection itself.
pub type ChannelNumber = u16;

/// What a broker gives each delivery on a channel, counted from 1, to be named in its acknowledgement.
pub type DeliveryTag = u64;

/// What travels on a channel: a method and, behind `basic.publish`, `basic.return`, `basic.deliver` and
/// `basic.get-ok`, the content it announces (AMQP 0-9-1, section 4.2.6).
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// The method.
    pub method: Method,
    /// The content that follows the method; present exactly when [`Method::carries_content`] says so.
    pub content: Option<Content>,
}

impl From<Method> for Command {
    fn from(method: Method) -> Command {
        Command { method, content: None }
    }
}

holds_names!(Command { method, content });
nameless!(Table);
