//! WebSocket frames (RFC 6455 section 5.2).

use super::application::Cut;
use super::field::number;
use super::{Field, Layer, Protocol, socketio, text};
use std::ops::Range;

const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// A connection as an onlooker sees it.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    is_engine_io: bool,
    /// The fragments of a message that goes on, and its opcode.
    fragments: [Option<(u8, Vec<u8>)>; 2],
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
        Connection { is_engine_io, fragments: [None, None] }
    }

    /// The layers of what [`cut`] found.
    pub fn dissect(&mut self, side: usize, octets: &[u8]) -> Vec<Layer> {
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
        let mut layers = Vec::new();
        if !payload.is_empty() {
            let (message, is_joined) = self.join(side, octets[0], data);
            let inner = match &message {
                Some((kind, data)) => payload_fields(*kind, data, payload.clone()),
                None => Vec::new(),
            };
            fields.push(Field::new("websocket.payload", payload.clone(), "").with(inner));
            if let Some((TEXT, data)) = message {
                layers.push(text::dissect(&data, 0));
                if self.is_engine_io {
                    layers.extend(socketio::dissect(&data, 0));
                }
                for layer in &mut layers {
                    if is_joined {
                        *layer = layer.clone().put_together(&data);
                    } else {
                        layer.shift(payload.start);
                    }
                }
            }
        }
        layers.insert(0, Layer::new(Protocol::WebSocket, 0..payload.start, payload, fields));
        layers
    }

    /// The message that ends with this frame, with its opcode, and whether it came in fragments. Control frames
    /// come between them (RFC 6455 section 5.4).
    fn join(&mut self, side: usize, first: u8, data: Vec<u8>) -> (Option<(u8, Vec<u8>)>, bool) {
        let (is_final, opcode) = (first & 0x80 != 0, first & 0x0F);
        match (is_final, opcode) {
            (true, CONTINUATION) => {
                let begun = self.fragments[side].take();
                (begun.map(|(kind, begun)| (kind, [begun, data].concat())), true)
            }
            (false, CONTINUATION) => {
                if let Some((_, begun)) = &mut self.fragments[side] {
                    begun.extend(data);
                }
                (None, true)
            }
            (false, kind) => {
                self.fragments[side] = Some((kind, data));
                (None, true)
            }
            (true, kind) => (Some((kind, data)), false),
        }
    }
}

/// What a message holds, unmasked. Places are those of the masked octets; of fragments, those of the last one.
fn payload_fields(opcode: u8, data: &[u8], all: Range<usize>) -> Vec<Field> {
    let start = all.start;
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
        CONTINUATION => "continuation",
        TEXT => "text",
        2 => "binary",
        CLOSE => "close",
        PING => "ping",
        PONG => "pong",
        _ => return None,
    })
}
