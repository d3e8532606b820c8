//! A message as documents give it: what a producer publishes, and what a command sends.

use super::ScenarioError;
use super::document::LARGEST_EXACT;
use super::reader::Reader;
use serde_json::{Map, Value};

/// A message that a producer publishes.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageDocument {
    /// The exchange; empty is the default exchange.
    pub exchange: String,
    /// The routing key.
    pub routing_key: String,
    /// Headers.
    pub headers: Map<String, Value>,
    /// The body as text.
    pub body: String,
    /// Whether it is to come back if no queue takes it.
    pub mandatory: bool,
    /// Its priority, higher first, in a queue that has priorities.
    pub priority: Option<u8>,
    /// Milliseconds that it may wait in a queue.
    pub expiration_ms: Option<u64>,
    /// Whether it outlives a restart of the broker in a durable queue.
    pub persistent: bool,
}

impl MessageDocument {
    pub(super) fn read(message: &Reader) -> Result<MessageDocument, ScenarioError> {
        message.only(&[
            "exchange",
            "routing_key",
            "headers",
            "body",
            "mandatory",
            "priority",
            "expiration_ms",
            "persistent",
        ])?;
        Ok(MessageDocument {
            exchange: message.field("exchange", String::new(), Reader::short_text)?,
            routing_key: message.field("routing_key", String::new(), Reader::short_text)?,
            headers: message.field("headers", Map::new(), Reader::table)?,
            body: message.field("body", String::new(), Reader::text)?,
            mandatory: message.field("mandatory", false, Reader::truth)?,
            priority: message
                .optional("priority")?
                .map(|value| Ok(value.whole(0, 255)? as u8))
                .transpose()?,
            expiration_ms: message
                .optional("expiration_ms")?
                .map(|value| value.whole(0, LARGEST_EXACT))
                .transpose()?,
            persistent: message.field("persistent", false, Reader::truth)?,
        })
    }
}
