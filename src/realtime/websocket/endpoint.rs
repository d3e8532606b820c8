//! One side of a WebSocket after its opening handshake: messages, pings, the closing handshake.

use super::frame::{Opcode, write_frame};
use super::handshake::random_mask;
use super::message_reader::close_payload;
use super::{Close, Message, MessageReader, Role, WebSocketError};
use crate::fifo::Fifo;
use crate::rng::Stream;
use crate::time::{Span, Time};

/// How a side of a WebSocket behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebSocketSettings {
    /// Octets of the longest message that is read.
    pub message_limit: usize,
    /// Octets of a fragment that is written; nothing writes each message as one frame.
    pub fragment: Option<usize>,
    /// How long the peer may take for the closing handshake.
    pub close_timeout: Span,
}

/// 100 MiB and 30 s are what the npm package `ws` has.
impl Default for WebSocketSettings {
    fn default() -> WebSocketSettings {
        WebSocketSettings {
            message_limit: 100 * 1024 * 1024,
            fragment: None,
            close_timeout: Span::from_ms(30_000),
        }
    }
}

/// What a side of a WebSocket learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebSocketEvent {
    /// A message, or a control frame. Pings and close frames have been answered.
    Message(Message),
    /// Something is wrong; nothing more comes.
    Failed(WebSocketError),
    /// The closing handshake is done; nothing more comes.
    Closed,
}

/// Who has sent a close frame (section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// This side alone: the peer may still send messages.
    Closing,
    /// Both. Whoever serves ends the connection, the client waits for that (section 7.1.1).
    Closed,
    /// The connection is over, or was failed.
    Ended,
}

/// One side of a WebSocket. Octets and messages go in by `handle_bytes`, `handle_end` and `send`, time goes
/// forward by `handle_timeout`; events come out by `poll_event`, and then octets by `poll_bytes`. When
/// [`ends_connection`](Self::ends_connection) says so, the connection is to be ended behind the last octets.
///
/// Each event is to be dealt with before the next one is polled: a message is read when the one before it is dealt
/// with, so what is sent in answer to it goes out before a close frame behind it is answered.
#[derive(Clone, Debug)]
pub struct WebSocket {
    role: Role,
    settings: WebSocketSettings,
    state: State,
    reader: MessageReader,
    /// What has come and is not read; of that, so many octets are read.
    unread: Vec<u8>,
    read: usize,
    has_peer_ended: bool,
    /// When something came last.
    now: Time,
    /// Where a client draws its masks from.
    random: Option<Stream>,
    /// Frames, each by itself.
    out: Fifo<Vec<u8>>,
    events: Fifo<WebSocketEvent>,
    deadline: Option<Time>,
}

impl WebSocket {
    /// The server's side.
    pub fn server(settings: WebSocketSettings) -> WebSocket {
        WebSocket::new(Role::Server, settings, None)
    }

    /// The client's side, with the stream from which it draws its masks.
    pub fn client(settings: WebSocketSettings, random: Stream) -> WebSocket {
        WebSocket::new(Role::Client, settings, Some(random))
    }

    fn new(role: Role, settings: WebSocketSettings, random: Option<Stream>) -> WebSocket {
        WebSocket {
            role,
            settings,
            state: State::Open,
            reader: MessageReader::new(role, settings.message_limit),
            unread: Vec::new(),
            read: 0,
            has_peer_ended: false,
            now: Time::START,
            random,
            out: Fifo::new(),
            events: Fifo::new(),
            deadline: None,
        }
    }

    /// Whether messages can be sent.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Whether this side is to end the connection when its octets are written.
    pub fn ends_connection(&self) -> bool {
        match self.state {
            State::Open | State::Closing => false,
            State::Closed => self.role == Role::Server,
            State::Ended => true,
        }
    }

    /// Octets of the peer.
    pub fn handle_bytes(&mut self, now: Time, octets: &[u8]) {
        self.now = now;
        self.unread.extend_from_slice(octets);
    }

    /// The peer has ended the connection.
    pub fn handle_end(&mut self) {
        self.has_peer_ended = true;
    }

    /// Reads a message, or what has become of the connection. Gives whether there may be an event.
    fn advance(&mut self) -> bool {
        if matches!(self.state, State::Open | State::Closing) {
            let mut rest = &self.unread[self.read..];
            let before = rest.len();
            let message = self.reader.read(&mut rest);
            self.read += before - rest.len();
            match message {
                Ok(Some(message)) => self.handle_message(self.now, message),
                Ok(None) if self.has_peer_ended => self.fail(WebSocketError::Abnormal),
                Ok(None) => {
                    self.unread.clear();
                    self.read = 0;
                    return false;
                }
                Err(error) => self.fail(error),
            }
            return true;
        }
        self.unread = Vec::new();
        self.read = 0;
        if self.has_peer_ended {
            self.state = State::Ended;
            self.deadline = None;
        }
        false
    }

    fn handle_message(&mut self, now: Time, message: Message) {
        match &message {
            Message::Ping(payload) if self.state == State::Open => {
                let payload = payload.clone();
                self.write(Opcode::Pong, &payload);
            }
            Message::Close(close) => {
                if self.state == State::Open {
                    // The answer says the same (section 5.5.1); so does the npm package `ws`.
                    self.write(Opcode::Close, &close_payload(close.as_ref()));
                }
                self.state = State::Closed;
                self.deadline = Some(now + self.settings.close_timeout);
                self.events.push_back(WebSocketEvent::Message(message));
                self.events.push_back(WebSocketEvent::Closed);
                return;
            }
            _ => {}
        }
        self.events.push_back(WebSocketEvent::Message(message));
    }

    /// Fails the WebSocket (section 7.1.7): says why if it can, and ends.
    fn fail(&mut self, error: WebSocketError) {
        let code = error.close_code();
        if self.state == State::Open && code != 1006 {
            let close = Close { code, reason: error.to_string() };
            self.write(Opcode::Close, &close_payload(Some(&close)));
        }
        self.state = State::Ended;
        self.deadline = None;
        self.events.push_back(WebSocketEvent::Failed(error));
    }

    /// Sends a message. Once this side has sent a close frame nothing more is sent (section 5.5.1).
    pub fn send(&mut self, now: Time, message: &Message) {
        if self.state != State::Open {
            return;
        }
        match message {
            Message::Text(text) => self.write_fragments(Opcode::Text, text.as_bytes()),
            Message::Binary(octets) => self.write_fragments(Opcode::Binary, octets),
            Message::Ping(payload) => self.write_control(Opcode::Ping, payload),
            Message::Pong(payload) => self.write_control(Opcode::Pong, payload),
            Message::Close(close) => self.close(now, close.as_ref()),
        }
    }

    /// Begins the closing handshake (section 7.1.2).
    pub fn close(&mut self, now: Time, close: Option<&Close>) {
        if self.state == State::Open {
            self.write(Opcode::Close, &close_payload(close));
            self.state = State::Closing;
            self.deadline = Some(now + self.settings.close_timeout);
        }
    }

    /// When the closing handshake has taken too long.
    pub fn next_timeout(&self) -> Option<Time> {
        self.deadline
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Time) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.deadline = None;
            match self.state {
                State::Closed => self.state = State::Ended,
                _ => self.fail(WebSocketError::CloseTimeout),
            }
        }
    }

    /// What the peer is to get: one frame after the other.
    pub fn poll_bytes(&mut self) -> Option<Vec<u8>> {
        self.out.pop_front()
    }

    /// What has happened, in order.
    pub fn poll_event(&mut self) -> Option<WebSocketEvent> {
        while self.events.is_empty() && self.advance() {}
        self.events.pop_front()
    }

    fn write_fragments(&mut self, opcode: Opcode, payload: &[u8]) {
        let most = self.settings.fragment.unwrap_or(usize::MAX).max(1);
        let mut opcode = opcode;
        let mut rest = payload;
        loop {
            let (fragment, behind) = rest.split_at(most.min(rest.len()));
            rest = behind;
            self.write_one(rest.is_empty(), opcode, fragment);
            if rest.is_empty() {
                return;
            }
            opcode = Opcode::Continuation;
        }
    }

    /// What is longer than a control frame may be is cut.
    fn write_control(&mut self, opcode: Opcode, payload: &[u8]) {
        self.write(opcode, &payload[..payload.len().min(super::frame::SHORT as usize)]);
    }

    fn write(&mut self, opcode: Opcode, payload: &[u8]) {
        self.write_one(true, opcode, payload);
    }

    fn write_one(&mut self, is_final: bool, opcode: Opcode, payload: &[u8]) {
        let mask = self.random.as_mut().map(random_mask);
        let mut frame = Vec::new();
        write_frame(&mut frame, is_final, opcode, payload, mask);
        self.out.push_back(frame);
    }
}
