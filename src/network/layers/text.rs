//! Text, line by line.

use super::{Field, Layer, Protocol};

/// The layer of a text whose first octet is the one at `start`.
pub fn dissect(octets: &[u8], start: usize) -> Layer {
    let mut at = start;
    let fields = octets
        .split_inclusive(|&octet| octet == b'\n')
        .map(|line| {
            let place = at..at + line.len();
            at = place.end;
            Field::new("", place, escaped(line))
        })
        .collect();
    Layer::new(Protocol::Text, start..start, start..start + octets.len(), fields)
}

/// A line with its end made visible.
fn escaped(line: &[u8]) -> String {
    let mut text = String::new();
    for char in String::from_utf8_lossy(line).chars() {
        match char {
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            char => text.push(char),
        }
    }
    text
}
