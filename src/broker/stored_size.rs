//! How many octets a message takes in the file of a stream.
//!
//! Source: RabbitMQ 3.10.8's `rabbit_msg_record`, which stores messages in the encoding of AMQP 1.0, and
//! `osiris_log`, which puts a header before each chunk of them. Here every message is a chunk of its own; RabbitMQ
//! may put messages that come in together into one.

use crate::amqp::Message;
use crate::amqp::{Properties, Table, Value};
use crate::ids::Names;

/// Octets at the beginning of a segment's file.
pub(super) const SEGMENT_HEADER: u64 = 8;
/// Octets before each chunk, and before the message in it.
const CHUNK_HEADER: u64 = 48 + 4;
/// Octets of the name that a channel has as a writer: that of its process, and 22 letters. The first part is not
/// always as long as here.
const WRITER: u64 = 2 + 33;
/// Octets before each section: that it is described, and the code that describes it.
const SECTION_HEADER: u64 = 3;
/// How many properties the section of properties has. One that is not there takes an octet.
const PROPERTIES: u64 = 13;

/// The octets that a message takes.
pub(super) fn stored_size(message: &Message, names: &Names) -> u64 {
    let properties = &message.content.properties;
    let annotations = [
        pair("x-exchange", text(names.text(message.exchange))),
        pair("x-routing-key", text(names.text(message.routing_key))),
        properties.priority.map_or(0, |_| pair("x-basic-priority", 2)),
        properties.delivery_mode.map_or(0, |_| pair("x-basic-delivery-mode", 2)),
        properties.expiration.as_deref().map_or(0, |expiration| pair("x-basic-expiration", text(expiration))),
    ];
    let body = message.content.body.len() as u64;
    // Behind the message stand the writer and its number.
    CHUNK_HEADER
        + WRITER
        + 8
        + compound(&annotations)
        + section_of_properties(properties)
        + section_of_headers(properties)
        + (SECTION_HEADER + sized(body))
}

/// The octets that a stream takes to remember the last messages of so many writers.
pub(super) fn snapshot_size(writers: u64) -> u64 {
    CHUNK_HEADER + writers * (WRITER + 16)
}

fn section_of_properties(properties: &Properties) -> u64 {
    let texts = [
        &properties.message_id,
        &properties.user_id,
        &properties.reply_to,
        &properties.correlation_id,
        &properties.content_type,
        &properties.content_encoding,
    ];
    let present = texts.into_iter().flatten().map(|value| text(value)).chain(properties.timestamp.map(|_| 9));
    let sizes: Vec<u64> = present.collect();
    if sizes.is_empty() {
        return 0;
    }
    compound_of(sizes.iter().sum::<u64>() + PROPERTIES - sizes.len() as u64)
}

fn section_of_headers(properties: &Properties) -> u64 {
    let empty = Table::default();
    let headers = properties.headers.as_ref().unwrap_or(&empty);
    let own =
        headers.iter().filter(|(_, value)| is_stored(value)).map(|(name, value)| pair(name, size_of(value)));
    let further = [("x-basic-type", &properties.kind), ("x-basic-app-id", &properties.app_id)];
    let further = further.into_iter().filter_map(|(name, value)| Some(pair(name, text(value.as_ref()?))));
    compound(&own.chain(further).collect::<Vec<u64>>())
}

/// Whether a header comes back from a stream: arrays and tables do not.
pub(super) fn is_stored(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Table(_))
}

/// A section with a map of such sizes; nothing where it is empty.
fn compound(pairs: &[u64]) -> u64 {
    match pairs.iter().sum() {
        0 => 0,
        size => compound_of(size),
    }
}

fn compound_of(size: u64) -> u64 {
    SECTION_HEADER + if size + 1 >= 256 { 9 } else { 3 } + size
}

/// A name of a map with the size of its value.
fn pair(name: &str, size: u64) -> u64 {
    2 + name.len() as u64 + size
}

fn text(text: &str) -> u64 {
    sized(text.len() as u64)
}

/// So many octets after their length.
fn sized(length: u64) -> u64 {
    length + if length < 255 { 2 } else { 5 }
}

fn size_of(value: &Value) -> u64 {
    let whole = |number: i64, width: u64| if (-128..128).contains(&number) { 2 } else { 1 + width };
    match value {
        Value::Void => 1,
        Value::Boolean(_) | Value::Int8(_) | Value::UInt8(_) => 2,
        Value::Int16(_) | Value::UInt16(_) => 3,
        Value::Int32(number) => whole((*number).into(), 4),
        Value::UInt32(0) => 1,
        Value::UInt32(1..256) => 2,
        Value::UInt32(_) | Value::Float(_) => 5,
        Value::Int64(number) => whole(*number, 8),
        Value::LongString(octets) | Value::Bytes(octets) => sized(octets.len() as u64),
        _ => 9,
    }
}
