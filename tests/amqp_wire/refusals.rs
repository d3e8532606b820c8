//! Broken octets, and what RabbitMQ 3.10.8 answered to them.

use super::driver::{commands, frames};
use super::recorded::{cases, octets};
use queuescope::amqp::Method;
use queuescope::amqp::wire::{Consequence, WireError};
use queuescope::ids::Names;
use serde_json::{Value as Json, json};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn first_error(octets: &[u8]) -> Result<(), WireError> {
    commands(frames(octets), &mut Names::new()).map(drop)
}

fn answer(error: &WireError) -> Json {
    let Some(close) = error.close_method() else {
        assert_eq!(error.consequence(), Consequence::Drop);
        return "dropped".into();
    };
    let Method::ConnectionClose { reply_code, reply_text, class_id, method_id } = close else {
        panic!("not connection.close: {close:?}");
    };
    json!({ "code": reply_code, "text": reply_text, "class_id": class_id, "method_id": method_id })
}

#[test]
fn broken_octets_are_answered_as_by_rabbitmq() {
    let document: Json =
        serde_json::from_str(include_str!("../conformance/wire/refusals.json")).expect("JSON");
    for case in cases(&document, "cases") {
        let answer = match first_error(&octets(&case["octets"])) {
            Ok(()) => "accepted".into(),
            Err(error) => answer(&error),
        };
        // Where this codec differs on purpose, the case says how and why.
        let expected = case.get("ours").unwrap_or(&case["rabbitmq"]);
        assert_eq!(&answer, expected, "{}", case["name"]);
    }
}

/// The code of the specification stays with an error that RabbitMQ does not answer.
#[test]
fn what_is_not_answered_still_has_a_code_and_a_text() {
    let unknown = first_error(&octets(&json!("01000100000004003c0063ce"))).expect_err("60, 99");
    assert_eq!(unknown.reply_text(), "COMMAND_INVALID - there is no method 60,99");
    let table = b"\x01\0\x01\0\0\0\x13\0\x32\0\x0a\0\0\x02zz\0\0\0\0\x05\x01kZxx\xce";
    let table = first_error(table).expect_err("Z");
    assert_eq!(
        table.reply_text(),
        "SYNTAX_ERROR - method 50,10: no value of a table has the type 'Z' at octet 16"
    );
}
