//! Matching by headers.
//!
//! Source: rabbitmq.com/docs/exchanges, "Headers Exchange", and RabbitMQ's `rabbit_exchange_type_headers`:
//! a binding argument without a value (void) asks only that the header is there; values are compared without
//! their AMQP types, so that the 8-bit 1 equals the 64-bit 1 and 1.0.

use crate::amqp::{Table, Value};

/// How the arguments of a binding are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mode {
    /// Every argument must match, not just one.
    all: bool,
    /// Arguments that begin with `x-` count too.
    with_x: bool,
}

impl Mode {
    /// The mode that `x-match` names; `all` when it is absent.
    fn of(arguments: &Table) -> Mode {
        let (all, with_x) = match arguments.get("x-match").and_then(Value::as_text) {
            Some("any") => (false, false),
            Some("any-with-x") => (false, true),
            Some("all-with-x") => (true, true),
            _ => (true, false),
        };
        Mode { all, with_x }
    }
}

/// Checks the arguments of a binding to a headers exchange.
///
/// # Errors
/// What RabbitMQ says of an `x-match` that it does not know.
pub fn check_arguments(arguments: &Table) -> Result<(), String> {
    match arguments.get("x-match") {
        None => Ok(()),
        Some(value) => match value.as_text() {
            Some("all" | "any" | "all-with-x" | "any-with-x") => Ok(()),
            Some(other) => Err(format!(
                "Invalid x-match field value <<\"{other}\">>; expected all, any, all-with-x, or any-with-x"
            )),
            None => {
                let (kind, shown) = value.described();
                Err(format!("Invalid x-match field type {kind} (value {shown}); expected longstr"))
            }
        },
    }
}

/// Whether a binding with these arguments lets a message with these headers through.
pub fn matches(arguments: &Table, headers: &Table) -> bool {
    let mode = Mode::of(arguments);
    let mut counted = arguments
        .iter()
        .filter(|(name, _)| *name != "x-match" && (mode.with_x || !name.starts_with("x-")))
        .map(|(name, wanted)| headers.get(name).is_some_and(|value| is_satisfied(wanted, value)));
    if mode.all { counted.all(|matches| matches) } else { counted.any(|matches| matches) }
}

fn is_satisfied(wanted: &Value, value: &Value) -> bool {
    matches!(wanted, Value::Void) || equal(wanted, value)
}

/// Equality as Erlang's `==` sees the decoded values: numbers by value, texts and bytes by their bytes. Within
/// tables and arrays the AMQP types are part of the decoded value and count.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::LongString(left) | Value::Bytes(left), Value::LongString(right) | Value::Bytes(right)) => {
            left == right
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| equal_with_type(left, right))
        }
        (Value::Table(left), Value::Table(right)) => {
            left.0.len() == right.0.len()
                && left.iter().zip(right.iter()).all(|((left_name, left), (right_name, right))| {
                    left_name == right_name && equal_with_type(left, right)
                })
        }
        _ => match (as_number(left), as_number(right)) {
            (Some(left), Some(right)) => left.equals(right),
            _ => left == right,
        },
    }
}

fn equal_with_type(left: &Value, right: &Value) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right) && equal(left, right)
}

enum Number {
    Integer(i128),
    Float(f64),
}

impl Number {
    fn equals(self, other: Number) -> bool {
        match (self, other) {
            (Number::Integer(left), Number::Integer(right)) => left == right,
            (Number::Float(left), Number::Float(right)) => left == right,
            // Erlang compares an integer with a float exactly, not after rounding the integer.
            (Number::Integer(integer), Number::Float(float))
            | (Number::Float(float), Number::Integer(integer)) => {
                float.is_finite() && float.fract() == 0.0 && float as i128 == integer
            }
        }
    }
}

fn as_number(value: &Value) -> Option<Number> {
    match *value {
        Value::Float(number) => Some(Number::Float(number.into())),
        Value::Double(number) => Some(Number::Float(number)),
        Value::Timestamp(seconds) => Some(Number::Integer(seconds.into())),
        _ => value.as_integer().map(|number| Number::Integer(number.into())),
    }
}
