//! From a scenario's servers and browsers to those of a running simulation; and how they end and begin anew.

use super::guest::Counts;
use super::passage::Way;
use super::{Browsing, Guest, HTTP, Host, World};
use crate::actors::{Browser, PathServer, Poller, Program, Requester, Site, SocketClient, WebSocketClient};
use crate::facts::{ClientName, Event, Rule};
use crate::fifo::Fifo;
use crate::ids::{MessageId, StreamId};
use crate::parts::HasBrowsers;
use crate::realtime::connection::Ending;
use crate::realtime::http::Headers;
use crate::rng::Stream;
use crate::scenario::{BrowserDocument, BrowserKind, Scenario, ServerDocument};
use crate::simulation::nodes::Role;
use crate::simulation::site;
use crate::simulation::streams::{Side, StreamEnd};
use crate::simulation::world::Pending;
use crate::time::{Span, Time};
use litemap::LiteMap;

impl World {
    /// Makes the servers and the browsers of a scenario, whose nodes are there, and starts them.
    pub(in crate::simulation) fn set_up_browsing(&mut self, scenario: &Scenario, seed: u64) {
        let Some(proof) = HasBrowsers::find() else { return };
        let nodes: Vec<_> = self.nodes.iter().collect();
        let node = |role| nodes.iter().find(|(_, node)| node.role == role).map(|(id, node)| (*id, node.name));
        self.browsing = Browsing {
            servers: scenario.servers.clone().into(),
            browsers: scenario.browsers.clone().into(),
            seed,
            ..Browsing::default()
        };
        for (number, (_, name)) in scenario.hosts().into_iter().enumerate() {
            let Some((node, own_name)) = node(Role::Server(number)) else { continue };
            let all = scenario.servers.iter().enumerate();
            let documents = all.filter(|(_, server)| server.host == name).map(|(place, _)| place).collect();
            self.browsing.hosts.push(Host {
                _proof: proof,
                node,
                name: ClientName(own_name),
                documents,
                site: Site::default(),
                is_back: None,
                restarts: 0,
                entered: None,
                exchanges: LiteMap::new(),
                due: Fifo::new(),
                requests: 0,
                octets_received: 0,
                octets_sent: 0,
            });
            self.start_host(number);
        }
        for (number, browser) in scenario.browsers.iter().enumerate() {
            let Some((node, name)) = node(Role::Browser(number)) else { continue };
            let Some((host, place, server)) = self.find_server(&browser.server) else { continue };
            let program = self.browser_of(browser, &server, 0);
            self.browsing.guests.push(Guest {
                proof,
                node,
                name: ClientName(name),
                host,
                place,
                browser: program,
                is_closed: false,
                reloads: 0,
                entered: None,
                queued: Fifo::new(),
                said: Fifo::new(),
                hears: None,
                away: Vec::new(),
                reason: None,
                again: None,
                counts: Counts::default(),
            });
        }
        for guest in 0..self.browsing.guests.len() {
            self.settle_guest(guest);
        }
    }

    /// The host of a server, its place there, and its document.
    pub(super) fn find_server(&self, id: &str) -> Option<(usize, usize, ServerDocument)> {
        self.browsing.hosts.iter().enumerate().find_map(|(host, own)| {
            let is_it = |document: &usize| self.browsing.servers[*document].id == id;
            let place = own.documents.iter().position(is_it)?;
            Some((host, place, self.browsing.servers[own.documents[place]].clone()))
        })
    }

    fn browser_of(&self, document: &BrowserDocument, server: &ServerDocument, reloads: u64) -> Browser {
        let (seed, now) = (self.browsing.seed.wrapping_add(reloads), self.now);
        let pace = document.pace.as_ref();
        let rhythm = pace.map(|pace| site::rhythm(pace, seed, &document.id, now));
        Browser::new(program(document, server, seed, now), rhythm)
    }

    /// The program of a host starts, with nothing in its memory.
    fn start_host(&mut self, host: usize) {
        let own = &mut self.browsing.hosts[host];
        let servers = own.documents.iter().map(|place| &self.browsing.servers[*place]);
        let seed = self.browsing.seed.wrapping_add(own.restarts);
        own.site = site::site(servers, seed, self.now);
        own.is_back = None;
        let node = own.node;
        self.listen(node, HTTP);
        self.enter_host_timeout(host);
    }

    /// The time has come for a host to be there again.
    pub(in crate::simulation) fn server_starts(&mut self, host: usize) {
        self.start_host(host);
    }

    /// The program of a host ends at once, and with it all that is in its memory; every connection breaks.
    pub(super) fn stop_host(&mut self, host: usize, down: Span) {
        let (server, until) = (self.name_of_host(host), self.now + down);
        self.record(Event::ServerStopped { server, until });
        self.stop_listening(self.node_of_host(host), HTTP);
        self.forget_lines(host);
        let own = &mut self.browsing.hosts[host];
        own.site = Site::default();
        own.is_back = Some(until);
        own.restarts += 1;
        own.exchanges = LiteMap::new();
        own.due.clear();
        for guest in self.browsing.guests.iter_mut().filter(|guest| guest.host == host) {
            guest.away.iter_mut().for_each(|away| away.may_recover_until = None);
        }
        let left = self.browsing.passages.iter().filter(|passage| passage.host == host);
        let left: Vec<_> = left.map(|passage| (passage.host, passage.place, passage.socket)).collect();
        for at in left {
            // It forgets both what was on its way to it and whom it had sent something.
            self.leave(at, Way::ToServer);
        }
        let wires = self.browsing.wires.iter().filter(|(_, wire)| wire.host == host);
        let streams: Vec<StreamId> = wires.map(|(stream, _)| *stream).collect();
        for stream in streams {
            let Some(wire) = self.browsing.wires.get_mut(&stream) else { continue };
            let (guest, is_websocket) = (wire.guest, wire.is_open_websocket);
            let lost: Vec<MessageId> = wire.give_up(Way::ToServer).collect();
            (wire.server, wire.is_server_done) = (None, true);
            if is_websocket {
                lost.into_iter().for_each(|message| {
                    self.lose_on_the_way(guest, Way::ToServer, message, Rule::WebSocketPromises);
                });
            }
            self.abort_stream(StreamEnd { stream, side: Side::Acceptor });
            self.forget_wire(stream);
        }
        self.agenda.enter(until, Pending::ServerStarts(host));
    }

    /// A feed's lines go with its memory. Who has not asked for them yet does not get them any more.
    fn forget_lines(&mut self, host: usize) {
        for guest in 0..self.browsing.guests.len() {
            let own = &self.browsing.guests[guest];
            let Program::Polling(poller) = own.browser.program() else { continue };
            let Some(PathServer::Feed(feed)) = self.browsing.hosts[host].site.server(own.place) else {
                continue;
            };
            let lost: Vec<MessageId> =
                if own.host == host { feed.behind(poller.since()).collect() } else { Vec::new() };
            lost.into_iter().for_each(|message| self.missed(host, guest, message, Rule::WhatIsThere));
        }
    }

    /// A browser's page is closed without a word: its program and all that is in its memory are gone.
    pub(super) fn close_page(&mut self, guest: usize) {
        let client = self.name_of_guest(guest);
        self.record(Event::Crashed { client });
        let waiting = self.waiting_in(guest);
        let own = &mut self.browsing.guests[guest];
        own.is_closed = true;
        own.reason = Some(Event::Crashed { client });
        own.again = None;
        own.queued.clear();
        own.said.clear();
        for message in waiting {
            self.lose_on_the_way(guest, Way::ToServer, message, Rule::OfflineBuffer);
        }
        let own = self.browsing.passages.iter().filter(|passage| passage.guest == guest);
        let own: Vec<_> = own.map(|passage| (passage.host, passage.place, passage.socket)).collect();
        own.into_iter().for_each(|at| self.leave(at, Way::ToBrowser));
        let wires =
            self.browsing.wires.iter().filter(|(_, wire)| wire.guest == guest && !wire.is_client_done);
        let streams: Vec<StreamId> = wires.map(|(stream, _)| *stream).collect();
        streams.into_iter().for_each(|stream| self.end_client(stream, Ending::AtOnce));
    }

    /// It is opened again.
    pub(super) fn open_page(&mut self, guest: usize) {
        let own = &mut self.browsing.guests[guest];
        own.reloads += 1;
        (own.is_closed, own.entered, own.reason) = (false, None, None);
        let reloads = own.reloads;
        let document = self.browsing.browsers[guest].clone();
        let Some((_, _, server)) = self.find_server(&document.server) else { return };
        self.browsing.guests[guest].browser = self.browser_of(&document, &server, reloads);
        self.settle_guest(guest);
    }

    /// The events that a browser's Socket.IO client keeps.
    pub(super) fn waiting_in(&self, guest: usize) -> Vec<MessageId> {
        match self.browsing.guests[guest].browser.program() {
            Program::SocketIo(client) => client.manager().waiting_messages(),
            _ => Vec::new(),
        }
    }
}

fn program(document: &BrowserDocument, server: &ServerDocument, seed: u64, now: Time) -> Program {
    let path = server.path.clone();
    let headers: Headers = [("Host", server.host.as_str()), ("Accept", "*/*")].into_iter().collect();
    let says = document.says.clone();
    match &document.kind {
        BrowserKind::Http(requests) => Program::Requests(Requester::new(headers, requests.clone())),
        BrowserKind::Polling(waiting) => Program::Polling(Poller::new(path, headers, *waiting, says, now)),
        BrowserKind::WebSocket { reconnects_after } => {
            let headers = [("Host", server.host.as_str())].into_iter().collect();
            Program::WebSocket(WebSocketClient::new(path, headers, *reconnects_after, says, now))
        }
        BrowserKind::SocketIo { options, namespaces, emits } => {
            let mut options = options.clone();
            options.engine.host = server.host.clone();
            options.engine.path = path;
            let stream = Stream::new(seed, &document.id);
            Program::SocketIo(SocketClient::new(options, namespaces, emits.clone(), stream, now))
        }
    }
}
