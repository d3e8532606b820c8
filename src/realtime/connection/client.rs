//! The client's side of a connection.

use super::{ClientError, ClientEvent, ClientSettings, Ending};
use crate::fifo::Fifo;
use crate::realtime::http::{
    BodyForm, HttpError, ReceivedResponse, Request, ResponseReader, WriteError, write_request,
};
use crate::realtime::websocket::{self, Close, Message, WebSocket, WebSocketEvent};
use crate::rng::Stream;
use crate::time::Time;

/// A client's requests, one after the other, and the WebSocket that one of them may become.
#[derive(Clone, Debug)]
pub struct ClientConnection {
    settings: ClientSettings,
    random: Stream,
    reader: ResponseReader,
    next_request: u64,
    unsent: Fifo<Asked>,
    sent: Fifo<Asked>,
    websocket: Option<WebSocket>,
    /// Requests and frames, each by itself.
    out: Fifo<Vec<u8>>,
    events: Fifo<ClientEvent>,
    ending: Option<Ending>,
}

#[derive(Clone, Debug)]
struct Asked {
    number: u64,
    request: Request,
    handshake: Option<Handshake>,
}

#[derive(Clone, Debug)]
struct Handshake {
    key: String,
    protocols: Vec<String>,
}

impl ClientConnection {
    /// A connection at its start, with the stream from which keys and masks are drawn.
    pub fn new(settings: ClientSettings, random: Stream) -> ClientConnection {
        ClientConnection {
            reader: ResponseReader::new(settings.limits),
            settings,
            random,
            next_request: 0,
            unsent: Fifo::new(),
            sent: Fifo::new(),
            websocket: None,
            out: Fifo::new(),
            events: Fifo::new(),
            ending: None,
        }
    }

    /// Whether nothing is asked, so that a request would be sent at once.
    pub fn is_idle(&self) -> bool {
        self.ending.is_none() && self.websocket.is_none() && self.sent.is_empty() && self.unsent.is_empty()
    }

    /// Whether the WebSocket can send messages.
    pub fn is_open(&self) -> bool {
        self.websocket.as_ref().is_some_and(WebSocket::is_open)
    }

    /// Whether and how the connection is to be ended. Once it is said, nothing more goes in.
    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    /// Sends a request when its turn comes; gives its number.
    ///
    /// # Errors
    /// When the request cannot be written. Nothing is sent then.
    pub fn send_request(&mut self, request: Request) -> Result<u64, WriteError> {
        self.ask(request, None)
    }

    /// Asks for a WebSocket; `request` says where, and may have fields of its own.
    ///
    /// # Errors
    /// When the request cannot be written. Nothing is sent then.
    pub fn open(&mut self, mut request: Request, protocols: &[String]) -> Result<u64, WriteError> {
        let key = websocket::new_key(&mut self.random);
        websocket::ask(&mut request, &key, protocols);
        self.ask(request, Some(Handshake { key, protocols: protocols.to_vec() }))
    }

    fn ask(&mut self, mut request: Request, handshake: Option<Handshake>) -> Result<u64, WriteError> {
        if request.headers.get("Host").is_none() {
            let fields = request.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
            let host = ("Host".to_owned(), self.settings.host.clone());
            request.headers = std::iter::once(host).chain(fields).collect();
        }
        write_request(&mut Vec::new(), &request, BodyForm::Whole)?;
        let number = self.next_request;
        self.next_request += 1;
        if self.ending.is_some() || self.websocket.is_some() {
            self.events.push_back(ClientEvent::Lost { request: number });
        } else {
            self.unsent.push_back(Asked { number, request, handshake });
            self.send_next();
        }
        Ok(number)
    }

    /// Sends what may be sent. Behind a request for a WebSocket nothing is: it may be another protocol then.
    fn send_next(&mut self) {
        while self.sent.len() < self.settings.pipelined.max(1) {
            let turns = self.sent.last().is_some_and(|asked| asked.handshake.is_some());
            let waits = |next: &Asked| next.handshake.is_some() && !self.sent.is_empty();
            if turns || self.unsent.first().is_none_or(waits) {
                return;
            }
            let Some(asked) = self.unsent.pop_front() else { return };
            self.reader.expect(&asked.request.method);
            // It could be written when it was asked for.
            let mut octets = Vec::new();
            let _ = write_request(&mut octets, &asked.request, BodyForm::Whole);
            self.out.push_back(octets);
            self.sent.push_back(asked);
        }
    }

    /// Sends a message on the WebSocket.
    pub fn send(&mut self, now: Time, message: &Message) {
        if let Some(websocket) = &mut self.websocket {
            websocket.send(now, message);
        }
    }

    /// Begins the closing handshake.
    pub fn close(&mut self, now: Time, close: Option<&Close>) {
        if let Some(websocket) = &mut self.websocket {
            websocket.close(now, close);
        }
    }

    /// Octets of the server.
    pub fn handle_bytes(&mut self, now: Time, octets: &[u8]) {
        let mut rest = octets;
        while self.ending.is_none() && self.websocket.is_none() {
            match self.reader.read(&mut rest) {
                Ok(None) => return,
                Ok(Some(received)) => self.handle_response(received),
                Err(error) => self.end(Some(ClientError::Http(error)), Ending::AtOnce),
            }
        }
        if let Some(websocket) = &mut self.websocket {
            websocket.handle_bytes(now, rest);
        }
    }

    fn handle_response(&mut self, received: ReceivedResponse) {
        let Some(asked) = self.sent.pop_front() else { return };
        let response = received.response;
        if let Some(Handshake { key, protocols }) = asked.handshake
            && response.status == 101
        {
            match websocket::check_answer(&response, &key, &protocols) {
                Ok(protocol) => {
                    let masks = self.random.clone();
                    self.websocket = Some(WebSocket::client(self.settings.websocket, masks));
                    self.events.push_back(ClientEvent::Opened { request: asked.number, protocol });
                }
                Err(error) => {
                    self.events.push_back(ClientEvent::Lost { request: asked.number });
                    self.end(Some(ClientError::Handshake(error)), Ending::AtOnce);
                }
            }
            return;
        }
        if response.status == 101 {
            // The server changes to a protocol that nobody has asked for (RFC 9110 section 7.8).
            self.events.push_back(ClientEvent::Lost { request: asked.number });
            return self.end(Some(ClientError::Http(HttpError::Unasked)), Ending::AtOnce);
        }
        let has_said_close = asked.request.headers.has_member("Connection", "close");
        self.events.push_back(ClientEvent::Response { request: asked.number, response });
        if received.is_persistent && !has_said_close {
            self.send_next();
        } else {
            self.end(None, Ending::AfterBytes);
        }
    }

    /// The server has ended its side, or the connection is broken.
    pub fn handle_end(&mut self) {
        if self.ending.is_some() {
            return;
        }
        if let Some(websocket) = &mut self.websocket {
            websocket.handle_end();
            return;
        }
        match self.reader.end() {
            Ok(received) => received.into_iter().for_each(|received| self.handle_response(received)),
            Err(error) => self.end(Some(ClientError::Http(error)), Ending::AfterBytes),
        }
        self.end(None, Ending::AfterBytes);
    }

    /// What the server is to get, to be polled when there is no event: one request or frame after the other.
    pub fn poll_bytes(&mut self) -> Option<Vec<u8>> {
        self.take_bytes();
        self.out.pop_front()
    }

    /// What has happened, in order. Each is to be dealt with before the next one is polled: a message is read when
    /// the one before it is dealt with.
    pub fn poll_event(&mut self) -> Option<ClientEvent> {
        while self.events.is_empty() && self.take_event() {}
        self.events.pop_front()
    }

    /// When the closing handshake has taken too long.
    pub fn next_timeout(&self) -> Option<Time> {
        self.websocket.as_ref().and_then(WebSocket::next_timeout).filter(|_| self.ending.is_none())
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Time) {
        if let Some(websocket) = &mut self.websocket {
            websocket.handle_timeout(now);
        }
    }

    /// Takes what the WebSocket has learnt. Gives whether there may be more.
    fn take_event(&mut self) -> bool {
        let Some(websocket) = self.websocket.as_mut().filter(|_| self.ending.is_none()) else { return false };
        let event = websocket.poll_event();
        let ends = websocket.ends_connection();
        match event {
            Some(WebSocketEvent::Message(message)) => self.events.push_back(ClientEvent::Message(message)),
            Some(WebSocketEvent::Closed) => {}
            Some(WebSocketEvent::Failed(error)) => {
                self.take_bytes();
                self.end(Some(ClientError::WebSocket(error)), Ending::AfterBytes);
            }
            None if ends => self.end(None, Ending::AfterBytes),
            None => return false,
        }
        true
    }

    fn take_bytes(&mut self) {
        if let Some(websocket) = &mut self.websocket {
            self.out.extend(std::iter::from_fn(|| websocket.poll_bytes()));
        }
    }

    fn end(&mut self, error: Option<ClientError>, ending: Ending) {
        if self.ending.is_some() {
            return;
        }
        self.ending = Some(ending);
        for asked in std::mem::take(&mut self.sent).into_iter().chain(std::mem::take(&mut self.unsent)) {
            self.events.push_back(ClientEvent::Lost { request: asked.number });
        }
        self.events.push_back(ClientEvent::Ended { error });
    }
}
