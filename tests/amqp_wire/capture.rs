//! A recorded conversation between amqplib and RabbitMQ 3.10.8: every frame as Wireshark takes it apart, and the
//! same octets when it is written again.

use super::driver::{commands, frames};
use super::pcap::packets;
use queuescope::amqp::wire::{
    FieldKind, FieldValue, Frame, FrameDecoder, FrameKind, HeaderReader, PROTOCOL_HEADER, PlacedField,
    placed_header_fields, placed_method_fields, read_table_entries, write_command,
};
use queuescope::amqp::{Table, Value};
use queuescope::ids::Names;
use serde_json::Value as Json;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const CAPTURE: &[u8] = include_bytes!("../conformance/pcap/amqp-basic.pcap");
const DISSECTION: &str = include_str!("../conformance/pcap/amqp-basic.fields.json");

/// What Wireshark adds of its own.
const NOT_ON_THE_WIRE: [&str; 2] = ["amqp.method.arguments.publish_number", "_ws.expert"];

#[test]
fn every_frame_has_the_fields_that_wireshark_sees() {
    let dissection: Json = serde_json::from_str(DISSECTION).expect("JSON");
    let mut decoders = [FrameDecoder::new(), FrameDecoder::new()];
    let mut frame_count = 0;
    for packet in packets(CAPTURE) {
        let decoder = &mut decoders[usize::from(packet.is_from_client)];
        let mut input = &packet.payload[..];
        let layers = &dissection["packets"][packet.number as usize - 1]["amqp"];
        let Some(layers) = layers.as_array() else {
            let accepted = HeaderReader::new().read(&mut input);
            assert_eq!(accepted, Some(Ok(())), "packet {} is the protocol header", packet.number);
            assert!(input.is_empty());
            continue;
        };
        let mut found = Vec::new();
        while let Some(frame) = decoder.read(&mut input).expect("frames") {
            found.push(described(&frame));
        }
        let expected: Vec<_> = layers.iter().map(dissected).collect();
        assert_eq!(found, expected, "packet {}", packet.number);
        frame_count += found.len();
    }
    assert_eq!(frame_count, 61, "as many as Wireshark found");
}

#[test]
fn every_command_is_written_as_it_was_read() {
    for is_from_client in [true, false] {
        let octets: Vec<u8> = packets(CAPTURE)
            .into_iter()
            .filter(|packet| packet.is_from_client == is_from_client)
            .flat_map(|packet| packet.payload)
            .collect();
        let mut input = &octets[..];
        let (mut written, mut names) = (Vec::new(), Names::new());
        if is_from_client {
            assert_eq!(HeaderReader::new().read(&mut input), Some(Ok(())));
            written.extend_from_slice(&PROTOCOL_HEADER);
        }
        let commands = commands(frames(input), &mut names).expect("well formed");
        for (channel, command) in &commands {
            write_command(&mut written, *channel, command, 131_072, &names).expect("can be written");
        }
        assert_eq!(written, octets);
        assert_eq!(commands.len(), if is_from_client { 23 } else { 24 });
        let bodies: Vec<&[u8]> = commands
            .iter()
            .filter_map(|(_, command)| command.content.as_ref())
            .map(|content| &content.body[..])
            .collect();
        let expected: &[&[u8]] = match is_from_client {
            true => &[b"{\"id\":1}", b"hello", b"lost"],
            false => &[b"{\"id\":1}", b"hello", b"hello", b"lost"],
        };
        assert_eq!(bodies, expected);
    }
}

/// Names and values of a frame, in the words of the dissection.
type Fields = Vec<(String, String)>;

fn described(frame: &Frame) -> Fields {
    let mut fields = vec![
        ("amqp.type".into(), frame.kind.octet().to_string()),
        ("amqp.channel".into(), frame.channel.to_string()),
        ("amqp.length".into(), frame.payload.len().to_string()),
    ];
    match frame.kind {
        FrameKind::Method => {
            let places = placed_method_fields(&frame.payload).expect("well formed");
            fields.extend(places.iter().enumerate().map(|(index, place)| {
                let name = match (index, place.field.name) {
                    (0, _) => "class",
                    (1, _) => "method",
                    (_, "no_wait") => "arguments.nowait",
                    // Wireshark calls the arguments of basic.consume so.
                    (_, "arguments") if frame.payload[..4] == [0, 60, 0, 20] => "arguments.filter",
                    (_, name) => &format!("arguments.{name}"),
                };
                (format!("amqp.method.{name}"), shown(place))
            }));
        }
        FrameKind::Header => {
            let places = placed_header_fields(&frame.payload).expect("well formed");
            fields.extend(places.iter().enumerate().map(|(index, place)| match (index, place.field.name) {
                (0, _) => ("amqp.header.class".into(), shown(place)),
                (1, _) => ("amqp.header.weight".into(), shown(place)),
                (2, _) => ("amqp.header.body-size".into(), shown(place)),
                (3, _) => match place.value {
                    FieldValue::Number(flags) => {
                        ("amqp.header.property-flags".into(), format!("0x{flags:04x}"))
                    }
                    _ => unreachable!("flags are a number"),
                },
                (_, name) => (format!("amqp.method.properties.{name}"), shown(place)),
            }));
        }
        FrameKind::Body => {
            fields.push(("amqp.payload".into(), String::from_utf8_lossy(&frame.payload).into()));
        }
        FrameKind::Heartbeat => {}
    }
    fields
}

fn shown(place: &PlacedField<'_>) -> String {
    match place.value {
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Bit(bit) => u8::from(bit).to_string(),
        FieldValue::Octets(octets) if place.field.kind == FieldKind::LongString => {
            octets.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(":")
        }
        FieldValue::Octets(octets) => String::from_utf8_lossy(octets).into(),
        FieldValue::Table(octets) => entries(&read_table_entries(octets).expect("a table")),
    }
}

fn entries(table: &Table) -> String {
    let entry = |(name, value): (&str, &Value)| match value {
        Value::Boolean(truth) => format!("[{name} (boolean): {truth}]"),
        Value::Int32(number) => format!("[{name} (integer): {number}]"),
        Value::LongString(octets) => format!("[{name} (string): {}]", String::from_utf8_lossy(octets)),
        Value::Table(table) => format!("[{name} (field table){}]", entries(table)),
        other => panic!("not in this capture: {other:?}"),
    };
    table.iter().map(entry).collect()
}

/// The leaves of a dissected frame; the entries of tables joined to one text.
fn dissected(layer: &Json) -> Fields {
    let mut fields = Vec::new();
    for field in layer.as_array().expect("a list") {
        let name = field["name"].as_str().expect("a name");
        if matches!(name, "amqp.method.arguments" | "amqp.header.properties") {
            if let Some(inner) = field.get("fields") {
                fields.extend(dissected(inner));
            }
        } else if name != "amqp.message_in" && !NOT_ON_THE_WIRE.contains(&name) {
            let value = field["value"].as_str().expect("a text").to_owned();
            fields.push((name.to_owned(), value + &dissected_entries(field)));
        }
    }
    fields
}

fn dissected_entries(field: &Json) -> String {
    let entries = field["fields"].as_array().map_or(&[][..], Vec::as_slice);
    entries
        .iter()
        .filter(|entry| entry["name"] == "amqp.field")
        .map(|entry| format!("[{}{}]", entry["value"].as_str().unwrap_or(""), dissected_entries(entry)))
        .collect()
}
