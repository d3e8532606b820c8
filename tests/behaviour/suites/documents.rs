//! Documents that are wrong: the error names the place and what would be right.

use super::driver::{HELLO_WORLD, LARGE};
use queuescope::simulation::Simulation;
use serde_json::{Value as Json, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Code, place and text of the error that a document gets.
fn error(text: &str) -> (&'static str, String, String) {
    let error = Simulation::from_text(text, None).expect_err("the document is wrong");
    (error.code(), error.place(), error.to_string())
}

/// The error after setting one value in a document, by its JSON pointer.
fn broken(document: &str, pointer: &str, value: Json) -> (&'static str, String) {
    let mut document: Json = serde_json::from_str(document).expect("it is JSON");
    *document.pointer_mut(pointer).expect("the place is there") = value;
    let (code, place, text) = error(&document.to_string());
    assert!(text.starts_with(&place), "{text}");
    (code, place)
}

#[test]
fn what_is_not_json_gets_line_and_column() {
    let (code, place, text) = error("{\n  \"queues\": [,]\n}");
    assert_eq!((code, place.as_str()), ("document.syntax", "line 2, column 14"));
    assert!(text.contains("not JSON"), "{text}");
}

#[test]
fn json_of_another_kind_is_told_what_is_wanted() {
    for other in ["{}", "[]", "3", r#"{"name": "left-pad", "version": "1.0.0"}"#] {
        let (code, _, text) = error(other);
        assert_eq!(code, "document.unknown");
        assert!(text.contains("rabbitmqctl export_definitions"), "{text}");
    }
}

#[test]
fn broken_definitions_get_the_place() {
    for (pointer, value, place) in [
        ("/queues", json!("none"), "queues"),
        ("/queues/3/name", json!(7), "queues[3].name"),
        ("/queues/3/durable", json!("yes"), "queues[3].durable"),
        ("/queues/3/arguments", json!([]), "queues[3].arguments"),
        ("/queues/3", json!({ "vhost": "fleet" }), "queues[3]"),
        ("/queues/3/vhost", json!("nowhere"), "queues[3].vhost"),
        ("/exchanges/5/type", json!("x-delayed-message"), "exchanges[5].type"),
        ("/bindings/8/destination", json!("nowhere"), "bindings[8].destination"),
        ("/bindings/8/source", json!("nowhere"), "bindings[8].source"),
        ("/bindings/8/destination_type", json!("topic"), "bindings[8].destination_type"),
        ("/vhosts/0/name", json!(""), "vhosts[0].name"),
    ] {
        assert_eq!(broken(LARGE, pointer, value), ("definitions.invalid", place.to_owned()));
    }
}

#[test]
fn what_the_broker_refuses_gets_the_place_and_the_brokers_words() {
    let mut document: Json = serde_json::from_str(LARGE).expect("it is JSON");
    document["exchanges"][0]["name"] = json!("amq.mine");
    document["bindings"] = json!([]);
    let (code, place, text) = error(&document.to_string());
    assert_eq!((code, place.as_str()), ("definitions.invalid", "exchanges[0]"));
    assert!(text.contains("exchange name 'amq.mine' contains reserved prefix 'amq.*'"), "{text}");
}

#[test]
fn broken_scenarios_get_the_place() {
    for (pointer, value, place) in [
        ("/queuescope", json!(2), "queuescope"),
        ("/until_us", json!(-1), "until_us"),
        ("/broker", json!({ "rabbitmq": "3.11" }), "broker.rabbitmq"),
        ("/producers/0/arrivals", json!({ "sometimes": {} }), "producers[0].arrivals.sometimes"),
        (
            "/producers/0/arrivals/constant/interval_us",
            json!(0),
            "producers[0].arrivals.constant.interval_us",
        ),
        ("/producers/0/messages", json!([]), "producers[0].messages"),
        ("/producers/0/messages/0", json!({ "exchange": "nowhere" }), "producers[0].messages[0].exchange"),
        ("/consumers/0/queue", json!("nowhere"), "consumers[0].queue"),
        ("/consumers/0/prefetch", json!(70_000), "consumers[0].prefetch"),
        ("/consumers/0/id", json!("P"), "consumers[0].id"),
        ("/consumers/0", json!({ "id": "C", "queue": "hello", "sevice": {} }), "consumers[0].sevice"),
        ("/links/0/between", json!(["P", "C"]), "links[0].between"),
        ("/links/1/between", json!(["P", "broker"]), "links[1].between"),
    ] {
        assert_eq!(broken(HELLO_WORLD, pointer, value), ("scenario.invalid", place.to_owned()));
    }
}
