//! What each octet of a message is for.

use super::syntax::{text, trim};
use crate::realtime::Place;
use std::ops::Range;

/// The parts of a message, in order: first line, header fields, body, and its chunks. What is missing at the end,
/// or cannot be told apart, is left out, so a message can be looked at while it arrives.
pub fn layout(octets: &[u8]) -> Vec<Place> {
    let mut walk = Walk { octets, at: 0, places: Vec::new() };
    walk.message();
    walk.places
}

struct Walk<'a> {
    octets: &'a [u8],
    at: usize,
    places: Vec<Place>,
}

impl Walk<'_> {
    fn message(&mut self) -> Option<()> {
        let line = self.line()?;
        self.start_line(line);
        self.line_end();
        let is_chunked = self.fields("header field", "RFC 9112 section 5")?;
        if is_chunked {
            return self.chunks();
        }
        let body = self.at..self.octets.len();
        if !body.is_empty() {
            self.place("content", body.clone(), counted(body.len()), "RFC 9110 section 6.4");
        }
        Some(())
    }

    fn place(
        &mut self,
        name: &'static str,
        octets: Range<usize>,
        value: impl Into<String>,
        source: &'static str,
    ) {
        self.places.push(Place::new(name, octets, value, source));
    }

    /// The next line without its end.
    fn line(&mut self) -> Option<Range<usize>> {
        let rest = self.octets.get(self.at..)?;
        let length = rest.windows(2).position(|pair| pair == b"\r\n")?;
        let line = self.at..self.at + length;
        self.at = line.end;
        Some(line)
    }

    fn line_end(&mut self) {
        self.place("CRLF", self.at..self.at + 2, "end of the line", "RFC 9112 section 2.1");
        self.at += 2;
    }

    fn shown(&self, range: Range<usize>) -> String {
        text(&self.octets[range])
    }

    fn start_line(&mut self, line: Range<usize>) {
        let mut parts = Vec::new();
        let mut start = line.start;
        for at in line.clone() {
            if self.octets[at] == b' ' && parts.len() < 2 {
                parts.push(start..at);
                start = at + 1;
            }
        }
        parts.push(start..line.end);
        let is_response = self.octets[line].starts_with(b"HTTP/");
        let names: [(&str, &str); 3] = if is_response {
            [
                ("HTTP-version", "RFC 9112 section 2.3"),
                ("status-code", "RFC 9110 section 15"),
                ("reason-phrase", "RFC 9112 section 4"),
            ]
        } else {
            [
                ("method", "RFC 9110 section 9"),
                ("request-target", "RFC 9112 section 3.2"),
                ("HTTP-version", "RFC 9112 section 2.3"),
            ]
        };
        for ((name, source), range) in names.into_iter().zip(parts) {
            let value = self.shown(range.clone());
            self.place(name, range, value, source);
        }
    }

    /// The fields up to the empty line; gives whether they say that chunks follow.
    fn fields(&mut self, name: &'static str, source: &'static str) -> Option<bool> {
        let mut is_chunked = false;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                self.place("CRLF", self.at..self.at + 2, "end of the fields", source);
                self.at += 2;
                return Some(is_chunked);
            }
            let octets = &self.octets[line.clone()];
            let colon = octets.iter().position(|&octet| octet == b':');
            let (field, value) =
                colon.map_or((octets, &b""[..]), |colon| (&octets[..colon], trim(&octets[colon + 1..])));
            let source = field_source(field).unwrap_or(source);
            is_chunked |= field.eq_ignore_ascii_case(b"Transfer-Encoding") && value.ends_with(b"chunked");
            let words = format!("{} is {}", text(field), text(value));
            self.place(name, line, words, source);
            self.line_end();
        }
    }

    fn chunks(&mut self) -> Option<()> {
        loop {
            let line = self.line()?;
            let digits = self.shown(line.clone());
            let digits = digits.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(digits, 16).ok()?;
            self.place("chunk-size", line, counted(size), "RFC 9112 section 7.1");
            self.line_end();
            if size == 0 {
                return self.fields("trailer field", "RFC 9112 section 7.1.2").map(drop);
            }
            let end = self.at.saturating_add(size).min(self.octets.len());
            self.place("chunk-data", self.at..end, counted(end - self.at), "RFC 9112 section 7.1");
            self.at = end;
            if self.octets.get(self.at..self.at + 2)? != b"\r\n" {
                return None;
            }
            self.line_end();
        }
    }
}

fn counted(count: usize) -> String {
    if count == 1 { "1 octet".to_owned() } else { format!("{count} octets") }
}

/// Where the fields are explained on which the connection itself depends.
fn field_source(name: &[u8]) -> Option<&'static str> {
    const SOURCES: [(&str, &str); 13] = [
        ("Host", "RFC 9110 section 7.2"),
        ("Connection", "RFC 9110 section 7.6.1"),
        ("Upgrade", "RFC 9110 section 7.8"),
        ("Content-Length", "RFC 9110 section 8.6"),
        ("Content-Type", "RFC 9110 section 8.3"),
        ("Transfer-Encoding", "RFC 9112 section 6.1"),
        ("Expect", "RFC 9110 section 10.1.1"),
        ("Origin", "RFC 6454 section 7"),
        ("Sec-WebSocket-Key", "RFC 6455 section 11.3.1"),
        ("Sec-WebSocket-Extensions", "RFC 6455 section 11.3.2"),
        ("Sec-WebSocket-Accept", "RFC 6455 section 11.3.3"),
        ("Sec-WebSocket-Protocol", "RFC 6455 section 11.3.4"),
        ("Sec-WebSocket-Version", "RFC 6455 section 11.3.5"),
    ];
    let is_this = |(each, _): &&(&str, &str)| each.as_bytes().eq_ignore_ascii_case(name);
    SOURCES.iter().find(is_this).map(|&(_, source)| source)
}
