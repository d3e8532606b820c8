//! Which definitions of policies are refused, and in which words.
//!
//! Source: RabbitMQ 3.10's `rabbit_policies` and `rabbit_policy`; texts as recorded from 3.10.8.

use super::Version;
use super::settings::{LARGEST_SEGMENT, QueueType, age};
use crate::amqp::{Table, Value};

/// What the value of a key must be.
enum Wanted {
    NotNegative(&'static str),
    Positive(&'static str),
    UpTo(&'static str, i64),
    Age(&'static str),
    Text(&'static str),
    OneOf(&'static str, &'static [&'static str]),
    Anything,
}

/// The keys that policies know. Those without a check here have no effect on a single node.
const KEYS: &[(&str, Wanted)] = &[
    ("alternate-exchange", Wanted::Text("alternate exchange name")),
    ("consumer-timeout", Wanted::Anything),
    ("dead-letter-exchange", Wanted::Text("dead letter exchange name")),
    ("dead-letter-routing-key", Wanted::Text("dead letter routing key")),
    ("dead-letter-strategy", Wanted::OneOf("dead letter strategy", &["at-most-once", "at-least-once"])),
    ("delivery-limit", Wanted::NotNegative("delivery limit")),
    ("expires", Wanted::Positive("queue expiry")),
    ("ha-mode", Wanted::Anything),
    ("ha-params", Wanted::Anything),
    ("ha-promote-on-failure", Wanted::Anything),
    ("ha-promote-on-shutdown", Wanted::Anything),
    ("ha-sync-batch-size", Wanted::Anything),
    ("ha-sync-mode", Wanted::Anything),
    ("initial-cluster-size", Wanted::NotNegative("cluster size")),
    ("max-age", Wanted::Age("max age")),
    ("max-in-memory-bytes", Wanted::NotNegative("maximum memory in bytes")),
    ("max-in-memory-length", Wanted::NotNegative("maximum in memory length")),
    ("max-length", Wanted::NotNegative("maximum length")),
    ("max-length-bytes", Wanted::NotNegative("maximum length in bytes")),
    ("message-ttl", Wanted::NotNegative("message TTL")),
    ("overflow", Wanted::OneOf("overflow value", &["drop-head", "reject-publish", "reject-publish-dlx"])),
    (
        "queue-leader-locator",
        Wanted::OneOf("queue leader locator value", &["client-local", "balanced", "random", "least-leaders"]),
    ),
    ("queue-master-locator", Wanted::Anything),
    ("queue-mode", Wanted::OneOf("queue-mode value", &["default", "lazy"])),
    ("queue-version", Wanted::Anything),
    ("stream-max-segment-size-bytes", Wanted::UpTo("segment size", LARGEST_SEGMENT)),
];

/// The keys that operator policies know.
const OPERATOR_KEYS: &[&str] = &[
    "delivery-limit",
    "expires",
    "max-in-memory-bytes",
    "max-in-memory-length",
    "max-length",
    "max-length-bytes",
    "message-ttl",
];

/// The keys that mean nothing to queues of that type (`unsupported_policies` among its `capabilities`).
pub(super) const fn unknown_to(kind: QueueType) -> &'static [&'static str] {
    match kind {
        QueueType::Classic => &[
            "max-age",
            "stream-max-segment-size-bytes",
            "queue-leader-locator",
            "initial-cluster-size",
            "delivery-limit",
            "dead-letter-strategy",
        ],
        QueueType::Quorum => &[
            "queue-mode",
            "ha-mode",
            "ha-params",
            "ha-sync-mode",
            "ha-promote-on-shutdown",
            "ha-promote-on-failure",
            "queue-master-locator",
            "max-age",
            "stream-max-segment-size-bytes",
            "initial-cluster-size",
        ],
        QueueType::Stream => &[
            "expires",
            "message-ttl",
            "dead-letter-exchange",
            "dead-letter-routing-key",
            "max-length",
            "max-in-memory-length",
            "max-in-memory-bytes",
            "overflow",
            "queue-mode",
            "delivery-limit",
            "ha-mode",
            "ha-params",
            "ha-sync-mode",
            "ha-promote-on-shutdown",
            "ha-promote-on-failure",
            "queue-master-locator",
            "dead-letter-strategy",
        ],
    }
}

/// Checks the definition of a policy.
///
/// # Errors
/// RabbitMQ's words.
pub(super) fn check_definition(
    definition: &Table,
    is_operator: bool,
    version: Version,
) -> Result<(), String> {
    if definition.is_empty() {
        return Err("Validation failed no policy provided".to_owned());
    }
    let wanted = |name: &str| {
        let known = KEYS.iter().find(|(key, _)| *key == name);
        known.filter(|_| !is_operator || OPERATOR_KEYS.contains(&name)).map(|(_, wanted)| wanted)
    };
    let unknown: Vec<String> = definition
        .iter()
        .filter(|(name, _)| wanted(name).is_none())
        .map(|(name, value)| format!("{{<<\"{name}\">>,{}}}", term(value)))
        .collect();
    if !unknown.is_empty() {
        return Err(format!("Validation failed [{}] are not recognised policy settings", unknown.join(",")));
    }
    for (name, value) in definition.iter() {
        let (what, is_right) = match wanted(name) {
            Some(Wanted::NotNegative(_))
                if name == "delivery-limit"
                    && value.as_integer().is_some()
                    && version.lifts_delivery_limits() =>
            {
                continue;
            }
            Some(Wanted::NotNegative(what)) => (what, value.as_integer().is_some_and(|number| number >= 0)),
            Some(Wanted::Positive(what)) => (what, value.as_integer().is_some_and(|number| number > 0)),
            Some(Wanted::UpTo(what, most)) => {
                (what, value.as_integer().is_some_and(|number| (0..=*most).contains(&number)))
            }
            Some(Wanted::Age(what)) => (what, age(value).is_some()),
            Some(Wanted::Text(what)) => (what, value.as_text().is_some()),
            Some(Wanted::OneOf(what, known)) => {
                (what, value.as_text().is_some_and(|text| known.contains(&text)))
            }
            Some(Wanted::Anything) | None => continue,
        };
        if !is_right {
            return Err(format!("Validation failed {} is not a valid {what}", term(value)));
        }
    }
    Ok(())
}

/// A value as Erlang writes it.
fn term(value: &Value) -> String {
    let (kind, text) = value.described();
    if kind == "longstr" { format!("<<\"{text}\">>") } else { text }
}
