//! Recorded conversations of Node.js, npm `ws` and Socket.IO: every field as Wireshark takes it apart, and the same
//! octets when this server answers.

use crate::driver::{NOW, inputs};
use queuescope::realtime::connection::{Connection, ConnectionSettings};
use queuescope::realtime::websocket::{Message, Opcode};
use queuescope::realtime::{Input, Output, Place, http, websocket};
use serde_json::Value as Json;
use std::collections::BTreeMap;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const WEBSOCKET: (&[u8], &str) = (
    include_bytes!("../conformance/pcap/websocket.pcap"),
    include_str!("../conformance/pcap/websocket.fields.json"),
);
const SOCKET_IO: (&[u8], &str) = (
    include_bytes!("../conformance/pcap/socketio-upgrade.pcap"),
    include_str!("../conformance/pcap/socketio-upgrade.fields.json"),
);

/// A packet with something in it for HTTP.
struct Packet<'a> {
    number: usize,
    is_from_client: bool,
    payload: &'a [u8],
}

/// The packets of a classic capture over Ethernet and IPv4 that carry something from or to port 8080.
fn packets(file: &[u8]) -> Vec<Packet<'_>> {
    let mut rest = &file[24..];
    let mut packets = Vec::new();
    for number in 1.. {
        let Some((header, after)) = rest.split_first_chunk::<16>() else { break };
        let length = u32::from_le_bytes([header[8], header[9], header[10], header[11]]) as usize;
        let (ethernet, after) = after.split_at(length);
        rest = after;
        let ip = &ethernet[14..];
        let ip = &ip[..usize::from(u16::from_be_bytes([ip[2], ip[3]]))];
        let tcp = &ip[usize::from(ip[0] & 0x0F) * 4..];
        let payload = &tcp[usize::from(tcp[12] >> 4) * 4..];
        let is_from_client = u16::from_be_bytes([tcp[2], tcp[3]]) == 8080;
        if !payload.is_empty() {
            packets.push(Packet { number, is_from_client, payload });
        }
    }
    packets
}

/// All fields of a layer by name, in order.
fn dissected(layer: &Json, fields: &mut Vec<(String, String)>) {
    for field in layer.as_array().into_iter().flatten() {
        let (name, value) = (field["name"].as_str(), field["value"].as_str());
        fields.push((name.unwrap_or_default().to_owned(), value.unwrap_or_default().to_owned()));
        dissected(&field["fields"], fields);
    }
}

fn value<'a>(places: &'a [Place], name: &str) -> Option<&'a str> {
    places.iter().find(|place| place.name == name).map(|place| place.value.as_str())
}

/// What Wireshark says of a frame, of what the places say.
fn frame_fields(places: &[Place], octets: &[u8]) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    let mut add = |name: &str, value: String| fields.insert(format!("websocket.{name}"), value);
    for place in places {
        let number = || {
            let (low, count) = place.bits.unwrap_or((0, 8));
            let mask = ((1_u16 << count) - 1) as u8;
            octets[place.octets.clone()]
                .iter()
                .fold(0_u64, |number, octet| number << 8 | u64::from(octet >> low & mask))
        };
        let is_text = number_of(places, octets) == Opcode::Text.number();
        match place.name {
            "FIN" => add("fin", number().to_string()),
            "RSV" => add("rsv", format!("0x{:02x}", number())),
            "opcode" => add("opcode", number().to_string()),
            "MASK" => add("mask", number().to_string()),
            "Payload length" => add("payload_length", number().to_string()),
            "Extended payload length" => add("payload_length_ext_16", number().to_string()),
            "Masking-key" => add("masking_key", place.value.replace(' ', ":")),
            "Payload data" if is_text => add("payload.text", place.value.clone()),
            "Status code" => add("payload.close.status_code", place.value.clone()),
            "Reason" => add("payload.close.reason", place.value.clone()),
            _ => None,
        };
    }
    fields
}

fn number_of(places: &[Place], octets: &[u8]) -> u8 {
    places.iter().find(|place| place.name == "opcode").map_or(0, |place| octets[place.octets.start] & 0x0F)
}

/// What Wireshark has of its own, or says twice.
fn is_on_the_wire(name: &str) -> bool {
    const NOT: [&str; 5] = ["masked_payload", "payload", "payload.close", "payload.ping", "payload.pong"];
    name.strip_prefix("websocket.").is_some_and(|name| !NOT.contains(&name))
}

#[test]
fn every_frame_has_the_fields_that_wireshark_sees() {
    let mut count = 0;
    for (capture, dissection) in [WEBSOCKET, SOCKET_IO] {
        let dissection: Json = serde_json::from_str(dissection).expect("JSON");
        for packet in packets(capture) {
            let layers = &dissection["packets"][packet.number - 1]["websocket"];
            let Some(frames) = layers.as_array() else { continue };
            assert_eq!(frames.len(), 1, "packet {} has one frame", packet.number);
            let mut expected = Vec::new();
            dissected(&frames[0], &mut expected);
            let expected: BTreeMap<_, _> =
                expected.into_iter().filter(|(name, _)| is_on_the_wire(name)).collect();
            let places = websocket::layout(packet.payload);
            assert_eq!(frame_fields(&places, packet.payload), expected, "packet {}", packet.number);
            count += 1;
        }
    }
    assert_eq!(count, 21, "as many as Wireshark found");
}

#[test]
fn every_message_has_the_fields_that_wireshark_sees() {
    let mut count = 0;
    for (capture, dissection) in [WEBSOCKET, SOCKET_IO] {
        let dissection: Json = serde_json::from_str(dissection).expect("JSON");
        for packet in packets(capture) {
            let layers = &dissection["packets"][packet.number - 1]["http"];
            let Some(messages) = layers.as_array() else { continue };
            let mut all = Vec::new();
            dissected(&messages[0], &mut all);
            let seen =
                |name: &str| all.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str());
            let places = http::layout(packet.payload);
            assert_eq!(value(&places, "method"), seen("http.request.method"));
            assert_eq!(value(&places, "request-target"), seen("http.request.uri"));
            assert_eq!(value(&places, "status-code"), seen("http.response.code"));
            assert_eq!(value(&places, "reason-phrase"), seen("http.response.phrase"));
            // Wireshark names each field after itself: `Sec-WebSocket-Key` is `http.sec_websocket_key`.
            let fields = places.iter().filter(|place| place.name == "header field");
            for field in fields {
                let (name, value) = field.value.split_once(" is ").expect("name and value");
                let name = match name.to_ascii_lowercase().replace('-', "_").as_str() {
                    "content_length" => "http.content_length_header".to_owned(),
                    name => format!("http.{name}"),
                };
                if let Some(seen) = seen(&name) {
                    assert_eq!(value, seen, "packet {}", packet.number);
                    count += 1;
                }
            }
            let content = places.iter().find(|place| place.name == "content");
            let content = content.map(|place| &packet.payload[place.octets.clone()]);
            assert_eq!(content, seen("http.file_data").map(str::as_bytes), "packet {}", packet.number);
        }
    }
    assert_eq!(count, 46, "as many as Wireshark found");
}

/// The server of the recording answers a text with `echo: ` and the text, and octets with the same octets. It is
/// npm `ws`; its octets, from 101 to the last close frame, are those of this server.
#[test]
fn a_recorded_client_gets_the_recorded_octets() {
    let mut connection = Connection::new(NOW, 0, ConnectionSettings::default());
    let (mut answered, mut recorded) = (Vec::new(), Vec::new());
    for packet in packets(WEBSOCKET.0) {
        if !packet.is_from_client {
            recorded.extend_from_slice(packet.payload);
            assert_eq!(answered, recorded, "packet {}", packet.number);
            continue;
        }
        connection.handle_bytes(NOW, packet.payload);
        for input in inputs(&mut connection) {
            let output = match input {
                Input::Request { exchange, .. } => Output::Accept { exchange },
                Input::Message { exchange, message: Message::Text(text) } => {
                    Output::Send { exchange, message: Message::Text(format!("echo: {text}")) }
                }
                Input::Message { exchange, message: message @ Message::Binary(_) } => {
                    Output::Send { exchange, message }
                }
                _ => continue,
            };
            connection.handle_output(NOW, output);
        }
        answered.extend(std::iter::from_fn(|| connection.poll_bytes()).flatten());
    }
    assert_eq!(recorded.len(), 371);
    assert!(connection.ending().is_some());
}
