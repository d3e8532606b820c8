//! HTTP/1.1 messages: first line, header fields, body (RFC 9112).

use super::application::Cut;
use super::http_chunks::Chunks;
use super::http_headers::{filter, status_name};
use super::moment::{Moment, seconds};
use super::{Field, Layer, Problem, Protocol, Remark, Severity, json, socketio, text, websocket};
use crate::time::Time;
use std::collections::VecDeque;
use std::ops::Range;

const METHODS: [&[u8]; 9] =
    [b"GET ", b"HEAD ", b"POST ", b"PUT ", b"DELETE ", b"CONNECT ", b"OPTIONS ", b"TRACE ", b"PATCH "];

/// Requests and responses as they should be.
const CHAT: Remark = Remark { name: "http.chat", severity: Severity::Chat, group: 0x0200_0000 };

/// A connection as an onlooker sees it.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    /// Requests that have no response yet.
    open: VecDeque<Request>,
    request_count: u32,
    response_count: u32,
    previous_request: Option<usize>,
    previous_response: Option<usize>,
    upgraded: Option<websocket::Connection>,
    /// Whether responses to requests that were not seen have Engine.IO in them.
    is_engine_io: bool,
}

#[derive(Clone, Debug)]
struct Request {
    packet: usize,
    /// The packet with the request before it.
    previous: Option<usize>,
    time: Time,
    uri: Option<String>,
    is_head: bool,
    is_engine_io: bool,
}

/// The head of a message: where its lines lie.
struct Head {
    is_request: bool,
    first: Range<usize>,
    fields: Vec<HeaderField>,
    end: usize,
}

struct HeaderField {
    line: Range<usize>,
    name: String,
    value: String,
}

/// Whether a connection that begins so speaks HTTP.
pub fn begins(octets: &[u8]) -> bool {
    octets.starts_with(b"HTTP/1.") || METHODS.iter().any(|method| octets.starts_with(method))
}

impl Connection {
    /// A connection to a server of Engine.IO.
    pub fn of_engine_io() -> Connection {
        Connection { is_engine_io: true, ..Connection::default() }
    }

    /// Where the first message ends (RFC 9112 section 6.3).
    pub fn cut(&self, _side: usize, octets: &[u8], is_end: bool) -> Cut {
        let Some(head) = Head::read(octets) else {
            return if is_end || !begins_perhaps(octets) { Cut::Foreign } else { Cut::Part(None) };
        };
        let has_no_body = match head.status(octets) {
            Some(100..200 | 204 | 304) => true,
            Some(_) => self.open.front().is_some_and(|request| request.is_head),
            None => false,
        };
        let body = &octets[head.end..];
        let total = if has_no_body {
            head.end
        } else if head.is_chunked() {
            match Chunks::read(body) {
                Some(chunks) => head.end + chunks.length,
                None => return if is_end { Cut::Whole(octets.len()) } else { Cut::Part(None) },
            }
        } else if let Some(length) = head.get("content-length") {
            match length.parse::<usize>() {
                Ok(length) => head.end.saturating_add(length),
                Err(_) => head.end,
            }
        } else if head.is_request || is_end {
            if head.is_request { head.end } else { octets.len() }
        } else {
            // A response without a length goes on to the end of the connection.
            return Cut::Part(None);
        };
        if octets.len() >= total { Cut::Whole(total) } else { Cut::Part(Some(total)) }
    }

    /// The WebSocket that the connection has become.
    pub fn upgraded(&self) -> Option<websocket::Connection> {
        self.upgraded.clone()
    }

    /// The layers of what [`cut`](Self::cut) found.
    pub fn dissect(&mut self, _side: usize, octets: &[u8], moment: Moment) -> Vec<Layer> {
        let Some(head) = Head::read(octets) else {
            let layer = Layer::new(Protocol::Http, 0..0, 0..octets.len(), Vec::new());
            return vec![Layer { problem: Some(Problem::Malformed), ..layer }];
        };
        let mut fields = vec![first_line(&head, octets)];
        fields.extend(head.fields.iter().map(|field| header_field(field, head.is_request)));
        fields.push(Field::new("", head.end - 2..head.end, "\\r\\n"));
        let is_engine_io = if head.is_request {
            self.note_request(&head, octets, moment, &mut fields)
        } else {
            self.note_response(&head, octets, moment, &mut fields)
        };
        let place = head.end..octets.len();
        let mut layers = vec![Layer::new(Protocol::Http, 0..head.end, place.clone(), Vec::new())];
        let chunks = if head.is_chunked() { Chunks::read(&octets[place.clone()]) } else { None };
        let mut body = octets[place.clone()].to_vec();
        if let Some(chunks) = chunks {
            fields.push(chunks.field(&octets[place.clone()], place.start, head.is_request));
            body = chunks.content(&octets[place.clone()]);
        }
        if !body.is_empty() {
            let text = text::visible(&String::from_utf8_lossy(&body));
            fields.push(Field::new("http.file_data", place.clone(), text));
            let kind = head.get("content-type").unwrap_or_default();
            layers.extend(body_layers(&body, kind, is_engine_io).into_iter().map(|mut layer| {
                if head.is_chunked() {
                    return layer.put_together(&body);
                }
                layer.shift(place.start);
                layer
            }));
        }
        layers[0].fields = fields;
        layers
    }

    fn note_request(&mut self, head: &Head, octets: &[u8], moment: Moment, fields: &mut Vec<Field>) -> bool {
        let line = String::from_utf8_lossy(&octets[head.first.clone()]);
        let mut words = line.split(' ');
        let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let uri = head.get("host").map(|host| format!("http://{host}{target}"));
        if let Some(uri) = &uri {
            fields.push(Field::computed("http.request.full_uri", uri));
        }
        self.request_count += 1;
        fields.push(Field::computed("http.request_number", self.request_count));
        let previous = self.previous_request.replace(moment.packet);
        fields.extend(previous.map(|packet| Field::computed("http.prev_request_in", packet)));
        let is_engine_io = target.contains("EIO=4");
        let is_head = method == "HEAD";
        let Moment { packet, time } = moment;
        self.open.push_back(Request { packet, previous, time, uri, is_head, is_engine_io });
        is_engine_io
    }

    fn note_response(&mut self, head: &Head, octets: &[u8], moment: Moment, fields: &mut Vec<Field>) -> bool {
        let status = head.status(octets);
        self.response_count += 1;
        fields.push(Field::computed("http.response_number", self.response_count));
        // 100 (Continue) and its like are not the answer yet, but 101 is (RFC 9110 section 15.2).
        let is_last = !matches!(status, Some(100 | 102..200));
        let request = if is_last { self.open.pop_front() } else { self.open.front().cloned() };
        let Some(request) = request else { return self.is_engine_io };
        fields.push(Field::computed("http.time", seconds(moment.time - request.time)));
        let previous = request.previous.map(|packet| Field::computed("http.prev_request_in", packet));
        fields.extend(previous);
        let previous = self.previous_response.replace(moment.packet);
        fields.extend(previous.map(|packet| Field::computed("http.prev_response_in", packet)));
        fields.push(Field::computed("http.request_in", request.packet));
        if let Some(uri) = request.uri {
            fields.push(Field::computed("http.response_for.uri", uri));
        }
        let is_websocket = head.get("upgrade").is_some_and(|name| name.eq_ignore_ascii_case("websocket"));
        if status == Some(101) && is_websocket {
            self.upgraded = Some(websocket::Connection::new(request.is_engine_io));
        }
        request.is_engine_io
    }
}

/// Whether these octets are, or can become, the beginning of a message.
fn begins_perhaps(octets: &[u8]) -> bool {
    let is_start = |word: &[u8]| word.starts_with(octets) || octets.starts_with(word);
    is_start(b"HTTP/1.") || METHODS.iter().any(|method| is_start(method))
}

impl Head {
    /// Reads up to the empty line; nothing if that has not come, or if the first line is of no message.
    fn read(octets: &[u8]) -> Option<Head> {
        if !begins(octets) {
            return None;
        }
        let mut lines = Vec::new();
        let mut at = 0;
        loop {
            let length = octets[at..].windows(2).position(|pair| pair == b"\r\n")?;
            let line = at..at + length;
            at += length + 2;
            if line.is_empty() {
                break;
            }
            lines.push(line);
        }
        let mut lines = lines.into_iter();
        let first = lines.next()?;
        let fields = lines
            .map(|line| {
                let text = String::from_utf8_lossy(&octets[line.clone()]);
                let (name, value) = text.split_once(':').unwrap_or((&text, ""));
                let trim = |text: &str| text.trim_matches([' ', '\t']).to_owned();
                HeaderField { line: line.start..line.end + 2, name: trim(name), value: trim(value) }
            })
            .collect();
        Some(Head { is_request: !octets.starts_with(b"HTTP/"), first, fields, end: at })
    }

    fn get(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))?;
        Some(&field.value)
    }

    fn is_chunked(&self) -> bool {
        self.get("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
    }

    /// The status code of a response.
    fn status(&self, octets: &[u8]) -> Option<u16> {
        if self.is_request {
            return None;
        }
        let line = std::str::from_utf8(&octets[self.first.clone()]).ok()?;
        line.split(' ').nth(1)?.parse().ok()
    }
}

/// The layers of a body of this media type.
fn body_layers(body: &[u8], kind: &str, is_engine_io: bool) -> Vec<Layer> {
    let mut layers = Vec::new();
    if kind.starts_with("text/") {
        layers.push(text::dissect(body, 0));
    } else if kind.starts_with("application/json") {
        layers.extend(json::dissect(body, 0));
    }
    if is_engine_io {
        layers.extend(socketio::dissect(body, 0));
    }
    layers
}

/// The first line and its three words.
fn first_line(head: &Head, octets: &[u8]) -> Field {
    let line = &octets[head.first.clone()];
    let spaces: Vec<usize> = (0..line.len()).filter(|&at| line[at] == b' ').take(2).collect();
    let start = head.first.start;
    let (one, two) = match spaces[..] {
        [one, two] => (one, two),
        [one] => (one, line.len()),
        _ => (line.len(), line.len()),
    };
    let words = [0..one, (one + 1).min(line.len())..two, (two + 1).min(line.len())..line.len()];
    let place = |index: usize| start + words[index].start..start + words[index].end;
    let word = |index: usize| String::from_utf8_lossy(&line[words[index].clone()]).into_owned();
    let fields = if head.is_request {
        vec![
            Field::new("http.request.method", place(0), word(0)),
            Field::new("http.request.uri", place(1), word(1)).with(target(&word(1), place(1).start)),
            Field::new("http.request.version", place(2), word(2)),
        ]
    } else {
        let description = word(1).parse().ok().and_then(status_name).unwrap_or("");
        vec![
            Field::new("http.response.version", place(0), word(0)),
            Field::new("http.response.code", place(1), word(1)),
            Field::new("http.response.code.desc", place(1), description),
            Field::new("http.response.phrase", place(2), word(2)),
        ]
    };
    let text = String::from_utf8_lossy(line) + "\\r\\n";
    Field::new("", start..head.first.end + 2, text::shown_line(&text)).remark(CHAT).with(fields)
}

/// Path and query of a target that has a query.
fn target(target: &str, start: usize) -> Vec<Field> {
    let Some((path, query)) = target.split_once('?') else { return Vec::new() };
    let query_start = start + path.len() + 1;
    let mut at = query_start;
    let parameters = query
        .split('&')
        .map(|parameter| {
            let place = at..at + parameter.len();
            at = place.end + 1;
            Field::new("http.request.uri.query.parameter", place, parameter)
        })
        .collect();
    vec![
        Field::new("http.request.uri.path", start..start + path.len(), path),
        Field::new("http.request.uri.query", query_start..start + target.len(), query).with(parameters),
    ]
}

fn header_field(HeaderField { line, name, value }: &HeaderField, is_request: bool) -> Field {
    match filter(name) {
        Some(filter @ "http.content_length_header") => {
            let length = Field::new("http.content_length", line.clone(), value.clone());
            Field::new(filter, line.clone(), value.clone()).with(vec![length])
        }
        Some(filter) => Field::new(filter, line.clone(), value.clone()),
        None => {
            let filter = if is_request { "http.request.line" } else { "http.response.line" };
            Field::new(filter, line.clone(), format!("{name}: {value}\r\n"))
        }
    }
}
