//! The options of TCP (RFC 9293 section 3.1, RFC 7323, RFC 2018).

use super::Field;
use std::ops::Range;

/// What the options say that later segments need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// By how many bits the sender's windows are to be shifted.
    pub window_scale: Option<u8>,
}

/// The fields of the options, unless they do not fit into their octets. `acknowledgement_base` is the sequence
/// number from which the other side's octets are counted.
pub fn dissect(frame: &[u8], octets: Range<usize>, acknowledgement_base: u32) -> (Vec<Field>, Options, bool) {
    let (mut fields, mut options, mut at) = (Vec::new(), Options::default(), octets.start);
    while at < octets.end {
        let kind = frame[at];
        let length = match kind {
            0 | 1 => 1,
            _ => match frame.get(at + 1) {
                Some(&length) if length >= 2 && at + usize::from(length) <= octets.end => usize::from(length),
                _ => return (fields, options, false),
            },
        };
        let place = at..at + length;
        let value = at + 2..at + length;
        let (name, inner) = match (kind, length) {
            (0, _) => ("tcp.options.eol", Vec::new()),
            (1, _) => ("tcp.options.nop", Vec::new()),
            (2, 4) => ("tcp.options.mss", vec![Field::number("tcp.options.mss_val", frame, value)]),
            (3, 3) => {
                let shift = frame[at + 2];
                // RFC 7323 section 2.3: more than 14 counts as 14.
                options.window_scale = Some(shift.min(14));
                let multiplier = Field::number("tcp.options.wscale.multiplier", frame, value.clone());
                let shifted = Field::number("tcp.options.wscale.shift", frame, value);
                ("tcp.options.wscale", vec![shifted, multiplier.value(1_u32 << shift.min(14))])
            }
            (4, 2) => ("tcp.options.sack_perm", Vec::new()),
            (5, 10 | 18 | 26 | 34) => ("tcp.options.sack", blocks(frame, value, acknowledgement_base)),
            (8, 10) => (
                "tcp.options.timestamp",
                vec![
                    Field::number("tcp.options.timestamp.tsval", frame, at + 2..at + 6),
                    Field::number("tcp.options.timestamp.tsecr", frame, at + 6..at + 10),
                ],
            ),
            _ => ("tcp.options.unknown", vec![Field::octets("tcp.options.unknown.payload", frame, value)]),
        };
        let mut parts =
            vec![Field::number("tcp.option_kind", frame, at..at + 1).known_meaning(kind_name(kind))];
        if length > 1 {
            parts.push(Field::number("tcp.option_len", frame, at + 1..at + 2));
        }
        parts.extend(inner);
        fields.push(Field::octets(name, frame, place).with(parts));
        at += length;
        if kind == 0 {
            break;
        }
    }
    (fields, options, true)
}

/// Blocks that were received though something before them is missing (RFC 2018 section 3).
fn blocks(frame: &[u8], octets: Range<usize>, base: u32) -> Vec<Field> {
    let edge = |name: &'static str, at: usize| {
        let raw = super::field::number(frame, &(at..at + 4)) as u32;
        Field::number(name, frame, at..at + 4).value(raw.wrapping_sub(base))
    };
    let mut fields = Vec::new();
    for at in octets.clone().step_by(8) {
        fields.extend([edge("tcp.options.sack_le", at), edge("tcp.options.sack_re", at + 4)]);
    }
    fields.push(Field::computed("tcp.options.sack.count", octets.len() / 8));
    fields
}

const fn kind_name(kind: u8) -> Option<&'static str> {
    Some(match kind {
        0 => "end of options",
        1 => "no operation",
        2 => "maximum segment size",
        3 => "window scale",
        4 => "SACK permitted",
        5 => "SACK",
        8 => "timestamps",
        _ => return None,
    })
}
