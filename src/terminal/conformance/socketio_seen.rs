//! What the recorder's proxy writes down of what passes on a line.

use super::socketio_line::Side;
use super::socketio_record::{add, object};
use crate::realtime::engine_io::target::split;
use crate::realtime::http::{Request, Response};
use crate::realtime::socket_io::Value;
use crate::realtime::websocket::Message;

/// A request.
pub fn request(n: u64, request: &Request) -> Value {
    let (path, parameters) = split(&request.target);
    let query = parameters.into_iter().filter(|(name, _)| name != "t");
    let query = Value::object(query.map(|(name, value)| (name, Value::from(value))));
    let mut seen = object([
        ("http", "request".into()),
        ("n", Value::Number(n as f64)),
        ("method", request.method.as_str().into()),
        ("path", path.into()),
        ("query", query),
    ]);
    if let Some(upgrade) = request.headers.get("Upgrade") {
        add(&mut seen, "upgrade", upgrade.into());
    }
    if !request.body.is_empty() {
        if let Some(kind) = request.headers.get("Content-Type") {
            add(&mut seen, "content_type", kind.into());
        }
        add(&mut seen, "body", String::from_utf8_lossy(&request.body).into_owned().into());
    }
    seen
}

/// A response.
pub fn response(n: u64, response: &Response) -> Value {
    let mut seen = object([
        ("http", "response".into()),
        ("n", Value::Number(n as f64)),
        ("status", Value::Number(f64::from(response.status))),
    ]);
    if let Some(kind) = response.headers.get("Content-Type") {
        add(&mut seen, "content_type", kind.into());
    }
    if !response.body.is_empty() {
        add(&mut seen, "body", String::from_utf8_lossy(&response.body).into_owned().into());
    }
    seen
}

/// A frame of a WebSocket.
pub fn frame(from: Side, message: &Message) -> Value {
    let from = if from == Side::Client { "client" } else { "server" };
    let (name, value) = match message {
        Message::Text(text) => ("text", Value::from(text.clone())),
        Message::Binary(octets) => {
            ("binary", <base64ct::Base64 as base64ct::Encoding>::encode_string(octets).into())
        }
        Message::Close(None) => ("close", Value::Null),
        Message::Close(Some(close)) => ("close", Value::Number(f64::from(close.code))),
        Message::Ping(_) => ("opcode", Value::Number(9.0)),
        Message::Pong(_) => ("opcode", Value::Number(10.0)),
    };
    object([("ws", from.into()), (name, value)])
}
