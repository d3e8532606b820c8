//! Octets of another protocol through a WebSocket: what a browser needs that is to speak one that has none of its own.
//!
//! Each piece that is put in goes as a binary message; what comes out on the other side are the octets alone. So does
//! `amqp-client.js` (github.com/cloudamqp/amqp-client.js) speak AMQP 0-9-1 from a browser: it opens a WebSocket
//! without a subprotocol to a relay in front of the broker, and sends and reads binary messages.

use super::{
    Message, Subprotocols, WebSocket, WebSocketEvent, WebSocketSettings, accept, ask, check_answer, new_key,
};
use crate::realtime::http::{
    Answering, BodyForm, Limits, Request, RequestReader, ResponseReader, Version, write_request,
    write_response,
};
use crate::rng::Stream;
use crate::time::Time;

/// Where one side is.
#[derive(Clone, Debug)]
enum State {
    /// A client has asked for a WebSocket with this key.
    Asking { key: String, reader: ResponseReader },
    /// A server awaits the request.
    Awaiting { reader: RequestReader },
    /// Octets go through.
    Open,
    /// Nothing does any more.
    Failed,
}

/// One side of a tunnel.
#[derive(Clone, Debug)]
pub struct Tunnel {
    state: State,
    websocket: WebSocket,
    /// What the other side is to get.
    out: Vec<u8>,
}

impl Tunnel {
    /// The client's side, which asks `host` for a WebSocket. Key and masks are drawn from the stream.
    pub fn client(host: &str, mut random: Stream) -> Tunnel {
        let key = new_key(&mut random);
        let headers = [("Host", host)].into_iter().collect();
        let mut request =
            Request { method: "GET".to_owned(), target: "/".to_owned(), headers, body: Vec::new() };
        ask(&mut request, &key, &[]);
        let (mut out, mut reader) = (Vec::new(), ResponseReader::new(Limits::default()));
        reader.expect("GET");
        // Method, target and fields are such as can be written, unless the name of the host is not.
        let state = match write_request(&mut out, &request, BodyForm::Whole) {
            Ok(()) => State::Asking { key, reader },
            Err(_) => State::Failed,
        };
        Tunnel { state, websocket: WebSocket::client(WebSocketSettings::default(), random), out }
    }

    /// The server's side.
    pub fn server() -> Tunnel {
        let state = State::Awaiting { reader: RequestReader::new(Limits::default()) };
        Tunnel { state, websocket: WebSocket::server(WebSocketSettings::default()), out: Vec::new() }
    }

    /// Whether octets can be put in.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Open)
    }

    /// Whether it is over: the connection is to be closed.
    pub fn has_failed(&self) -> bool {
        matches!(self.state, State::Failed)
    }

    /// Takes what came on the connection, and gives the octets that came through.
    pub fn receive(&mut self, now: Time, mut octets: &[u8]) -> Vec<u8> {
        match &mut self.state {
            State::Asking { key, reader } => match reader.read(&mut octets) {
                Ok(None) => return Vec::new(),
                Ok(Some(received)) if check_answer(&received.response, key, &[]).is_ok() => {
                    self.state = State::Open;
                }
                _ => self.state = State::Failed,
            },
            State::Awaiting { reader } => match reader.read(&mut octets) {
                Ok(None) => return Vec::new(),
                Ok(Some(received)) => self.answer(&received.request, received.version),
                Err(_) => self.state = State::Failed,
            },
            State::Open | State::Failed => {}
        }
        let mut through = Vec::new();
        if self.is_open() {
            self.websocket.handle_bytes(now, octets);
            while let Some(event) = self.websocket.poll_event() {
                match event {
                    WebSocketEvent::Message(Message::Binary(octets)) => through.extend(octets),
                    WebSocketEvent::Message(_) => {}
                    WebSocketEvent::Failed(_) | WebSocketEvent::Closed => self.state = State::Failed,
                }
            }
            self.gather();
        }
        through
    }

    fn answer(&mut self, request: &Request, version: Version) {
        let (response, state) = match accept(request, version, &Subprotocols::None) {
            Ok(response) => (response, State::Open),
            Err(refused) => (refused.response(), State::Failed),
        };
        let is_persistent = matches!(state, State::Open);
        let answering = Answering { is_head: false, version, is_persistent };
        self.state = match write_response(&mut self.out, &response, BodyForm::Whole, answering) {
            Ok(()) => state,
            Err(_) => State::Failed,
        };
    }

    /// Puts octets in. They are left out unless the tunnel [is open](Self::is_open).
    pub fn send(&mut self, now: Time, octets: &[u8]) {
        if self.is_open() {
            self.websocket.send(now, &Message::Binary(octets.to_vec()));
            self.gather();
        }
    }

    /// What the other side is to get since the last call.
    pub fn take_octets(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    fn gather(&mut self) {
        while let Some(frame) = self.websocket.poll_bytes() {
            self.out.extend(frame);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_go_through_both_ways() {
        let now = Time::START;
        let mut client = Tunnel::client("broker", Stream::new(1, "test"));
        let mut server = Tunnel::server();
        client.send(now, b"too early");
        assert_eq!(server.receive(now, &client.take_octets()), b"");
        assert!(server.is_open() && !client.is_open());
        assert_eq!(client.receive(now, &server.take_octets()), b"");
        assert!(client.is_open());
        client.send(now, b"AMQP");
        client.send(now, b"\0\0\x09\x01");
        let masked = client.take_octets();
        // RFC 6455 section 5.2: a final binary frame, masked, of four octets: 2 + 4 octets before them.
        assert_eq!((masked[0], masked[1], masked.len()), (0x82, 0x84, 2 * (2 + 4 + 4)));
        assert_eq!(server.receive(now, &masked), b"AMQP\0\0\x09\x01");
        server.send(now, b"hello");
        let plain = server.take_octets();
        assert_eq!(plain, b"\x82\x05hello", "a server does not mask");
        assert_eq!(client.receive(now, &plain), b"hello");
    }

    #[test]
    fn whoever_does_not_ask_for_a_websocket_is_refused() {
        let mut server = Tunnel::server();
        server.receive(Time::START, b"GET / HTTP/1.1\r\nHost: broker\r\n\r\n");
        assert!(server.has_failed());
        assert!(server.take_octets().starts_with(b"HTTP/1.1 400 "));
    }
}
