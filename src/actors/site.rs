//! Servers that share a port, told apart by their paths.

use super::feed::{Feed, FeedEvent};
use super::{EngineEcho, Rhythm, SocketServer, SocketServerEvent};
use crate::fifo::Fifo;
use crate::ids::MessageId;
use crate::realtime::http::Response;
use crate::realtime::{Echo, ExchangeId, Input, Output, Service};
use crate::time::Time;
use litemap::LiteMap;

/// A server behind a path.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there are few of them, and they live long")]
pub enum PathServer {
    /// Socket.IO.
    SocketIo(SocketServer),
    /// A feed of lines.
    Feed(Feed),
    /// Engine.IO that sends every message back.
    EngineEcho(EngineEcho),
    /// WebSocket that sends every message back.
    Echo(Echo),
}

/// What happened at a server.
#[derive(Clone, Debug, PartialEq)]
pub enum SiteEvent {
    /// At a Socket.IO server.
    SocketIo(SocketServerEvent),
    /// At a feed.
    Feed(FeedEvent),
}

impl PathServer {
    fn service(&mut self) -> &mut dyn Service {
        match self {
            PathServer::SocketIo(server) => server,
            PathServer::Feed(feed) => feed,
            PathServer::EngineEcho(server) => server,
            PathServer::Echo(server) => server,
        }
    }

    fn next_timeout(&self) -> Option<Time> {
        match self {
            PathServer::SocketIo(server) => server.next_timeout(),
            PathServer::Feed(feed) => feed.next_timeout(),
            PathServer::EngineEcho(server) => server.next_timeout(),
            PathServer::Echo(server) => server.next_timeout(),
        }
    }

    /// The number of its newest message, if it counts them.
    fn last_message(&mut self) -> Option<&mut u32> {
        match self {
            PathServer::SocketIo(server) => Some(server.last_message()),
            PathServer::Feed(feed) => Some(feed.last_message()),
            PathServer::EngineEcho(_) | PathServer::Echo(_) => None,
        }
    }

    /// The rhythm in which it does something of its own accord, if it has one.
    pub fn rhythm(&mut self) -> Option<&mut Rhythm> {
        match self {
            PathServer::SocketIo(server) => server.rhythm(),
            PathServer::Feed(feed) => feed.rhythm(),
            PathServer::EngineEcho(_) | PathServer::Echo(_) => None,
        }
    }
}

/// What stands behind a port: a request belongs to the first server whose path its target begins with.
#[derive(Clone, Debug, Default)]
pub struct Site {
    servers: Vec<(String, PathServer)>,
    /// The server of each exchange that is not over.
    exchanges: LiteMap<ExchangeId, usize>,
    /// Answers to requests that belong to none.
    refusals: Fifo<Output>,
    last_message: u32,
}

impl Site {
    /// Servers with their paths.
    pub fn new(servers: Vec<(String, PathServer)>) -> Site {
        Site { servers, ..Site::default() }
    }

    /// The servers with their paths.
    pub fn servers(&self) -> impl Iterator<Item = (&str, &PathServer)> {
        self.servers.iter().map(|(path, server)| (path.as_str(), server))
    }

    /// The server of that place.
    pub fn server(&self, place: usize) -> Option<&PathServer> {
        self.servers.get(place).map(|(_, server)| server)
    }

    /// Lets one server do something; messages that it makes are numbered from the newest.
    pub fn act<T>(&mut self, place: usize, act: impl FnOnce(&mut PathServer) -> T) -> Option<T> {
        let (_, server) = self.servers.get_mut(place)?;
        if let Some(last) = server.last_message() {
            *last = self.last_message;
        }
        let done = act(server);
        if let Some(last) = server.last_message() {
            self.last_message = *last;
        }
        Some(done)
    }

    /// The number of the newest message, from which new ones are counted; it is lent by whoever counts them all.
    pub fn last_message(&mut self) -> &mut u32 {
        &mut self.last_message
    }

    /// The place of the server that has an exchange.
    pub fn place_of(&self, exchange: ExchangeId) -> Option<usize> {
        self.exchanges.get(&exchange).copied()
    }

    /// The next event, with the place of the server at which it happened.
    pub fn poll_event(&mut self) -> Option<(usize, SiteEvent)> {
        (0..self.servers.len()).find_map(|place| {
            let event = self.act(place, |server| match server {
                PathServer::SocketIo(server) => server.poll_event().map(SiteEvent::SocketIo),
                PathServer::Feed(feed) => feed.poll_event().map(SiteEvent::Feed),
                PathServer::EngineEcho(_) | PathServer::Echo(_) => None,
            });
            event.flatten().map(|event| (place, event))
        })
    }

    /// Something has reached the site; `message` is the message that it brings, if that is known.
    pub fn handle_message(&mut self, now: Time, input: Input, message: Option<MessageId>) {
        let place = match &input {
            Input::Request { exchange, request } => {
                let found = self.servers.iter().position(|(path, _)| request.target.starts_with(path));
                if let Some(place) = found {
                    self.exchanges.insert(*exchange, place);
                } else {
                    let response = Response::of_text(404, "there is no server of this path\n");
                    self.refusals.push_back(Output::Respond { exchange: *exchange, response });
                }
                found
            }
            Input::Message { exchange, .. } => self.exchanges.get(exchange).copied(),
            Input::Gone { exchange } => self.exchanges.remove(exchange),
        };
        let Some(place) = place else { return };
        self.act(place, |server| match server {
            PathServer::Feed(feed) => feed.handle_message(input, now, message),
            server => server.service().handle(now, input),
        });
    }
}

impl Service for Site {
    fn handle(&mut self, now: Time, input: Input) {
        self.handle_message(now, input, None);
    }

    fn next_timeout(&self) -> Option<Time> {
        self.servers.iter().filter_map(|(_, server)| server.next_timeout()).min()
    }

    fn handle_timeout(&mut self, now: Time) {
        for place in 0..self.servers.len() {
            self.act(place, |server| {
                if server.next_timeout().is_some_and(|time| time <= now) {
                    server.service().handle_timeout(now);
                }
            });
        }
    }

    /// What is to be done next. Events that were not fetched before are dealt with, and lost.
    fn poll_output(&mut self) -> Option<Output> {
        let mut outputs =
            (0..self.servers.len()).filter_map(|place| self.servers[place].1.service().poll_output());
        let output = self.refusals.pop_front().or_else(|| outputs.next())?;
        if let Output::Respond { exchange, .. } | Output::Abort { exchange } = &output {
            self.exchanges.remove(exchange);
        }
        Some(output)
    }
}
