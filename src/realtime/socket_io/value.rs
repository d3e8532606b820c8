//! What events carry: the values of JSON, and octets.

/// A value as JavaScript has it. The order of members is kept, numbers are all of one kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number. What is not finite is written as `null`.
    Number(f64),
    /// A text.
    Text(String),
    /// Octets; they travel apart from the JSON.
    Binary(Vec<u8>),
    /// An array.
    Array(Vec<Value>),
    /// An object; made by [`Value::object`], its members stand in the order of JavaScript.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// An object. Of members of one name the last counts, in the place of the first; names that are array
    /// indices come first, ascending (ECMA-262, OrdinaryOwnPropertyKeys).
    pub fn object(members: impl IntoIterator<Item = (String, Value)>) -> Value {
        let mut fields: Vec<(String, Value)> = Vec::new();
        for (name, value) in members {
            match fields.iter_mut().find(|(each, _)| *each == name) {
                Some((_, old)) => *old = value,
                None => {
                    let is_before =
                        |other: &str, index| array_index(other).is_some_and(|other| other < index);
                    let place = match array_index(&name) {
                        Some(index) => fields.partition_point(|(other, _)| is_before(other, index)),
                        None => fields.len(),
                    };
                    fields.insert(place, (name, value));
                }
            }
        }
        Value::Object(fields)
    }

    /// A member of an object.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Object(fields) => fields.iter().find(|(each, _)| each == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether there are octets in it.
    pub fn has_binary(&self) -> bool {
        match self {
            Value::Binary(_) => true,
            Value::Array(entries) => entries.iter().any(Value::has_binary),
            Value::Object(fields) => fields.iter().any(|(_, value)| value.has_binary()),
            _ => false,
        }
    }

    /// Reads JSON; an array or object may have up to 127 others around it.
    pub fn from_json(text: &str) -> Option<Value> {
        super::json::parse(text)
    }

    /// As `JSON.stringify` writes it. Octets should have been taken out; they become `null`.
    pub fn to_json(&self) -> String {
        let mut json = String::new();
        self.write(&mut json);
        json
    }

    fn write(&self, json: &mut String) {
        match self {
            Value::Null | Value::Binary(_) => json.push_str("null"),
            Value::Boolean(true) => json.push_str("true"),
            Value::Boolean(false) => json.push_str("false"),
            Value::Number(number) => json.push_str(&number_text(*number)),
            Value::Text(text) => write_text(text, json),
            Value::Array(entries) => {
                json.push('[');
                for (number, entry) in entries.iter().enumerate() {
                    if number > 0 {
                        json.push(',');
                    }
                    entry.write(json);
                }
                json.push(']');
            }
            Value::Object(fields) => {
                json.push('{');
                for (number, (name, value)) in fields.iter().enumerate() {
                    if number > 0 {
                        json.push(',');
                    }
                    write_text(name, json);
                    json.push(':');
                    value.write(json);
                }
                json.push('}');
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Value::Number(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Value {
        Value::Boolean(truth)
    }
}

/// A text in quotation marks, escaped as little as JSON allows.
fn write_text(text: &str, json: &mut String) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            c if c < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => json.push(c),
        }
    }
    json.push('"');
}

/// The index that a name of a member is, if it is one.
fn array_index(name: &str) -> Option<u32> {
    let index: u32 = name.parse().ok()?;
    (index < u32::MAX && index.to_string() == name).then_some(index)
}

/// A number as JavaScript writes it (ECMA-262, Number::toString): the fewest digits that give the same number
/// again, with an exponent from 10^21 on and below 10^-6.
pub fn number_text(number: f64) -> String {
    if !number.is_finite() {
        return "null".to_owned();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{:e}", number.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    let count = digits.len() as i32;
    let sign = if number < 0.0 { "-" } else { "" };
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    if count <= point && point <= 21 {
        return format!("{sign}{digits}{}", zeros(point - count));
    }
    if 0 < point && point <= 21 {
        let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
        return format!("{sign}{whole}.{fraction}");
    }
    if -6 < point && point <= 0 {
        return format!("{sign}0.{}{digits}", zeros(-point));
    }
    let (first, rest) = digits.split_at(1);
    let fraction = if rest.is_empty() { String::new() } else { format!(".{rest}") };
    format!("{sign}{first}{fraction}e{}{}", if point > 0 { '+' } else { '-' }, (point - 1).abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `JSON.stringify(JSON.parse(text))` of JavaScript gives (Node 20).
    #[test]
    fn json_is_written_as_javascript_writes_it() {
        for (text, written) in [
            ("1.0", "1"),
            ("-0", "0"),
            ("1e21", "1e+21"),
            ("123456789012345680000", "123456789012345680000"),
            ("12.50", "12.5"),
            ("1e-6", "0.000001"),
            ("1e-7", "1e-7"),
            ("-1.5e-9", "-1.5e-9"),
            ("9007199254740993", "9007199254740992"),
            ("5e-324", "5e-324"),
            ("-1.5249107344633049e69", "-1.5249107344633049e+69"),
            ("1e400", "null"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("{\"b\":1,\"a\":[],\"10\":2,\"9\":3,\"b\":4}", "{\"9\":3,\"10\":2,\"b\":4,\"a\":[]}"),
            ("\"\\u0001\\u007f\\/\\n\\u00e9\"", "\"\\u0001\u{7f}/\\n\u{e9}\""),
            (" [ true , null ] ", "[true,null]"),
        ] {
            assert_eq!(
                Value::from_json(text).map(|value| value.to_json()).as_deref(),
                Some(written),
                "{text}"
            );
        }
        assert_eq!(Value::from_json("[1"), None);
    }
}
