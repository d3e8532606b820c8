//! Text, line by line.

use super::{Field, Layer, Protocol};

/// How many octets of a line Wireshark shows.
const SHOWN: usize = 239;
/// What it puts before a line that is longer.
const TRUNCATED: &str = " [truncated]";

/// The layer of a text whose first octet is the one at `start`.
pub fn dissect(octets: &[u8], start: usize) -> Layer {
    let mut at = start;
    let fields = octets
        .split_inclusive(|&octet| octet == b'\n')
        .map(|line| {
            let place = at..at + line.len();
            at = place.end;
            Field::new("", place, shown_line(&escaped(line)))
        })
        .collect();
    Layer::new(Protocol::Text, start..start, start..start + octets.len(), fields)
}

/// A line as Wireshark shows it: not all of a long one.
pub fn shown_line(line: &str) -> String {
    if line.len() <= SHOWN {
        return line.to_owned();
    }
    let end = SHOWN - 1 - TRUNCATED.len();
    let end = (0..=end).rev().find(|&end| line.is_char_boundary(end)).unwrap_or(0);
    format!("{TRUNCATED}{}", &line[..end])
}

/// A line with its end and all that cannot be seen made visible, in the manner of C.
fn escaped(line: &[u8]) -> String {
    let mut text = String::new();
    for char in String::from_utf8_lossy(line).chars() {
        match char {
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            char if char.is_control() => text.push_str(&format!("\\{:03o}", u32::from(char))),
            char => text.push(char),
        }
    }
    text
}

/// A text in which control characters can be seen, but for those that make lines.
pub fn visible(text: &str) -> String {
    let mut shown = String::new();
    for char in text.chars() {
        match char {
            '\n' | '\r' | '\t' => shown.push(char),
            char if char.is_control() => shown.push_str(&format!("\\x{:x}", u32::from(char))),
            char => shown.push(char),
        }
    }
    shown
}
