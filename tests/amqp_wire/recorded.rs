//! Every method, every type of a table and every property, as RabbitMQ's own encoder writes it.

use queuescope::amqp::wire::{
    FieldKind, FieldValue, LAYOUTS, Reader, Writer, placed_method_fields, read_header, read_method,
    read_table_entries, write_header, write_method, write_table,
};
use queuescope::amqp::{Properties, Table, Value};
use queuescope::ids::Names;
use serde_json::Value as Json;
use std::collections::BTreeSet;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

pub fn octets(hexadecimal: &Json) -> Vec<u8> {
    let digits = hexadecimal.as_str().expect("hexadecimal digits");
    let pair = |index| u8::from_str_radix(&digits[index..index + 2], 16).expect("two digits");
    (0..digits.len()).step_by(2).map(pair).collect()
}

pub fn cases<'a>(document: &'a Json, key: &str) -> &'a [Json] {
    document[key].as_array().expect("a list of cases")
}

#[test]
fn every_method_is_written_as_by_rabbitmq() {
    let document: Json =
        serde_json::from_str(include_str!("../conformance/wire/methods.json")).expect("JSON");
    let mut seen = BTreeSet::new();
    for case in cases(&document, "methods") {
        let payload = octets(&case["payload"]);
        let mut names = Names::new();
        let method = read_method(1, &payload, &mut names).expect("well formed");
        assert_eq!(case["method"], method.name());
        let (class, id) = method.number();
        assert_eq!((&case["class_id"], &case["method_id"]), (&class.into(), &id.into()));

        let mut written = Vec::new();
        write_method(&mut Writer::new(&mut written), &method, &names).expect("can be written");
        assert_eq!(written, payload, "{method:?}");

        let fields: serde_json::Map<String, Json> = placed_method_fields(&payload)
            .expect("well formed")
            .iter()
            .skip(2)
            .filter(|place| !place.field.is_reserved)
            .map(|place| (place.field.name.to_owned(), json(place.value)))
            .collect();
        assert_eq!(Json::Object(fields), case["fields"], "{method:?}");
        seen.insert(method.number());
    }
    assert_eq!(seen, LAYOUTS.iter().map(|layout| layout.number).collect(), "all methods are in the file");
}

fn json(value: FieldValue<'_>) -> Json {
    match value {
        FieldValue::Number(number) => number.into(),
        FieldValue::Bit(bit) => bit.into(),
        FieldValue::Octets(octets) => std::str::from_utf8(octets).expect("a text").into(),
        FieldValue::Table(octets) => read_table_entries(octets)
            .expect("a table")
            .iter()
            .map(|(name, value)| match value {
                Value::Int32(number) => (name.to_owned(), Json::from(*number)),
                value => (name.to_owned(), value.as_text().expect("a text").into()),
            })
            .collect(),
    }
}

#[test]
fn every_type_of_a_table_is_written_as_by_rabbitmq() {
    let document: Json = serde_json::from_str(include_str!("../conformance/wire/tables.json")).expect("JSON");
    for case in cases(&document, "tables") {
        let octets = octets(&case["octets"]);
        let expected = table(&case["entries"]);
        assert_eq!(read_table_entries(&octets).as_ref(), Ok(&expected), "{}", case["name"]);
        let mut written = Vec::new();
        write_table(&mut Writer::new(&mut written), &expected).expect("can be written");
        assert_eq!(written[4..], octets, "{}", case["name"]);
        assert_eq!(Reader::new(&written).long_octets(), Ok(&octets[..]), "the length stands before it");
    }
}

fn table(entries: &Json) -> Table {
    let entry = |entry: &Json| (entry[0].as_str().expect("a name").to_owned(), value(&entry[1]));
    Table(entries.as_array().expect("entries").iter().map(entry).collect())
}

fn value(json: &Json) -> Value {
    let (letter, json) = json.as_object().and_then(|object| object.iter().next()).expect("one letter");
    let number = || json.as_i64().expect("a number");
    match letter.as_str() {
        "t" => Value::Boolean(json.as_bool().expect("a truth value")),
        "b" => Value::Int8(number() as i8),
        "B" => Value::UInt8(number() as u8),
        "s" => Value::Int16(number() as i16),
        "u" => Value::UInt16(number() as u16),
        "I" => Value::Int32(number() as i32),
        "i" => Value::UInt32(number() as u32),
        "l" => Value::Int64(number()),
        "f" => Value::Float(json.as_f64().expect("a number") as f32),
        "d" => Value::Double(json.as_f64().expect("a number")),
        "D" => Value::Decimal {
            scale: json[0].as_u64().expect("a number") as u8,
            value: json[1].as_u64().expect("a number") as u32,
        },
        "S" => Value::LongString(octets(json).into()),
        "x" => Value::Bytes(octets(json).into()),
        "A" => Value::Array(json.as_array().expect("a list").iter().map(value).collect()),
        "T" => Value::Timestamp(json.as_u64().expect("a number")),
        "F" => Value::Table(table(json)),
        "V" => Value::Void,
        other => panic!("no such letter: {other}"),
    }
}

#[test]
fn every_property_is_written_as_by_rabbitmq() {
    let document: Json =
        serde_json::from_str(include_str!("../conformance/wire/properties.json")).expect("JSON");
    assert_eq!(queuescope::amqp::wire::PROPERTIES[2].kind, FieldKind::Table);
    for case in cases(&document, "contents") {
        let payload = [&b"\0\x3c\0\0\0\0\0\0\0\0\0\x07"[..], &octets(&case["octets"])].concat();
        let expected = properties(&case["properties"]);
        let (body_size, properties) = read_header(&payload).expect("well formed");
        assert_eq!((body_size, &properties), (7, &expected));
        let mut written = Vec::new();
        write_header(&mut Writer::new(&mut written), &properties, 7).expect("can be written");
        assert_eq!(written, payload);
    }
}

fn properties(json: &Json) -> Properties {
    let text = |name: &str| json[name].as_str().map(str::to_owned);
    let octet = |name: &str| json[name].as_u64().map(|number| number as u8);
    Properties {
        content_type: text("content_type"),
        content_encoding: text("content_encoding"),
        headers: json["headers"]["shop"].as_str().map(|shop| Table(vec![("shop".into(), Value::text(shop))])),
        delivery_mode: octet("delivery_mode"),
        priority: octet("priority"),
        correlation_id: text("correlation_id"),
        reply_to: text("reply_to"),
        expiration: text("expiration"),
        message_id: text("message_id"),
        timestamp: json["timestamp"].as_u64(),
        kind: text("type"),
        user_id: text("user_id"),
        app_id: text("app_id"),
        cluster_id: text("cluster_id"),
    }
}
