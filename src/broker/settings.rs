//! What a queue's arguments and its policy come to, and which arguments are refused.
//!
//! Sources: rabbitmq.com/docs/queues ("Optional Arguments"), /docs/ttl, /docs/maxlength, /docs/priority, /docs/dlx,
//! /docs/quorum-queues, /docs/streams; checks and texts as RabbitMQ 3.10's `rabbit_amqqueue` has them. Of a
//! number that both an argument and a policy set the lower holds; of everything else the argument's.

use super::{Refusal, Version};
use crate::amqp::{ReplyCode, Table, Value};
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

/// What a declaration asks for besides its arguments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub durable: bool,
    pub exclusive: bool,
    pub auto_delete: bool,
}

/// Checks the arguments of a queue that is to be declared.
pub(super) fn check_queue(
    arguments: &Table,
    asked: Asked,
    name: &str,
    host: &str,
    version: Version,
) -> Result<QueueType, Refusal> {
    let described = format!("queue '{name}' in vhost '{host}'");
    let is_new = version.has_new_storage_alone();
    let refuse = |what: String| Err(Refusal::new(ReplyCode::PreconditionFailed, what));
    for (argument, value) in arguments.iter() {
        if let Err(reason) =
            check_value(argument, value).and_then(|()| check_storage(argument, value, is_new))
        {
            if reason == Reason::Failure {
                return Err(Refusal::internal());
            }
            return refuse(match reason {
                Reason::Type(kind) => format!("invalid type '{kind}' for arg '{argument}' in {described}"),
                Reason::Value(reason) => format!("invalid arg '{argument}' for {described}: {reason}"),
                Reason::Failure => unreachable!("it was answered before"),
            });
        }
    }
    if arguments.get("x-dead-letter-routing-key").is_some()
        && arguments.get("x-dead-letter-exchange").is_none()
    {
        return refuse(format!(
            "invalid arg 'x-dead-letter-routing-key' for {described}: routing_key_but_no_dlx_defined"
        ));
    }
    let kind = QueueType::of(arguments).unwrap_or_default();
    if !asked.durable && !asked.exclusive && version.refuses_transient_queues() {
        return Err(Refusal::new(ReplyCode::InternalError, deprecated("transient_nonexcl_queues")));
    }
    let unknown = match kind {
        QueueType::Classic if is_new => CLASSIC_REFUSES,
        QueueType::Classic => CLASSIC_REFUSES.split_at(1).1,
        QueueType::Quorum => QUORUM_REFUSES,
        QueueType::Stream => STREAM_REFUSES,
    };
    if let Some(argument) = unknown.iter().find(|argument| arguments.get(argument).is_some()) {
        return refuse(format!("invalid arg '{argument}' for {described} of queue type {}", kind.module()));
    }
    if kind != QueueType::Classic {
        let properties = [
            ("auto-delete", asked.auto_delete),
            ("exclusive-owner", asked.exclusive),
            ("non-durable", !asked.durable),
        ];
        if let Some((property, _)) = properties.iter().find(|(_, is_asked)| *is_asked) {
            return refuse(format!("invalid property '{property}' for {described}"));
        }
    }
    let segment = arguments.get("x-stream-max-segment-size-bytes").and_then(Value::as_integer);
    if segment.is_some_and(|size| size > LARGEST_SEGMENT) {
        return refuse("Exceeded max value for x-stream-max-segment-size-bytes".to_owned());
    }
    Ok(kind)
}

/// The arguments that each type does not take (their `capabilities` in RabbitMQ list those that it does).
const CLASSIC_REFUSES: &[&str] = &[
    // The first is refused where there is no old storage.
    "x-queue-mode",
    "x-delivery-limit",
    "x-max-in-memory-length",
    "x-max-in-memory-bytes",
    "x-quorum-initial-group-size",
    "x-dead-letter-strategy",
    "x-max-age",
    "x-stream-max-segment-size-bytes",
    "x-initial-cluster-size",
];
const QUORUM_REFUSES: &[&str] = &[
    "x-max-priority",
    "x-queue-mode",
    "x-queue-version",
    "x-max-age",
    "x-stream-max-segment-size-bytes",
    "x-initial-cluster-size",
];
const STREAM_REFUSES: &[&str] = &[
    "x-expires",
    "x-message-ttl",
    "x-dead-letter-exchange",
    "x-dead-letter-routing-key",
    "x-dead-letter-strategy",
    "x-max-length",
    "x-max-in-memory-length",
    "x-max-in-memory-bytes",
    "x-max-priority",
    "x-overflow",
    "x-queue-mode",
    "x-queue-version",
    "x-single-active-consumer",
    "x-delivery-limit",
    "x-quorum-initial-group-size",
];

/// Checks the arguments of a consumer: their values, and whether the type of the queue takes them (the
/// `consumer_arguments` among its `capabilities`; texts as recorded from 3.10.8).
pub(super) fn check_consumer(arguments: &Table, kind: QueueType, described: &str) -> Result<(), Refusal> {
    let refuse = |what: String| Err(Refusal::new(ReplyCode::PreconditionFailed, what));
    let invalid = |argument: &str, reason: String| {
        refuse(format!("invalid arg '{argument}' for {described}: {reason}"))
    };
    if let Some(priority) = arguments.get("x-priority").filter(|value| value.as_integer().is_none()) {
        return invalid("x-priority", format!("\"expected integer, got {}\"", priority.described().0));
    }
    match arguments.get("x-cancel-on-ha-failover") {
        None | Some(Value::Boolean(_)) => {}
        Some(other) => {
            let reason = format!("{{unacceptable_type,{}}}", other.described().0);
            return invalid("x-cancel-on-ha-failover", reason);
        }
    }
    if let Some(offset) = arguments.get("x-stream-offset").and_then(Value::as_text)
        && !["first", "last", "next"].contains(&offset)
    {
        let reason = format!("{{invalid_stream_offset_arg,{{longstr,<<\"{offset}\">>}}}}");
        match check_age(offset, &reason) {
            Err(Reason::Failure) => return Err(Refusal::internal()),
            Err(_) => return invalid("x-stream-offset", reason),
            Ok(()) => {}
        }
    }
    let refused: &[&str] = match kind {
        QueueType::Classic => &["x-stream-offset"],
        QueueType::Quorum => &["x-cancel-on-ha-failover", "x-stream-offset"],
        QueueType::Stream => &["x-cancel-on-ha-failover", "x-priority"],
    };
    match refused.iter().find(|argument| arguments.get(argument).is_some()) {
        None => Ok(()),
        Some(argument) => {
            refuse(format!("invalid arg '{argument}' for {described} of queue type {}", kind.module()))
        }
    }
}

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

/// Checks an age. RabbitMQ fails on one that does not begin with a digit.
fn check_age(text: &str, reason: &str) -> Result<(), Reason> {
    match age(&Value::text(text)) {
        Some(_) => Ok(()),
        None if text.starts_with(|first: char| first.is_ascii_digit()) => {
            Err(Reason::Value(reason.to_owned()))
        }
        None => Err(Reason::Failure),
    }
}

/// What RabbitMQ says to somebody who uses what it does not permit any more (`rabbit_deprecated_features`).
fn deprecated(feature: &str) -> String {
    format!(
        "Feature `{feature}` is deprecated.\nBy default, this feature is not permitted anymore.\nThe feature will \
         be removed from a future major RabbitMQ version, regardless of the configuration; actual version to be \
         determined.\nTo continue using this feature when it is not permitted by default, set the following \
         parameter in your configuration:\n    \"deprecated_features.permit.{feature} = true\""
    )
}

/// Checks that a queue is not to be stored in the old way where there is none.
fn check_storage(argument: &str, value: &Value, is_new: bool) -> Result<(), Reason> {
    match (argument, value.as_integer()) {
        ("x-queue-version", Some(number)) if is_new && number != 2 => {
            Err(Reason::Value(format!("\"unsupported queue version '{number}'\"")))
        }
        _ => Ok(()),
    }
}

#[derive(PartialEq)]
enum Reason {
    Type(&'static str),
    Value(String),
    /// RabbitMQ fails on it.
    Failure,
}

/// Checks the value of one argument, if it is one that RabbitMQ knows.
fn check_value(argument: &str, value: &Value) -> Result<(), Reason> {
    let kind = value.described().0;
    let whole = || match value.as_integer() {
        Some(number) => Ok(number),
        None => Err(Reason::Value(format!("\"expected integer, got {kind}\""))),
    };
    let not_negative = || match whole()? {
        number if number < 0 => Err(Reason::Value(format!("{{value_negative,{number}}}"))),
        number => Ok(number),
    };
    let positive = || match whole()? {
        0 => Err(Reason::Value("{value_zero,0}".to_owned())),
        number if number < 0 => Err(Reason::Value(format!("{{value_negative,{number}}}"))),
        number => Ok(number),
    };
    let text = || value.as_text().ok_or_else(|| Reason::Value(format!("{{unacceptable_type,{kind}}}")));
    let one_of = |known: &[&str], otherwise: &dyn Fn(&str) -> String| match text()? {
        text if known.contains(&text) => Ok(()),
        text => Err(Reason::Value(otherwise(text))),
    };
    match argument {
        "x-expires" => positive().map(drop),
        "x-message-ttl"
        | "x-max-length"
        | "x-max-length-bytes"
        | "x-max-in-memory-length"
        | "x-max-in-memory-bytes" => not_negative().map(drop),
        // A negative limit is no limit.
        "x-delivery-limit" => whole().map(drop),
        "x-quorum-initial-group-size" | "x-initial-cluster-size" => positive().map(drop),
        "x-stream-max-segment-size-bytes" => not_negative().map(drop),
        "x-max-age" => check_age(text()?, "invalid_max_age"),
        "x-max-priority" => match not_negative()? {
            number if number > 255 => Err(Reason::Value(format!("{{max_value_exceeded,{number}}}"))),
            _ => Ok(()),
        },
        "x-dead-letter-exchange" => value.as_text().map(drop).ok_or(Reason::Type(kind)),
        "x-dead-letter-routing-key" => text().map(drop),
        "x-dead-letter-strategy" => {
            one_of(&["at-most-once", "at-least-once"], &|_| "invalid_dlx_strategy".to_owned())
        }
        "x-overflow" => {
            one_of(&["drop-head", "reject-publish", "reject-publish-dlx"], &|_| "invalid_overflow".to_owned())
        }
        "x-queue-mode" => {
            one_of(&["default", "lazy"], &|mode| format!("\"unsupported queue mode '{mode}'\""))
        }
        "x-queue-type" => {
            one_of(&["classic", "quorum", "stream"], &|kind| format!("\"unsupported queue type '{kind}'\""))
        }
        "x-single-active-consumer" => match value {
            Value::Boolean(_) => Ok(()),
            _ => Err(Reason::Value(format!("{{unacceptable_type,{kind}}}"))),
        },
        _ => Ok(()),
    }
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
