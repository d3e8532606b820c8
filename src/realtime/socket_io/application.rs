//! A server application that is written down as rules: who is let in where, which rooms they are put into, how
//! events are acknowledged. What the rules don't say is done from outside.

use super::Value;
use super::server::{Event, Gate, Server, ServerOptions, SocketId};
use crate::realtime::engine_io::Timers;
use crate::realtime::{Input, Output, Service};
use crate::rng::Stream;
use crate::time::{Span, Time};
use litemap::LiteMap;

/// How an event is acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// With what.
    pub values: Vec<Value>,
    /// How long after it came.
    pub after: Span,
}

/// The rules of a namespace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// Who is let in; without it everybody.
    pub gate: Option<Gate>,
    /// The rooms into which everybody is put.
    pub rooms: Vec<String>,
    /// How events are acknowledged, by name; others are not.
    pub replies: LiteMap<String, Reply>,
}

/// A server with its rules.
#[derive(Clone, Debug)]
pub struct Application {
    /// The server.
    pub server: Server,
    rules: LiteMap<String, Rules>,
    delayed: LiteMap<u64, (SocketId, u64, Vec<Value>)>,
    delayed_count: u64,
    timers: Timers<u64>,
}

impl Application {
    /// A server with these rules by namespace.
    pub fn new(options: ServerOptions, rules: LiteMap<String, Rules>, stream: Stream) -> Application {
        let mut server = Server::new(options, stream);
        for (name, rules) in &rules {
            server.add_namespace(name, rules.gate.clone());
        }
        Application { server, rules, delayed: LiteMap::new(), delayed_count: 0, timers: Timers::default() }
    }

    /// The next event, to which the rules have been applied.
    pub fn poll_event(&mut self) -> Option<Event> {
        let event = self.server.poll_event()?;
        self.apply(&event);
        Some(event)
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Connection { socket, namespace, .. } => {
                let rules = self.rules.get(namespace);
                for room in rules.map(|rules| rules.rooms.as_slice()).unwrap_or_default() {
                    self.server.join(*socket, room);
                }
            }
            Event::Message { socket, namespace, values, ack: Some(ack) } => {
                let Some(Value::Text(name)) = values.first() else { return };
                let reply = self.rules.get(namespace).and_then(|rules| rules.replies.get(name));
                let Some(reply) = reply.cloned() else { return };
                if reply.after == Span::ZERO {
                    self.server.acknowledge(*socket, *ack, reply.values);
                } else {
                    self.delayed_count += 1;
                    self.delayed.insert(self.delayed_count, (*socket, *ack, reply.values));
                    self.timers.set(self.delayed_count, self.server.now() + reply.after);
                }
            }
            _ => {}
        }
    }
}

impl Service for Application {
    fn handle(&mut self, now: Time, input: Input) {
        self.server.handle(now, input);
    }

    fn next_timeout(&self) -> Option<Time> {
        [self.server.next_timeout(), self.timers.next()].into_iter().flatten().min()
    }

    fn handle_timeout(&mut self, now: Time) {
        self.server.handle_timeout(now);
        while let Some(delayed) = self.timers.take_due(now) {
            if let Some((socket, ack, values)) = self.delayed.remove(&delayed) {
                self.server.acknowledge(socket, ack, values);
            }
        }
    }

    /// What is to be done next. Events that were not fetched before are lost.
    fn poll_output(&mut self) -> Option<Output> {
        while self.poll_event().is_some() {}
        self.server.poll_output()
    }
}
