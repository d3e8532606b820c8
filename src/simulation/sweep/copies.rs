//! Several of a producer or a consumer.

use serde_json::Value;

/// Makes `count` entries of an entry of `producers` or `consumers`: those that are added stand behind it, have its name
/// with a number behind it, and links like its own. With none it is taken out, and its links with it. Nothing when there
/// is no such entry.
pub(super) fn copy(document: &mut Value, list: &str, number: usize, count: u64) -> Option<()> {
    if !matches!(list, "producers" | "consumers") {
        return None;
    }
    let entries = document.get_mut(list)?.as_array_mut()?;
    let original = entries.get(number)?.clone();
    let id = original.get("id")?.as_str()?.to_owned();
    let names: Vec<String> = (2..=count).map(|number| format!("{id}-{number}")).collect();
    let copies = names.iter().map(|name| renamed(&original, name));
    entries.splice(number + usize::from(count > 0)..=number, copies);
    let Some(links) = document.get_mut("links").and_then(Value::as_array_mut) else { return Some(()) };
    let own: Vec<Value> = links.iter().filter(|link| ends(link).any(|end| end == id)).cloned().collect();
    if count == 0 {
        links.retain(|link| ends(link).all(|end| end != id));
    }
    for name in &names {
        for link in &own {
            let mut copy = link.clone();
            let ends = copy.get_mut("between").and_then(Value::as_array_mut);
            let ends = ends.into_iter().flatten().filter(|end| end.as_str() == Some(&id));
            ends.for_each(|end| *end = Value::from(name.as_str()));
            links.push(copy);
        }
    }
    Some(())
}

fn renamed(entry: &Value, name: &str) -> Value {
    let mut copy = entry.clone();
    copy["id"] = Value::from(name);
    copy
}

/// The names of the nodes that a link joins.
fn ends(link: &Value) -> impl Iterator<Item = &str> {
    link.get("between").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn consumers(count: u64) -> (Vec<String>, String) {
        let mut document = json!({
            "consumers": [{ "id": "A" }, { "id": "B" }],
            "links": [{ "between": ["broker", "A"], "loss": 0.5 }, { "between": ["broker", "B"] }]
        });
        copy(&mut document, "consumers", 0, count).expect("it is there");
        let entries = document["consumers"].as_array().expect("a list");
        let ids = entries.iter().map(|entry| entry["id"].as_str().expect("a text").to_owned());
        (ids.collect(), document["links"].to_string())
    }

    #[test]
    fn copies_have_names_and_links_of_their_own() {
        let (ids, links) = consumers(3);
        assert_eq!(ids, ["A", "A-2", "A-3", "B"]);
        assert_eq!(links.matches(r#""loss":0.5"#).count(), 3);
        assert!(links.contains(r#"["broker","A-3"]"#), "{links}");
        assert_eq!(consumers(1).0, ["A", "B"]);
    }

    #[test]
    fn of_none_nothing_is_left() {
        let (ids, links) = consumers(0);
        assert_eq!(ids, ["B"]);
        assert!(!links.contains('A'), "{links}");
    }
}
