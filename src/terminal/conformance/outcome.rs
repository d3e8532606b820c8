//! What was seen of a step, in the form in which it is recorded (tests/conformance/README.md, section 1.3).

use super::player::{Player, body_of};
use super::values::properties_json;
use crate::amqp::{Command, Method, wire};
use serde_json::{Map, Value, json};

/// What was seen of a step.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    fields: Map<String, Value>,
}

impl Outcome {
    fn list(&mut self, field: &str, key: &str) -> &mut Vec<Value> {
        let object = self.fields.entry(field).or_insert_with(|| json!({}));
        let list = object.as_object_mut().expect("it was made so").entry(key).or_insert_with(|| json!([]));
        list.as_array_mut().expect("it was made so")
    }

    fn entries(&mut self, field: &str) -> &mut Vec<Value> {
        self.fields.entry(field).or_insert_with(|| json!([])).as_array_mut().expect("it was made so")
    }

    /// A message for a consumer.
    pub fn delivered(&mut self, tag: &str, message: Value) {
        self.list("deliveries", tag).push(message);
    }

    /// Something for the publisher on a channel.
    pub fn published(&mut self, channel: &str, what: Value) {
        self.list("publisher", channel).push(what);
    }

    /// A confirm for the publisher on a channel.
    pub fn confirmed(&mut self, channel: &str, number: u64, what: &str) {
        self.published(channel, json!({ "confirm": what, "seq": number }));
    }

    /// The broker has ended a consumer.
    pub fn cancelled(&mut self, tag: &str) {
        self.entries("cancelled").push(json!(tag));
    }

    /// The broker has closed a channel or a connection.
    pub fn closed(&mut self, what: &str, name: &str, code: u16, text: &str, blamed: (u16, u16)) {
        let mut closed = json!({ what: name, "code": code, "text": text });
        if let Some(method) = method_name(blamed) {
            closed["method"] = json!(method);
        }
        self.entries("closed").push(closed);
    }

    /// The TCP connection has ended without a word.
    pub fn socket_closed(&mut self, name: &str) {
        self.entries("closed").push(json!({ "connection": name, "socket": "closed" }));
    }

    /// The broker has blocked or unblocked a connection.
    pub fn blocked(&mut self, connection: &str, what: &str) {
        let blocked = self.fields.entry("blocked").or_insert_with(|| json!({}));
        blocked[connection] = json!(what);
    }

    /// The whole, with the answer and the depths of the queues.
    pub fn into_json(mut self, reply: Option<Value>, queues: Value) -> Value {
        match reply {
            None => drop(self.fields.insert("reply".to_owned(), Value::Null)),
            Some(reply) if reply.as_object().is_some_and(|fields| !fields.is_empty()) => {
                self.fields.insert("reply".to_owned(), reply);
            }
            Some(_) => {}
        }
        self.fields.insert("queues".to_owned(), queues);
        Value::Object(self.fields)
    }
}

/// The name of a method by its numbers; none for 0, 0.
fn method_name(number: (u16, u16)) -> Option<&'static str> {
    let _ = wire::layout(number)?;
    Method::name_of(number)
}

impl Player {
    /// A message that was delivered or got.
    pub fn message_json(&self, command: &Command) -> Value {
        let (Method::BasicDeliver { exchange, routing_key, redelivered, delivery_tag, .. }
        | Method::BasicGetOk { exchange, routing_key, redelivered, delivery_tag, .. }) = command.method
        else {
            return Value::Null;
        };
        json!({
            "body": body_of(command),
            "exchange": self.names.text(exchange),
            "routing_key": self.shown_name(routing_key),
            "redelivered": redelivered,
            "delivery_tag": delivery_tag,
            "properties": self.properties_of(command),
        })
    }

    /// A message that came back to its publisher.
    pub fn returned_json(&self, command: &Command) -> Value {
        let Method::BasicReturn { reply_code, reply_text, exchange, routing_key } = &command.method else {
            return Value::Null;
        };
        json!({ "return": {
            "code": reply_code,
            "text": reply_text,
            "exchange": self.names.text(*exchange),
            "routing_key": self.shown_name(*routing_key),
            "body": body_of(command),
            "properties": self.properties_of(command),
        } })
    }

    fn properties_of(&self, command: &Command) -> Value {
        command.content.as_ref().map_or(Value::Null, |content| {
            properties_json(&content.properties, |address| self.shown(address))
        })
    }

    /// Ready, unacknowledged and consumers of every queue.
    pub fn depths(&self) -> Value {
        let mut depths = Map::new();
        for (_, queue) in self.broker.queues() {
            let name = self.shown_name(queue.name.name);
            let host = self.names.text(queue.name.virtual_host);
            let name = if host == "/" { name } else { format!("{name}@{host}") };
            let depth = match queue.stream_length() {
                Some(messages) => json!({ "messages": messages }),
                None => json!({
                    "ready": queue.ready_count(),
                    "unacked": queue.unacknowledged,
                    "consumers": queue.consumer_count(),
                }),
            };
            depths.insert(name, depth);
        }
        Value::Object(depths)
    }
}
