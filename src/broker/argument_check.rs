//! Which arguments of queues and consumers are refused, and in which words.
//!
//! Source: RabbitMQ 3.10's `rabbit_amqqueue`, and the `capabilities` of the types of queues; texts as recorded from
//! 3.10.8.

use super::settings::{LARGEST_SEGMENT, QueueType, age};
use super::{Refusal, Version};
use crate::amqp::{ReplyCode, Table, Value};

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
