//! Which binding lets which message through: tables recorded from RabbitMQ 3.10.8.

use super::driver::Bench;
use queuescope::amqp::{Table, Value};
use serde_json::Value as Json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A value as the recording client sends it (tests/conformance/README.md, section 1.2).
fn value(json: &Json) -> Value {
    if let Some(kind) = json.get("!").and_then(Json::as_str) {
        let value = &json["value"];
        let whole = || value.as_i64().expect("an integer");
        return match kind {
            "int8" => Value::Int8(whole() as i8),
            "int16" => Value::Int16(whole() as i16),
            "int32" => Value::Int32(whole() as i32),
            "int64" => Value::Int64(whole()),
            "double" => Value::Double(value.as_f64().expect("a number")),
            other => panic!("type {other} is not described"),
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
            None => Value::Double(number.as_f64().expect("a number")),
        },
    }
}

fn table(json: Option<&Json>) -> Table {
    let fields = json.and_then(Json::as_object).into_iter().flatten();
    Table(fields.map(|(name, json)| (name.clone(), value(json))).collect())
}

/// Says how many messages were compared.
fn replay(recorded: &str) -> usize {
    let recorded: Json = serde_json::from_str(recorded).expect("the recording is JSON");
    let mut bench = Bench::new();
    let client = bench.connect("client");
    let declare = bench.exchange_declare("exchange", recorded["exchange_type"].as_str().expect("a type"));
    bench.ask(client, declare);
    let bindings = recorded["bindings"].as_array().expect("bindings");
    for (number, binding) in bindings.iter().enumerate() {
        let queue = number.to_string();
        bench.declare_queue(client, &queue);
        let key = binding["routing_key"].as_str().expect("a key");
        let bind = bench.queue_bind(&queue, "exchange", key, table(binding.get("arguments")));
        assert_eq!(bench.ask(client, bind), [queuescope::amqp::Method::QueueBindOk {}]);
    }
    let messages = recorded["messages"].as_array().expect("messages");
    for message in messages {
        let key = message["routing_key"].as_str().expect("a key");
        let headers = message.get("headers").map(|headers| table(Some(headers)));
        bench.publish_with(client, "exchange", key, false, headers);
        let mut reached: Vec<u64> =
            bench.reached(client).iter().map(|queue| queue.parse().expect("queues are numbered")).collect();
        reached.sort_unstable();
        let expected: Vec<u64> =
            message["matches"].as_array().expect("matches").iter().filter_map(Json::as_u64).collect();
        assert_eq!(reached, expected, "{message}");
    }
    assert!(bindings.len() > 10 && messages.len() > 10, "a replay of nothing shows nothing");
    messages.len()
}

#[test]
fn topic_exchanges_match_as_recorded() {
    replay(include_str!("../../conformance/matching/topic-1.json"));
}

#[test]
fn headers_exchanges_match_as_recorded() {
    replay(include_str!("../../conformance/matching/headers-1.json"));
}
