//! A body in chunks (RFC 9112 section 7.1).

use super::Field;
use std::ops::Range;

/// Where the parts of the chunks lie, counted from the start of the body.
pub struct Chunks {
    /// Line with the size, data, end of the data.
    chunks: Vec<[Range<usize>; 3]>,
    /// The line with the size 0.
    last: Range<usize>,
    /// How many octets they take, trailer fields and the last empty line with them.
    pub length: usize,
}

impl Chunks {
    /// Reads chunks up to the end; nothing if that is not there, or if they are none.
    pub fn read(body: &[u8]) -> Option<Chunks> {
        let line = |at: usize| {
            let length = body.get(at..)?.windows(2).position(|pair| pair == b"\r\n")?;
            Some(at..at + length + 2)
        };
        let (mut chunks, mut at) = (Vec::new(), 0);
        let last = loop {
            let head = line(at)?;
            let digits = std::str::from_utf8(&body[head.clone()]).ok()?;
            let digits = digits.split(';').next().unwrap_or("").trim();
            let size = usize::from_str_radix(digits, 16).ok()?;
            if size == 0 {
                break head;
            }
            let data = head.end..head.end.checked_add(size)?;
            at = data.end.checked_add(2)?;
            if at > body.len() {
                return None;
            }
            chunks.push([head, data.clone(), data.end..at]);
        };
        at = last.end;
        loop {
            let trailer = line(at)?;
            at = trailer.end;
            if trailer.len() == 2 {
                return Some(Chunks { chunks, last, length: at });
            }
        }
    }

    /// What the chunks make together.
    pub fn content(&self, body: &[u8]) -> Vec<u8> {
        self.chunks.iter().flat_map(|[_, data, _]| &body[data.clone()]).copied().collect()
    }

    /// The chunks one by one, as Wireshark lists them.
    pub fn field(&self, body: &[u8], start: usize, is_request: bool) -> Field {
        let at = |range: &Range<usize>| start + range.start..start + range.end;
        let size =
            |line: &Range<usize>, size: usize| Field::new("http.chunk_size", at(line), size.to_string());
        let boundary = |end: &Range<usize>| {
            let octets = super::field::colons(&body[end.clone()]);
            Field::new("http.chunk_boundary", at(end), octets)
        };
        let mut fields: Vec<Field> = self
            .chunks
            .iter()
            .map(|[line, data, end]| {
                let octets = super::field::colons(&body[data.clone()]);
                let text = format!("Data chunk ({} octets)", data.len());
                Field::new("", at(&(line.start..end.end)), text).with(vec![
                    size(line, data.len()),
                    Field::new("http.chunk_data", at(data), octets),
                    boundary(end),
                ])
            })
            .collect();
        let end = "End of chunked encoding";
        fields.push(Field::new("", at(&self.last), end).with(vec![size(&self.last, 0)]));
        fields.push(Field::new("", at(&(self.length - 2..self.length)), "\\r\\n"));
        let text = if is_request { "HTTP chunked request" } else { "HTTP chunked response" };
        Field::new("", start..start + self.length, text).with(fields)
    }
}
