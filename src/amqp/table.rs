//! Field tables: the arguments of declarations and bindings, and the headers of messages.

use std::rc::Rc;

/// A field table (AMQP 0-9-1, section 4.2.5.5): names with values, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table(pub Vec<(String, Value)>);

/// A value of a field table. The letters are those that RabbitMQ reads and writes ("AMQP 0-9-1 Errata",
/// section 3), which differ in places from the specification's.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `t`: a truth value.
    Boolean(bool),
    /// `b`: 8 bits, signed.
    Int8(i8),
    /// `B`: 8 bits, unsigned.
    UInt8(u8),
    /// `s`: 16 bits, signed.
    Int16(i16),
    /// `u`: 16 bits, unsigned.
    UInt16(u16),
    /// `I`: 32 bits, signed.
    Int32(i32),
    /// `i`: 32 bits, unsigned.
    UInt32(u32),
    /// `l`: 64 bits, signed.
    Int64(i64),
    /// `f`: IEEE 754, 32 bits.
    Float(f32),
    /// `d`: IEEE 754, 64 bits.
    Double(f64),
    /// `D`: a decimal: `value` divided by ten to the power `scale`.
    Decimal {
        /// Digits after the point.
        scale: u8,
        /// The digits.
        value: u32,
    },
    /// `S`: a long string: bytes, as a rule UTF-8.
    LongString(Rc<[u8]>),
    /// `A`: an array of values.
    Array(Vec<Value>),
    /// `T`: seconds since 1970.
    Timestamp(u64),
    /// `F`: a table within.
    Table(Table),
    /// `V`: no value.
    Void,
    /// `x`: bytes.
    Bytes(Rc<[u8]>),
}

impl Table {
    /// The first value under `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }
}

impl Value {
    /// A long string of `text`.
    pub fn text(text: &str) -> Value {
        Value::LongString(text.as_bytes().into())
    }

    /// The text of a long string that is UTF-8.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::LongString(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// The number in any of the integer types.
    pub fn as_integer(&self) -> Option<i64> {
        Some(match *self {
            Value::Int8(number) => number.into(),
            Value::UInt8(number) => number.into(),
            Value::Int16(number) => number.into(),
            Value::UInt16(number) => number.into(),
            Value::Int32(number) => number.into(),
            Value::UInt32(number) => number.into(),
            Value::Int64(number) => number,
            _ => return None,
        })
    }

    /// The value as JSON, for people: bytes as text, decimals as `digits e-scale`.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Value::Boolean(holds) => Json::Bool(*holds),
            Value::Float(number) => Json::from(*number),
            Value::Double(number) => Json::from(*number),
            Value::Timestamp(seconds) => Json::from(*seconds),
            Value::Decimal { scale, value } => Json::String(format!("{value}e-{scale}")),
            Value::LongString(bytes) | Value::Bytes(bytes) => {
                Json::String(String::from_utf8_lossy(bytes).into())
            }
            Value::Array(values) => Json::Array(values.iter().map(Value::to_json).collect()),
            Value::Table(table) => {
                // Not collected: that would sort them first, which is much code in wasm.
                let mut fields = serde_json::Map::new();
                fields.extend(table.iter().map(|(name, value)| (name.to_owned(), value.to_json())));
                Json::Object(fields)
            }
            Value::Void => Json::Null,
            integer => integer.as_integer().map_or(Json::Null, Json::from),
        }
    }

    /// The name of its type as RabbitMQ's errors give it, and the value in words.
    pub fn described(&self) -> (&'static str, String) {
        let kind = match self {
            Value::Boolean(_) => "bool",
            Value::Int8(_) => "byte",
            Value::UInt8(_) => "unsignedbyte",
            Value::Int16(_) => "short",
            Value::UInt16(_) => "unsignedshort",
            Value::Int32(_) => "signedint",
            Value::UInt32(_) => "unsignedint",
            Value::Int64(_) => "long",
            Value::Float(_) => "float",
            Value::Double(_) => "double",
            Value::Decimal { .. } => "decimal",
            Value::LongString(_) => "longstr",
            Value::Array(_) => "array",
            Value::Timestamp(_) => "timestamp",
            Value::Table(_) => "table",
            Value::Void => "void",
            Value::Bytes(_) => "binary",
        };
        let text = match self.to_json() {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        (kind, text)
    }
}
