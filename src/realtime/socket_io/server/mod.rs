//! The server's side of Socket.IO.

mod acknowledgement;
mod audience;
mod connection;
mod emission;
mod namespace;
mod options;
mod recovery;
mod socket;

pub use audience::Audience;
pub use namespace::Gate;
pub use options::{Recovery, ServerOptions};

use super::{DisconnectReason, Packet, Value};
use crate::fifo::Fifo;
use crate::ids::MessageId;
use crate::realtime::engine_io::{self, Timers, server::SessionId};
use crate::realtime::http::Request;
use crate::realtime::{ExchangeId, Input, Output, Service};
use crate::rng::Stream;
use crate::time::Time;
use acknowledgement::Pending;
use connection::Connection;
use litemap::LiteMap;
use namespace::Namespace;
use recovery::Offsets;
use socket::Socket;

/// A socket of one server: a client in a namespace. None is used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SocketId(pub u64);

/// An acknowledgement that the application waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AckId(pub u64);

/// What the application is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A client has been let into a namespace.
    Connection {
        /// Its socket.
        socket: SocketId,
        /// The namespace.
        namespace: String,
        /// The rooms of the socket besides its own: those that it was in before it came back.
        rooms: Vec<String>,
        /// What the client has shown to be let in.
        auth: Option<Value>,
        /// Whether it has come back with its state.
        is_recovered: bool,
    },
    /// A client has sent an event.
    Message {
        /// Its socket.
        socket: SocketId,
        /// The namespace.
        namespace: String,
        /// The name of the event, then its arguments.
        values: Vec<Value>,
        /// The number by which it is to be acknowledged, if it is.
        ack: Option<u64>,
    },
    /// A client has left a namespace.
    Disconnect {
        /// Its socket.
        socket: SocketId,
        /// The namespace.
        namespace: String,
        /// Why.
        reason: DisconnectReason,
        /// The rooms that it was in, its own among them.
        rooms: Vec<String>,
        /// Until when it may come back with its state, if it may.
        may_recover_until: Option<Time>,
    },
    /// A client has not been let into a namespace.
    Refused {
        /// Its session.
        session: SessionId,
        /// The namespace.
        namespace: String,
        /// What it has shown.
        auth: Option<Value>,
        /// What it is told.
        message: String,
    },
    /// An event that is a message goes to a socket.
    Sent {
        /// Which socket.
        socket: SocketId,
        /// The message.
        message: MessageId,
    },
    /// An event that is a message does not go to a socket: it is volatile, and could not go at once.
    Dropped {
        /// Which socket.
        socket: SocketId,
        /// The message.
        message: MessageId,
    },
    /// A client has acknowledged an event that was sent to it alone.
    Acknowledged {
        /// Which acknowledgement.
        ack: AckId,
        /// What it said, or nothing if the time was over.
        values: Option<Vec<Value>>,
    },
    /// The clients that an event was sent to have acknowledged it.
    AllAcknowledged {
        /// Which acknowledgement.
        ack: AckId,
        /// What each said first, in the order in which they did.
        responses: Vec<Value>,
        /// Whether the time was over before all had.
        is_late: bool,
    },
}

/// What is left to the next turn.
#[derive(Clone, Debug)]
enum Turn {
    /// A client wants into a namespace.
    Connect(SessionId, String, Option<Value>),
    /// It has been through the namespace's gate.
    Admit(SocketId, Result<(), Value>),
    /// A packet for a socket has come.
    Packet(SocketId, Packet),
    /// All clients that an event went to have acknowledged it.
    Complete(AckId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// The end of waiting for a client to join a namespace.
    Connect(SessionId),
    /// The end of waiting for an acknowledgement.
    Ack(AckId),
}

/// A Socket.IO server. After `handle`, `handle_timeout` and everything that the application does, first
/// [`Server::poll_event`] is called until there is no event, and what the application does meanwhile comes in
/// its place; then the output is fetched.
#[derive(Clone, Debug)]
pub struct Server {
    options: ServerOptions,
    engine: engine_io::server::Server,
    stream: Stream,
    now: Time,
    connections: LiteMap<SessionId, Connection>,
    namespaces: LiteMap<String, Namespace>,
    sockets: LiteMap<SocketId, Socket>,
    socket_count: u64,
    offsets: Offsets,
    pending: LiteMap<AckId, Pending>,
    ack_count: u64,
    timers: Timers<Timer>,
    turns: Fifo<Turn>,
    events: Fifo<Event>,
}

impl Server {
    /// A server with the namespace `/`. Identifiers are drawn from the stream.
    pub fn new(options: ServerOptions, mut stream: Stream) -> Server {
        // The identifiers of sockets are shown to others, those of sessions are secrets.
        let sessions = engine_io::branch(&mut stream, "sessions");
        let mut server = Server {
            engine: engine_io::server::Server::new(options.engine.clone(), sessions),
            options,
            stream,
            now: Time::START,
            connections: LiteMap::new(),
            namespaces: LiteMap::new(),
            sockets: LiteMap::new(),
            socket_count: 0,
            offsets: Offsets::default(),
            pending: LiteMap::new(),
            ack_count: 0,
            timers: Timers::default(),
            turns: Fifo::new(),
            events: Fifo::new(),
        };
        server.add_namespace("/", None);
        server
    }

    /// Adds a namespace, or gives one another gate.
    pub fn add_namespace(&mut self, name: &str, gate: Option<Gate>) {
        self.namespaces.entry(name.to_owned()).or_default().gate = gate;
    }

    /// The moment of the last call that told one.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Tells the server the time, before the application does something.
    pub fn set_now(&mut self, now: Time) {
        self.now = now;
        self.engine.set_now(now);
    }

    /// The next event; the work up to it is done first.
    pub fn poll_event(&mut self) -> Option<Event> {
        while self.events.is_empty() && self.advance() {}
        self.events.pop_front()
    }

    /// Does a piece of work, if there is any.
    fn advance(&mut self) -> bool {
        if let Some(event) = self.engine.poll_event() {
            self.engine_event(event);
            return true;
        }
        match self.turns.pop_front() {
            Some(Turn::Connect(session, namespace, auth)) => self.connect(session, namespace, auth),
            Some(Turn::Admit(socket, admitted)) => self.admit(socket, admitted),
            Some(Turn::Packet(socket, packet)) => self.socket_packet(socket, packet),
            Some(Turn::Complete(ack)) => self.complete(ack),
            None => return false,
        }
        true
    }

    /// The first request of a socket's client, without its body, and its exchange.
    pub fn handshake(&self, socket: SocketId) -> Option<(ExchangeId, &Request)> {
        let connection = self.connections.get(&self.sockets.get(&socket)?.session)?;
        Some((connection.exchange, &connection.request))
    }

    /// Whether it keeps sockets and events for clients that come back.
    pub fn has_recovery(&self) -> bool {
        self.options.recovery.is_some()
    }

    /// Whether a message is kept for clients that come back.
    pub fn keeps(&self, message: MessageId) -> bool {
        self.namespaces.values().any(|namespace| namespace.past.keeps(self.now, message))
    }

    /// The Engine.IO server below.
    pub fn engine(&self) -> &engine_io::server::Server {
        &self.engine
    }
}

impl Service for Server {
    fn handle(&mut self, now: Time, input: Input) {
        self.now = now;
        self.engine.handle(now, input);
    }

    fn next_timeout(&self) -> Option<Time> {
        [self.engine.next_timeout(), self.timers.next()].into_iter().flatten().min()
    }

    fn handle_timeout(&mut self, now: Time) {
        self.now = now;
        self.engine.handle_timeout(now);
        while let Some(timer) = self.timers.take_due(now) {
            match timer {
                Timer::Connect(session) => self.close_if_idle(session),
                Timer::Ack(ack) => self.ack_is_late(ack),
            }
        }
    }

    /// What is to be done next; events that were not fetched wait.
    fn poll_output(&mut self) -> Option<Output> {
        while self.advance() {}
        self.engine.poll_output()
    }
}
