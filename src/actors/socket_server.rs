//! A Socket.IO server with handlers.

use super::handler::{Action, EmissionTemplate, Handlers, Recipients, Reference, Rooms, Verb};
use crate::realtime::engine_io::{Timers, target};
use crate::realtime::socket_io::server::{Audience, Event, Gate, Server, ServerOptions, SocketId};
use crate::realtime::socket_io::{Emission, Value};
use crate::realtime::{Input, Output, Service};
use crate::rng::Stream;
use crate::time::{Span, Time};
use litemap::LiteMap;

/// A namespace of a server: who is let in, and what is done then.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NamespaceRules {
    /// Who is let in; without it everybody.
    pub gate: Option<Gate>,
    /// What is done.
    pub handlers: Handlers,
}

/// A Socket.IO server with what it does in each namespace.
#[derive(Clone, Debug)]
pub struct SocketServer {
    server: Server,
    namespaces: LiteMap<String, NamespaceRules>,
    delayed: LiteMap<u64, (Occasion, Action)>,
    delayed_count: u64,
    timers: Timers<u64>,
}

/// What has happened, to whom.
#[derive(Clone, Debug)]
struct Occasion {
    socket: SocketId,
    namespace: String,
    /// The name of the event.
    event: Value,
    arguments: Vec<Value>,
    /// The number by which it is to be acknowledged.
    ack: Option<u64>,
}

impl SocketServer {
    /// A server with these namespaces; `/` is there in any case. Identifiers are drawn from the stream.
    pub fn new(
        options: ServerOptions,
        namespaces: LiteMap<String, NamespaceRules>,
        stream: Stream,
    ) -> SocketServer {
        let mut server = Server::new(options, stream);
        for (name, rules) in &namespaces {
            server.add_namespace(name, rules.gate.clone());
        }
        let (delayed, timers) = (LiteMap::new(), Timers::default());
        SocketServer { server, namespaces, delayed, delayed_count: 0, timers }
    }

    /// The server below.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The next event, after the handlers have done what there is to do.
    pub fn poll_event(&mut self) -> Option<Event> {
        let event = self.server.poll_event()?;
        self.react(&event);
        Some(event)
    }

    fn react(&mut self, event: &Event) {
        let rules = |namespace: &str| self.namespaces.get(namespace).map(|rules| &rules.handlers);
        let (occasion, actions) = match event {
            Event::Connection { socket, namespace, .. } => {
                let actions = rules(namespace).map(|handlers| &handlers.connection);
                (Occasion::new(*socket, namespace, "connection".into()), actions)
            }
            Event::Disconnect { socket, namespace, reason, .. } => {
                let actions = rules(namespace).map(|handlers| &handlers.disconnect);
                (Occasion::new(*socket, namespace, reason.as_str().into()), actions)
            }
            Event::Message { socket, namespace, values, ack } => {
                let Some((name, arguments)) = values.split_first() else { return };
                let actions = rules(namespace).map(|handlers| {
                    name.as_text().and_then(|name| handlers.events.get(name)).unwrap_or(&handlers.any)
                });
                let occasion = Occasion::new(*socket, namespace, name.clone());
                (Occasion { arguments: arguments.to_vec(), ack: *ack, ..occasion }, actions)
            }
            _ => return,
        };
        for action in actions.cloned().unwrap_or_default() {
            if action.after == Span::ZERO {
                self.act(&occasion, &action.what);
            } else {
                self.delayed_count += 1;
                self.timers.set(self.delayed_count, self.server.now() + action.after);
                self.delayed.insert(self.delayed_count, (occasion.clone(), action));
            }
        }
    }

    fn act(&mut self, occasion: &Occasion, verb: &Verb) {
        let socket = occasion.socket;
        let look_up = |reference| occasion.value(&self.server, reference);
        match verb {
            Verb::Emit { to, emission } => {
                let EmissionTemplate { event, arguments, is_volatile } = emission;
                let arguments = arguments.values(&occasion.arguments, &look_up);
                let emission = Emission { is_volatile: *is_volatile, ..Emission::new(event, arguments) };
                let audience = |rooms: &Rooms| {
                    let mut audience = Audience::everybody(&occasion.namespace);
                    audience.rooms = rooms.to.iter().map(|room| room.room(&look_up)).collect();
                    audience.except = rooms.except.iter().map(|room| room.room(&look_up)).collect();
                    audience
                };
                match to {
                    Recipients::Client => {
                        self.server.emit(socket, emission);
                    }
                    Recipients::Everybody(rooms) => {
                        let audience = audience(rooms);
                        self.server.broadcast(&audience, emission);
                    }
                    Recipients::Others(rooms) => {
                        let own_room = self.server.sid(socket).unwrap_or_default();
                        let audience = audience(rooms).except(own_room);
                        self.server.broadcast(&audience, emission);
                    }
                }
            }
            Verb::Acknowledge(arguments) => {
                if let Some(number) = occasion.ack {
                    let values = arguments.values(&occasion.arguments, &look_up);
                    self.server.acknowledge(socket, number, values);
                }
            }
            Verb::Join(room) => {
                let room = room.room(&look_up);
                self.server.join(socket, &room);
            }
            Verb::Leave(room) => {
                let room = room.room(&look_up);
                self.server.leave(socket, &room);
            }
            Verb::Disconnect { close } => self.server.disconnect(socket, *close),
        }
    }
}

impl Occasion {
    fn new(socket: SocketId, namespace: &str, event: Value) -> Occasion {
        Occasion { socket, namespace: namespace.to_owned(), event, arguments: Vec::new(), ack: None }
    }

    fn value(&self, server: &Server, reference: Reference) -> Value {
        let texts = |texts: Vec<&str>| Value::Array(texts.into_iter().map(Value::from).collect());
        match reference {
            Reference::Auth => server.auth(self.socket).cloned().unwrap_or_else(|| Value::Object(Vec::new())),
            Reference::Query => {
                let parameters =
                    server.handshake(self.socket).map(|(_, request)| target::split(&request.target).1);
                let members = parameters.unwrap_or_default().into_iter();
                Value::object(members.map(|(name, value)| (name, Value::from(value))))
            }
            Reference::SocketId => server.sid(self.socket).map_or(Value::Null, Value::from),
            Reference::Rooms => {
                let own = server.sid(self.socket).into_iter();
                texts(own.chain(server.rooms(self.socket)).collect())
            }
            Reference::Event => self.event.clone(),
            Reference::Argument(number) => self.arguments.get(number).cloned().unwrap_or(Value::Null),
        }
    }
}

impl Service for SocketServer {
    fn handle(&mut self, now: Time, input: Input) {
        self.server.handle(now, input);
    }

    fn next_timeout(&self) -> Option<Time> {
        [self.server.next_timeout(), self.timers.next()].into_iter().flatten().min()
    }

    fn handle_timeout(&mut self, now: Time) {
        self.server.handle_timeout(now);
        // What happens at that moment comes before what was put off until then.
        while self.poll_event().is_some() {}
        self.server.set_now(now);
        while let Some(delayed) = self.timers.take_due(now) {
            if let Some((occasion, action)) = self.delayed.remove(&delayed) {
                self.act(&occasion, &action.what);
            }
        }
    }

    /// What is to be done next. Events that were not fetched before are dealt with, and lost.
    fn poll_output(&mut self) -> Option<Output> {
        while self.poll_event().is_some() {}
        self.server.poll_output()
    }
}
