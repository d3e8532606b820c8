//! A server that gives everything back.

use super::http::{Headers, Response};
use super::websocket::{self, Message};
use super::{Input, Output, Service};
use crate::fifo::Fifo;
use crate::time::Time;

/// Answers each request with its body, and accepts WebSockets, on which each message comes back: the simplest
/// server there is, to try clients and carriers with.
#[derive(Clone, Debug, Default)]
pub struct Echo(Fifo<Output>);

impl Service for Echo {
    fn handle(&mut self, _: Time, input: Input) {
        self.0.extend(match input {
            Input::Request { exchange, request } if websocket::is_asked_for(&request) => {
                Some(Output::Accept { exchange })
            }
            Input::Request { exchange, request } => {
                let kind = request.headers.get("Content-Type").unwrap_or("application/octet-stream");
                let headers: Headers = [("Content-Type", kind)].into_iter().collect();
                let response = Response { status: 200, headers, body: request.body };
                Some(Output::Respond { exchange, response })
            }
            Input::Message { exchange, message: message @ (Message::Text(_) | Message::Binary(_)) } => {
                Some(Output::Send { exchange, message })
            }
            Input::Message { .. } | Input::Gone { .. } => None,
        });
    }

    fn next_timeout(&self) -> Option<Time> {
        None
    }

    fn handle_timeout(&mut self, _: Time) {}

    fn poll_output(&mut self) -> Option<Output> {
        self.0.pop_front()
    }
}
