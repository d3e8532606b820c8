//! How fields are described: once, for the reader, the writer and the walk over the bytes.

/// The shape of a field on the wire (section 4.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// 8 bits.
    Octet,
    /// 16 bits.
    Short,
    /// 32 bits.
    Long,
    /// 64 bits; timestamps, too.
    LongLong,
    /// One bit of an octet that it shares with its neighbours.
    Bit,
    /// Up to 255 octets.
    ShortString,
    /// Octets behind their count of 32 bits.
    LongString,
    /// A field table.
    Table,
}

/// A field of a method or of a content header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the specification, with `_` for `-`. Those that 0-9-1 calls `reserved-1` and so on have
    /// the names that older versions gave them, as RabbitMQ does (`ticket`).
    pub name: &'static str,
    /// Its shape.
    pub kind: FieldKind,
    /// Whether it says nothing any more: written as 0 or empty, read and forgotten.
    pub is_reserved: bool,
}

/// Which [`FieldKind`] a word of the descriptions stands for.
macro_rules! field_kind {
    (octet) => {
        FieldKind::Octet
    };
    (short) => {
        FieldKind::Short
    };
    (long) => {
        FieldKind::Long
    };
    (long_long) => {
        FieldKind::LongLong
    };
    (bit) => {
        FieldKind::Bit
    };
    (name) => {
        FieldKind::ShortString
    };
    (short_text) => {
        FieldKind::ShortString
    };
    (long_text) => {
        FieldKind::LongString
    };
    (long_string) => {
        FieldKind::LongString
    };
    (table) => {
        FieldKind::Table
    };
}

/// Reads a field of the kind that the word stands for.
macro_rules! read_field {
    ($reader:ident, $names:ident, name) => {
        $names.intern($reader.short_text()?)
    };
    ($reader:ident, $names:ident, short_text) => {
        $reader.short_text()?.to_owned()
    };
    ($reader:ident, $names:ident, long_text) => {
        $reader.long_text()?.to_owned()
    };
    ($reader:ident, $names:ident, long_string) => {
        $reader.long_octets()?.to_vec()
    };
    ($reader:ident, $names:ident, table) => {
        read_table($reader)?
    };
    ($reader:ident, $names:ident, $number:ident) => {
        $reader.$number()?
    };
}

/// Writes a field of the kind that the word stands for.
macro_rules! write_field {
    ($writer:ident, $names:ident, name, $value:expr) => {
        $writer.short_string($names.text(*$value).as_bytes())?
    };
    ($writer:ident, $names:ident, short_text, $value:expr) => {
        $writer.short_string($value.as_bytes())?
    };
    ($writer:ident, $names:ident, long_text, $value:expr) => {
        $writer.long_string($value.as_bytes())?
    };
    ($writer:ident, $names:ident, long_string, $value:expr) => {
        $writer.long_string($value)?
    };
    ($writer:ident, $names:ident, table, $value:expr) => {
        write_table($writer, $value)?
    };
    ($writer:ident, $names:ident, $number:ident, $value:expr) => {
        $writer.$number(*$value)
    };
}

/// Reads a reserved field.
macro_rules! read_reserved {
    ($reader:ident, $field:ident, long_string) => {
        $reader.long_octets()?
    };
    ($reader:ident, $field:ident, $kind:ident) => {
        $reader.$kind()?
    };
}

/// Writes a reserved field.
macro_rules! write_reserved {
    ($writer:ident, $field:ident, short_text) => {
        $writer.short_string(b"")?
    };
    ($writer:ident, $field:ident, long_string) => {
        $writer.long_string(b"")?
    };
    ($writer:ident, $field:ident, bit) => {
        $writer.bit(false)
    };
    ($writer:ident, $field:ident, short) => {
        $writer.short(0)
    };
}

/// The name of a field: as in the Rust type, unless another one follows.
pub(super) const fn last_name(names: &[&'static str]) -> &'static str {
    names[names.len() - 1]
}

pub(super) use {field_kind, read_field, read_reserved, write_field, write_reserved};
