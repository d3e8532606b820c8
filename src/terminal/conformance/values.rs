//! JSON as recorded, to AMQP's values and back (tests/conformance/README.md, section 1.2).

use crate::amqp::{Properties, Table, Value};
use serde_json::{Map, Value as Json};

/// A table as the recording client sends it.
pub fn table(json: Option<&Json>) -> Table {
    let fields = json.and_then(Json::as_object).into_iter().flatten();
    Table(fields.map(|(name, json)| (name.clone(), value(json))).collect())
}

fn value(json: &Json) -> Value {
    if let (Some(kind), Some(explicit)) = (json.get("!").and_then(Json::as_str), json.get("value")) {
        let whole = explicit.as_i64().unwrap_or_default();
        return match kind {
            "int8" => Value::Int8(whole as i8),
            "int16" => Value::Int16(whole as i16),
            "int32" => Value::Int32(whole as i32),
            "timestamp" => Value::Timestamp(explicit.as_u64().unwrap_or_default()),
            "double" => Value::Double(explicit.as_f64().unwrap_or_default()),
            _ => Value::Int64(whole),
        };
    }
    match json {
        Json::Null => Value::Void,
        Json::Bool(holds) => Value::Boolean(*holds),
        Json::String(text) => Value::text(text),
        Json::Array(values) => Value::Array(values.iter().map(value).collect()),
        Json::Object(_) => Value::Table(table(Some(json))),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => i32::try_from(whole).map_or(Value::Int64(whole), Value::Int32),
            None => Value::Double(number.as_f64().unwrap_or_default()),
        },
    }
}

/// The properties of a message to be published.
pub fn properties(json: Option<&Json>) -> Properties {
    let empty = Json::Null;
    let json = json.unwrap_or(&empty);
    let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
    let octet = |name: &str| json.get(name).and_then(Json::as_u64).map(|number| number as u8);
    Properties {
        content_type: text("content_type"),
        content_encoding: text("content_encoding"),
        headers: json.get("headers").map(|headers| table(Some(headers))),
        delivery_mode: octet("delivery_mode"),
        priority: octet("priority"),
        correlation_id: text("correlation_id"),
        reply_to: text("reply_to"),
        expiration: text("expiration"),
        message_id: text("message_id"),
        timestamp: json.get("timestamp").and_then(Json::as_u64),
        kind: text("type"),
        user_id: text("user_id"),
        app_id: text("app_id"),
        cluster_id: None,
    }
}

/// Properties as they are recorded: those that are there, the time of a death as `<time>`.
pub fn properties_json(properties: &Properties, shown: impl Fn(&str) -> String) -> Json {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Option<Json>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.clone().map(Json::String);
    put("content_type", text(&properties.content_type));
    put("content_encoding", text(&properties.content_encoding));
    put("headers", properties.headers.as_ref().map(headers_json));
    put("delivery_mode", properties.delivery_mode.map(Json::from));
    put("priority", properties.priority.map(Json::from));
    put("correlation_id", text(&properties.correlation_id));
    put("reply_to", properties.reply_to.as_deref().map(|address| Json::String(shown(address))));
    put("expiration", text(&properties.expiration));
    put("message_id", text(&properties.message_id));
    put("timestamp", properties.timestamp.map(Json::from));
    put("type", text(&properties.kind));
    put("user_id", text(&properties.user_id));
    put("app_id", text(&properties.app_id));
    Json::Object(fields)
}

fn headers_json(headers: &Table) -> Json {
    let mut fields = Map::new();
    for (name, value) in headers.iter() {
        let mut json = value.to_json();
        if name == "x-death" {
            for death in json.as_array_mut().into_iter().flatten() {
                if let Some(time) = death.get_mut("time") {
                    *time = Json::String("<time>".to_owned());
                }
            }
        }
        fields.insert(name.to_owned(), json);
    }
    Json::Object(fields)
}
