//! Engine.IO packets in text, and the Socket.IO packets in those.
//!
//! Sources: *The Engine.IO protocol*, version 4; *The Socket.IO protocol*, version 5 (socket.io/docs/v4).

use super::{Field, Layer, Protocol};

/// Between the packets of one polling body.
const SEPARATOR: u8 = 0x1E;
/// The Engine.IO type that carries Socket.IO.
const MESSAGE: u8 = b'4';

/// The layers of the packets in a text whose first octet is the one at `start`.
pub fn dissect(octets: &[u8], start: usize) -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut at = start;
    for packet in octets.split(|&octet| octet == SEPARATOR) {
        if let Some(kind) = packet.first().copied() {
            let (header, payload) = (at..at + 1, at + 1..at + packet.len());
            let meaning = engine_type(kind);
            let field = Field::new("engineio.type", header.clone(), char::from(kind)).known_meaning(meaning);
            layers.push(Layer::new(Protocol::EngineIo, header, payload, vec![field]));
            if kind == MESSAGE && packet.len() > 1 {
                layers.push(socket_packet(&packet[1..], at + 1));
            }
        }
        at += packet.len() + 1;
    }
    layers
}

/// Type, number of attachments, namespace, number for the acknowledgement, then JSON: all but the type can be
/// missing.
fn socket_packet(packet: &[u8], start: usize) -> Layer {
    let words = |from: usize, to: usize| String::from_utf8_lossy(&packet[from..to]).into_owned();
    let kind = Field::new("socketio.type", start..start + 1, words(0, 1));
    let mut fields = vec![kind.known_meaning(socket_type(packet[0]))];
    let mut at = 1;
    let digits = |at: usize| packet[at..].iter().take_while(|octet| octet.is_ascii_digit()).count();
    let count = digits(at);
    if count > 0 && packet.get(at + count) == Some(&b'-') {
        let place = start + at..start + at + count;
        fields.push(Field::new("socketio.attachments", place, words(at, at + count)));
        at += count + 1;
    }
    if packet.get(at) == Some(&b'/') {
        let length = packet[at..].iter().position(|&octet| octet == b',').unwrap_or(packet.len() - at);
        let place = start + at..start + at + length;
        fields.push(Field::new("socketio.namespace", place, words(at, at + length)));
        at = (at + length + 1).min(packet.len());
    }
    let count = digits(at);
    if count > 0 {
        let place = start + at..start + at + count;
        fields.push(Field::new("socketio.id", place, words(at, at + count)));
        at += count;
    }
    let (header, payload) = (start..start + at, start + at..start + packet.len());
    if !payload.is_empty() {
        fields.push(Field::new("socketio.data", payload.clone(), words(at, packet.len())));
    }
    Layer::new(Protocol::SocketIo, header, payload, fields)
}

const fn engine_type(kind: u8) -> Option<&'static str> {
    Some(match kind {
        b'0' => "open",
        b'1' => "close",
        b'2' => "ping",
        b'3' => "pong",
        MESSAGE => "message",
        b'5' => "upgrade",
        b'6' => "noop",
        b'b' => "message of octets in Base64",
        _ => return None,
    })
}

const fn socket_type(kind: u8) -> Option<&'static str> {
    Some(match kind {
        b'0' => "CONNECT",
        b'1' => "DISCONNECT",
        b'2' => "EVENT",
        b'3' => "ACK",
        b'4' => "CONNECT_ERROR",
        b'5' => "BINARY_EVENT",
        b'6' => "BINARY_ACK",
        _ => return None,
    })
}
