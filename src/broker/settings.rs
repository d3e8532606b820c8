//! What a queue's arguments and its policy come to.
//!
//! Sources: rabbitmq.com/docs/queues ("Optional Arguments"), /docs/ttl, /docs/maxlength, /docs/priority, /docs/dlx,
//! /docs/quorum-queues, /docs/streams. As a rule the lower holds of a number that both an argument and a policy set,
//! and of everything else the argument's.

use super::Version;
use crate::amqp::{Table, Value};
use crate::ids::{Name, Names};
use crate::time::Span;

/// The types of queues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueueType {
    /// On one node.
    #[default]
    Classic,
    /// Replicated by consensus; counts deliveries.
    Quorum,
    /// A log that reading does not empty.
    Stream,
}

impl QueueType {
    /// The type that `x-queue-type` names.
    pub fn of(arguments: &Table) -> Option<QueueType> {
        match arguments.get("x-queue-type") {
            None => Some(QueueType::Classic),
            Some(value) => match value.as_text()? {
                "classic" => Some(QueueType::Classic),
                "quorum" => Some(QueueType::Quorum),
                "stream" => Some(QueueType::Stream),
                _ => None,
            },
        }
    }

    /// The module behind the type, which RabbitMQ's errors name.
    pub(super) const fn module(self) -> &'static str {
        match self {
            QueueType::Classic => "rabbit_classic_queue",
            QueueType::Quorum => "rabbit_quorum_queue",
            QueueType::Stream => "rabbit_stream_queue",
        }
    }
}

/// What happens to what is beyond a limit of length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overflow {
    /// The oldest messages go.
    #[default]
    DropHead,
    /// New messages are refused; publishers with confirms are told.
    RejectPublish,
    /// As `RejectPublish`, and the refused message is dead-lettered.
    RejectPublishDeadLetter,
}

/// How often a dead letter comes to where it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// Once or, when something goes wrong, never.
    #[default]
    AtMostOnce,
    /// Never lost: the queue keeps it until it is confirmed. For quorum queues that refuse what is too much.
    AtLeastOnce,
    /// It was to be at least once, and is at most once, because the queue drops its head.
    FallenBack,
}

/// What holds for a queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueueSettings {
    /// How long a message may wait.
    pub message_ttl: Option<Span>,
    /// How long the queue may be unused.
    pub expires: Option<Span>,
    /// How many messages may be ready.
    pub max_length: Option<u64>,
    /// How many octets of bodies may be ready.
    pub max_length_bytes: Option<u64>,
    /// How old a stream's segments may become.
    pub max_age: Option<Span>,
    /// How large they become.
    pub max_segment_bytes: Option<u64>,
    /// What happens beyond these limits.
    pub overflow: Overflow,
    /// Where dead letters go.
    pub dead_letter_exchange: Option<Name>,
    /// With which key; their own if there is none.
    pub dead_letter_routing_key: Option<Name>,
    /// How often they come there.
    pub strategy: Strategy,
    /// How often a message may be given back.
    pub delivery_limit: Option<u64>,
    /// The highest priority, if there are priorities.
    pub max_priority: Option<u8>,
    /// Whether one consumer at a time gets everything.
    pub is_single_active_consumer: bool,
    /// Whether that one gives way to one of a higher priority.
    pub is_active_by_priority: bool,
}

impl QueueSettings {
    /// What arguments and policy come to.
    pub(super) fn of(
        arguments: &Table,
        policy: &Table,
        version: Version,
        names: &mut Names,
    ) -> QueueSettings {
        let number = |value: Option<&Value>| {
            value.and_then(Value::as_integer).and_then(|number| u64::try_from(number).ok())
        };
        let lower = |name: &str| {
            let argument = number(arguments.get(&format!("x-{name}")));
            let policy = number(policy.get(name));
            argument.into_iter().chain(policy).min()
        };
        let text = |name: &str| {
            let argument = arguments.get(&format!("x-{name}")).and_then(Value::as_text);
            argument.or_else(|| policy.get(name).and_then(Value::as_text)).map(str::to_owned)
        };
        // Of some things that both set, the policy's holds for a quorum queue (`rabbit_quorum_queue`,
        // `policyHasPrecedence`), of all things for a stream (`rabbit_stream_queue`, `policy_precedence`).
        let either = |name: &str| policy.get(name).or_else(|| arguments.get(&format!("x-{name}")));
        let is_stream = QueueType::of(arguments) == Some(QueueType::Stream);
        let is_quorum = QueueType::of(arguments) == Some(QueueType::Quorum);
        let is_limit_set =
            arguments.get("x-delivery-limit").is_some() || policy.get("delivery-limit").is_some();
        let default_limit = (is_quorum && !is_limit_set && version.has_default_delivery_limit())
            .then_some(DEFAULT_DELIVERY_LIMIT);
        let max_priority = match is_quorum {
            true => version.has_quorum_priorities().then_some(HIGHEST_QUORUM_PRIORITY),
            false => number(arguments.get("x-max-priority")).map(|most| most.min(255) as u8),
        };
        let overflow = match is_quorum {
            true => either("overflow").and_then(Value::as_text).map(str::to_owned),
            false => text("overflow"),
        };
        let overflow = match overflow.as_deref() {
            // Quorum queues do not know it (`rabbit_quorum_queue`, `overflow`).
            Some("reject-publish-dlx") if is_quorum => Overflow::DropHead,
            Some("reject-publish") => Overflow::RejectPublish,
            Some("reject-publish-dlx") => Overflow::RejectPublishDeadLetter,
            _ => Overflow::DropHead,
        };
        let dead_letter_exchange = text("dead-letter-exchange").map(|name| names.intern(&name));
        let is_wanted = is_quorum
            && dead_letter_exchange.is_some()
            && text("dead-letter-strategy").as_deref() == Some("at-least-once");
        let strategy = match overflow {
            _ if !is_wanted => Strategy::AtMostOnce,
            Overflow::RejectPublish => Strategy::AtLeastOnce,
            _ => Strategy::FallenBack,
        };
        QueueSettings {
            message_ttl: lower("message-ttl").map(Span::from_ms),
            expires: match is_quorum {
                true => number(either("expires")),
                false => lower("expires"),
            }
            .map(Span::from_ms),
            max_length: lower("max-length"),
            max_length_bytes: match is_stream {
                true => number(either("max-length-bytes")),
                false => lower("max-length-bytes"),
            },
            max_age: either("max-age").filter(|_| is_stream).and_then(age),
            max_segment_bytes: number(either("stream-max-segment-size-bytes").filter(|_| is_stream)),
            overflow,
            dead_letter_exchange,
            dead_letter_routing_key: text("dead-letter-routing-key").map(|key| names.intern(&key)),
            strategy,
            delivery_limit: lower("delivery-limit").or(default_limit),
            max_priority,
            is_single_active_consumer: arguments.get("x-single-active-consumer")
                == Some(&Value::Boolean(true)),
            is_active_by_priority: is_quorum && version.activates_by_priority(),
        }
    }
}

/// How large a segment of a stream may be made (rabbitmq.com/docs/streams).
pub(super) const LARGEST_SEGMENT: i64 = 3_000_000_000;

/// The delivery limit of quorum queues that set none, from 4.0 on (rabbitmq.com/docs/quorum-queues, "Poison
/// Message Handling").
const DEFAULT_DELIVERY_LIMIT: u64 = 20;

/// The highest priority in quorum queues from 4.3 on (rabbitmq.com/docs/priority).
const HIGHEST_QUORUM_PRIORITY: u8 = 31;

/// What `x-max-age`, or `x-stream-offset` as an age, means: a number that is not 0 with a unit, such as `7D` or `12h`
/// (`rabbit_amqqueue`, `check_max_age`). RabbitMQ fails on others.
pub(super) fn age(age: &Value) -> Option<Span> {
    let text = age.as_text()?;
    let seconds = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'D' => 86_400,
        'M' => 30 * 86_400,
        'Y' => 365 * 86_400,
        _ => return None,
    };
    let number = text[..text.len() - 1].parse::<u64>().ok().filter(|number| *number > 0)?;
    Some(Span::from_us(number.checked_mul(seconds * 1_000_000)?))
}

crate::ids::nameless!(QueueType, Overflow, Strategy);
crate::ids::holds_names!(QueueSettings {
    message_ttl,
    expires,
    max_length,
    max_length_bytes,
    max_age,
    max_segment_bytes,
    overflow,
    dead_letter_exchange,
    dead_letter_routing_key,
    strategy,
    delivery_limit,
    max_priority,
    is_single_active_consumer,
    is_active_by_priority
});
