//! One exchange of a caller on a connection of its own.

use super::{ClientConnection, ClientEvent, ClientSettings, Ending};
use crate::fifo::Fifo;
use crate::realtime::http::{Request, WriteError};
use crate::realtime::websocket::{Close, Message};
use crate::realtime::{CallerInput, ExchangeId};
use crate::rng::Stream;
use crate::time::Time;

/// A request of a [`Caller`](crate::realtime::Caller) with its response, or the WebSocket that it becomes, on a
/// connection that is ended when it is over.
#[derive(Clone, Debug)]
pub struct Call {
    exchange: ExchangeId,
    client: ClientConnection,
    inputs: Fifo<CallerInput>,
    is_open: bool,
    ending: Option<Ending>,
}

impl Call {
    /// Makes a request on a new connection, with the stream from which keys and masks are drawn; with
    /// `is_websocket` one that is to become a WebSocket.
    ///
    /// # Errors
    /// When the request cannot be written.
    pub fn new(
        exchange: ExchangeId,
        request: Request,
        is_websocket: bool,
        settings: ClientSettings,
        random: Stream,
    ) -> Result<Call, WriteError> {
        let mut client = ClientConnection::new(settings, random);
        if is_websocket {
            client.open(request, &[])?;
        } else {
            client.send_request(request)?;
        }
        Ok(Call { exchange, client, inputs: Fifo::new(), is_open: false, ending: None })
    }

    /// Its exchange.
    pub fn exchange(&self) -> ExchangeId {
        self.exchange
    }

    /// Whether and how the connection is to be ended. Once it is said, nothing more goes in.
    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    /// Sends a message on the WebSocket.
    pub fn send(&mut self, now: Time, message: &Message) {
        self.client.send(now, message);
    }

    /// Begins the closing handshake; a WebSocket that is not open yet is given up.
    pub fn close(&mut self, now: Time, close: Option<&Close>) {
        if self.is_open {
            self.client.close(now, close);
        } else if self.ending.is_none() {
            self.ending = Some(Ending::AtOnce);
            self.inputs.push_back(CallerInput::Gone { exchange: self.exchange });
        }
    }

    /// Octets of the server.
    pub fn handle_bytes(&mut self, now: Time, octets: &[u8]) {
        if self.ending.is_none() {
            self.client.handle_bytes(now, octets);
        }
    }

    /// The server has ended its side, or the connection is broken.
    pub fn handle_end(&mut self) {
        self.client.handle_end();
    }

    /// What goes to the caller next. What it wants done about it is to be handled before the next one is polled.
    pub fn poll_input(&mut self) -> Option<CallerInput> {
        while self.inputs.is_empty() && self.ending.is_none() {
            let event = self.client.poll_event()?;
            self.take(event);
        }
        self.inputs.pop_front()
    }

    fn take(&mut self, event: ClientEvent) {
        let exchange = self.exchange;
        match event {
            ClientEvent::Response { response, .. } => {
                self.ending = Some(Ending::AfterBytes);
                self.inputs.push_back(CallerInput::Response { exchange, response });
            }
            ClientEvent::Opened { .. } => {
                self.is_open = true;
                self.inputs.push_back(CallerInput::Opened { exchange });
            }
            ClientEvent::Message(Message::Ping(_) | Message::Pong(_)) | ClientEvent::Lost { .. } => {}
            ClientEvent::Message(message) => {
                self.inputs.push_back(CallerInput::Message { exchange, message });
            }
            ClientEvent::Ended { .. } => {
                self.ending = self.client.ending();
                self.inputs.push_back(CallerInput::Gone { exchange });
            }
        }
    }

    /// What the server is to get, to be polled when there is no input.
    pub fn poll_bytes(&mut self) -> Option<Vec<u8>> {
        self.client.poll_bytes()
    }

    /// When the closing handshake has taken too long.
    pub fn next_timeout(&self) -> Option<Time> {
        self.client.next_timeout().filter(|_| self.ending.is_none())
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Time) {
        self.client.handle_timeout(now);
    }
}
