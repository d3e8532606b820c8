//! A session: its state, its packets that wait, its pings and its end.

use super::{Event, Role, Server, SessionId, Timer};
use crate::realtime::engine_io::{CloseReason, Data, Malformed, Packet, TransportName};
use crate::realtime::websocket::Message;
use crate::realtime::{ExchangeId, Output};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadyState {
    Open,
    /// The client is to be told of the end first.
    Closing,
}

#[derive(Clone, Debug)]
pub(super) struct Session {
    pub sid: String,
    pub state: ReadyState,
    pub transport: Transport,
    /// Packets that the transport could not take yet.
    pub buffer: Vec<Packet>,
    /// The WebSocket to which the client may change.
    pub upgrade: Option<ExchangeId>,
    pub is_upgraded: bool,
    /// Whether a packet has already put off the end of waiting for an answer to the ping.
    pub has_refreshed_pong: bool,
    /// Whether the transport is to be closed as soon as the buffer is empty.
    pub closes_when_drained: bool,
}

/// What carries a session's packets now.
#[derive(Clone, Debug)]
pub(super) enum Transport {
    Polling(Polling),
    WebSocket(Socket),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Polling {
    /// The GET that waits. While there is one, packets can go out.
    pub poll: Option<ExchangeId>,
    pub is_closing: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Socket {
    pub exchange: ExchangeId,
    pub is_writable: bool,
    pub is_closed: bool,
}

impl Transport {
    pub fn name(&self) -> TransportName {
        match self {
            Transport::Polling(_) => TransportName::Polling,
            Transport::WebSocket(_) => TransportName::WebSocket,
        }
    }
}

impl Session {
    pub fn is_writable(&self) -> bool {
        match &self.transport {
            Transport::Polling(polling) => polling.poll.is_some(),
            Transport::WebSocket(socket) => socket.is_writable && !socket.is_closed,
        }
    }
}

impl Server {
    /// Sends a message. A session that is ending takes no more.
    pub fn send(&mut self, session: SessionId, data: Data) {
        self.send_packet(session, Packet::Message(data));
    }

    pub(super) fn send_packet(&mut self, id: SessionId, packet: Packet) {
        if let Some(session) = self.sessions.get_mut(&id)
            && session.state == ReadyState::Open
        {
            session.buffer.push(packet);
            self.flush(id);
        }
    }

    pub(super) fn flush(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if !session.is_writable() || session.buffer.is_empty() {
            return;
        }
        let packets = std::mem::take(&mut session.buffer);
        let closes = std::mem::take(&mut session.closes_when_drained);
        self.transmit(id, packets);
        if closes {
            self.close_transport(id);
        }
    }

    /// Hands packets to a transport that can take them.
    pub(super) fn transmit(&mut self, id: SessionId, packets: Vec<Packet>) {
        match self.transport_mut(id) {
            Some(Transport::Polling(_)) => self.answer_poll(id, packets),
            Some(Transport::WebSocket(socket)) => {
                let exchange = socket.exchange;
                socket.is_writable = false;
                for packet in packets {
                    self.output.push_back(Output::Send { exchange, message: message(&packet) });
                }
                self.sent.push_back((id, exchange));
            }
            None => {}
        }
    }

    /// The messages of a WebSocket are out: it takes more.
    pub(super) fn drained(&mut self, id: SessionId, exchange: ExchangeId) {
        if let Some(Transport::WebSocket(socket)) = self.transport_mut(id)
            && socket.exchange == exchange
        {
            socket.is_writable = true;
            self.flush(id);
        }
    }

    /// A packet has come over the transport of a session.
    pub(super) fn packet(&mut self, id: SessionId, packet: Result<Packet, Malformed>) {
        if !self.is_open(id) {
            return;
        }
        if self.transport(id) == Some(TransportName::Polling) && packet == Ok(Packet::Close) {
            self.polling_closed(id);
            return;
        }
        // Any packet shows that the client is there; it puts off the end once (engine.io 6.6).
        let session = self.sessions.get_mut(&id);
        if let Some(session) = session.filter(|session| !session.has_refreshed_pong)
            && self.timers.is_set(&Timer::Pong(id))
            && !matches!(packet, Ok(Packet::Pong(_)))
        {
            session.has_refreshed_pong = true;
            self.timers.set(Timer::Pong(id), self.now + self.options.ping_timeout);
        }
        match packet {
            Ok(Packet::Message(data)) => self.events.push_back(Event::Message { session: id, data }),
            Ok(Packet::Pong(_)) => {
                self.timers.clear(&Timer::Pong(id));
                self.timers.set(Timer::Ping(id), self.now + self.options.ping_interval);
            }
            // Since version 4 pings come from the server alone.
            Ok(Packet::Ping(_)) => self.end(id, CloseReason::TransportError),
            Ok(Packet::Open(_) | Packet::Close | Packet::Upgrade | Packet::Noop) => {}
            Err(Malformed) => self.end(id, CloseReason::ParseError),
        }
    }

    /// Closes a session, as soon as its packets have gone out. Gives back whether it has ended at once.
    pub fn close(&mut self, id: SessionId) -> bool {
        match self.sessions.get_mut(&id) {
            Some(session) if session.state == ReadyState::Open => {
                session.state = ReadyState::Closing;
                session.closes_when_drained = !session.buffer.is_empty();
                if session.buffer.is_empty() {
                    self.close_transport(id);
                }
            }
            _ => {}
        }
        !self.sessions.contains_key(&id)
    }

    fn close_transport(&mut self, id: SessionId) {
        match self.transport_mut(id) {
            Some(Transport::Polling(_)) => self.close_polling(id),
            // Ending the session closes the WebSocket.
            Some(Transport::WebSocket(_)) => self.end(id, CloseReason::ForcedClose),
            None => {}
        }
    }

    pub(super) fn set_transport_closed(&mut self, id: SessionId) {
        if let Some(Transport::WebSocket(socket)) = self.transport_mut(id) {
            socket.is_closed = true;
        }
    }

    /// Ends a session and closes what belongs to it.
    pub(super) fn end(&mut self, id: SessionId, reason: CloseReason) {
        let Some(session) = self.sessions.remove(&id) else { return };
        self.by_sid.remove(&session.sid);
        for timer in
            [Timer::Ping(id), Timer::Pong(id), Timer::Upgrade(id), Timer::Release(id), Timer::Close(id)]
        {
            self.timers.clear(&timer);
        }
        self.dispose(session.transport);
        if let Some(exchange) = session.upgrade {
            self.exchanges.remove(&exchange);
            self.output.push_back(Output::Close { exchange, close: None });
        }
        self.events.push_back(Event::Closed { session: id, reason });
    }

    /// Closes a transport of which no session wants anything any more.
    pub(super) fn dispose(&mut self, transport: Transport) {
        match transport {
            Transport::Polling(polling) => {
                if let Some(exchange) = polling.poll {
                    self.respond_poll(exchange, &[Packet::Close]);
                }
            }
            Transport::WebSocket(socket) => {
                self.exchanges.remove(&socket.exchange);
                if !socket.is_closed {
                    self.output.push_back(Output::Close { exchange: socket.exchange, close: None });
                }
            }
        }
    }

    pub(super) fn open(&mut self, transport: Transport, name: TransportName) -> SessionId {
        self.session_count += 1;
        let id = SessionId(self.session_count);
        let sid = crate::realtime::engine_io::identifier(&mut self.stream, 20);
        if let Transport::WebSocket(socket) = &transport {
            self.exchanges.insert(socket.exchange, Role::Socket(id));
        }
        let open = Packet::Open(self.handshake(&sid, name).to_json());
        let session = Session {
            sid: sid.clone(),
            state: ReadyState::Open,
            transport,
            buffer: Vec::new(),
            upgrade: None,
            is_upgraded: false,
            has_refreshed_pong: false,
            closes_when_drained: false,
        };
        self.sessions.insert(id, session);
        self.by_sid.insert(sid, id);
        self.send_packet(id, open);
        self.timers.set(Timer::Ping(id), self.now + self.options.ping_interval);
        id
    }
}

/// A packet as a message of a WebSocket.
pub(in crate::realtime::engine_io) fn message(packet: &Packet) -> Message {
    match packet.to_data() {
        Data::Text(text) => Message::Text(text),
        Data::Binary(octets) => Message::Binary(octets),
    }
}
