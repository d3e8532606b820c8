//! The server's side of a connection.

mod upgrade;

use super::exchanges::Exchanges;
use super::{ConnectionSettings, Ending};
use crate::fifo::Fifo;
use crate::realtime::http::{
    Answering, CONTINUE, HttpError, ReceivedRequest, RequestReader, Response, Version,
};
use crate::realtime::websocket::{self, Message, WebSocket};
use crate::realtime::{ExchangeId, Input, Output};
use crate::time::Time;

/// Octets of one TCP connection to a service's [`Input`]s, and its [`Output`]s to octets.
///
/// Its exchanges have numbers of their own: the connection's number stands in the upper 32 bits, and
/// [`Connection::number_of`] finds it again.
///
/// A client that ends its side is gone, as for Node.js: its responses are not waited for.
#[derive(Clone, Debug)]
pub struct Connection {
    settings: ConnectionSettings,
    next_exchange: u64,
    reader: RequestReader,
    /// What has come and cannot be read yet.
    backlog: Vec<u8>,
    exchanges: Exchanges,
    /// A request that asks for another protocol: nobody knows yet what the octets behind it are.
    turning: Turning,
    websocket: Option<(ExchangeId, WebSocket)>,
    inputs: Fifo<Input>,
    /// Responses and frames, each by itself.
    out: Fifo<Vec<u8>>,
    /// Since when nothing, or a request that is not whole, is there.
    since: Time,
    was_request_begun: bool,
    has_continued: bool,
    has_had_exchange: bool,
    /// Octets have come that are no request: what is behind them is not read.
    is_deaf: bool,
    ending: Option<Ending>,
}

#[derive(Clone, Debug)]
enum Turning {
    No,
    /// It waits until all requests before it are answered.
    Held(ReceivedRequest),
    /// The service has it.
    Asked(ExchangeId, ReceivedRequest),
}

impl Connection {
    /// The connection with that number, below 2^32, at its start.
    pub fn new(now: Time, number: u32, settings: ConnectionSettings) -> Connection {
        Connection {
            next_exchange: u64::from(number) << 32,
            reader: RequestReader::new(settings.limits),
            settings,
            backlog: Vec::new(),
            exchanges: Exchanges::default(),
            turning: Turning::No,
            websocket: None,
            inputs: Fifo::new(),
            out: Fifo::new(),
            since: now,
            was_request_begun: false,
            has_continued: false,
            has_had_exchange: false,
            is_deaf: false,
            ending: None,
        }
    }

    /// Its number.
    pub const fn number(&self) -> u32 {
        Connection::number_of(ExchangeId(self.next_exchange))
    }

    /// The number of the connection that has this exchange.
    pub const fn number_of(ExchangeId(exchange): ExchangeId) -> u32 {
        (exchange >> 32) as u32
    }

    /// Whether so much has come that nothing more should be read for now.
    pub fn is_congested(&self) -> bool {
        !self.backlog.is_empty()
    }

    /// Whether and how the connection is to be ended. Once it is said, nothing more goes in.
    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    /// Octets of the client.
    pub fn handle_bytes(&mut self, now: Time, octets: &[u8]) {
        if self.ending.is_some() || self.is_deaf {
            return;
        }
        match &mut self.websocket {
            Some((_, websocket)) => websocket.handle_bytes(now, octets),
            None => {
                self.backlog.extend_from_slice(octets);
                self.read(now);
            }
        }
    }

    /// The client has ended its side, or the connection is broken.
    pub fn handle_end(&mut self) {
        match &mut self.websocket {
            Some((_, websocket)) => websocket.handle_end(),
            None if self.ending.is_none() => self.end(Ending::AfterBytes),
            None => {}
        }
    }

    /// What the service wants done. What it says of an exchange that is gone is passed over.
    pub fn handle_output(&mut self, now: Time, output: Output) {
        if self.ending.is_some() {
            return;
        }
        match output {
            Output::Respond { exchange, response } => {
                if self.exchanges.respond(exchange, response) {
                    self.forget_turning(exchange);
                    self.write_responses(now);
                }
            }
            Output::Accept { exchange } => self.accept(now, exchange),
            Output::Send { exchange, message: Message::Close(close) } => {
                self.close(now, exchange, close.as_ref())
            }
            Output::Send { exchange, message } => {
                if let Some(websocket) = self.websocket_of(exchange) {
                    websocket.send(now, &message);
                }
            }
            Output::Close { exchange, close } => self.close(now, exchange, close.as_ref()),
            Output::Abort { exchange } => {
                if self.exchanges.is_waiting(exchange) || self.websocket_of(exchange).is_some() {
                    self.exchanges.remove(exchange);
                    self.websocket = None;
                    self.inputs.retain(|input| input_exchange(input) != exchange);
                    self.end(Ending::AtOnce);
                }
            }
        }
    }

    /// What goes to the service next. What the service wants done about it is to be handled before the next one
    /// is polled: a WebSocket's message is read when the one before it is dealt with.
    pub fn poll_input(&mut self) -> Option<Input> {
        while self.inputs.is_empty() && self.take_event() {}
        self.inputs.pop_front()
    }

    /// What the client is to get, to be polled when there is no input: one response or frame after the other.
    pub fn poll_bytes(&mut self) -> Option<Vec<u8>> {
        self.take_bytes();
        self.out.pop_front()
    }

    /// Whether a request has become a WebSocket.
    pub fn is_websocket(&self) -> bool {
        self.websocket.is_some()
    }

    /// When the client has taken too long.
    pub fn next_timeout(&self) -> Option<Time> {
        if self.ending.is_some() {
            return None;
        }
        if let Some((_, websocket)) = &self.websocket {
            return websocket.next_timeout();
        }
        if !self.exchanges.is_empty() || !matches!(self.turning, Turning::No) {
            return None;
        }
        let span = if self.reader.is_in_body() {
            self.settings.request_timeout
        } else if self.reader.is_idle() && self.has_had_exchange {
            self.settings.idle_timeout
        } else {
            self.settings.header_timeout
        };
        Some(self.since + span)
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Time) {
        if self.next_timeout().is_none_or(|time| time > now) {
            return;
        }
        if let Some((_, websocket)) = &mut self.websocket {
            websocket.handle_timeout(now);
        } else if self.reader.is_idle() {
            self.end(Ending::AfterBytes);
        } else {
            self.refuse(now, Response::of_text(408, "the request has not come in time\n"));
        }
    }

    /// Reads the requests that are there.
    fn read(&mut self, now: Time) {
        let octets = std::mem::take(&mut self.backlog);
        let mut rest = &octets[..];
        while self.can_read() && !rest.is_empty() {
            match self.reader.read(&mut rest) {
                Ok(None) => break,
                Ok(Some(received)) => self.hand_over(now, received),
                Err(error) => {
                    self.refuse_octets(now, &error);
                    return;
                }
            }
        }
        self.backlog = rest.to_vec();
        if !self.was_request_begun && !self.reader.is_idle() {
            self.since = now;
            self.was_request_begun = true;
        }
        self.let_continue();
    }

    fn can_read(&self) -> bool {
        let is_full = self.exchanges.len() >= self.settings.pipelined.max(1);
        !is_full && !self.is_deaf && self.ending.is_none() && matches!(self.turning, Turning::No)
    }

    /// Says that the body may come, when its turn has come.
    fn let_continue(&mut self) {
        if self.exchanges.is_empty() && !self.has_continued && self.reader.awaits_continue() {
            self.has_continued = true;
            self.out.push_back(CONTINUE.to_vec());
        }
    }

    fn hand_over(&mut self, now: Time, received: ReceivedRequest) {
        self.was_request_begun = false;
        self.has_continued = false;
        self.has_had_exchange = true;
        self.since = now;
        if websocket::is_asked_for(&received.request) {
            self.turning = Turning::Held(received);
            self.turn();
            return;
        }
        let exchange = self.begin(&received);
        self.inputs.push_back(Input::Request { exchange, request: received.request });
    }

    fn begin(&mut self, received: &ReceivedRequest) -> ExchangeId {
        let exchange = ExchangeId(self.next_exchange);
        self.next_exchange += 1;
        self.exchanges.begin(exchange, received);
        exchange
    }

    fn write_responses(&mut self, now: Time) {
        if !self.exchanges.write(&mut self.out) {
            self.end(Ending::AfterBytes);
            return;
        }
        if self.exchanges.is_empty() {
            self.since = now;
        }
        self.turn();
        if self.can_read() {
            self.read(now);
        }
    }

    /// Answers octets that are no request, behind the responses that are still to come.
    fn refuse_octets(&mut self, now: Time, error: &HttpError) {
        self.refuse(now, Response::of_text(error.status(), format!("{error}\n")));
    }

    fn refuse(&mut self, now: Time, response: Response) {
        self.is_deaf = true;
        let answering = Answering { is_head: false, version: Version::Http11, is_persistent: false };
        self.exchanges.refuse(response, answering);
        self.backlog.clear();
        self.write_responses(now);
    }

    /// The connection is over; whoever waits is gone.
    fn end(&mut self, ending: Ending) {
        self.ending.get_or_insert(ending);
        self.backlog.clear();
        self.turning = Turning::No;
        let websocket = self.websocket.take().map(|(exchange, _)| exchange);
        for exchange in websocket.into_iter().chain(self.exchanges.abandon()) {
            self.inputs.push_back(Input::Gone { exchange });
        }
    }
}

fn input_exchange(input: &Input) -> ExchangeId {
    match input {
        Input::Request { exchange, .. } | Input::Message { exchange, .. } | Input::Gone { exchange } => {
            *exchange
        }
    }
}
