//! Declaring again: what is there must be what is asked for.
//!
//! Source: rabbitmq.com/docs/queues ("Property Equivalence"); texts as recorded from RabbitMQ 3.10.8.

use super::Refusal;
use crate::amqp::{Table, Value};

/// The arguments that must be the same when a queue is declared again (`rabbit_amqqueue`,
/// `args_equivalence`).
pub(super) const QUEUE_ARGUMENTS_COMPARED: &[&str] = &[
    "x-expires",
    "x-message-ttl",
    "x-dead-letter-exchange",
    "x-dead-letter-routing-key",
    "x-dead-letter-strategy",
    "x-max-length",
    "x-max-length-bytes",
    "x-max-in-memory-length",
    "x-max-in-memory-bytes",
    "x-max-priority",
    "x-overflow",
    "x-queue-mode",
    "x-queue-version",
    "x-single-active-consumer",
    "x-queue-type",
    "x-queue-leader-locator",
    "x-initial-cluster-size",
    "x-quorum-initial-group-size",
    "x-max-age",
    "x-stream-max-segment-size-bytes",
    "x-delivery-limit",
];

/// As RabbitMQ writes it.
pub(super) fn truth(holds: bool) -> &'static str {
    if holds { "true" } else { "false" }
}

/// Compares settings: name, received, current.
pub(super) fn check_equivalent(
    kind: &str,
    name: &str,
    host: &str,
    settings: &[(&str, &str, &str)],
) -> Result<(), Refusal> {
    match settings.iter().find(|(_, received, current)| received != current) {
        None => Ok(()),
        Some((setting, received, current)) => Err(Refusal::inequivalent(
            setting,
            kind,
            name,
            host,
            &format!("'{received}'"),
            &format!("'{current}'"),
        )),
    }
}

/// Compares the arguments that count; the texts follow RabbitMQ's `rabbit_misc:assert_args_equivalence1`.
pub(super) fn check_arguments(
    kind: &str,
    name: &str,
    host: &str,
    (received, current): (&Table, &Table),
    compared: &[&str],
) -> Result<(), Refusal> {
    for setting in compared {
        let (received, current) = (received.get(setting), current.get(setting));
        let is_same = match (received, current) {
            (Some(received), Some(current)) => match (received.as_integer(), current.as_integer()) {
                (Some(received), Some(current)) => received == current,
                _ => received == current,
            },
            (None, None) => true,
            // A queue without a type is a classic one.
            (Some(only), None) | (None, Some(only)) => {
                *setting == "x-queue-type" && only.as_text() == Some("classic")
            }
        };
        if !is_same {
            let both = received.is_some() && current.is_some();
            let [received, current] = [received, current].map(|value| shown(value, both));
            return Err(Refusal::inequivalent(setting, kind, name, host, &received, &current));
        }
    }
    Ok(())
}

fn shown(value: Option<&Value>, bare: bool) -> String {
    let Some(value) = value else { return "none".to_owned() };
    let (kind, text) = value.described();
    if bare { format!("'{text}'") } else { format!("the value '{text}' of type '{kind}'") }
}
