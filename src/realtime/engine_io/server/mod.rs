//! The server's side of Engine.IO.

mod polling;
mod request;
mod session;
mod upgrade;

use super::{CloseReason, Data, Malformed, Packet, ServerOptions, Timers};
use crate::fifo::Fifo;
use crate::realtime::http::{Headers, Request, Response};
use crate::realtime::websocket::{Close, Message};
use crate::realtime::{ExchangeId, Input, Output};
use crate::rng::Stream;
use crate::time::Time;
use litemap::LiteMap;
pub(super) use session::message;
use session::{ReadyState, Session, Transport};

/// A session of one server; none is used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionId(pub u64);

/// What the layer above is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A client has come.
    Opened {
        /// Its session.
        session: SessionId,
        /// The exchange of its first request.
        exchange: ExchangeId,
        /// That request, without its body.
        request: Request,
    },
    /// A client has sent a message.
    Message {
        /// Its session.
        session: SessionId,
        /// The message.
        data: Data,
    },
    /// A session has ended.
    Closed {
        /// Which one.
        session: SessionId,
        /// Why.
        reason: CloseReason,
    },
}

/// What an exchange is to the server.
#[derive(Clone, Debug)]
enum Role {
    /// A GET that waits for packets.
    Poll(SessionId, Headers),
    /// A POST whose packets are being read.
    Posted(SessionId, Headers),
    /// The WebSocket of a session.
    Socket(SessionId),
    /// A WebSocket to which a session may change.
    Probe(SessionId),
}

/// What is still to be done of what came in.
#[derive(Clone, Debug)]
enum Work {
    /// A packet that came over a session's transport.
    Packet(SessionId, Result<Packet, Malformed>),
    /// The packets of a POST have been read.
    Posted(ExchangeId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// The next ping.
    Ping(SessionId),
    /// The answer to a ping.
    Pong(SessionId),
    /// The end of an attempt to change the transport.
    Upgrade(SessionId),
    /// The next look at whether a poll must be released.
    Release(SessionId),
    /// The end of waiting for a poll that can be told of the end.
    Close(SessionId),
}

/// An Engine.IO server. After `handle`, `handle_timeout` and every other method that changes it,
/// [`Server::poll_event`] is to be called until there is none, then [`Server::poll_output`].
#[derive(Clone, Debug)]
pub struct Server {
    options: ServerOptions,
    stream: Stream,
    now: Time,
    sessions: LiteMap<SessionId, Session>,
    by_sid: LiteMap<String, SessionId>,
    session_count: u64,
    exchanges: LiteMap<ExchangeId, Role>,
    timers: Timers<Timer>,
    work: Fifo<Work>,
    /// WebSockets whose messages are out by the next turn.
    sent: Fifo<(SessionId, ExchangeId)>,
    events: Fifo<Event>,
    output: Fifo<Output>,
}

impl Server {
    /// A server without clients. Identifiers are drawn from the stream.
    pub fn new(options: ServerOptions, stream: Stream) -> Server {
        Server {
            options,
            stream,
            now: Time::START,
            sessions: LiteMap::new(),
            by_sid: LiteMap::new(),
            session_count: 0,
            exchanges: LiteMap::new(),
            timers: Timers::default(),
            work: Fifo::new(),
            sent: Fifo::new(),
            events: Fifo::new(),
            output: Fifo::new(),
        }
    }

    /// Whether a session is open, that is, neither ended nor about to end.
    pub fn is_open(&self, session: SessionId) -> bool {
        self.sessions.get(&session).is_some_and(|session| session.state == ReadyState::Open)
    }

    /// Whether a packet would go out at once.
    pub fn is_writable(&self, session: SessionId) -> bool {
        self.sessions.get(&session).is_some_and(Session::is_writable)
    }

    /// The transport of a session.
    pub fn transport(&self, session: SessionId) -> Option<super::TransportName> {
        self.sessions.get(&session).map(|session| session.transport.name())
    }

    /// The identifier that the client of a session knows.
    pub fn sid(&self, session: SessionId) -> Option<&str> {
        self.sessions.get(&session).map(|session| session.sid.as_str())
    }

    /// The session whose WebSocket an exchange is, by the identifier that its client knows.
    pub fn session_of(&self, exchange: ExchangeId) -> Option<&str> {
        match self.exchanges.get(&exchange)? {
            Role::Socket(session) | Role::Probe(session) => self.sid(*session),
            Role::Poll(..) | Role::Posted(..) => None,
        }
    }

    /// Tells the server the time, before the layer above does something.
    pub fn set_now(&mut self, now: Time) {
        self.now = now;
    }

    /// Something has reached the server.
    pub fn handle(&mut self, now: Time, input: Input) {
        self.now = now;
        match input {
            Input::Request { exchange, request } => self.request(exchange, &request),
            Input::Message { exchange, message } => self.message(exchange, message),
            Input::Gone { exchange } => self.gone(exchange),
        }
    }

    fn message(&mut self, exchange: ExchangeId, message: Message) {
        let data = match message {
            Message::Text(text) => Data::Text(text),
            Message::Binary(octets) => Data::Binary(octets),
            // The carrier answers them; what follows a close is the end of the connection.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return,
        };
        let role = self.exchanges.get(&exchange).cloned();
        if data.length() > self.options.max_http_buffer_size {
            // The connection is failed (RFC 6455 section 7.1.7): no answer to the close frame is awaited.
            let reason = "Max payload size exceeded".to_owned();
            self.output.push_back(Output::Close { exchange, close: Some(Close { code: 1009, reason }) });
            self.output.push_back(Output::Abort { exchange });
            self.exchanges.remove(&exchange);
            match role {
                Some(Role::Socket(session)) => {
                    self.set_transport_closed(session);
                    self.end(session, CloseReason::TransportError);
                }
                Some(Role::Probe(session)) => {
                    self.forget_upgrade(session);
                }
                _ => {}
            }
            return;
        }
        match role {
            Some(Role::Socket(session)) => {
                self.work.push_back(Work::Packet(session, Packet::from_data(data)));
            }
            Some(Role::Probe(session)) => self.probe(session, &Packet::from_data(data)),
            _ => {}
        }
    }

    fn gone(&mut self, exchange: ExchangeId) {
        match self.exchanges.remove(&exchange) {
            Some(Role::Poll(session, _)) => {
                if let Some(Transport::Polling(polling)) = self.transport_mut(session) {
                    polling.poll = None;
                }
                self.end(session, CloseReason::TransportError);
            }
            Some(Role::Posted(session, _)) => self.end(session, CloseReason::TransportError),
            Some(Role::Socket(session)) => {
                self.set_transport_closed(session);
                self.end(session, CloseReason::TransportClose);
            }
            Some(Role::Probe(session)) => {
                self.forget_upgrade(session);
            }
            None => {}
        }
    }

    /// When something runs out next.
    pub fn next_timeout(&self) -> Option<Time> {
        self.timers.next()
    }

    /// Something has run out.
    pub fn handle_timeout(&mut self, now: Time) {
        self.now = now;
        while let Some(timer) = self.timers.take_due(now) {
            match timer {
                Timer::Ping(session) => {
                    if let Some(session) = self.sessions.get_mut(&session) {
                        session.has_refreshed_pong = false;
                    }
                    self.send_packet(session, Packet::Ping(String::new()));
                    self.timers.set(Timer::Pong(session), now + self.options.ping_timeout);
                }
                Timer::Pong(session) => self.end(session, CloseReason::PingTimeout),
                Timer::Upgrade(session) => self.abandon_upgrade(session),
                Timer::Release(session) => self.release_poll(session),
                Timer::Close(session) => self.end(session, CloseReason::ForcedClose),
            }
        }
    }

    /// The next event; the work up to it is done first.
    pub fn poll_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            match self.work.pop_front() {
                Some(Work::Packet(session, packet)) => self.packet(session, packet),
                Some(Work::Posted(exchange)) => self.answer_post(exchange),
                None => match self.sent.pop_front() {
                    Some((session, exchange)) => self.drained(session, exchange),
                    None => return None,
                },
            }
        }
    }

    /// What is to be done next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.output.pop_front()
    }

    fn transport_mut(&mut self, session: SessionId) -> Option<&mut Transport> {
        self.sessions.get_mut(&session).map(|session| &mut session.transport)
    }

    fn respond(&mut self, exchange: ExchangeId, status: u16, headers: Headers, body: &str) {
        let response = Response { status, headers, body: body.as_bytes().to_vec() };
        self.output.push_back(Output::Respond { exchange, response });
    }
}
