//! What an application sends (socket.io/docs/v4/emitting-events).

use super::Value;
use crate::ids::MessageId;
use crate::time::Span;

/// An event that goes out, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Emission {
    /// The name of the event, then its arguments.
    pub values: Vec<Value>,
    /// Whether it is dropped for whom it cannot reach at once.
    pub is_volatile: bool,
    /// Whether it is to be acknowledged.
    pub wants_ack: bool,
    /// How long that may take.
    pub timeout: Option<Span>,
    /// The message that it is, for those who follow it; it does not travel.
    pub message: Option<MessageId>,
}

impl Emission {
    /// An event without further wishes.
    pub fn new(name: &str, arguments: impl IntoIterator<Item = Value>) -> Emission {
        let mut values = vec![Value::from(name)];
        values.extend(arguments);
        Emission { values, is_volatile: false, wants_ack: false, timeout: None, message: None }
    }
}
