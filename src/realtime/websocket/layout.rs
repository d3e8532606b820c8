//! What each octet of frames is for.

use super::Opcode;
use super::frame::apply_mask;
use super::message_reader::is_close_code;
use crate::realtime::Place;
use std::ops::Range;

/// The section with the picture of a frame.
const FRAMING: &str = "RFC 6455 section 5.2";

/// The parts of the frames in these octets, in order; bits have their place in their octet. What is missing at the
/// end is left out, so a frame can be looked at while it arrives.
pub fn layout(octets: &[u8]) -> Vec<Place> {
    let mut places = Vec::new();
    let mut at = 0;
    while at < octets.len() {
        let Some(end) = frame(octets, at, &mut places) else { break };
        at = end;
    }
    places
}

/// The parts of the frame that begins at `at`; gives where the next one begins.
fn frame(octets: &[u8], at: usize, places: &mut Vec<Place>) -> Option<usize> {
    let first = octets[at];
    let mut bits = |name, (low, count): (u8, u8), octet: usize, value: String| {
        let place = Place::new(name, octet..octet + 1, value, FRAMING);
        places.push(Place { bits: Some((low, count)), ..place });
    };
    let fin = if first & 0x80 != 0 { "the message ends here" } else { "the message goes on" };
    bits("FIN", (7, 1), at, fin.to_owned());
    bits("RSV", (4, 3), at, format!("{:03b}", first >> 4 & 7));
    let opcode = Opcode::from_number(first & 0x0F);
    let name = opcode.map_or("not defined", Opcode::name);
    bits("opcode", (0, 4), at, format!("{:#x}, {name}", first & 0x0F));
    let second = *octets.get(at + 1)?;
    let is_masked = second & 0x80 != 0;
    let words = if is_masked { "the payload is masked" } else { "the payload is not masked" };
    bits("MASK", (7, 1), at + 1, words.to_owned());
    let short = second & 0x7F;
    let (extended, words) = match short {
        126 => (2, "the length follows in 2 octets".to_owned()),
        127 => (8, "the length follows in 8 octets".to_owned()),
        length => (0, counted(length.into())),
    };
    bits("Payload length", (0, 7), at + 1, words);
    let mut at = at + 2;
    let mut length = u64::from(short);
    if extended > 0 {
        let range = at..at + extended;
        length = octets.get(range.clone())?.iter().fold(0, |length, octet| length << 8 | u64::from(*octet));
        places.push(Place::new("Extended payload length", range.clone(), counted(length), FRAMING));
        at = range.end;
    }
    let mut key = [0; 4];
    if is_masked {
        let range = at..at + 4;
        key.copy_from_slice(octets.get(range.clone())?);
        let value = key.map(|octet| format!("{octet:02x}")).join(" ");
        places.push(Place::new("Masking-key", range.clone(), value, "RFC 6455 section 5.3"));
        at = range.end;
    }
    let end = usize::try_from(length).ok().and_then(|length| at.checked_add(length));
    let range = at..end.unwrap_or(usize::MAX).min(octets.len());
    let mut payload = octets[range.clone()].to_vec();
    apply_mask(key, 0, &mut payload);
    payload_places(opcode, range, &payload, places);
    end
}

fn payload_places(opcode: Option<Opcode>, range: Range<usize>, payload: &[u8], places: &mut Vec<Place>) {
    if range.is_empty() {
        return;
    }
    match (opcode, payload) {
        (Some(Opcode::Close), [high, low, reason @ ..]) => {
            let code = u16::from_be_bytes([*high, *low]);
            let known = if is_close_code(code) { "" } else { ", which may not be sent" };
            let (start, middle) = (range.start, range.start + 2);
            let source = "RFC 6455 section 7.4";
            places.push(Place::new("Status code", start..middle, format!("{code}{known}"), source));
            if !reason.is_empty() {
                let words = String::from_utf8_lossy(reason);
                places.push(Place::new("Reason", middle..range.end, words, "RFC 6455 section 7.1.6"));
            }
        }
        (Some(Opcode::Text), text) => {
            let words = String::from_utf8_lossy(text);
            places.push(Place::new("Payload data", range, words, "RFC 6455 section 5.6"));
        }
        (_, payload) => {
            let words = counted(payload.len() as u64);
            places.push(Place::new("Payload data", range, words, "RFC 6455 section 5.6"));
        }
    }
}

fn counted(count: u64) -> String {
    if count == 1 { "1 octet".to_owned() } else { format!("{count} octets") }
}
