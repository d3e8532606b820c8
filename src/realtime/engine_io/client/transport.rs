//! What carries a client's packets: polling or a WebSocket.

use super::{Client, Turn};
use crate::realtime::engine_io::server::message;
use crate::realtime::engine_io::target::encoded;
use crate::realtime::engine_io::{CloseReason, Packet, TransportName, identifier};
use crate::realtime::http::{Headers, Request};
use crate::realtime::{CallerOutput, ExchangeId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Opening,
    Open,
    /// About to be replaced: it finishes its requests.
    Pausing,
    Paused,
    Closed,
}

#[derive(Clone, Debug)]
pub(super) struct Transport {
    pub name: TransportName,
    pub state: State,
    pub is_writable: bool,
    /// The identifier of the session, as soon as it is known.
    pub sid: Option<String>,
    /// The WebSocket.
    pub socket: Option<ExchangeId>,
    /// The GET that waits for packets.
    pub poll: Option<ExchangeId>,
    /// Whether the packets of the last GET have not all been read.
    pub is_polling: bool,
    /// The POST that brings packets.
    pub post: Option<ExchangeId>,
}

impl Transport {
    /// One that carries nothing.
    pub fn none() -> Transport {
        Transport {
            name: TransportName::Polling,
            state: State::Closed,
            is_writable: false,
            sid: None,
            socket: None,
            poll: None,
            is_polling: false,
            post: None,
        }
    }

    /// Whether an exchange is a GET or POST of this transport.
    pub fn is_request(&self, exchange: ExchangeId) -> bool {
        self.poll == Some(exchange) || self.post == Some(exchange)
    }
}

impl Client {
    pub(super) fn next_exchange(&mut self) -> ExchangeId {
        self.exchange_count += 1;
        ExchangeId(self.exchange_count)
    }

    pub(super) fn open_transport(&mut self, name: TransportName) -> Transport {
        let sid = self.transport.sid.clone();
        let mut transport = Transport { name, state: State::Opening, sid, ..Transport::none() };
        match name {
            TransportName::Polling => {
                let exchange = self.next_exchange();
                transport.poll = Some(exchange);
                transport.is_polling = true;
                let request = self.request("GET", &transport, None);
                self.output.push_back(CallerOutput::Request { exchange, request });
            }
            TransportName::WebSocket => {
                let exchange = self.next_exchange();
                transport.socket = Some(exchange);
                let request = self.request("GET", &transport, None);
                self.output.push_back(CallerOutput::Open { exchange, request });
            }
        }
        transport
    }

    pub(super) fn request(&mut self, method: &str, transport: &Transport, body: Option<String>) -> Request {
        let mut parameters = self.options.query.clone();
        parameters.push(("EIO".to_owned(), "4".to_owned()));
        parameters.push(("transport".to_owned(), transport.name.as_str().to_owned()));
        parameters.extend(transport.sid.clone().map(|sid| ("sid".to_owned(), sid)));
        if transport.name == TransportName::Polling {
            // So that nothing in between answers from its store.
            parameters.push(("t".to_owned(), identifier(&mut self.stream, 8)));
        }
        let pairs: Vec<String> =
            parameters.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let mut headers: Headers = self.options.headers.iter().cloned().collect();
        headers.add("Host", self.options.host.clone());
        if body.is_some() {
            headers.add("Content-Type", "text/plain;charset=UTF-8");
        }
        if transport.name == TransportName::Polling {
            headers.add("Accept", "*/*");
        }
        Request {
            method: method.to_owned(),
            target: format!("{}?{}", self.options.path, pairs.join("&")),
            headers,
            body: body.unwrap_or_default().into_bytes(),
        }
    }

    /// Hands packets to the transport. One that is not open drops them.
    pub(super) fn transmit(&mut self, packets: &[Packet]) {
        if self.transport.state != State::Open {
            return;
        }
        match self.transport.name {
            TransportName::Polling => self.post(packets),
            TransportName::WebSocket => {
                let Some(exchange) = self.transport.socket else { return };
                self.transport.is_writable = false;
                for packet in packets {
                    self.output.push_back(CallerOutput::Send { exchange, message: message(packet) });
                }
                self.turns.push_back(Turn::Drained(exchange));
            }
        }
    }

    pub(super) fn socket_open(&mut self, exchange: ExchangeId) {
        if self.transport.socket == Some(exchange) && self.transport.state == State::Opening {
            self.transport.state = State::Open;
            self.transport.is_writable = true;
        } else {
            self.probe_open(exchange);
        }
    }

    pub(super) fn socket_drained(&mut self, exchange: ExchangeId) {
        if self.transport.socket == Some(exchange) {
            self.transport.is_writable = true;
            if !self.is_closed() {
                self.drained();
            }
        }
    }

    /// A WebSocket has ended, or did not come about.
    pub(super) fn socket_gone(&mut self, exchange: ExchangeId) {
        if self.transport.socket == Some(exchange) {
            let was_open = self.transport.state == State::Open;
            self.transport.state = State::Closed;
            if was_open {
                self.end(CloseReason::TransportClose);
            } else {
                self.fail("websocket error");
            }
        } else {
            self.probe_gone(exchange);
        }
    }

    pub(super) fn close_transport(&mut self) {
        match (self.transport.name, self.transport.state) {
            (TransportName::Polling, State::Open) => self.post(&[Packet::Close]),
            (TransportName::WebSocket, State::Opening | State::Open) => {
                if let Some(exchange) = self.transport.socket {
                    self.output.push_back(CallerOutput::Close { exchange, close: None });
                }
            }
            _ => {}
        }
        self.transport.state = State::Closed;
    }
}
