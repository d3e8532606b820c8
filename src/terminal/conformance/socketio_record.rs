//! What is written down of a step, and the neutral names of identifiers.

use crate::realtime::socket_io::Value;
use regex_lite::{Captures, Regex};

/// An object with these members.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::object(members.map(|(name, value)| (name.to_owned(), value)))
}

/// Adds a member to an object.
pub fn add(to: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = to {
        fields.push((name.to_owned(), value));
    }
}

/// Octets as they stand in the files, in place of octets.
pub fn written(value: &Value) -> Value {
    match value {
        Value::Binary(octets) => {
            let base64 = <base64ct::Base64 as base64ct::Encoding>::encode_string(octets);
            object([("!", "binary".into()), ("base64", base64.into())])
        }
        Value::Array(entries) => Value::Array(entries.iter().map(written).collect()),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), written(value))).collect())
        }
        other => other.clone(),
    }
}

/// Octets in place of how they stand in the files.
pub fn read(value: &Value) -> Value {
    if let (Some(Value::Text(kind)), Some(Value::Text(base64))) = (value.get("!"), value.get("base64"))
        && kind == "binary"
    {
        let octets = <base64ct::Base64 as base64ct::Encoding>::decode_vec(base64);
        return Value::Binary(octets.unwrap_or_default());
    }
    match value {
        Value::Array(entries) => Value::Array(entries.iter().map(read).collect()),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), read(value))).collect())
        }
        other => other.clone(),
    }
}

/// The outcome of a step: what the server's application saw, what each client's, and what passed on each line.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    server: Vec<Value>,
    clients: Vec<(String, Value)>,
    wire: Vec<(String, Value)>,
}

impl Outcome {
    pub fn into_value(self, number: usize, op: &str) -> Value {
        let mut outcome = object([("n", Value::Number(number as f64)), ("op", op.into())]);
        if !self.server.is_empty() {
            add(&mut outcome, "server", Value::Array(self.server));
        }
        for (name, entries) in [("clients", self.clients), ("wire", self.wire)] {
            if !entries.is_empty() {
                add(&mut outcome, name, Value::Object(entries));
            }
        }
        outcome
    }
}

/// What is being written down.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub outcome: Outcome,
    pub names: Names,
    /// How much has been written down.
    pub activity: u64,
}

impl Record {
    pub fn server(&mut self, event: Value) {
        self.activity += 1;
        self.outcome.server.push(event);
    }

    pub fn client(&mut self, client: &str, event: Value) {
        self.activity += 1;
        append(&mut self.outcome.clients, client, event);
    }

    pub fn wire(&mut self, client: &str, event: Value) {
        self.activity += 1;
        if let Some(text) = event.get("text").or(event.get("body")).and_then(Value::as_text) {
            self.names.learn(text);
        }
        append(&mut self.outcome.wire, client, event);
    }
}

fn append(to: &mut Vec<(String, Value)>, client: &str, event: Value) {
    match to.iter_mut().find(|(name, _)| name == client) {
        Some((_, Value::Array(entries))) => entries.push(event),
        _ => to.push((client.to_owned(), Value::Array(vec![event]))),
    }
}

/// Generated identifiers and the names that stand for them, numbered in the order of appearance as the
/// recorder does: an identifier that is given out again counts, but keeps its name.
#[derive(Clone, Debug, Default)]
pub struct Names {
    known: Vec<(String, String)>,
    sids: usize,
    ids: usize,
    pids: usize,
}

impl Names {
    fn name(&mut self, identifier: &str, name: String) {
        if !identifier.is_empty() && !self.known.iter().any(|(each, _)| each == identifier) {
            self.known.push((identifier.to_owned(), name));
        }
    }

    /// Looks for identifiers in what passes on a line.
    fn learn(&mut self, text: &str) {
        let member = |json: &str, name: &str| Value::from_json(json)?.get(name)?.as_text().map(str::to_owned);
        if let Some(json) = text.strip_prefix('0').filter(|json| json.starts_with("{\"sid\":")) {
            let first = json.split('\u{1e}').next().unwrap_or_default();
            if let Some(sid) = member(first, "sid") {
                self.sids += 1;
                self.name(&sid, format!("<sid{}>", self.sids));
            }
        }
        for part in text.split('\u{1e}') {
            let Some(rest) = part.strip_prefix("40") else { continue };
            let json =
                if rest.starts_with('/') { rest.split_once(',').map_or("", |(_, json)| json) } else { rest };
            if !json.starts_with("{\"sid\":") {
                continue;
            }
            self.ids += 1;
            if let Some(id) = member(json, "sid") {
                self.name(&id, format!("<id{}>", self.ids));
            }
            if let Some(pid) = member(json, "pid") {
                self.pids += 1;
                self.name(&pid, format!("<pid{}>", self.pids));
            }
        }
    }

    /// Names the offsets of connection state recovery: the last argument of what the server sent, if it looks
    /// like one.
    pub fn learn_offsets(&mut self, outcomes: &[Value]) {
        let mut offsets: Vec<String> = Vec::new();
        for outcome in outcomes {
            let Some(Value::Object(lines)) = outcome.get("wire") else { continue };
            for event in lines.iter().filter_map(|(_, events)| entries(events)).flatten() {
                let text = |name: &str| event.get(name).and_then(Value::as_text);
                let from_server = match (text("ws"), text("http")) {
                    (Some("server"), _) => text("text"),
                    (_, Some("response")) => text("body"),
                    _ => None,
                };
                for part in from_server.unwrap_or_default().split('\u{1e}') {
                    let offset = last_argument(part).filter(|offset| looks_generated(offset));
                    offsets.extend(offset.filter(|offset| !offsets.contains(offset)));
                }
            }
        }
        for (number, offset) in offsets.iter().enumerate() {
            self.name(offset, format!("<offset{}>", number + 1));
        }
    }

    /// A value in which the names stand for the identifiers.
    pub fn neutral(&self, value: &Value) -> Value {
        match value {
            Value::Text(text) => {
                let mut text = text.clone();
                for (identifier, name) in &self.known {
                    text = text.replace(identifier, name);
                }
                Value::Text(text)
            }
            Value::Array(entries) => Value::Array(entries.iter().map(|entry| self.neutral(entry)).collect()),
            Value::Object(fields) => Value::Object(
                fields.iter().map(|(name, value)| (name.clone(), self.neutral(value))).collect(),
            ),
            other => other.clone(),
        }
    }
}

/// Numbers the offsets anew, in the order in which they appear. What is sent within a millisecond has offsets
/// that differ in a count behind them, so whether two have the same number is a matter of the clock.
#[derive(Clone, Debug, Default)]
pub struct Offsets(Vec<String>);

impl Offsets {
    pub fn renumbered(&mut self, value: &Value, pattern: &Regex) -> Value {
        match value {
            Value::Text(text) => {
                let renumbered = pattern.replace_all(text, |found: &Captures<'_>| {
                    let offset = found[0].to_owned();
                    let known = self.0.iter().position(|each| *each == offset);
                    let number = known.unwrap_or_else(|| {
                        self.0.push(offset);
                        self.0.len() - 1
                    });
                    format!("<offset{}>", number + 1)
                });
                Value::Text(renumbered.into_owned())
            }
            Value::Array(entries) => {
                Value::Array(entries.iter().map(|entry| self.renumbered(entry, pattern)).collect())
            }
            Value::Object(fields) => {
                let mut fields = fields.clone();
                fields.sort_by(|one, other| one.0.cmp(&other.0));
                let renumbered = |(name, value): (String, Value)| (name, self.renumbered(&value, pattern));
                Value::Object(fields.into_iter().map(renumbered).collect())
            }
            other => other.clone(),
        }
    }
}

fn entries(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Array(entries) => Some(entries),
        _ => None,
    }
}

/// The last argument of an event packet without a number, if it is a text.
fn last_argument(packet: &str) -> Option<String> {
    let rest = packet.strip_prefix("42")?;
    let json = if rest.starts_with('/') { rest.split_once(',')?.1 } else { rest };
    match Value::from_json(json)? {
        Value::Array(values) => values.last()?.as_text().map(str::to_owned),
        _ => None,
    }
}

fn looks_generated(text: &str) -> bool {
    text.len() >= 7 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}
