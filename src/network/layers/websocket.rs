//! WebSocket frames (RFC 6455 section 5.2).

use super::application::Cut;
use super::field::number;
use super::{Field, Layer, Protocol, socketio, text};
use std::ops::Range;

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// A connection as an onlooker sees it.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    is_engine_io: bool,
}

/// Where the parts of a frame lie.
struct Frame {
    /// The extended length, if there is one.
    extended: Range<usize>,
    /// The masking key, if there is one.
    key: Range<usize>,
    payload: Range<usize>,
}

impl Frame {
    /// Reads the header; nothing if that is not there yet.
    fn read(octets: &[u8]) -> Option<Frame> {
        let second = *octets.get(1)?;
        let extended = match second & 0x7F {
            126 => 2..4,
            127 => 2..10,
            _ => 2..2,
        };
        let key = extended.end..extended.end + if second & 0x80 == 0 { 0 } else { 4 };
        if octets.len() < key.end {
            return None;
        }
        let length = match extended.len() {
            0 => u64::from(second & 0x7F),
            _ => number(octets, &extended),
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let end = key.end.saturating_add(length);
        Some(Frame { extended, payload: key.end..end, key })
    }
}

/// Where the first frame ends.
pub fn cut(octets: &[u8]) -> Cut {
    match Frame::read(octets) {
        None => Cut::Part(None),
        Some(frame) if frame.payload.end > octets.len() => Cut::Part(Some(frame.payload.end)),
        Some(frame) => Cut::Whole(frame.payload.end),
    }
}

impl Connection {
    /// A WebSocket; `is_engine_io`: its messages are Engine.IO's.
    pub const fn new(is_engine_io: bool) -> Connection {
        Connection { is_engine_io }
    }

    /// The layers of what [`cut`] found.
    pub fn dissect(&mut self, _side: usize, octets: &[u8]) -> Vec<Layer> {
        let Some(Frame { extended, key, payload }) = Frame::read(octets) else { return Vec::new() };
        let opcode = octets[0] & 0x0F;
        let rsv = Field::bits("websocket.rsv", octets, 0..1, 1..4);
        let rsv_value = format!("0x{:02x}", octets[0] >> 4 & 7);
        let mut fields = vec![
            Field::bits("websocket.fin", octets, 0..1, 0..1),
            rsv.value(rsv_value),
            Field::bits("websocket.opcode", octets, 0..1, 4..8).known_meaning(opcode_name(opcode)),
            Field::bits("websocket.mask", octets, 1..2, 0..1),
            Field::bits("websocket.payload_length", octets, 1..2, 1..8),
        ];
        match extended.len() {
            0 => {}
            2 => fields.push(Field::number("websocket.payload_length_ext_16", octets, extended)),
            _ => fields.push(Field::number("websocket.payload_length_ext_64", octets, extended)),
        }
        let mut data = octets[payload.clone()].to_vec();
        if !key.is_empty() {
            fields.push(Field::octets("websocket.masking_key", octets, key.clone()));
            let mask = &octets[key];
            data.iter_mut().enumerate().for_each(|(at, octet)| *octet ^= mask[at % 4]);
            if !payload.is_empty() {
                fields.push(Field::new("websocket.masked_payload", payload.clone(), ""));
            }
        }
        let header = 0..payload.start;
        let mut layers = Vec::new();
        if !payload.is_empty() {
            let inner = payload_fields(opcode, &data, payload.start);
            fields.push(Field::new("websocket.payload", payload.clone(), "").with(inner));
            if opcode == TEXT {
                layers.push(text::dissect(&data, payload.start));
                if self.is_engine_io {
                    layers.extend(socketio::dissect(&data, payload.start));
                }
            }
        }
        layers.insert(0, Layer::new(Protocol::WebSocket, header, payload, fields));
        layers
    }
}

/// What the payload holds, unmasked. Places are those of the masked octets.
fn payload_fields(opcode: u8, data: &[u8], start: usize) -> Vec<Field> {
    let all = start..start + data.len();
    let words = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    match opcode {
        TEXT => vec![Field::new("websocket.payload.text", all, text::visible(&words(data)))],
        PING => vec![Field::new("websocket.payload.ping", all, super::field::colons(data))],
        PONG => vec![Field::new("websocket.payload.pong", all, super::field::colons(data))],
        CLOSE => {
            let mut fields = Vec::new();
            if let Some((code, reason)) = data.split_first_chunk::<2>() {
                let code = u16::from_be_bytes(*code).to_string();
                fields.push(Field::new("websocket.payload.close.status_code", start..start + 2, code));
                if !reason.is_empty() {
                    let place = start + 2..all.end;
                    fields.push(Field::new("websocket.payload.close.reason", place, words(reason)));
                }
            }
            vec![Field::new("websocket.payload.close", all, "").with(fields)]
        }
        _ => Vec::new(),
    }
}

const fn opcode_name(opcode: u8) -> Option<&'static str> {
    Some(match opcode {
        0 => "continuation",
        TEXT => "text",
        2 => "binary",
        CLOSE => "close",
        PING => "ping",
        PONG => "pong",
        _ => return None,
    })
}
