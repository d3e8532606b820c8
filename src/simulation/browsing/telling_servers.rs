//! What happens at servers, as facts.

use super::World;
use super::guest::Away;
use super::passage::{Passage, Way};
use crate::actors::{FeedEvent, PathServer, Program, SiteEvent, SocketServerEvent};
use crate::facts::{Event, Rule};
use crate::ids::{MessageId, Name, StreamId};
use crate::realtime::ExchangeId;
use crate::realtime::connection::Connection;
use crate::realtime::socket_io::Value;
use crate::realtime::socket_io::server::{Audience, Event as SocketEvent, Server, SocketId};

/// A socket of a server: host, the server's place there, and the socket.
type At = (usize, usize, SocketId);

impl World {
    pub(super) fn site_event(&mut self, host: usize, place: usize, event: SiteEvent) {
        match event {
            SiteEvent::Feed(event) => self.feed_event(host, place, event),
            SiteEvent::SocketIo(event) => self.socket_server_event(host, place, event),
        }
    }

    fn feed_event(&mut self, host: usize, place: usize, event: FeedEvent) {
        match event {
            FeedEvent::Made { message, text } => {
                self.emitted(self.name_of_host(host), message, &text);
                self.miss_line(host, place, message);
            }
            FeedEvent::Taken { exchange, message } => {
                if let Some(guest) = self.guest_of_exchange(exchange) {
                    self.line_taken(host, guest, message);
                }
                self.miss_line(host, place, message);
            }
            FeedEvent::Sent { exchange, messages } => {
                self.browsing.hosts[host].due.push_back((exchange, messages));
            }
            FeedEvent::Forgotten { message, number } => self.miss_forgotten(host, place, message, number),
        }
    }

    /// Somebody sends an event or a line.
    pub(super) fn emitted(&mut self, by: crate::facts::ClientName, message: MessageId, event: &str) {
        let event = self.names.intern(event);
        self.browsing.know(message, self.now, event);
        self.record(Event::EventEmitted { by, message, event });
    }

    /// A line goes to the WebSockets that are open. Whoever has none any more does not get it.
    fn miss_line(&mut self, host: usize, place: usize, message: MessageId) {
        let is_away = |world: &World, guest: usize| {
            let own = &world.browsing.guests[guest];
            let has_one = |wire: &super::wire::Wire| {
                wire.guest == guest && wire.server.as_ref().is_some_and(Connection::is_websocket)
            };
            matches!(own.browser.program(), Program::WebSocket(_))
                && own.reason.is_some()
                && (own.host, own.place) == (host, place)
                && !world.browsing.wires.values().any(has_one)
        };
        for guest in 0..self.browsing.guests.len() {
            if is_away(self, guest) {
                self.missed(host, guest, message, Rule::WebSocketPromises);
            }
        }
    }

    /// A feed forgets a line. Who has not asked for it yet does not get it any more.
    fn miss_forgotten(&mut self, host: usize, place: usize, message: MessageId, number: u64) {
        for guest in 0..self.browsing.guests.len() {
            let own = &self.browsing.guests[guest];
            let Program::Polling(poller) = own.browser.program() else { continue };
            if (own.host, own.place) == (host, place) && poller.since() < number {
                self.missed(host, guest, message, Rule::WhatIsThere);
            }
        }
    }

    pub(super) fn missed(&mut self, host: usize, guest: usize, message: MessageId, rule: Rule) {
        let (server, browser) = (self.name_of_host(host), self.name_of_guest(guest));
        let event = self.browsing.event_of(message);
        self.browsing.guests[guest].counts.missed += 1;
        self.record(Event::EventMissed { server, browser, message, event, rule });
    }

    fn socket_server_event(&mut self, host: usize, place: usize, event: SocketServerEvent) {
        let at = |socket| (host, place, socket);
        match event {
            SocketServerEvent::Told(told) => {
                let message = self.server_told(host, place, &told);
                self.with_site(host, |site| {
                    site.act(place, |server| {
                        if let PathServer::SocketIo(server) = server {
                            server.react(&told, message);
                        }
                    })
                });
            }
            SocketServerEvent::Emitted { message, event, to, is_kept } => {
                self.emitted(self.name_of_host(host), message, &event);
                match to {
                    Ok(socket) => self.miss_alone(at(socket), message),
                    Err(audience) => self.miss_event(host, place, &audience, message, is_kept),
                }
            }
            SocketServerEvent::AcknowledgementSent { socket, message } => {
                if let Some(passage) = self.passage_at(at(socket)) {
                    passage.answer(Way::ToBrowser, message);
                }
            }
            SocketServerEvent::Answered { message, is_late } => {
                self.answered(self.name_of_host(host), message, is_late.then_some("operation has timed out"));
            }
            SocketServerEvent::RoomChanged { socket, room, is_in } => {
                let Some(guest) = self.passage_at(at(socket)).map(|passage| passage.guest) else { return };
                let (server, browser) = (self.name_of_host(host), self.name_of_guest(guest));
                let method = self.names.intern(if is_in { "socket.join" } else { "socket.leave" });
                let (room, rule) = (self.names.intern(&room), Rule::Rooms);
                self.record(Event::RoomChanged { server, browser, method, room, rule });
            }
        }
    }

    /// What a Socket.IO server tells. Gives the message that has come with it.
    fn server_told(&mut self, host: usize, place: usize, told: &SocketEvent) -> Option<MessageId> {
        match told {
            SocketEvent::Connection { socket, namespace, is_recovered, .. } => {
                let guest = self.guest_at((host, place, *socket))?;
                if let Some(passage) = self.passage_at((host, place, *socket)) {
                    passage.is_in[Way::ToServer as usize] = true;
                }
                let namespace = self.names.intern(namespace);
                let own = &mut self.browsing.guests[guest];
                let (back, away) = std::mem::take(&mut own.away)
                    .into_iter()
                    .partition::<Vec<Away>, _>(|away| away.namespace == namespace);
                own.away = away;
                // What was kept for it is of no use to one that comes back without its state.
                let kept: Vec<MessageId> = back.into_iter().flat_map(|away| away.kept).collect();
                for message in if *is_recovered { Vec::new() } else { kept } {
                    self.missed(host, guest, message, Rule::ConnectionStateRecovery);
                }
                None
            }
            SocketEvent::Message { socket, values, .. } => {
                let passage = self.passage_at((host, place, *socket))?;
                let guest = passage.guest;
                let message = passage.arrive(Way::ToServer)?;
                self.event_taken(host, guest, message, values);
                Some(message)
            }
            SocketEvent::Disconnect { socket, namespace, reason, rooms, may_recover_until } => {
                let guest = self.passage_at((host, place, *socket))?.guest;
                let (by, other) = (self.name_of_host(host), self.name_of_guest(guest));
                let (namespace, reason) = (self.names.intern(namespace), self.names.intern(reason.as_str()));
                let rule = Rule::DisconnectReasons;
                self.record(Event::SocketDisconnected { by, other, namespace, reason, rule });
                let (rooms, may_recover_until, kept) = (rooms.clone(), *may_recover_until, Vec::new());
                self.browsing.guests[guest].away.push(Away { namespace, rooms, may_recover_until, kept });
                self.leave((host, place, *socket), Way::ToServer);
                None
            }
            SocketEvent::Refused { session, namespace, message, .. } => {
                let sid = self.socket_server(host, place)?.engine().sid(*session)?.to_owned();
                let guest = self.guest_of_session(&sid)?;
                let (server, browser) = (self.name_of_host(host), self.name_of_guest(guest));
                let (namespace, reason) = (self.names.intern(namespace), self.names.intern(message));
                let rule = Rule::Middleware;
                self.record(Event::NamespaceRefused { server, browser, namespace, reason, rule });
                None
            }
            SocketEvent::Sent { socket, message } => {
                self.guest_at((host, place, *socket))?;
                let passage = self.passage_at((host, place, *socket))?;
                passage.send(Way::ToBrowser, *message, 1);
                None
            }
            SocketEvent::Dropped { socket, message } => {
                let guest = self.guest_at((host, place, *socket))?;
                let (from, to, message) = (self.name_of_host(host), self.name_of_guest(guest), *message);
                self.browsing.guests[guest].counts.missed += 1;
                self.record(Event::EventDropped { from, to, message, rule: Rule::VolatileEvent });
                None
            }
            SocketEvent::Acknowledged { .. } | SocketEvent::AllAcknowledged { .. } => None,
        }
    }

    fn event_taken(&mut self, host: usize, guest: usize, message: MessageId, values: &[Value]) {
        let (by, from) = (self.name_of_host(host), self.name_of_guest(guest));
        let event = self.names.intern(values.first().and_then(Value::as_text).unwrap_or_default());
        let after = self.age_of(message);
        self.record(Event::EventReceived { by, from, message, event, after });
    }

    /// A message of a program is acknowledged, or will not be.
    pub(super) fn answered(
        &mut self,
        by: crate::facts::ClientName,
        message: MessageId,
        problem: Option<&str>,
    ) {
        let rule = Rule::EventAcknowledgement;
        match problem {
            None => self.record(Event::AnswerReceived { by, message, rule }),
            Some(problem) => {
                let reason = self.names.intern(problem);
                self.record(Event::AnswerMissing { by, message, reason, rule });
            }
        }
    }

    /// An event goes to those who are in the namespace. Who was in it and is away does not get it, unless it is kept.
    fn miss_event(
        &mut self,
        host: usize,
        place: usize,
        audience: &Audience,
        message: MessageId,
        is_kept: bool,
    ) {
        let Some(namespace) = self.names.find(&audience.namespace) else { return };
        for guest in 0..self.browsing.guests.len() {
            let own = &self.browsing.guests[guest];
            let is_there = |passage: &Passage| {
                (passage.guest, passage.namespace) == (guest, namespace)
                    && passage.is_in[Way::ToServer as usize]
            };
            if (own.host, own.place) != (host, place) || self.browsing.passages.iter().any(is_there) {
                continue;
            }
            let Some(away) = own.away.iter().rev().find(|away| away.namespace == namespace) else { continue };
            if !audience.includes(&away.rooms) {
                continue;
            }
            if is_kept && away.may_recover_until.is_some_and(|until| self.now <= until) {
                self.kept(host, guest, namespace, message);
            } else {
                self.missed(host, guest, message, Rule::AtMostOnce);
            }
        }
    }

    /// A server keeps a message for a browser that may come back.
    fn kept(&mut self, host: usize, guest: usize, namespace: Name, message: MessageId) {
        let (server, browser) = (self.name_of_host(host), self.name_of_guest(guest));
        let event = self.browsing.event_of(message);
        let away = self.browsing.guests[guest].away.iter_mut().rev();
        if let Some(away) = away.into_iter().find(|away| away.namespace == namespace) {
            away.kept.push(message);
        }
        let rule = Rule::ConnectionStateRecovery;
        self.record(Event::EventKept { server, browser, message, event, rule });
    }

    /// An event goes to one socket. If that has left, it goes nowhere.
    fn miss_alone(&mut self, at: At, message: MessageId) {
        let known = self.passage_at(at).map(|passage| (passage.guest, passage.is_in[Way::ToServer as usize]));
        if let Some((guest, false)) = known {
            self.missed(at.0, guest, message, Rule::AtMostOnce);
        }
    }

    fn socket_server(&self, host: usize, place: usize) -> Option<&Server> {
        match self.browsing.hosts[host].site.server(place)? {
            PathServer::SocketIo(server) => Some(server.server()),
            _ => None,
        }
    }

    pub(super) fn guest_of_session(&self, sid: &str) -> Option<usize> {
        self.browsing.guests.iter().position(|guest| match guest.browser.program() {
            Program::SocketIo(client) => client.manager().has_session(sid),
            _ => false,
        })
    }

    fn guest_of_exchange(&self, exchange: ExchangeId) -> Option<usize> {
        let stream = StreamId(Connection::number_of(exchange));
        self.browsing.wires.get(&stream).map(|wire| wire.guest)
    }

    fn passage_at(&mut self, at: At) -> Option<&mut Passage> {
        let is_it = |passage: &&mut Passage| (passage.host, passage.place, passage.socket) == at;
        self.browsing.passages.iter_mut().find(is_it)
    }

    /// The browser of a socket. When the server speaks of the socket for the first time, its passage begins.
    fn guest_at(&mut self, at: At) -> Option<usize> {
        if let Some(passage) = self.passage_at(at) {
            return Some(passage.guest);
        }
        let (host, place, socket) = at;
        let server = self.socket_server(host, place)?;
        let (sid, namespace) = (server.session(socket)?.to_owned(), server.namespace(socket)?.to_owned());
        let guest = self.guest_of_session(&sid)?;
        let names: (Name, Name) = (self.names.intern(&sid), self.names.intern(&namespace));
        let proof = self.browsing.guests[guest].proof;
        self.browsing.passages.push(Passage::new(at, (guest, proof), names));
        Some(guest)
    }

    /// The passage of a browser in a namespace of a session.
    pub(super) fn passage_of(
        &mut self,
        guest: usize,
        session: Option<Name>,
        namespace: &str,
    ) -> Option<&mut Passage> {
        let key = (guest, session?, self.names.find(namespace)?);
        let is_it = |passage: &&mut Passage| (passage.guest, passage.session, passage.namespace) == key;
        self.browsing.passages.iter_mut().find(is_it)
    }

    /// One side takes a socket for disconnected: what is on its way to it does not arrive any more; and if the other
    /// side has left, too, nothing does.
    pub(super) fn leave(&mut self, at: At, side: Way) {
        let Some(passage) = self.passage_at(at) else { return };
        let (guest, namespace) = (passage.guest, passage.namespace);
        passage.is_in[side as usize] = false;
        let mut lost: Vec<(Way, MessageId)> = Vec::new();
        let is_over = !passage.is_in[side.other() as usize];
        for way in [side, side.other()] {
            if way == side || is_over {
                lost.extend(passage.give_up(way).map(|message| (way, message)));
            }
        }
        let has_recovery = self.socket_server(at.0, at.1).is_some_and(Server::has_recovery);
        for (way, message) in lost {
            if has_recovery && way == Way::ToBrowser {
                self.kept(at.0, guest, namespace, message);
            } else {
                self.lose_on_the_way(guest, way, message, Rule::AtMostOnce);
            }
        }
        if is_over {
            let is_it = |passage: &Passage| (passage.host, passage.place, passage.socket) == at;
            self.browsing.passages.retain(|passage| !is_it(passage));
        }
    }
}
