//! Content headers: class, size of the body, and the properties behind their flags (section 4.2.6.1).

use super::field::{field_kind, last_name, read_field, write_field};
use super::{EncodeError, Field, FieldKind, ReadError, Reader, Writer, read_table, write_table};
use crate::amqp::Properties;

macro_rules! properties {
    ($($field:ident $(= $wire_name:literal)? : $kind:ident),* $(,)?) => {
        /// The properties of class `basic`, in the order of their flags from the highest bit down.
        pub static PROPERTIES: &[Field] = &[$(Field {
            name: last_name(&[stringify!($field) $(, $wire_name)?]),
            kind: field_kind!($kind),
            is_reserved: false,
        }),*];

        /// Reads the flags and the properties that are there, up to the end.
        ///
        /// The two lowest bits of the flags stand for no property. The lowest one announces further flags,
        /// which `basic` does not have. As RabbitMQ, this looks at neither bit, and finds further flags to be
        /// octets too many.
        pub(super) fn read_properties(reader: &mut Reader<'_>) -> Result<Properties, ReadError> {
            let flags = reader.short()?;
            let mut bit = 0x8000;
            let mut properties = Properties::default();
            $(
                if flags & bit != 0 {
                    properties.$field = Some(read_field!(reader, names, $kind));
                }
                bit >>= 1;
            )*
            debug_assert_eq!(bit, 2, "14 properties leave two bits");
            reader.expect_end()?;
            Ok(properties)
        }

        fn write_properties(writer: &mut Writer<'_>, properties: &Properties) -> Result<(), EncodeError> {
            let Properties { $($field),* } = properties;
            let flags = [$($field.is_some()),*]
                .iter()
                .enumerate()
                .fold(0, |flags, (index, &is_there)| flags | u16::from(is_there) << (15 - index));
            writer.short(flags);
            $(
                if let Some(value) = $field {
                    write_field!(writer, names, $kind, value);
                }
            )*
            Ok(())
        }
    };
}

properties! {
    content_type: short_text,
    content_encoding: short_text,
    headers: table,
    delivery_mode: octet,
    priority: octet,
    correlation_id: short_text,
    reply_to: short_text,
    expiration: short_text,
    message_id: short_text,
    timestamp: long_long,
    kind = "type": short_text,
    user_id: short_text,
    app_id: short_text,
    cluster_id: short_text,
}

/// The number of class `basic`, the only one with content.
pub(super) const BASIC: u16 = 60;

/// What stands before the properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HeaderStart {
    /// The class of the content, and so of its properties.
    pub class: u16,
    /// Always 0.
    pub weight: u16,
    /// How many octets the body has.
    pub body_size: u64,
}

pub(super) fn read_header_start(reader: &mut Reader<'_>) -> Result<HeaderStart, ReadError> {
    Ok(HeaderStart { class: reader.short()?, weight: reader.short()?, body_size: reader.long_long()? })
}

/// Reads the payload of a header frame of class `basic`: the size of the body, and the properties. An
/// [`Assembler`](super::Assembler) checks class and weight, too, and knows what RabbitMQ says of them.
pub fn read_header(payload: &[u8]) -> Result<(u64, Properties), ReadError> {
    let mut reader = Reader::new(payload);
    let start = read_header_start(&mut reader)?;
    if start.class != BASIC || start.weight != 0 {
        return Err(ReadError::Shape { at: 0 });
    }
    Ok((start.body_size, read_properties(&mut reader)?))
}

/// Appends the payload of a header frame.
pub fn write_header(
    writer: &mut Writer<'_>,
    properties: &Properties,
    body_size: u64,
) -> Result<(), EncodeError> {
    writer.short(BASIC);
    writer.short(0);
    writer.long_long(body_size);
    write_properties(writer, properties)
}
