//! A program with a WebSocket (RFC 6455, and WHATWG's `WebSocket`). It does not come back by itself, unless the
//! program does that.

use super::{BrowserEvent, next_message};
use crate::fifo::Fifo;
use crate::realtime::http::{Headers, Request};
use crate::realtime::websocket::{Close, Message};
use crate::realtime::{CallerInput, CallerOutput, ExchangeId};
use crate::time::{Span, Time};

/// What is said of a WebSocket that ended without a close frame (RFC 6455 section 7.4.1).
const ABNORMAL: u16 = 1006;
/// What is said of one whose close frame has no code.
const NO_STATUS: u16 = 1005;

/// Keeps a WebSocket, hears what comes over it, and says lines.
#[derive(Clone, Debug)]
pub struct WebSocketClient {
    target: String,
    headers: Headers,
    /// How long after its end the program opens another one.
    reconnects_after: Option<Span>,
    lines: Vec<String>,
    said: u64,
    count: u64,
    socket: Option<ExchangeId>,
    is_open: bool,
    /// Whether the program has not closed it itself.
    is_wanted: bool,
    close_code: Option<u16>,
    next: Option<Time>,
    events: Fifo<BrowserEvent>,
    output: Fifo<CallerOutput>,
}

impl WebSocketClient {
    /// A program that opens its WebSocket now, and says these lines in turn when it is asked to.
    pub fn new(
        target: String,
        headers: Headers,
        reconnects_after: Option<Span>,
        lines: Vec<String>,
        now: Time,
    ) -> WebSocketClient {
        WebSocketClient {
            target,
            headers,
            reconnects_after,
            lines,
            said: 0,
            count: 0,
            socket: None,
            is_open: false,
            is_wanted: true,
            close_code: None,
            next: Some(now),
            events: Fifo::new(),
            output: Fifo::new(),
        }
    }

    /// Whether it can send.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether it is asked for and not open yet.
    pub fn is_opening(&self) -> bool {
        self.socket.is_some() && !self.is_open
    }

    /// Opens a WebSocket, unless there is one.
    pub fn open(&mut self) {
        (self.next, self.is_wanted) = (None, true);
        if self.socket.is_none() {
            self.count += 1;
            let exchange = ExchangeId(self.count);
            self.socket = Some(exchange);
            let (target, headers) = (self.target.clone(), self.headers.clone());
            let request = Request { method: "GET".to_owned(), target, headers, body: Vec::new() };
            self.output.push_back(CallerOutput::Open { exchange, request });
        }
    }

    /// Closes it: `WebSocket.close()`, which without a code sends a close frame without one. It opens none again by
    /// itself.
    pub fn close(&mut self) {
        (self.next, self.is_wanted) = (None, false);
        if let Some(exchange) = self.socket {
            self.output.push_back(CallerOutput::Close { exchange, close: None });
        }
    }

    pub(super) fn has_acts(&self) -> bool {
        !self.lines.is_empty()
    }

    /// Says the next of its lines. Says whether there is one.
    pub fn say_next(&mut self, _: Time, last: &mut u32) -> bool {
        let place = self.said.checked_rem(self.lines.len() as u64);
        let Some(text) = place.map(|place| self.lines[place as usize].clone()) else { return false };
        self.said += 1;
        self.say(text, last);
        true
    }

    /// Says a line.
    pub fn say(&mut self, text: String, last: &mut u32) {
        let message = next_message(last);
        match self.socket.filter(|_| self.is_open) {
            Some(exchange) => {
                let said = Message::Text(text.clone());
                self.events.push_back(BrowserEvent::Said { exchange, message, text });
                self.output.push_back(CallerOutput::Send { exchange, message: said });
            }
            None => self.events.push_back(BrowserEvent::Unsaid { message, text }),
        }
    }

    pub(super) fn handle(&mut self, now: Time, input: &CallerInput) {
        match input {
            CallerInput::Opened { exchange } if self.socket == Some(*exchange) => {
                self.is_open = true;
                self.events.push_back(BrowserEvent::Opened { exchange: *exchange });
            }
            CallerInput::Message { exchange, message: Message::Close(close) }
                if self.socket == Some(*exchange) =>
            {
                self.close_code = Some(close.as_ref().map_or(NO_STATUS, |Close { code, .. }| *code));
            }
            CallerInput::Message { exchange, message: Message::Text(_) | Message::Binary(_) } => {
                self.events.push_back(BrowserEvent::Heard { exchange: *exchange, count: 1 });
            }
            CallerInput::Gone { exchange } | CallerInput::Response { exchange, .. }
                if self.socket == Some(*exchange) =>
            {
                (self.socket, self.is_open) = (None, false);
                let code = self.close_code.take().unwrap_or(ABNORMAL);
                let again = self.reconnects_after.filter(|_| self.is_wanted).map(|span| now + span);
                self.next = again;
                self.events.push_back(BrowserEvent::Ended { exchange: *exchange, code, again });
            }
            _ => {}
        }
    }

    pub(super) fn next_timeout(&self) -> Option<Time> {
        self.next
    }

    pub(super) fn handle_timeout(&mut self, now: Time) {
        if self.next.is_some_and(|next| next <= now) {
            self.open();
        }
    }

    pub(super) fn poll_event(&mut self) -> Option<BrowserEvent> {
        self.events.pop_front()
    }

    pub(super) fn poll_output(&mut self) -> Option<CallerOutput> {
        self.output.pop_front()
    }
}
