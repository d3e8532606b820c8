//! JSON (RFC 8259) as Wireshark shows it: each member with its path.

use super::{Field, Layer, Protocol};
use serde_json::Value;

/// The layer of a JSON text whose first octet is the one at `start`; nothing if it is none.
pub fn dissect(octets: &[u8], start: usize) -> Option<Layer> {
    let value: Value = serde_json::from_slice(octets).ok()?;
    let place = start..start + octets.len();
    let fields = vec![whole(&value, "", place.clone())];
    Some(Layer::new(Protocol::Json, start..start, place, fields))
}

fn whole(value: &Value, path: &str, place: std::ops::Range<usize>) -> Field {
    let mut field = shown(value, path, None).pop().unwrap_or_else(|| Field::computed("", ""));
    field.octets = place;
    field
}

/// An object or array with what is in it, or the three fields of a value: path, name, and the value itself.
fn shown(value: &Value, path: &str, name: Option<&str>) -> Vec<Field> {
    let (kind, text) = match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| member(name, value, path)).collect();
            return vec![Field::computed("json.object", "").with(members)];
        }
        Value::Array(elements) => {
            let path = format!("{path}/[]");
            let elements = elements.iter().flat_map(|value| shown(value, &path, name)).collect();
            return vec![Field::computed("json.array", "").with(elements)];
        }
        Value::String(text) => ("json.value.string", text.clone()),
        Value::Number(number) => ("json.value.number", number.to_string()),
        Value::Bool(true) => ("json.value.true", String::new()),
        Value::Bool(false) => ("json.value.false", String::new()),
        Value::Null => ("json.value.null", String::new()),
    };
    let mut fields = vec![Field::computed("json.path_with_value", format!("{path}:{text}"))];
    if let Some(name) = name {
        fields.push(Field::computed("json.member_with_value", format!("{name}:{text}")));
    }
    fields.push(Field::computed(kind, text));
    fields
}

fn member(name: &str, value: &Value, path: &str) -> Field {
    let path = format!("{path}/{name}");
    let mut fields = shown(value, &path, Some(name));
    fields.push(Field::computed("json.key", name));
    fields.push(Field::computed("json.path", path));
    Field::computed("json.member", name).with(fields)
}
