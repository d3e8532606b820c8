//! Reading and writing field tables (section 4.2.5.5) with RabbitMQ's letters.

use super::{EncodeError, ReadError, Reader, Writer};
use crate::amqp::{Table, Value};
use std::fmt;

/// How deep tables and arrays may lie in one another. RabbitMQ has no limit; this one keeps the stack small,
/// above all in a browser.
pub const MAX_DEPTH: usize = 128;

/// Where a table cannot be read, and why. RabbitMQ's reader dies of it, so that the client sees the TCP
/// connection end without a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableFault {
    /// The octet of the payload where the name or value begins.
    pub at: usize,
    /// What is wrong with it.
    pub reason: TableFaultReason,
}

/// What is wrong in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFaultReason {
    /// The table ends in the middle of a name or value.
    CutShort,
    /// No value has this letter.
    UnknownType(u8),
    /// A float or double that is infinite or not a number, which Erlang does not have.
    NotFinite,
    /// Deeper than [`MAX_DEPTH`].
    TooDeep,
}

impl fmt::Display for TableFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason {
            TableFaultReason::CutShort => write!(formatter, "the table is cut short")?,
            TableFaultReason::UnknownType(letter) => {
                write!(formatter, "no value of a table has the type '{}'", letter.escape_ascii())?;
            }
            TableFaultReason::NotFinite => write!(formatter, "a number of the table is not finite")?,
            TableFaultReason::TooDeep => write!(formatter, "the table is deeper than {MAX_DEPTH}")?,
        }
        write!(formatter, " at octet {}", self.at)
    }
}

impl From<TableFault> for ReadError {
    fn from(fault: TableFault) -> ReadError {
        ReadError::Table(fault)
    }
}

/// Reads a table with its length before it.
pub fn read_table(reader: &mut Reader<'_>) -> Result<Table, ReadError> {
    // The length belongs to the fields of the method: if it is wrong, RabbitMQ blames those.
    let mut part = reader.part()?;
    read_entries(&mut part, 0)
}

/// Reads a table that takes all the octets, without its length (SASL's AMQPLAIN).
pub fn read_table_entries(octets: &[u8]) -> Result<Table, ReadError> {
    read_entries(&mut Reader::new(octets), 0)
}

fn read_entries(part: &mut Reader<'_>, depth: usize) -> Result<Table, ReadError> {
    let mut table = Table::default();
    while !part.is_at_end() {
        let name = inside(part.short_text())?.to_owned();
        table.0.push((name, read_value(part, depth)?));
    }
    Ok(table)
}

/// Within a table a field that does not fit is the table's fault.
fn inside<T>(result: Result<T, ReadError>) -> Result<T, ReadError> {
    result.map_err(|error| match error {
        ReadError::Shape { at } => TableFault { at, reason: TableFaultReason::CutShort }.into(),
        other => other,
    })
}

fn read_value(part: &mut Reader<'_>, depth: usize) -> Result<Value, ReadError> {
    let at = part.at();
    let fault = |reason| Err(TableFault { at, reason }.into());
    let letter = inside(part.octet())?;
    if depth >= MAX_DEPTH && matches!(letter, b'A' | b'F') {
        return fault(TableFaultReason::TooDeep);
    }
    Ok(match letter {
        b't' => Value::Boolean(inside(part.octet())? != 0),
        b'b' => Value::Int8(inside(part.octet())?.cast_signed()),
        b'B' => Value::UInt8(inside(part.octet())?),
        b's' => Value::Int16(inside(part.short())?.cast_signed()),
        b'u' => Value::UInt16(inside(part.short())?),
        b'I' => Value::Int32(inside(part.long())?.cast_signed()),
        b'i' => Value::UInt32(inside(part.long())?),
        // RabbitMQ reads both letters alike and writes 'l' (rabbitmq-server issue 1093).
        b'l' | b'L' => Value::Int64(inside(part.long_long())?.cast_signed()),
        b'f' => match f32::from_bits(inside(part.long())?) {
            number if number.is_finite() => Value::Float(number),
            _ => return fault(TableFaultReason::NotFinite),
        },
        b'd' => match f64::from_bits(inside(part.long_long())?) {
            number if number.is_finite() => Value::Double(number),
            _ => return fault(TableFaultReason::NotFinite),
        },
        b'D' => Value::Decimal { scale: inside(part.octet())?, value: inside(part.long())? },
        b'S' => Value::LongString(inside(part.long_octets())?.into()),
        b'A' => {
            let mut elements = inside(part.part())?;
            let mut array = Vec::new();
            while !elements.is_at_end() {
                array.push(read_value(&mut elements, depth + 1)?);
            }
            Value::Array(array)
        }
        b'T' => Value::Timestamp(inside(part.long_long())?),
        b'F' => Value::Table(read_entries(&mut inside(part.part())?, depth + 1)?),
        b'V' => Value::Void,
        b'x' => Value::Bytes(inside(part.long_octets())?.into()),
        unknown => return fault(TableFaultReason::UnknownType(unknown)),
    })
}

/// Writes a table with its length before it.
pub fn write_table(writer: &mut Writer<'_>, table: &Table) -> Result<(), EncodeError> {
    writer.part(|part| write_entries(part, table, 0))
}

/// Writes a table without its length.
pub(super) fn write_entries(writer: &mut Writer<'_>, table: &Table, depth: usize) -> Result<(), EncodeError> {
    for (name, value) in &table.0 {
        writer.short_string(name.as_bytes())?;
        write_value(writer, value, depth)?;
    }
    Ok(())
}

fn write_value(writer: &mut Writer<'_>, value: &Value, depth: usize) -> Result<(), EncodeError> {
    writer.octet(letter(value));
    match value {
        Value::Boolean(truth) => writer.octet(u8::from(*truth)),
        Value::Int8(number) => writer.octets(&number.to_be_bytes()),
        Value::UInt8(number) => writer.octet(*number),
        Value::Int16(number) => writer.octets(&number.to_be_bytes()),
        Value::UInt16(number) => writer.short(*number),
        Value::Int32(number) => writer.octets(&number.to_be_bytes()),
        Value::UInt32(number) => writer.long(*number),
        Value::Int64(number) => writer.octets(&number.to_be_bytes()),
        Value::Float(number) if number.is_finite() => writer.long(number.to_bits()),
        Value::Double(number) if number.is_finite() => writer.long_long(number.to_bits()),
        Value::Float(_) | Value::Double(_) => return Err(EncodeError::NotFinite),
        Value::Decimal { scale, value } => {
            writer.octet(*scale);
            writer.long(*value);
        }
        Value::LongString(octets) | Value::Bytes(octets) => writer.long_string(octets)?,
        Value::Array(_) | Value::Table(_) if depth >= MAX_DEPTH => return Err(EncodeError::TooDeep),
        Value::Array(array) => {
            writer.part(|part| array.iter().try_for_each(|value| write_value(part, value, depth + 1)))?;
        }
        Value::Table(table) => writer.part(|part| write_entries(part, table, depth + 1))?,
        Value::Timestamp(seconds) => writer.long_long(*seconds),
        Value::Void => {}
    }
    Ok(())
}

const fn letter(value: &Value) -> u8 {
    match value {
        Value::Boolean(_) => b't',
        Value::Int8(_) => b'b',
        Value::UInt8(_) => b'B',
        Value::Int16(_) => b's',
        Value::UInt16(_) => b'u',
        Value::Int32(_) => b'I',
        Value::UInt32(_) => b'i',
        Value::Int64(_) => b'l',
        Value::Float(_) => b'f',
        Value::Double(_) => b'd',
        Value::Decimal { .. } => b'D',
        Value::LongString(_) => b'S',
        Value::Array(_) => b'A',
        Value::Timestamp(_) => b'T',
        Value::Table(_) => b'F',
        Value::Void => b'V',
        Value::Bytes(_) => b'x',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(depth: usize) -> Table {
        let mut value = Value::Void;
        for _ in 0..depth {
            value = Value::Array(vec![value]);
        }
        Table(vec![("deep".into(), value)])
    }

    #[test]
    fn a_table_is_as_deep_as_the_limit_and_no_deeper() {
        let mut octets = Vec::new();
        write_table(&mut Writer::new(&mut octets), &nested(MAX_DEPTH)).expect("as deep as may be");
        assert_eq!(read_table(&mut Reader::new(&octets)), Ok(nested(MAX_DEPTH)));
        let result = write_table(&mut Writer::new(&mut Vec::new()), &nested(MAX_DEPTH + 1));
        assert_eq!(result, Err(EncodeError::TooDeep));
    }

    #[test]
    fn a_table_of_brackets_alone_does_not_exhaust_the_stack() {
        let mut octets = vec![b'V'];
        for _ in 0..10_000 {
            let length = u32::try_from(octets.len()).expect("small");
            octets.splice(0..0, [&[b'A'][..], &length.to_be_bytes()].concat());
        }
        octets.splice(0..0, *b"\x01k");
        let error = read_table_entries(&octets).expect_err("too deep");
        assert!(matches!(error, ReadError::Table(TableFault { reason: TableFaultReason::TooDeep, at: 642 })));
    }

    #[test]
    fn an_array_that_cannot_be_written_is_an_error() {
        let table = Table(vec![("k".into(), Value::Array(vec![Value::Double(f64::NAN)]))]);
        let result = write_table(&mut Writer::new(&mut Vec::new()), &table);
        assert_eq!(result, Err(EncodeError::NotFinite));
    }
}
