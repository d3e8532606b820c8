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
