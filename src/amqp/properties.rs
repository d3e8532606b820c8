//! The content of a message: its properties and its body.

use super::Table;
use crate::ids::{MessageId, Name, holds_names};
use crate::time::Time;
use std::rc::Rc;

/// The properties of the class `basic` (AMQP 0-9-1, class 60). Each may be absent.
///
/// In memory they stand in this order: first those that a broker or a consumer looks at for every message.
#[derive(Clone, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Properties {
    /// Headers of the application, and those that the broker adds.
    pub headers: Option<Table>,
    /// Where a reply should go.
    pub reply_to: Option<String>,
    /// Milliseconds to live in a queue, as digits.
    pub expiration: Option<String>,
    /// The application's own name for the message.
    pub message_id: Option<String>,
    /// 1 transient, 2 persistent.
    pub delivery_mode: Option<u8>,
    /// Priority, higher first, in a queue that has priorities.
    pub priority: Option<u8>,
    /// MIME type of the body.
    pub content_type: Option<String>,
    /// MIME encoding of the body.
    pub content_encoding: Option<String>,
    /// Which request a reply belongs to.
    pub correlation_id: Option<String>,
    /// Seconds since 1970.
    pub timestamp: Option<u64>,
    /// The application's own type for the message.
    pub kind: Option<String>,
    /// The user who published; checked by the broker.
    pub user_id: Option<String>,
    /// The application that published.
    pub app_id: Option<String>,
    /// Deprecated ("reserved" in the specification); carried through.
    pub cluster_id: Option<String>,
}

impl Properties {
    /// Whether there is nothing among them that a broker reads when the message is published, but for the user who
    /// claims to have done it.
    #[inline]
    pub fn are_for_consumers_alone(&self) -> bool {
        self.headers.is_none() && self.reply_to.is_none() && self.expiration.is_none()
    }
}

/// The body of a message, shared by all its copies.
pub type Body = Rc<[u8]>;

/// Which message of the simulation a content is. Nothing of it is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The message, the same in all its copies.
    pub message: MessageId,
    /// The name of the client that published it.
    pub publisher: Name,
    /// When that client published it; how long it is on its way is counted from there.
    pub published: Time,
}

impl Origin {
    /// Of a content of which nobody knows where it comes from.
    pub const UNKNOWN: Origin =
        Origin { message: MessageId(0), publisher: Name::EMPTY, published: Time::START };
}

/// What follows a method that carries a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// Which message of the simulation this is.
    pub origin: Origin,
    /// Its properties.
    pub properties: Rc<Properties>,
    /// Its body.
    pub body: Body,
}

impl Content {
    /// The headers, if the table is there.
    pub fn headers(&self) -> Option<&Table> {
        self.properties.headers.as_ref()
    }
}

holds_names!(Content { origin, properties, body });
holds_names!(Origin { message, publisher, published });
holds_names!(Properties {
    content_type,
    content_encoding,
    headers,
    delivery_mode,
    priority,
    correlation_id,
    reply_to,
    expiration,
    message_id,
    timestamp,
    kind,
    user_id,
    app_id,
    cluster_id,
});
