//! Servers that share a port, told apart by their paths.

use super::{EngineEcho, SocketServer};
use crate::realtime::http::Response;
use crate::realtime::{Echo, ExchangeId, Input, Output, Service};
use crate::time::Time;
use litemap::LiteMap;
use std::collections::VecDeque;

/// A server behind a path.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there are few of them, and they live long")]
pub enum PathServer {
    /// Socket.IO.
    SocketIo(SocketServer),
    /// Engine.IO that sends every message back.
    EngineEcho(EngineEcho),
    /// WebSocket that sends every message back.
    Echo(Echo),
}

impl PathServer {
    fn service(&mut self) -> &mut dyn Service {
        match self {
            PathServer::SocketIo(server) => server,
            PathServer::EngineEcho(server) => server,
            PathServer::Echo(server) => server,
        }
    }

    fn next_timeout(&self) -> Option<Time> {
        match self {
            PathServer::SocketIo(server) => server.next_timeout(),
            PathServer::EngineEcho(server) => server.next_timeout(),
            PathServer::Echo(server) => server.next_timeout(),
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
    refusals: VecDeque<Output>,
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
}

impl Service for Site {
    fn handle(&mut self, now: Time, input: Input) {
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
        if let Some((_, server)) = place.and_then(|place| self.servers.get_mut(place)) {
            server.service().handle(now, input);
        }
    }

    fn next_timeout(&self) -> Option<Time> {
        self.servers.iter().filter_map(|(_, server)| server.next_timeout()).min()
    }

    fn handle_timeout(&mut self, now: Time) {
        for (_, server) in &mut self.servers {
            if server.next_timeout().is_some_and(|time| time <= now) {
                server.service().handle_timeout(now);
            }
        }
    }

    fn poll_output(&mut self) -> Option<Output> {
        let mut outputs = self.servers.iter_mut().filter_map(|(_, server)| server.service().poll_output());
        let output = self.refusals.pop_front().or_else(|| outputs.next())?;
        if let Output::Respond { exchange, .. } | Output::Abort { exchange } = &output {
            self.exchanges.remove(exchange);
        }
        Some(output)
    }
}
