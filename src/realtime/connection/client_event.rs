//! What a client sets and learns.

use crate::realtime::http::{HttpError, Limits, Response};
use crate::realtime::websocket::{HandshakeError, Message, WebSocketError, WebSocketSettings};
use std::fmt;

/// How the client's side of a connection behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSettings {
    /// How much of a response is read.
    pub limits: Limits,
    /// What holds once a request has become a WebSocket.
    pub websocket: WebSocketSettings,
    /// What `Host` says where a request does not say it.
    pub host: String,
    /// So many requests are sent before their responses have come. Browsers send one.
    pub pipelined: usize,
}

impl Default for ClientSettings {
    fn default() -> ClientSettings {
        ClientSettings {
            limits: Limits::default(),
            websocket: WebSocketSettings::default(),
            host: "localhost".to_owned(),
            pipelined: 1,
        }
    }
}

/// Why a client's connection is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientError {
    /// The server has sent octets that are no response.
    Http(HttpError),
    /// The server has answered 101, but not as it should.
    Handshake(HandshakeError),
    /// The WebSocket has failed.
    WebSocket(WebSocketError),
}

impl ClientError {
    /// A name of the error that stays the same.
    pub const fn code(&self) -> &'static str {
        match self {
            ClientError::Http(error) => error.code(),
            ClientError::Handshake(error) => error.code(),
            ClientError::WebSocket(error) => error.code(),
        }
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientError::Http(error) => error.fmt(f),
            ClientError::Handshake(error) => error.fmt(f),
            ClientError::WebSocket(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ClientError {}

/// What a client learns. Requests are counted from 0 on each connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientEvent {
    /// The response to a request, also to one for a WebSocket that the server does not open.
    Response {
        /// Which request.
        request: u64,
        /// The response.
        response: Response,
    },
    /// The WebSocket is open.
    Opened {
        /// Which request has become it.
        request: u64,
        /// The subprotocol that the server has chosen.
        protocol: Option<String>,
    },
    /// A message on the WebSocket, or a control frame. Pings and close frames have been answered.
    Message(Message),
    /// A request that gets no response: the connection is over.
    Lost {
        /// Which request.
        request: u64,
    },
    /// The connection is over; nothing more comes.
    Ended {
        /// What was wrong, if anything was.
        error: Option<ClientError>,
    },
}
