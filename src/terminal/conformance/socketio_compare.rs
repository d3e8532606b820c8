//! Recorded against replayed (tests/conformance/README.md, section 4): the order of lists counts, that of
//! members does not.

use crate::realtime::socket_io::Value;

/// The first difference at or below a path, if there is one. Paths that are unstable are passed over.
pub fn difference(
    path: &str,
    recorded: Option<&Value>,
    replayed: Option<&Value>,
    unstable: &[&str],
) -> Option<String> {
    if unstable.contains(&path) {
        return None;
    }
    match (recorded, replayed) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let added = new.iter().filter(|(name, _)| !old.iter().any(|(each, _)| each == name));
            let names = old.iter().chain(added).map(|(name, _)| name);
            names.into_iter().find_map(|name| {
                let path = format!("{path}.{name}");
                let member = |of: Option<&Value>| of.and_then(|of| of.get(name)).cloned();
                difference(&path, member(recorded).as_ref(), member(replayed).as_ref(), unstable)
            })
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) if old.len() == new.len() => {
            old.iter().zip(new).enumerate().find_map(|(number, (old, new))| {
                difference(&format!("{path}[{number}]"), Some(old), Some(new), unstable)
            })
        }
        (recorded, replayed) if recorded == replayed => None,
        (recorded, replayed) => {
            let shown = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_json);
            Some(format!("{path}: recorded {}, replayed {}", shown(recorded), shown(replayed)))
        }
    }
}
