//! The client's side of Engine.IO: one session, from its first request to its end.

mod options;
mod polling;
mod session;
mod transport;
mod upgrade;

pub use options::ClientOptions;

use super::{CloseReason, Data, Malformed, Packet, TransportName};
use crate::fifo::Fifo;
use crate::realtime::websocket::Message;
use crate::realtime::{CallerInput, CallerOutput, ExchangeId};
use crate::rng::Stream;
use crate::time::{Span, Time};
use transport::Transport;
use upgrade::Probe;

/// What the layer above is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The session has begun.
    Open,
    /// A message has come.
    Message(Data),
    /// The server has asked whether the client is there; it has been answered.
    Ping,
    /// The session has changed to this transport.
    Upgrade(TransportName),
    /// Something failed; the session ends.
    Error(&'static str),
    /// The session has ended.
    Close(CloseReason),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReadyState {
    Opening,
    Open,
    /// To be closed when the packets are out, or when the change of transport is done.
    Closing {
        awaits_upgrade: bool,
    },
    Closed,
}

/// What is still to be done of what came in.
#[derive(Clone, Debug)]
enum Work {
    /// A packet that came over the transport.
    Packet(Result<Packet, Malformed>),
    /// What follows the beginning of the session.
    Opened,
    /// All packets of a poll have been read.
    Polled,
}

/// What is left to the next turn.
#[derive(Clone, Copy, Debug)]
enum Turn {
    /// The messages of a WebSocket are out.
    Drained(ExchangeId),
    /// A request failed.
    Failed(&'static str),
}

/// An Engine.IO client. After `handle`, `handle_timeout` and every other method that changes it,
/// [`Client::poll_event`] is to be called until there is none, then [`Client::poll_output`].
#[derive(Clone, Debug)]
pub struct Client {
    options: ClientOptions,
    stream: Stream,
    now: Time,
    first_exchange: u64,
    exchange_count: u64,
    state: ReadyState,
    transport: Transport,
    probe: Option<Probe>,
    /// Whether the transport is being changed: packets wait.
    is_upgrading: bool,
    upgrades: Vec<TransportName>,
    ping_interval: Span,
    ping_timeout: Span,
    max_payload: usize,
    /// When the server is given up if no ping comes.
    silent_at: Option<Time>,
    /// Packets that have not gone out, or whose request has not been answered.
    buffer: Vec<Packet>,
    /// How many of the buffer are on their way.
    sent_length: usize,
    work: Fifo<Work>,
    turns: Fifo<Turn>,
    events: Fifo<Event>,
    output: Fifo<CallerOutput>,
}

impl Client {
    /// A client that makes its first request. Its exchanges are numbered from `first_exchange`.
    pub fn open(options: ClientOptions, stream: Stream, now: Time, first_exchange: u64) -> Client {
        let mut client = Client {
            transport: Transport::none(),
            options,
            stream,
            now,
            first_exchange,
            exchange_count: first_exchange,
            state: ReadyState::Opening,
            probe: None,
            is_upgrading: false,
            upgrades: Vec::new(),
            ping_interval: Span::ZERO,
            ping_timeout: Span::ZERO,
            max_payload: 0,
            silent_at: None,
            buffer: Vec::new(),
            sent_length: 0,
            work: Fifo::new(),
            turns: Fifo::new(),
            events: Fifo::new(),
            output: Fifo::new(),
        };
        client.open_first();
        client
    }

    fn open_first(&mut self) {
        match self.options.transports.first().copied() {
            Some(name) => self.transport = self.open_transport(name),
            None => self.turns.push_back(Turn::Failed("No transports available")),
        }
    }

    /// The number before that of its first exchange.
    pub fn first_exchange(&self) -> u64 {
        self.first_exchange
    }

    /// Whether a packet would go out at once. A client that has ended keeps the last answer.
    pub fn is_writable(&self) -> bool {
        self.transport.is_writable
    }

    /// Whether the session has ended.
    pub fn is_closed(&self) -> bool {
        self.state == ReadyState::Closed
    }

    /// The identifier of the session, as soon as it is known.
    pub fn sid(&self) -> Option<&str> {
        self.transport.sid.as_deref()
    }

    /// Whether another transport is being tried.
    pub fn is_probing(&self) -> bool {
        self.probe.is_some()
    }

    /// How many packets have not gone out, or whose request has not been answered.
    pub fn buffered(&self) -> usize {
        self.buffer.len()
    }

    /// The transport in use.
    pub fn transport(&self) -> TransportName {
        self.transport.name
    }

    /// Something has reached the client. What belongs to another is passed over.
    pub fn handle(&mut self, now: Time, input: CallerInput) {
        self.now = now;
        match input {
            CallerInput::Response { exchange, response } if self.transport.is_request(exchange) => {
                self.response(exchange, &response);
            }
            // A response to a request for a WebSocket means that there will be none.
            CallerInput::Response { exchange, .. } => self.socket_gone(exchange),
            CallerInput::Opened { exchange } => self.socket_open(exchange),
            CallerInput::Message { exchange, message } => {
                let data = match message {
                    Message::Text(text) => Data::Text(text),
                    Message::Binary(octets) => Data::Binary(octets),
                    Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return,
                };
                let packet = Packet::from_data(data);
                if self.transport.socket == Some(exchange) {
                    self.work.push_back(Work::Packet(packet));
                } else if self.probe.as_ref().is_some_and(|probe| probe.exchange == exchange) {
                    self.probed(&packet);
                }
            }
            CallerInput::Gone { exchange } if self.transport.is_request(exchange) => {
                self.request_failed(exchange);
            }
            CallerInput::Gone { exchange } => self.socket_gone(exchange),
        }
    }

    /// When something runs out next.
    pub fn next_timeout(&self) -> Option<Time> {
        self.silent_at
    }

    /// Something has run out.
    pub fn handle_timeout(&mut self, now: Time) {
        self.now = now;
        if self.silent_at.is_some_and(|at| at <= now) {
            self.end(CloseReason::PingTimeout);
        }
    }

    /// The next event; the work up to it is done first.
    pub fn poll_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            match self.work.pop_front() {
                Some(Work::Packet(packet)) => self.packet(packet),
                Some(Work::Opened) => self.opened(),
                Some(Work::Polled) => self.polled(),
                None => match self.turns.pop_front() {
                    Some(Turn::Drained(exchange)) => self.socket_drained(exchange),
                    Some(Turn::Failed(what)) => self.fail(what),
                    None => return None,
                },
            }
        }
    }

    /// What is to be done next.
    pub fn poll_output(&mut self) -> Option<CallerOutput> {
        self.output.pop_front()
    }

    /// Sends a message. A session that is ending takes no more.
    pub fn send(&mut self, data: Data) {
        self.send_packet(Packet::Message(data));
    }

    fn send_packet(&mut self, packet: Packet) {
        if matches!(self.state, ReadyState::Opening | ReadyState::Open) {
            self.buffer.push(packet);
            self.flush();
        }
    }

    fn flush(&mut self) {
        let can_write = self.state != ReadyState::Closed && self.transport.is_writable && !self.is_upgrading;
        if can_write && !self.buffer.is_empty() {
            let count = self.payload_length();
            let packets = self.buffer[..count].to_vec();
            self.transmit(&packets);
            self.sent_length = count;
        }
    }

    /// How many packets fit into the next request: the server takes bodies up to a size.
    fn payload_length(&self) -> usize {
        if self.transport.name == TransportName::WebSocket || self.max_payload == 0 {
            return self.buffer.len();
        }
        let mut size = 1;
        for (number, packet) in self.buffer.iter().enumerate() {
            size += match packet {
                // Base64 makes four octets of three.
                Packet::Message(Data::Binary(octets)) => (octets.len() * 133).div_ceil(100),
                other => other.to_text().len() - 1,
            };
            if number > 0 && size > self.max_payload {
                return number;
            }
            size += 2;
        }
        self.buffer.len()
    }

    /// What was on its way has arrived.
    fn drained(&mut self) {
        self.buffer.drain(..self.sent_length.min(self.buffer.len()));
        self.sent_length = 0;
        if !self.buffer.is_empty() {
            self.flush();
        } else if self.state == (ReadyState::Closing { awaits_upgrade: false }) {
            if self.is_upgrading {
                self.state = ReadyState::Closing { awaits_upgrade: true };
            } else {
                self.end(CloseReason::ForcedClose);
            }
        }
    }
}
