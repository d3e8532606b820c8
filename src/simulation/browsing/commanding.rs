//! What can be done to browsers and servers.

use super::World;
use crate::actors::{ClientEmission, PathServer, Program};
use crate::facts::{ClientName, Event};
use crate::ids::StreamId;
use crate::parts;
use crate::realtime::connection::Ending;
use crate::realtime::{Caller, CallerInput};
use crate::scenario::{self, Command};
use crate::simulation::command_error::CommandError;

/// Whom a command means, of browsers and servers.
#[derive(Clone, Copy, Debug)]
pub(in crate::simulation) enum Visitor {
    /// A browser.
    Browser(usize),
    /// A host, or one of its servers.
    Host {
        /// Which host.
        host: usize,
        /// The place of the server on it, if one is named.
        place: Option<usize>,
    },
}

impl World {
    /// The browser, the host or the server of that id or name.
    pub(in crate::simulation) fn find_visitor(&self, node: &str) -> Option<Visitor> {
        if !parts::BROWSERS {
            return None;
        }
        let is_it = |kind: &str, ClientName(name): ClientName| {
            let name = self.names.text(name);
            node == name || node.strip_prefix(kind).and_then(|rest| rest.strip_prefix(':')) == Some(name)
        };
        let browser = self.browsing.guests.iter().position(|guest| is_it("browser", guest.name));
        if let Some(browser) = browser {
            return Some(Visitor::Browser(browser));
        }
        // A server may have the name of its host; who names it alone means that one.
        let named = self.find_server(node).map(|(host, place, _)| (host, Some(place)));
        let host = || self.browsing.hosts.iter().position(|host| is_it("server", host.name));
        let (host, place) = named.or_else(|| Some((host()?, None)))?;
        Some(Visitor::Host { host, place })
    }

    /// The ids of all browsers and hosts.
    pub(in crate::simulation) fn visitor_ids(&self) -> Vec<String> {
        let of = |kind: &str, ClientName(name): ClientName| format!("{kind}:{}", self.names.text(name));
        let browsers = self.browsing.guests.iter().map(|guest| of("browser", guest.name));
        browsers.chain(self.browsing.hosts.iter().map(|host| of("server", host.name))).collect()
    }

    /// Whether a browser or a server can ever carry out a command.
    pub(in crate::simulation) fn check_visitor_form(
        &self,
        command: &Command,
        visitor: Visitor,
    ) -> Result<(), CommandError> {
        let node = command.node().unwrap_or_default().to_owned();
        let refuse = |what| Err(CommandError::NotNow { node: node.clone(), what });
        match visitor {
            Visitor::Browser(guest) => {
                let program = self.browsing.guests[guest].browser.program();
                match (command, program) {
                    (Command::Emit { fields, .. }, Program::SocketIo(client)) => {
                        let emission = scenario::emission(fields)?;
                        if !client.manager().has_socket(&emission.namespace) {
                            return refuse("is not in that namespace.");
                        }
                        let rooms = &emission.rooms;
                        if !rooms.to.is_empty() || !rooms.except.is_empty() {
                            return refuse("cannot say to which rooms an event goes: the server does that.");
                        }
                        Ok(())
                    }
                    (
                        Command::Disconnect { .. } | Command::Reconnect { .. },
                        Program::SocketIo(_) | Program::WebSocket(_),
                    )
                    | (Command::Say { .. }, Program::Polling(_) | Program::WebSocket(_)) => Ok(()),
                    (
                        Command::Publish { .. }
                        | Command::Pause { .. }
                        | Command::Resume { .. }
                        | Command::CloseTransport { .. }
                        | Command::Crash { .. }
                        | Command::Recover { .. }
                        | Command::CutLink { .. }
                        | Command::RestoreLink { .. }
                        | Command::SetLink { .. },
                        _,
                    ) => Ok(()),
                    _ => refuse("is a browser whose page cannot do that."),
                }
            }
            Visitor::Host { host, place } => match command {
                Command::RestartServer { .. } => Ok(()),
                Command::Emit { fields, .. } => {
                    let emission = scenario::emission(fields)?;
                    let has = |server: &PathServer| match server {
                        PathServer::SocketIo(server) => {
                            emission.namespace == "/"
                                || server.namespaces().any(|(name, _)| name == emission.namespace)
                        }
                        _ => false,
                    };
                    if self.place_of(host, place, has).is_none() {
                        return refuse("has no Socket.IO server with that namespace, or is down.");
                    }
                    Ok(())
                }
                Command::DisconnectSockets { .. } if self.socket_io_place(host, place).is_some() => Ok(()),
                Command::Say { .. } if self.feed_place(host, place).is_some() => Ok(()),
                Command::Publish { .. } | Command::Pause { .. } | Command::Resume { .. } => Ok(()),
                Command::DisconnectSockets { .. } | Command::Say { .. } => {
                    refuse("has no server that can do that, or is down.")
                }
                _ => refuse("is a server, which cannot do that."),
            },
        }
    }

    /// Whether it can do so now.
    pub(in crate::simulation) fn check_visitor(
        &self,
        command: &Command,
        visitor: Visitor,
    ) -> Result<(), CommandError> {
        let node = command.node().unwrap_or_default().to_owned();
        let not_now = |what| Err(CommandError::NotNow { node: node.clone(), what });
        match visitor {
            Visitor::Browser(guest) => {
                let own = &self.browsing.guests[guest];
                let is_up = self.streams.link_of([own.node, self.node_of_host(own.host)]).is_up();
                match command {
                    Command::CutLink { .. } if is_up == [false; 2] => {
                        not_now("has a link that is cut already.")
                    }
                    Command::RestoreLink { .. } if is_up == [true; 2] => {
                        not_now("has a link that is up already.")
                    }
                    Command::CutLink { .. } | Command::RestoreLink { .. } | Command::SetLink { .. } => Ok(()),
                    Command::Recover { .. } if !own.is_closed => not_now("has its page open already."),
                    Command::Recover { .. } => Ok(()),
                    _ if own.is_closed => not_now("has no page open: it can recover."),
                    _ => Ok(()),
                }
            }
            Visitor::Host { host, .. } if self.browsing.hosts[host].is_back.is_some() => {
                not_now("is down: wait until it is there again.")
            }
            Visitor::Host { .. } => Ok(()),
        }
    }

    /// Carries out a command that has been checked.
    pub(in crate::simulation) fn carry_out_by_visitor(&mut self, command: &Command, visitor: Visitor) {
        match visitor {
            Visitor::Browser(guest) => self.carry_out_by_browser(command, guest),
            Visitor::Host { host, place } => self.carry_out_by_host(command, host, place),
        }
    }

    fn carry_out_by_browser(&mut self, command: &Command, guest: usize) {
        let (now, client) = (self.now, self.name_of_guest(guest));
        let own = &self.browsing.guests[guest];
        let ends = [own.node, self.node_of_host(own.host)];
        match command {
            Command::CutLink { .. } => return self.set_node_link_up(client, ends, false),
            Command::RestoreLink { .. } => return self.set_node_link_up(client, ends, true),
            Command::SetLink { changes, .. } => return self.set_node_link(client, ends, changes),
            Command::Crash { .. } => return self.close_page(guest),
            Command::Recover { .. } => return self.open_page(guest),
            Command::Pause { .. } => {
                self.record(Event::Paused { client });
                self.with_browser(guest, |browser| browser.rhythm().map(|rhythm| rhythm.set_paused(true)));
            }
            Command::Resume { .. } => {
                self.record(Event::Resumed { client });
                self.with_browser(guest, |browser| browser.rhythm().map(|rhythm| rhythm.set_paused(false)));
            }
            Command::Publish { .. } => drop(self.with_browser(guest, |browser| browser.act(now))),
            Command::Disconnect { .. } => self.with_browser(guest, |browser| browser.disconnect(now)),
            Command::Reconnect { .. } => self.with_browser(guest, |browser| browser.connect(now)),
            Command::CloseTransport { .. } => self.close_transport(guest),
            Command::Say { text, .. } => self.with_browser(guest, |browser| browser.say(text)),
            Command::Emit { fields, .. } => {
                // It was read when the command was checked.
                let Ok(emission) = scenario::emission(fields) else { return };
                let emission = ClientEmission { namespace: emission.namespace, emission: emission.emission };
                self.with_browser(guest, |browser| browser.emit(now, &emission));
            }
            _ => {}
        }
        self.settle_guest(guest);
    }

    /// The connection below a browser's Socket.IO client is closed; the connections of any other page break, as when a
    /// device changes its network: no close frame, no answer.
    fn close_transport(&mut self, guest: usize) {
        let now = self.now;
        if self.speaks_socket_io(guest) {
            return self.with_browser(guest, |browser| {
                if let Some(client) = browser.socket_client() {
                    client.close_engine(now);
                }
            });
        }
        let open = self.browsing.wires.iter().filter(|(_, wire)| wire.guest == guest && !wire.is_client_done);
        let open: Vec<StreamId> = open.map(|(stream, _)| *stream).collect();
        for stream in open {
            let Some(wire) = self.browsing.wires.get_mut(&stream) else { continue };
            let asked = std::mem::take(&mut wire.asked);
            let websocket = wire.websocket.filter(|_| wire.is_open_websocket);
            for request in &asked {
                self.request_failed(guest, request.message);
            }
            self.end_client(stream, Ending::AtOnce);
            for exchange in asked.iter().map(|request| request.exchange).chain(websocket) {
                self.with_browser(guest, |browser| browser.handle(now, CallerInput::Gone { exchange }));
            }
        }
    }

    fn carry_out_by_host(&mut self, command: &Command, host: usize, place: Option<usize>) {
        let (now, client) = (self.now, self.name_of_host(host));
        match command {
            Command::RestartServer { down, .. } => return self.stop_host(host, *down),
            Command::Pause { .. } => {
                self.record(Event::Paused { client });
                self.pace_servers(host, place, |server| {
                    if let Some(rhythm) = server.rhythm() {
                        rhythm.set_paused(true);
                    }
                });
            }
            Command::Resume { .. } => {
                self.record(Event::Resumed { client });
                self.pace_servers(host, place, |server| {
                    if let Some(rhythm) = server.rhythm() {
                        rhythm.set_paused(false);
                    }
                });
            }
            Command::Publish { .. } => self.pace_servers(host, place, |server| match server {
                PathServer::SocketIo(server) => server.emit_next(now),
                PathServer::Feed(feed) => feed.make(),
                PathServer::EngineEcho(_) | PathServer::Echo(_) => {}
            }),
            Command::Say { text, .. } => {
                let place = self.feed_place(host, place);
                self.pace_servers(host, place, |server| {
                    if let PathServer::Feed(feed) = server {
                        feed.make_line(text.clone());
                    }
                });
            }
            Command::Emit { fields, .. } => {
                let Ok(emission) = scenario::emission(fields) else { return };
                let place = self.socket_io_place(host, place);
                self.pace_servers(host, place, |server| {
                    if let PathServer::SocketIo(server) = server {
                        server.emit(now, &emission);
                    }
                });
            }
            Command::DisconnectSockets { namespace, room, close, .. } => {
                let place = self.socket_io_place(host, place);
                self.pace_servers(host, place, |server| {
                    if let PathServer::SocketIo(server) = server {
                        server.disconnect_sockets(now, namespace, room.as_deref(), *close);
                    }
                });
            }
            _ => {}
        }
        self.settle_host(host, Vec::new());
    }

    /// Lets the server of that place do something, or all servers of the host.
    fn pace_servers(&mut self, host: usize, place: Option<usize>, act: impl Fn(&mut PathServer)) {
        let count = self.browsing.hosts[host].documents.len();
        for each in 0..count {
            if place.is_none_or(|place| place == each) {
                self.with_site(host, |site| site.act(each, &act));
            }
        }
    }

    fn place_of(
        &self,
        host: usize,
        place: Option<usize>,
        is_meant: impl Fn(&PathServer) -> bool,
    ) -> Option<usize> {
        let mut servers = self.browsing.hosts[host].site.servers().enumerate();
        let found =
            servers.find(|(each, (_, server))| place.is_none_or(|place| place == *each) && is_meant(server));
        found.map(|(place, _)| place)
    }

    fn socket_io_place(&self, host: usize, place: Option<usize>) -> Option<usize> {
        self.place_of(host, place, |server| matches!(server, PathServer::SocketIo(_)))
    }

    fn feed_place(&self, host: usize, place: Option<usize>) -> Option<usize> {
        self.place_of(host, place, |server| matches!(server, PathServer::Feed(_)))
    }
}
