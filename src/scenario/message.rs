//! A message as documents give it: what a producer publishes, and what a command sends.

use super::distribution::{SIZE, distribution};
use super::document::LARGEST_EXACT;
use super::reader::Reader;
use super::{ChoiceDocument, ScenarioError};
use crate::actors::Distribution;
use serde_json::{Map, Value};

/// A message that a producer publishes.
#[derive(Clone, Debug, Default, PartialEq)]
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
    /// What is drawn anew for each message.
    pub drawn: DrawnDocument,
}

/// What is drawn anew for each message of a producer, instead of being always the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawnDocument {
    /// The routing key: `"routing_key": {"cycle": ["a", "b"]}` instead of a text.
    pub routing_key: Option<ChoiceDocument>,
    /// The priority: `"priority": {"uniform": [0, 5]}` instead of a number.
    pub priority: Option<ChoiceDocument>,
    /// Headers, beside those in `headers`: `"drawn_headers": {"region": {"uniform": ["eu", "us"]}}`.
    pub headers: Vec<(String, ChoiceDocument)>,
    /// The octets of the body: `"size": {"exponential": {"mean_octets": 1000}}`. The text in `body` is cut off or
    /// filled up to that. At most 16 MiB.
    pub size: Option<Distribution>,
}

/// The fields of a message.
const FIELDS: [&str; 8] =
    ["exchange", "routing_key", "headers", "body", "mandatory", "priority", "expiration_ms", "persistent"];

impl DrawnDocument {
    /// Whether nothing is drawn.
    pub fn is_empty(&self) -> bool {
        let DrawnDocument { routing_key, priority, headers, size } = self;
        routing_key.is_none() && priority.is_none() && headers.is_empty() && size.is_none()
    }
}

impl MessageDocument {
    /// A message of which nothing is drawn.
    pub(super) fn read(message: &Reader) -> Result<MessageDocument, ScenarioError> {
        message.only(&FIELDS)?;
        MessageDocument::read_with(message, DrawnDocument::default())
    }

    /// A message of which something may be drawn.
    pub(super) fn read_drawn(message: &Reader) -> Result<MessageDocument, ScenarioError> {
        message.only(&[&FIELDS[..], &["drawn_headers", "size"]].concat())?;
        let headers = message.optional("drawn_headers")?;
        let headers = headers.map(|headers| {
            let each = |(name, choice): (&str, Reader)| {
                Ok((name.to_owned(), ChoiceDocument::read(&choice, &|_| Ok(()))?))
            };
            headers.members()?.map(each).collect::<Result<Vec<_>, _>>()
        });
        let choice = |name: &str, check: &dyn Fn(&Reader) -> Result<(), ScenarioError>| {
            let field = message.optional(name)?.filter(|field| field.fields().is_ok());
            field.map(|field| ChoiceDocument::read(&field, check)).transpose()
        };
        let drawn = DrawnDocument {
            routing_key: choice("routing_key", &|key| key.short_text().map(drop))?,
            priority: choice("priority", &|priority| priority.whole(0, 255).map(drop))?,
            headers: headers.transpose()?.unwrap_or_default(),
            size: message.optional("size")?.map(|size| distribution(&size, SIZE)).transpose()?,
        };
        MessageDocument::read_with(message, drawn)
    }

    fn read_with(message: &Reader, drawn: DrawnDocument) -> Result<MessageDocument, ScenarioError> {
        let routing_key = match drawn.routing_key {
            Some(_) => String::new(),
            None => message.short_text_or_empty("routing_key")?,
        };
        let priority = message.optional("priority")?.filter(|_| drawn.priority.is_none());
        Ok(MessageDocument {
            exchange: message.short_text_or_empty("exchange")?,
            routing_key,
            headers: message.field("headers", Map::new(), Reader::table)?,
            body: message.field("body", String::new(), Reader::text)?,
            mandatory: message.flag("mandatory")?,
            priority: priority.map(|value| Ok(value.whole(0, 255)? as u8)).transpose()?,
            expiration_ms: message.optional_whole("expiration_ms", (0, LARGEST_EXACT))?,
            persistent: message.flag("persistent")?,
            drawn,
        })
    }
}
