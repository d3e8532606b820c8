//! The client's side of Socket.IO: a manager, which keeps a connection, and its sockets, one per namespace.

mod acknowledgement;
mod backoff;
mod connection;
mod emission;
mod options;
mod socket;

pub use acknowledgement::{AckError, AckId};
pub use options::{ManagerOptions, SocketOptions};

use super::{Decoder, DisconnectReason, Packet, Value};
use crate::fifo::Fifo;
use crate::ids::MessageId;
use crate::realtime::engine_io::{self, Timers, TransportName};
use crate::realtime::{Caller, CallerInput, CallerOutput, ExchangeId};
use crate::rng::Stream;
use crate::time::Time;
use backoff::Backoff;
use litemap::LiteMap;
use socket::Socket;

/// What the application is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A socket has been let into its namespace.
    Connect {
        /// Its namespace.
        namespace: String,
        /// Whether the server has kept its state.
        is_recovered: bool,
    },
    /// A socket has not been let in, or there is no connection.
    ConnectError {
        /// Its namespace.
        namespace: String,
        /// What is wrong.
        message: String,
        /// What the server has said besides.
        data: Option<Value>,
    },
    /// A socket is no longer connected.
    Disconnect {
        /// Its namespace.
        namespace: String,
        /// Why.
        reason: DisconnectReason,
    },
    /// An event has come.
    Message {
        /// Its namespace.
        namespace: String,
        /// The name of the event, then its arguments.
        values: Vec<Value>,
        /// The number by which it is to be acknowledged, if it is.
        ack: Option<u64>,
    },
    /// An event of the application has been acknowledged, or will not be.
    Acknowledged {
        /// Its namespace.
        namespace: String,
        /// Which acknowledgement.
        ack: AckId,
        /// What it said.
        answer: Result<Vec<Value>, AckError>,
        /// Whether the application is also told when there is no answer: then its callback gets an error first.
        is_error_first: bool,
    },
    /// The connection has changed to this transport.
    Upgrade {
        /// The new one.
        transport: TransportName,
    },
    /// The server has asked whether the client is there.
    Ping,
    /// The manager tries to connect again.
    ReconnectAttempt {
        /// For which time, from 1.
        attempt: u32,
    },
    /// It has connected again.
    Reconnect {
        /// At which attempt.
        attempt: u32,
    },
    /// It has not.
    ReconnectError {
        /// What is wrong.
        message: &'static str,
    },
    /// It has given up.
    ReconnectFailed,
    /// It will try to connect again.
    ReconnectPlanned {
        /// For which time, from 1.
        attempt: u32,
        /// When.
        at: Time,
    },
    /// An event of the application that is a message goes out.
    Sent {
        /// Its namespace.
        namespace: String,
        /// The message.
        message: MessageId,
        /// For which time, from 1.
        attempt: u32,
    },
    /// It waits: until the socket is connected, or until the event before it is acknowledged.
    Buffered {
        /// Its namespace.
        namespace: String,
        /// The message.
        message: MessageId,
        /// How many wait, it among them.
        waiting: usize,
    },
    /// It does not go out: it is volatile and could not go at once, or the time for its acknowledgement is over
    /// before it could.
    Dropped {
        /// Its namespace.
        namespace: String,
        /// The message.
        message: MessageId,
        /// Whether it is volatile.
        is_volatile: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReadyState {
    Closed,
    Opening {
        /// Whether it is an attempt to come back.
        is_again: bool,
    },
    Open,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// The end of an attempt to connect.
    Connect,
    /// The next attempt.
    Reconnect,
    /// The end of waiting for the acknowledgement of that number in a namespace.
    Ack(String, u64),
}

/// A manager with its sockets. After `handle`, `handle_timeout` and everything that the application does,
/// first [`Manager::poll_event`] is called until there is no event, and what the application does meanwhile
/// comes in its place; then the output is fetched.
#[derive(Clone, Debug)]
pub struct Manager {
    options: ManagerOptions,
    stream: Stream,
    now: Time,
    state: ReadyState,
    engine: Option<engine_io::client::Client>,
    engine_count: u64,
    /// Earlier connections that have not quite ended.
    former: Vec<engine_io::client::Client>,
    decoder: Decoder,
    backoff: Backoff,
    skips_reconnect: bool,
    is_reconnecting: bool,
    sockets: LiteMap<String, Socket>,
    /// The namespaces whose sockets want to be connected, in the order in which they began to.
    active: Vec<String>,
    ack_count: u64,
    timers: Timers<Timer>,
    turns: Fifo<Packet>,
    events: Fifo<Event>,
}

impl Manager {
    /// A manager without sockets. With `auto_connect` it connects at once.
    pub fn new(options: ManagerOptions, stream: Stream, now: Time) -> Manager {
        let mut manager = Manager {
            backoff: Backoff::new(&options),
            skips_reconnect: !options.reconnection,
            options,
            stream,
            now,
            state: ReadyState::Closed,
            engine: None,
            engine_count: 0,
            former: Vec::new(),
            decoder: Decoder::default(),
            is_reconnecting: false,
            sockets: LiteMap::new(),
            active: Vec::new(),
            ack_count: 0,
            timers: Timers::default(),
            turns: Fifo::new(),
            events: Fifo::new(),
        };
        if manager.options.auto_connect {
            manager.open(false);
        }
        manager
    }

    /// The moment of the last call that told one.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Tells the manager the time, before the application does something.
    pub fn set_now(&mut self, now: Time) {
        self.now = now;
    }

    /// Makes the socket of a namespace, if there is none, and connects it with `auto_connect`.
    pub fn socket(&mut self, namespace: &str, options: SocketOptions) {
        self.sockets.entry(namespace.to_owned()).or_insert_with(|| Socket::new(options));
        if self.options.auto_connect && !self.is_active(namespace) {
            self.connect(namespace);
        }
    }

    /// Whether a namespace has a socket.
    pub fn has_socket(&self, namespace: &str) -> bool {
        self.sockets.contains_key(namespace)
    }

    /// Whether the socket of a namespace is connected.
    pub fn is_connected(&self, namespace: &str) -> bool {
        self.sockets.get(namespace).is_some_and(|socket| socket.is_connected)
    }

    /// Whether the socket of a namespace is connected, or wants to be.
    pub fn is_active(&self, namespace: &str) -> bool {
        self.active.iter().any(|each| each == namespace)
    }

    /// The next event; the work up to it is done first.
    pub fn poll_event(&mut self) -> Option<Event> {
        while self.events.is_empty() && self.advance() {}
        self.events.pop_front()
    }

    /// Does a piece of work, if there is any.
    fn advance(&mut self) -> bool {
        for former in &mut self.former {
            while former.poll_event().is_some() {}
        }
        if let Some(event) = self.engine.as_mut().and_then(engine_io::client::Client::poll_event) {
            self.engine_event(event);
            return true;
        }
        match self.turns.pop_front() {
            Some(packet) => self.packet(packet),
            None => return false,
        }
        true
    }

    /// Whether there is a connection.
    pub fn is_open(&self) -> bool {
        self.state == ReadyState::Open
    }

    /// The connection below, the present one or the last.
    pub fn engine(&self) -> Option<&engine_io::client::Client> {
        self.engine.as_ref()
    }

    /// Whether that session is, or was, one of this manager's.
    pub fn has_session(&self, sid: &str) -> bool {
        self.former.iter().chain(&self.engine).any(|engine| engine.sid() == Some(sid))
    }

    /// The session to which an exchange belongs, as soon as that has an identifier.
    pub fn session_of(&self, exchange: ExchangeId) -> Option<&str> {
        let mut engines = self.former.iter().chain(&self.engine);
        engines.find(|engine| engine.first_exchange() >> 32 == exchange.0 >> 32)?.sid()
    }

    /// The messages that wait in the client.
    pub fn waiting_messages(&self) -> Vec<MessageId> {
        let sockets = self.sockets.values();
        sockets.flat_map(Socket::waiting_messages).collect()
    }

    /// How many events of a namespace wait in the client.
    pub fn waiting(&self, namespace: &str) -> usize {
        self.sockets.get(namespace).map_or(0, |socket| socket.unsent.len() + socket.queue.len())
    }

    fn owner(&mut self, exchange: ExchangeId) -> Option<&mut engine_io::client::Client> {
        let number = exchange.0 >> 32;
        if number == self.engine_count {
            return self.engine.as_mut();
        }
        self.former.iter_mut().find(|former| former.first_exchange() >> 32 == number)
    }
}

impl Caller for Manager {
    fn handle(&mut self, now: Time, input: CallerInput) {
        self.now = now;
        let exchange = match &input {
            CallerInput::Response { exchange, .. }
            | CallerInput::Opened { exchange }
            | CallerInput::Message { exchange, .. }
            | CallerInput::Gone { exchange } => *exchange,
        };
        if let Some(engine) = self.owner(exchange) {
            engine.handle(now, input);
        }
    }

    fn next_timeout(&self) -> Option<Time> {
        let former = self.former.iter().filter_map(engine_io::client::Client::next_timeout);
        let engine = self.engine.as_ref().and_then(engine_io::client::Client::next_timeout);
        former.chain(engine).chain(self.timers.next()).min()
    }

    fn handle_timeout(&mut self, now: Time) {
        self.now = now;
        for engine in self.former.iter_mut().chain(self.engine.as_mut()) {
            engine.handle_timeout(now);
        }
        while let Some(timer) = self.timers.take_due(now) {
            match timer {
                Timer::Connect => self.attempt_is_late(),
                Timer::Reconnect => self.attempt(),
                Timer::Ack(namespace, number) => self.ack_is_late(&namespace, number),
            }
        }
    }

    /// What is to be done next; events that were not fetched wait.
    fn poll_output(&mut self) -> Option<CallerOutput> {
        while self.advance() {}
        let output = self.former.iter_mut().find_map(engine_io::client::Client::poll_output);
        let output = output.or_else(|| self.engine.as_mut()?.poll_output());
        if output.is_none() {
            self.former.retain(|former| !former.is_closed());
        }
        output
    }
}
