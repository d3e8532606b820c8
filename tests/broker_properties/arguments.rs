//! From small numbers to names, arguments and policies.

use super::steps::*;
use queuescope::amqp::{Table, Value};

/// The pseudo-queue of direct replies.
pub const REPLY_TO: &str = "amq.rabbitmq.reply-to";

pub fn queue_name(number: u8) -> &'static str {
    QUEUES[usize::from(number) % QUEUES.len()]
}

pub fn exchange_name(number: u8) -> &'static str {
    EXCHANGES[usize::from(number) % EXCHANGES.len()]
}

/// What settings are in a policy: the names of arguments without `x-`.
pub fn definition_of(settings: &Settings) -> Table {
    let number = |name: &str, number: Option<u16>| Some((name.to_owned(), Value::Int32(number?.into())));
    let text = |name: &str, text: &str| Some((name.to_owned(), Value::text(text)));
    let overflow = [None, Some("reject-publish"), Some("reject-publish-dlx")];
    let (exchange, key) = match settings.dead_letters {
        None => (None, None),
        Some(Grave::Exchange(exchange)) => (Some(exchange_name(exchange)), None),
        Some(Grave::Queue(queue)) => (Some(""), Some(queue_name(queue))),
        Some(Grave::Nowhere) => (Some("nowhere"), None),
    };
    let entries = [
        number("message-ttl", settings.message_ttl),
        number("expires", settings.expires.map(|expires| expires.max(1))),
        number("max-length", settings.max_length.map(u16::from)),
        number("max-length-bytes", settings.max_length_bytes.map(u16::from)),
        overflow[usize::from(settings.overflow % 3)].and_then(|overflow| text("overflow", overflow)),
        exchange.and_then(|exchange| text("dead-letter-exchange", exchange)),
        key.and_then(|key| text("dead-letter-routing-key", key)),
        number("delivery-limit", settings.delivery_limit.map(u16::from)),
        settings.is_at_least_once.then(|| text("dead-letter-strategy", "at-least-once")).flatten(),
    ];
    Table(entries.into_iter().flatten().collect())
}

/// What an operator may set: limits alone.
pub fn limits_of(settings: Settings) -> Settings {
    Settings { overflow: 0, dead_letters: None, delivery_limit: None, is_at_least_once: false, ..settings }
}

/// A stream with segments of a few messages each, and a limit where the settings have one.
fn arguments_of_stream(settings: &Settings) -> Table {
    let mut entries = vec![
        ("x-queue-type".to_owned(), Value::text("stream")),
        ("x-stream-max-segment-size-bytes".to_owned(), Value::Int32(400)),
    ];
    if let Some(most) = settings.max_length {
        entries.push(("x-max-length-bytes".to_owned(), Value::Int32(300 * i32::from(most))));
    }
    if settings.message_ttl.is_some() {
        entries.push(("x-max-age".to_owned(), Value::text("1s")));
    }
    Table(entries)
}

/// The arguments of a declaration, without those that the type of the queue does not take.
pub fn arguments_of(declaration: &Declaration) -> Table {
    let kind = match declaration.kind {
        1 => "quorum",
        2 => return arguments_of_stream(&declaration.settings),
        _ => "classic",
    };
    let mut settings = declaration.settings;
    if kind == "classic" {
        settings.delivery_limit = None;
        settings.is_at_least_once = false;
    }
    let definition = definition_of(&settings);
    let mut entries: Vec<(String, Value)> =
        definition.0.into_iter().map(|(name, value)| (format!("x-{name}"), value)).collect();
    entries.push(("x-queue-type".to_owned(), Value::text(kind)));
    if declaration.is_single_active {
        entries.push(("x-single-active-consumer".to_owned(), Value::Boolean(true)));
    }
    if let Some(highest) = declaration.max_priority.filter(|_| kind == "classic") {
        entries.push(("x-max-priority".to_owned(), Value::UInt8(highest)));
    }
    Table(entries)
}
