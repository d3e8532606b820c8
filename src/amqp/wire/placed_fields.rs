//! A walk over the fields of a payload, each with its place in the octets.

use super::{Field, FieldKind, PROPERTIES, ReadError, Reader, layout};
use std::ops::Range;

/// A field as it stands in a payload.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedField<'a> {
    /// Which field.
    pub field: Field,
    /// Its octets, counted from the start of the payload. Bits share theirs.
    pub octets: Range<usize>,
    /// Which bit of its octet a bit is, 0 the lowest.
    pub bit: Option<u8>,
    /// What it holds.
    pub value: FieldValue<'a>,
}

/// What a field holds. Strings and tables are the octets behind their length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldValue<'a> {
    /// A number of any width.
    Number(u64),
    /// A truth value.
    Bit(bool),
    /// A short or long string.
    Octets(&'a [u8]),
    /// A table; [`read_table_entries`](super::read_table_entries) reads it.
    Table(&'a [u8]),
}

/// The fields of a method frame's payload: class, method, then the arguments. Texts and tables are not looked
/// into.
pub fn placed_method_fields(payload: &[u8]) -> Result<Vec<PlacedField<'_>>, ReadError> {
    let mut reader = Reader::new(payload);
    let mut places = Vec::new();
    let class = place(&mut reader, &mut places, number("class_id", FieldKind::Short))?;
    let method = place(&mut reader, &mut places, number("method_id", FieldKind::Short))?;
    // A method that is not known has no fields that could be told apart.
    let layout = layout((class, method)).ok_or(ReadError::Shape { at: 0 })?;
    for &field in layout.fields {
        place(&mut reader, &mut places, field)?;
    }
    reader.expect_end()?;
    Ok(places)
}

/// The fields of a header frame's payload: class, weight, size of the body, flags, then the properties that
/// are there (4.2.6.1).
pub fn placed_header_fields(payload: &[u8]) -> Result<Vec<PlacedField<'_>>, ReadError> {
    let mut reader = Reader::new(payload);
    let mut places = Vec::new();
    place(&mut reader, &mut places, number("class_id", FieldKind::Short))?;
    place(&mut reader, &mut places, number("weight", FieldKind::Short))?;
    place(&mut reader, &mut places, number("body_size", FieldKind::LongLong))?;
    let flags = place(&mut reader, &mut places, number("property_flags", FieldKind::Short))?;
    for (index, &field) in PROPERTIES.iter().enumerate() {
        if flags & 0x8000 >> index != 0 {
            place(&mut reader, &mut places, field)?;
        }
    }
    reader.expect_end()?;
    Ok(places)
}

const fn number(name: &'static str, kind: FieldKind) -> Field {
    Field { name, kind, is_reserved: false }
}

/// Reads one field; what it gives back is the low end of a number.
fn place<'a>(
    reader: &mut Reader<'a>,
    places: &mut Vec<PlacedField<'a>>,
    field: Field,
) -> Result<u16, ReadError> {
    let start = reader.at();
    let value = match field.kind {
        FieldKind::Octet => FieldValue::Number(reader.octet()?.into()),
        FieldKind::Short => FieldValue::Number(reader.short()?.into()),
        FieldKind::Long => FieldValue::Number(reader.long()?.into()),
        FieldKind::LongLong => FieldValue::Number(reader.long_long()?),
        FieldKind::Bit => FieldValue::Bit(reader.bit()?),
        FieldKind::ShortString => FieldValue::Octets(reader.short_octets()?),
        FieldKind::LongString => FieldValue::Octets(reader.long_octets()?),
        FieldKind::Table => FieldValue::Table(reader.long_octets()?),
    };
    let bit = reader.bits_taken().checked_sub(1);
    let start = if bit.is_some() { reader.at() - 1 } else { start };
    places.push(PlacedField { field, octets: start..reader.at(), bit, value });
    Ok(if let FieldValue::Number(number) = value { number as u16 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_basic_publish_lie_where_the_specification_puts_them() {
        let payload = b"\0\x3c\0\x28\0\0\x06events\x05order\x01";
        let places = placed_method_fields(payload).expect("well formed");
        let found: Vec<_> =
            places.iter().map(|place| (place.field.name, place.octets.clone(), place.bit)).collect();
        assert_eq!(
            found,
            [
                ("class_id", 0..2, None),
                ("method_id", 2..4, None),
                ("ticket", 4..6, None),
                ("exchange", 6..13, None),
                ("routing_key", 13..19, None),
                ("mandatory", 19..20, Some(0)),
                ("immediate", 19..20, Some(1)),
            ]
        );
        assert_eq!(places[3].value, FieldValue::Octets(b"events"));
        assert_eq!(places[5].value, FieldValue::Bit(true));
        assert_eq!(placed_method_fields(&payload[..19]), Err(ReadError::Shape { at: 19 }));
    }

    #[test]
    fn properties_lie_behind_their_flags() {
        let payload = b"\0\x3c\0\0\0\0\0\0\0\0\0\x05\x90\0\x04text\x02";
        let places = placed_header_fields(payload).expect("well formed");
        let found: Vec<_> =
            places.iter().skip(3).map(|place| (place.field.name, place.octets.clone())).collect();
        assert_eq!(found, [("property_flags", 12..14), ("content_type", 14..19), ("delivery_mode", 19..20)]);
    }
}
