//! A method that a client is told to send: `{"basic.ack": {"delivery_tag": 1}}`.
//!
//! The fields of each method are those of the wire form, with the names of the specification, and are checked by
//! its description. What is left out is 0, false or empty.

use super::definitions::table;
use super::reader::Reader;
use super::{Format, MessageDocument, ScenarioError};
use crate::amqp::Method;
use crate::amqp::wire::{FieldKind, LAYOUTS, Layout, Writer, read_method, write_table};
use crate::ids::Names;
use serde_json::Value;

/// The methods that a client may send on an open channel.
const METHODS: [&str; 22] = [
    "exchange.declare",
    "exchange.delete",
    "exchange.bind",
    "exchange.unbind",
    "queue.declare",
    "queue.bind",
    "queue.purge",
    "queue.delete",
    "queue.unbind",
    "basic.qos",
    "basic.consume",
    "basic.cancel",
    "basic.publish",
    "basic.get",
    "basic.ack",
    "basic.reject",
    "basic.recover",
    "basic.nack",
    "confirm.select",
    "tx.select",
    "tx.commit",
    "tx.rollback",
];

/// What a client is told to send.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientMethod {
    /// `basic.publish` with what follows it.
    Publish(MessageDocument),
    /// Another method.
    Other(Method),
}

/// Reads a method. `names` takes the names in it.
///
/// # Errors
/// When there is no such method, or no such field in it, with the place.
pub fn client_method(value: &Value, names: &mut Names) -> Result<ClientMethod, ScenarioError> {
    let reader = Reader::new(Format::Scenario, value).within("method");
    let (name, fields) = reader.choice()?;
    if name == "basic.publish" {
        return Ok(ClientMethod::Publish(MessageDocument::read(&fields)?));
    }
    let layout = LAYOUTS.iter().find(|layout| Method::name_of(layout.number) == Some(name));
    match layout.filter(|_| METHODS.contains(&name)) {
        Some(layout) => Ok(ClientMethod::Other(read_fields(layout, &fields, names)?)),
        None => fields.invalid(format!("a client can send {}", METHODS.join(", "))),
    }
}

fn read_fields(layout: &Layout, fields: &Reader, names: &mut Names) -> Result<Method, ScenarioError> {
    let wanted = layout.fields.iter().filter(|field| !field.is_reserved);
    fields.only(&wanted.map(|field| field.name).collect::<Vec<_>>())?;
    let mut octets = Vec::new();
    let mut writer = Writer::new(&mut octets);
    writer.short(layout.number.0);
    writer.short(layout.number.1);
    for field in layout.fields {
        let given = if field.is_reserved { None } else { fields.optional(field.name)? };
        let number = |most: u64| given.as_ref().map_or(Ok(0), |given| given.whole(0, most));
        let mut is_too_long = false;
        match field.kind {
            FieldKind::Octet => writer.octet(number(u8::MAX.into())? as u8),
            FieldKind::Short => writer.short(number(u16::MAX.into())? as u16),
            FieldKind::Long => writer.long(number(u32::MAX.into())? as u32),
            FieldKind::LongLong => writer.long_long(fields.required(field.name)?.whole(0, u64::MAX)?),
            FieldKind::Bit => writer.bit(given.as_ref().map_or(Ok(false), Reader::truth)?),
            FieldKind::ShortString => {
                let text = given.as_ref().map_or(Ok(String::new()), Reader::short_text)?;
                is_too_long = writer.short_string(text.as_bytes()).is_err();
            }
            FieldKind::LongString => {
                let text = given.as_ref().map_or(Ok(String::new()), Reader::text)?;
                is_too_long = writer.long_string(text.as_bytes()).is_err();
            }
            FieldKind::Table => {
                let given = given.as_ref().map(Reader::table).transpose()?.unwrap_or_default();
                is_too_long = write_table(&mut writer, &table(&given)).is_err();
            }
        }
        if is_too_long {
            return fields.required(field.name)?.invalid("this does not fit into a frame");
        }
    }
    match read_method(1, &octets, names) {
        Ok(method) => Ok(method),
        Err(_) => fields.invalid("these fields cannot be read back"),
    }
}
