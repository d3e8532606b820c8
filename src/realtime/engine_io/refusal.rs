//! Requests that are refused.

use crate::realtime::http::{Headers, Response};

/// Why a request is refused (socket.io/docs/v4/server-instance, "connection_error").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The transport is unknown, or not among those of the server.
    TransportUnknown,
    /// There is no session of that identifier.
    SessionUnknown,
    /// A session begins with GET.
    BadHandshakeMethod,
    /// The request does not fit the session.
    BadRequest,
    /// The server lets nobody in.
    Forbidden,
    /// The client speaks another version than 4.
    UnsupportedProtocolVersion,
}

impl Refusal {
    /// The number that stands in the answer.
    pub fn code(self) -> u8 {
        match self {
            Refusal::TransportUnknown => 0,
            Refusal::SessionUnknown => 1,
            Refusal::BadHandshakeMethod => 2,
            Refusal::BadRequest => 3,
            Refusal::Forbidden => 4,
            Refusal::UnsupportedProtocolVersion => 5,
        }
    }

    /// The text that stands in the answer.
    pub fn message(self) -> &'static str {
        match self {
            Refusal::TransportUnknown => "Transport unknown",
            Refusal::SessionUnknown => "Session ID unknown",
            Refusal::BadHandshakeMethod => "Bad handshake method",
            Refusal::BadRequest => "Bad request",
            Refusal::Forbidden => "Forbidden",
            Refusal::UnsupportedProtocolVersion => "Unsupported protocol version",
        }
    }

    /// The answer to an ordinary request.
    pub fn response(self, mut headers: Headers) -> Response {
        headers.add("Content-Type", "application/json");
        let body = format!("{{\"code\":{},\"message\":\"{}\"}}", self.code(), self.message());
        let status = if self == Refusal::Forbidden { 403 } else { 400 };
        Response { status, headers, body: body.into_bytes() }
    }

    /// The answer to a request that wants to become a WebSocket.
    pub fn upgrade_response(self) -> Response {
        let headers = [("Connection", "close"), ("Content-Type", "text/html")].into_iter().collect();
        Response { status: 400, headers, body: self.message().as_bytes().to_vec() }
    }
}
