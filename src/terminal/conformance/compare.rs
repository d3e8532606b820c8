//! Recorded against replayed (tests/conformance/README.md, section 1.4).

use serde_json::Value;

/// The first difference between what was recorded of a step and what the replay gave, if there is one.
pub fn difference(recorded: &Value, replayed: &Value, unstable: &[String], step: usize) -> Option<String> {
    let names = |value: &Value| -> Vec<String> {
        value.as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
    };
    let mut fields = names(recorded);
    fields.extend(names(replayed));
    fields.sort();
    fields.dedup();
    for field in fields {
        let is_unstable = unstable.iter().any(|path| {
            let prefix = format!("steps[{step}].{field}");
            path == &prefix || path.starts_with(&format!("{prefix}."))
        });
        if field == "n" || field == "op" || is_unstable {
            continue;
        }
        let (expected, found) = (recorded.get(&field), replayed.get(&field));
        let is_same = match field.as_str() {
            "closed" => as_set(expected) == as_set(found),
            "cancelled" => as_set(expected) == as_set(found),
            "reply" => reply(expected) == reply(found),
            _ => expected == found,
        };
        if !is_same {
            let shown = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
            return Some(format!("{field}: recorded {}, replayed {}", shown(expected), shown(found)));
        }
    }
    None
}

/// The entries of a list as a set.
fn as_set(list: Option<&Value>) -> Vec<String> {
    let mut entries: Vec<String> =
        list.and_then(Value::as_array).into_iter().flatten().map(Value::to_string).collect();
    entries.sort();
    entries
}

/// A reply in which the bindings of a listing are a set.
fn reply(reply: Option<&Value>) -> Option<Value> {
    let mut reply = reply?.clone();
    if let Some(bindings) = reply.get_mut("bindings").and_then(Value::as_array_mut) {
        bindings.sort_by_key(Value::to_string);
    }
    Some(reply)
}
