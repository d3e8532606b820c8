//! The state of browsers and servers for the picture. The fields are described in web/types.d.ts, where their readers
//! look.
#![allow(missing_docs)]

use super::World;
use super::passage::{Passage, Way};
use super::wire::Wire;
use crate::actors::{PathServer, Program, Waiting};
use crate::facts::Sentence;
use crate::realtime::connection::Connection;
use crate::realtime::engine_io::TransportName;
use crate::simulation::LinkState;
use crate::time::Time;
use serde::Serialize;

/// A namespace of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamespaceState {
    pub name: String,
    /// The `auth.token` that lets a browser in, as JSON; anybody is let in where there is none.
    pub token: Option<String>,
    pub sockets: u64,
}

/// A server behind a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PathState {
    pub id: String,
    pub path: String,
    /// `socket_io`, `feed`, `engine` or `websocket`.
    pub application: &'static str,
    pub namespaces: Vec<NamespaceState>,
    /// Lines that a feed has, and how many there were.
    pub kept: u64,
    pub lines: u64,
}

/// A browser at a server: a port on its edge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PortState {
    /// The id of the browser.
    pub browser: String,
    /// `http`, `polling` or `websocket`.
    pub transport: &'static str,
    /// Whether one of its requests waits here for an answer.
    pub held: bool,
    /// Namespaces that it is in, and its rooms in them.
    pub namespaces: Vec<String>,
    pub rooms: Vec<String>,
    /// Messages that wait here for a connection that takes them.
    pub waiting: u64,
}

/// A host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServerState {
    /// While it is down: when it is there again, in microseconds.
    pub is_back: Option<u64>,
    pub paths: Vec<PathState>,
    pub ports: Vec<PortState>,
    pub requests: u64,
    pub held: u64,
    pub octets_received: u64,
    pub octets_sent: u64,
}

/// How often a browser listens to an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListenerState {
    pub namespace: String,
    pub event: String,
    pub count: u64,
}

/// A browser.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BrowserState {
    /// `http`, `polling`, `long_polling`, `websocket` or `socket_io`.
    pub way: &'static str,
    /// What carries its messages at present: `http`, `polling` or `websocket`; none when nothing does.
    pub transport: Option<&'static str>,
    pub life: &'static str,
    pub reason: Option<Sentence>,
    /// When it will connect again, in microseconds, and for which time.
    pub again: Option<(u64, u64)>,
    pub paused: bool,
    /// Whether its page is closed, and whether that does things of its own accord.
    pub is_closed: bool,
    pub has_acts: bool,
    pub socket_id: Option<String>,
    pub namespaces: Vec<String>,
    pub listeners: Vec<ListenerState>,
    /// Connections that it has open.
    pub connections: u64,
    pub requests: u64,
    pub responses: u64,
    pub octets_sent: u64,
    pub octets_received: u64,
    pub sent: u64,
    pub received: u64,
    pub missed: u64,
    /// Events that wait in its client.
    pub waiting: u64,
    /// How long messages took on average, and the last of them, in microseconds.
    pub latency_mean: u64,
    pub latency_last: u64,
}

impl World {
    /// The links of browsers.
    pub(in crate::simulation) fn guest_links(&self) -> impl Iterator<Item = LinkState> {
        self.browsing.guests.iter().map(|guest| {
            let link = self.streams.link_of([guest.node, self.node_of_host(guest.host)]);
            link.state(format!("browser:{}", self.names.text(guest.name.0)))
        })
    }

    pub(in crate::simulation) fn server_state(&self, host: usize) -> ServerState {
        let own = &self.browsing.hosts[host];
        let paths = own.documents.iter().enumerate().map(|(place, document)| {
            let document = &self.browsing.servers[*document];
            let mut state = PathState {
                id: document.id.clone(),
                path: document.path.clone(),
                application: "websocket",
                namespaces: Vec::new(),
                kept: 0,
                lines: 0,
            };
            match own.site.server(place) {
                Some(PathServer::SocketIo(server)) => {
                    state.application = "socket_io";
                    let all = server.namespaces().map(|(name, gate)| (name.to_owned(), gate));
                    state.namespaces = all
                        .map(|(name, gate)| NamespaceState {
                            token: gate.map(|gate| gate.token.to_json()),
                            sockets: self.sockets_in(host, place, &name),
                            name,
                        })
                        .collect();
                    if state.namespaces.iter().all(|namespace| namespace.name != "/") {
                        let (name, sockets) = ("/".to_owned(), self.sockets_in(host, place, "/"));
                        state.namespaces.insert(0, NamespaceState { name, token: None, sockets });
                    }
                }
                Some(PathServer::Feed(feed)) => {
                    state.application = "feed";
                    let (lines, kept) = feed.lines();
                    (state.lines, state.kept) = (lines, kept as u64);
                }
                Some(PathServer::EngineEcho(_)) => state.application = "engine",
                Some(PathServer::Echo(_)) | None => {}
            }
            state
        });
        let guests =
            (0..self.browsing.guests.len()).filter(|guest| self.browsing.guests[*guest].host == host);
        ServerState {
            is_back: own.is_back.map(Time::as_us),
            paths: paths.collect(),
            ports: guests.filter_map(|guest| self.port_of(guest)).collect(),
            requests: own.requests,
            held: own.held() as u64,
            octets_received: own.octets_received,
            octets_sent: own.octets_sent,
        }
    }

    fn sockets_in(&self, host: usize, place: usize, namespace: &str) -> u64 {
        let name = self.names.find(namespace);
        let is_in = |passage: &&Passage| {
            (passage.host, passage.place) == (host, place)
                && Some(passage.namespace) == name
                && passage.is_in[Way::ToServer as usize]
        };
        self.browsing.passages.iter().filter(is_in).count() as u64
    }

    /// The port of a browser at its server; none when it has no connection there.
    fn port_of(&self, guest: usize) -> Option<PortState> {
        let own = &self.browsing.guests[guest];
        let is_own = |wire: &&Wire| wire.guest == guest && wire.server.is_some() && !wire.is_server_done;
        let mut wires = self.browsing.wires.values().filter(is_own).peekable();
        let passages = || {
            let is_in = |passage: &&Passage| passage.guest == guest && passage.is_in[Way::ToServer as usize];
            self.browsing.passages.iter().filter(is_in)
        };
        if wires.peek().is_none() && passages().next().is_none() {
            return None;
        }
        let has_websocket = wires.any(|wire| wire.server.as_ref().is_some_and(Connection::is_websocket));
        let host = &self.browsing.hosts[own.host];
        let is_held = host.exchanges.values().any(|served| {
            let wire = self.browsing.wires.get(&served.stream);
            served.is_held && wire.is_some_and(|wire| wire.guest == guest)
        });
        let (mut namespaces, mut rooms, mut waiting) = (Vec::new(), Vec::new(), 0);
        for passage in passages() {
            namespaces.push(self.names.text(passage.namespace).to_owned());
            waiting += passage.waiting(Way::ToBrowser) as u64;
            if let Some(PathServer::SocketIo(server)) = host.site.server(passage.place) {
                rooms.extend(server.server().rooms(passage.socket).into_iter().map(str::to_owned));
            }
        }
        let is_http = matches!(own.browser.program(), Program::Requests(_));
        Some(PortState {
            browser: format!("browser:{}", self.names.text(own.name.0)),
            transport: match (has_websocket, is_http) {
                (true, _) => "websocket",
                (false, true) => "http",
                (false, false) => "polling",
            },
            held: is_held,
            namespaces,
            rooms,
            waiting,
        })
    }

    pub(in crate::simulation) fn browser_state(&self, guest: usize) -> BrowserState {
        let own = &self.browsing.guests[guest];
        let counts = own.counts;
        let (way, transport, life) = match own.browser.program() {
            Program::Requests(_) => ("http", Some("http"), "open"),
            Program::Polling(poller) => match poller.waiting() {
                Waiting::Interval(_) => ("polling", Some("polling"), "open"),
                Waiting::AtServer(_) => ("long_polling", Some("polling"), "open"),
            },
            Program::WebSocket(client) => {
                let life = if client.is_opening() { "connecting" } else { "down" };
                let life = if client.is_open() { "open" } else { life };
                ("websocket", client.is_open().then_some("websocket"), life)
            }
            Program::SocketIo(client) => {
                let manager = client.manager();
                let engine = manager.engine().filter(|engine| !engine.is_closed());
                let transport = engine.map(|engine| match engine.transport() {
                    TransportName::Polling => "polling",
                    TransportName::WebSocket => "websocket",
                });
                let is_connected = client.namespaces().any(|(name, _)| manager.is_connected(name));
                let life = if engine.is_some() { "connecting" } else { "down" };
                ("socket_io", transport, if is_connected { "open" } else { life })
            }
        };
        let (mut namespaces, mut listeners, mut socket_id) = (Vec::new(), Vec::new(), None);
        if let Program::SocketIo(client) = own.browser.program() {
            for (name, events) in client.namespaces() {
                let sid = client.manager().sid(name);
                if sid.is_some() {
                    namespaces.push(name.to_owned());
                }
                socket_id = socket_id.or(sid.map(str::to_owned));
                listeners.extend(events.into_iter().map(|(event, count)| ListenerState {
                    namespace: name.to_owned(),
                    event: event.to_owned(),
                    count,
                }));
            }
        }
        let connections = self.browsing.wires.values();
        let connections = connections.filter(|wire| wire.guest == guest && !wire.is_client_done).count();
        BrowserState {
            way,
            transport: transport.filter(|_| !own.is_closed),
            life: if own.is_closed { "down" } else { life },
            reason: own.reason.as_ref().map(|event| Sentence::of_event(event, &self.names)),
            again: own.again.filter(|(_, at)| *at >= self.now).map(|(attempt, at)| (at.as_us(), attempt)),
            paused: own.browser.is_paused(),
            is_closed: own.is_closed,
            has_acts: own.browser.has_acts(),
            socket_id,
            namespaces,
            listeners,
            connections: connections as u64,
            requests: counts.requests,
            responses: counts.responses,
            octets_sent: counts.octets_sent,
            octets_received: counts.octets_received,
            sent: counts.sent,
            received: counts.received,
            missed: counts.missed,
            waiting: self.waiting_in(guest).len() as u64,
            latency_mean: counts.total_latency.as_us().checked_div(counts.received).unwrap_or(0),
            latency_last: counts.last_latency.as_us(),
        }
    }
}
