//! The server, the clients and the lines between them, joined by a simulated clock.

use super::socketio_line::{Arrival, Caller as By, Lines, Side};
use super::socketio_options::{Reply, namespaces, server};
use super::socketio_record::{Record, object};
use crate::actors::{SocketServer, SocketServerEvent};
use crate::realtime::socket_io::Value;
use crate::realtime::socket_io::client::{self, Manager};
use crate::realtime::socket_io::server::{self as server_side, SocketId};
use crate::realtime::{Caller, CallerOutput, Input, Output, Service};
use crate::rng::Stream;
use crate::time::{Span, Time};
use litemap::LiteMap;
use std::collections::BTreeMap;

/// A step ends when nothing has happened for this long: 120 ms, and the recorder looks every 10 ms.
const QUIET: Span = Span::from_ms(130);

/// A step that does not come to rest ends anyway.
const LONGEST: Span = Span::from_ms(2_500);

/// A manager of a client, and what the recorder listens to on it.
#[derive(Clone, Debug)]
pub struct Connected {
    pub client: String,
    pub manager: Manager,
    /// How often it listens to the manager's own events.
    pub listeners: usize,
    /// For each namespace how events are acknowledged, once for each time that it listens.
    pub sockets: BTreeMap<String, Vec<LiteMap<String, Reply>>>,
}

/// An acknowledgement that the scenario waits for.
#[derive(Clone, Debug)]
pub struct Awaited {
    pub of: String,
    /// Whether the recorder takes the first argument of the callback for an error.
    pub takes_error: bool,
}

pub struct World {
    pub now: Time,
    pub application: SocketServer,
    pub managers: Vec<Connected>,
    pub lines: Lines,
    pub record: Record,
    pub has_recovery: bool,
    /// What the targets of the server's requests begin with.
    path: String,
    /// The manager and namespace of each client's socket.
    pub clients: BTreeMap<(String, String), usize>,
    /// Managers that `io()` uses again, by client and path.
    pub cache: BTreeMap<(String, String), usize>,
    /// The latest socket of each client and namespace on the server.
    pub sockets: BTreeMap<(String, String), SocketId>,
    /// The client of each socket on the server.
    pub owners: BTreeMap<SocketId, String>,
    pub awaited_by_server: BTreeMap<server_side::AckId, Awaited>,
    pub awaited_by_client: BTreeMap<(usize, client::AckId), Awaited>,
}

impl World {
    pub fn new(scenario: &Value) -> Result<World, String> {
        let null = Value::Null;
        let options = server(scenario.get("options").unwrap_or(&null));
        let has_recovery = options.recovery.is_some();
        let path = options.engine.path.clone();
        Ok(World {
            now: Time::START,
            application: SocketServer::new(options, namespaces(scenario), Stream::new(1, "server")),
            managers: Vec::new(),
            lines: Lines::default(),
            record: Record::default(),
            has_recovery,
            path,
            clients: BTreeMap::new(),
            cache: BTreeMap::new(),
            sockets: BTreeMap::new(),
            owners: BTreeMap::new(),
            awaited_by_server: BTreeMap::new(),
            awaited_by_client: BTreeMap::new(),
        })
    }

    /// Lets what a step has caused come to rest, as the recorder does.
    pub fn settle(&mut self, op: &str) {
        let begin = self.now;
        let least = Span::from_ms(if op == "connect" { 150 } else { 60 });
        loop {
            let quiet_since = self.now;
            let activity = self.record.activity;
            loop {
                self.drain();
                let end = (quiet_since + QUIET).max(begin + least).min(begin + LONGEST);
                if self.record.activity != activity {
                    break;
                }
                match self.next().filter(|next| *next <= end) {
                    Some(next) => self.advance(next),
                    None => {
                        self.now = end.max(self.now);
                        return;
                    }
                }
            }
        }
    }

    /// Lets time pass.
    pub fn pass(&mut self, span: Span) {
        let end = self.now + span;
        self.drain();
        while let Some(next) = self.next().filter(|next| *next <= end) {
            self.advance(next);
            self.drain();
        }
        self.now = end;
    }

    fn next(&self) -> Option<Time> {
        let managers = self.managers.iter().filter_map(|each| each.manager.next_timeout());
        managers.chain(self.lines.next()).chain(self.application.next_timeout()).min()
    }

    fn advance(&mut self, to: Time) {
        self.now = to.max(self.now);
        if let Some(arrivals) = self.lines.take(self.now, &mut self.record) {
            for arrival in arrivals {
                self.arrive(arrival);
            }
        } else if self.application.next_timeout().is_some_and(|at| at <= self.now) {
            self.application.handle_timeout(self.now);
        } else {
            let now = self.now;
            let due = |each: &&mut Connected| each.manager.next_timeout().is_some_and(|at| at <= now);
            if let Some(each) = self.managers.iter_mut().find(due) {
                each.manager.handle_timeout(now);
            }
        }
    }

    fn arrive(&mut self, arrival: Arrival) {
        match arrival {
            // The recorder's server answers nothing else, and ends what wants to be a WebSocket elsewhere.
            Arrival::Server(Input::Request { exchange, request })
                if !request.target.starts_with(&self.path) =>
            {
                if request.headers.get("Upgrade").is_some() {
                    self.lines.abort(self.now + Span::from_ms(1_000), exchange);
                }
            }
            Arrival::Server(input) => self.application.handle(self.now, input),
            Arrival::Client(manager, input) => self.managers[manager].manager.handle(self.now, input),
            Arrival::Hand(client, response) => {
                let body = String::from_utf8_lossy(&response.body).into_owned();
                let status = Value::Number(f64::from(response.status));
                let event = object([("event", "http".into()), ("status", status), ("body", body.into())]);
                self.record.client(&client, event);
            }
        }
    }

    /// Takes events and output until there is none.
    pub fn drain(&mut self) {
        while let Some(event) = self.application.poll_event() {
            if let SocketServerEvent::Told(event) = event {
                self.application.react(&event, None);
                self.server_event(event);
            }
        }
        while let Some(output) = self.application.poll_output() {
            self.server_output(output);
        }
        for number in 0..self.managers.len() {
            while let Some(event) = self.managers[number].manager.poll_event() {
                self.client_event(number, event);
            }
            while let Some(output) = self.managers[number].manager.poll_output() {
                self.client_output(number, output);
            }
        }
    }

    fn server_output(&mut self, output: Output) {
        let now = self.now;
        match output {
            Output::Respond { exchange, response } => self.lines.respond(now, exchange, response),
            Output::Accept { exchange } => self.lines.accept(now, exchange),
            Output::Send { exchange, message } => self.lines.message(now, exchange, Side::Server, message),
            Output::Close { exchange, close } => self.lines.close(now, exchange, Side::Server, close),
            Output::Abort { exchange } => self.lines.abort(now, exchange),
        }
    }

    fn client_output(&mut self, manager: usize, output: CallerOutput) {
        let (now, by) = (self.now, By::Manager(manager));
        let client = self.managers[manager].client.clone();
        match output {
            CallerOutput::Request { exchange, request } => {
                self.lines.request(now, &client, by, exchange, request);
            }
            CallerOutput::Open { exchange, mut request } => {
                request.headers.add("Upgrade", "websocket");
                self.lines.request(now, &client, by, exchange, request);
            }
            CallerOutput::Send { exchange, message } => {
                if let Some(exchange) = self.lines.of_caller(by, exchange) {
                    self.lines.message(now, exchange, Side::Client, message);
                }
            }
            CallerOutput::Close { exchange, close } => {
                if let Some(exchange) = self.lines.of_caller(by, exchange) {
                    self.lines.close(now, exchange, Side::Client, close);
                }
            }
        }
    }
}
