//! A message with where it was published to: one place in memory from its publisher to its last consumer.

use super::Content;
use crate::ids::{MessageId, Name, holds_names};

/// A message that was published, shared by whoever has it: its publisher's link, its copies in several queues, the
/// consumers that work on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The exchange it was published to.
    pub exchange: Name,
    /// The key it was published with.
    pub routing_key: Name,
    /// Further keys, from its CC and BCC headers.
    pub further_keys: Vec<Name>,
    /// What it holds.
    pub content: Content,
    /// Whether the broker has published it, after it had left a queue unread.
    pub is_dead_letter: bool,
}

impl Message {
    /// What a client publishes.
    pub const fn published(exchange: Name, routing_key: Name, content: Content) -> Message {
        Message { exchange, routing_key, further_keys: Vec::new(), content, is_dead_letter: false }
    }

    /// Its number, the same in all its copies.
    pub const fn number(&self) -> MessageId {
        self.content.origin.message
    }

    /// Whether it outlives a restart in a durable queue.
    pub fn is_persistent(&self) -> bool {
        self.content.properties.delivery_mode == Some(2)
    }

    /// The octets of its body.
    pub fn size(&self) -> u64 {
        self.content.body.len() as u64
    }
}

holds_names!(Message { exchange, routing_key, further_keys, content, is_dead_letter });
