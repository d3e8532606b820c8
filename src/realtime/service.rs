//! What stands behind a port that speaks HTTP and WebSocket.

use super::http::{Request, Response};
use super::websocket::{Close, Message};
use crate::time::Time;

/// One request with its response, or the WebSocket that it became. Whoever carries requests gives the numbers;
/// none is used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExchangeId(pub u64);

/// What reaches a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A whole request. It is answered by [`Output::Respond`] now or later, or by [`Output::Accept`].
    Request {
        /// Its number from now on.
        exchange: ExchangeId,
        /// The request.
        request: Request,
    },
    /// A message on an accepted WebSocket. Pings are answered below; what arrives is text, binary or close.
    Message {
        /// The request that became this WebSocket.
        exchange: ExchangeId,
        /// The message.
        message: Message,
    },
    /// The client is gone: before its response, or the WebSocket's connection has ended. Nothing more comes, and
    /// nothing more may be sent.
    Gone {
        /// Which exchange.
        exchange: ExchangeId,
    },
}

/// What a service wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// The response to a request.
    Respond {
        /// Which request.
        exchange: ExchangeId,
        /// The response.
        response: Response,
    },
    /// The request becomes a WebSocket: the carrier answers 101 with `Sec-WebSocket-Accept`.
    Accept {
        /// Which request.
        exchange: ExchangeId,
    },
    /// A message on an accepted WebSocket.
    Send {
        /// Which WebSocket.
        exchange: ExchangeId,
        /// The message.
        message: Message,
    },
    /// Begins the closing handshake; the carrier ends the connection when it is done, and then says
    /// [`Input::Gone`].
    Close {
        /// Which WebSocket.
        exchange: ExchangeId,
        /// Code and reason, if any.
        close: Option<Close>,
    },
    /// Breaks the connection without a closing handshake.
    Abort {
        /// Which request or WebSocket.
        exchange: ExchangeId,
    },
}

/// A state machine behind a port: input goes in, time goes forward, output comes out. After every `handle` and
/// `handle_timeout` its output is to be fetched until there is none.
pub trait Service {
    /// Something has reached the service.
    fn handle(&mut self, now: Time, input: Input);
    /// When something runs out next.
    fn next_timeout(&self) -> Option<Time>;
    /// Something has run out.
    fn handle_timeout(&mut self, now: Time);
    /// What is to be done next, in the order in which it was decided.
    fn poll_output(&mut self) -> Option<Output>;
}

/// What reaches the side that makes requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallerInput {
    /// The response to a request. One that asked for a WebSocket got this in place of it.
    Response {
        /// Which request.
        exchange: ExchangeId,
        /// The response.
        response: Response,
    },
    /// The request has become a WebSocket.
    Opened {
        /// Which request.
        exchange: ExchangeId,
    },
    /// A message on an open WebSocket: text, binary or close. Pings and closes are answered below.
    Message {
        /// Which WebSocket.
        exchange: ExchangeId,
        /// The message.
        message: Message,
    },
    /// The connection ended: before its response came, or that of the WebSocket. Nothing more comes, and
    /// nothing more may be sent.
    Gone {
        /// Which exchange.
        exchange: ExchangeId,
    },
}

/// What the side that makes requests wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallerOutput {
    /// A request on a connection of its own, or one that is free.
    Request {
        /// Its number from now on; the caller gives the numbers and uses none twice.
        exchange: ExchangeId,
        /// The request.
        request: Request,
    },
    /// A request that is to become a WebSocket; the carrier adds the fields of the handshake
    /// (RFC 6455 section 4.1).
    Open {
        /// Its number from now on.
        exchange: ExchangeId,
        /// The request.
        request: Request,
    },
    /// A message on an open WebSocket.
    Send {
        /// Which WebSocket.
        exchange: ExchangeId,
        /// The message.
        message: Message,
    },
    /// Begins the closing handshake. A WebSocket that is not open yet is given up.
    Close {
        /// Which WebSocket.
        exchange: ExchangeId,
        /// Code and reason, if any.
        close: Option<Close>,
    },
}

/// The mirror of [`Service`]: a state machine that makes requests.
pub trait Caller {
    /// Something has reached the caller.
    fn handle(&mut self, now: Time, input: CallerInput);
    /// When something runs out next.
    fn next_timeout(&self) -> Option<Time>;
    /// Something has run out.
    fn handle_timeout(&mut self, now: Time);
    /// What is to be done next, in the order in which it was decided.
    fn poll_output(&mut self) -> Option<CallerOutput>;
}
