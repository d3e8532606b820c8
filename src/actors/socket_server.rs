//! A Socket.IO server with handlers.

use super::Rhythm;
use super::handler::{Action, EmissionTemplate, Handlers, Recipients, Reference, Rooms, Verb};
use crate::fifo::Fifo;
use crate::ids::MessageId;
use crate::realtime::engine_io::{Timers, target};
use crate::realtime::socket_io::server::{AckId, Audience, Event, Gate, Server, ServerOptions, SocketId};
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

/// An event that a server sends of its own accord, to everybody in a namespace or in rooms of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerEmission {
    /// The namespace.
    pub namespace: String,
    /// The rooms.
    pub rooms: Rooms,
    /// The event.
    pub emission: EmissionTemplate,
}

/// What happened at a Socket.IO server.
#[derive(Clone, Debug, PartialEq)]
pub enum SocketServerEvent {
    /// What the server below tells. It is to be given back to [`SocketServer::react`].
    Told(Event),
    /// The server sends an event.
    Emitted {
        /// The message that it is.
        message: MessageId,
        /// The name of the event.
        event: String,
        /// The socket to which it goes, or the audience.
        to: Result<SocketId, Audience>,
        /// Whether it is kept for clients that come back in time.
        is_kept: bool,
    },
    /// The server acknowledges a message.
    AcknowledgementSent {
        /// To whom.
        socket: SocketId,
        /// The message.
        message: MessageId,
    },
    /// A message of the server has been acknowledged, or not in time.
    Answered {
        /// The message.
        message: MessageId,
        /// Whether the time was over.
        is_late: bool,
    },
    /// A socket has joined a room, or left it.
    RoomChanged {
        /// The socket.
        socket: SocketId,
        /// The room.
        room: String,
        /// Whether it has joined it.
        is_in: bool,
    },
}

/// A Socket.IO server with what it does in each namespace.
#[derive(Clone, Debug)]
pub struct SocketServer {
    server: Server,
    namespaces: LiteMap<String, NamespaceRules>,
    emissions: Vec<ServerEmission>,
    rhythm: Option<Rhythm>,
    emitted: u64,
    has_recovery: bool,
    delayed: LiteMap<u64, (Occasion, Action)>,
    delayed_count: u64,
    timers: Timers<u64>,
    /// Up to which moment it does what was put off.
    due: Time,
    awaited: LiteMap<AckId, MessageId>,
    last_message: u32,
    events: Fifo<SocketServerEvent>,
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
    /// The message that has come.
    message: Option<MessageId>,
}

impl SocketServer {
    /// A server with these namespaces; `/` is there in any case. Identifiers are drawn from the stream.
    pub fn new(
        options: ServerOptions,
        namespaces: LiteMap<String, NamespaceRules>,
        stream: Stream,
    ) -> SocketServer {
        let has_recovery = options.recovery.is_some();
        let mut server = Server::new(options, stream);
        for (name, rules) in &namespaces {
            server.add_namespace(name, rules.gate.clone());
        }
        SocketServer {
            server,
            namespaces,
            emissions: Vec::new(),
            rhythm: None,
            emitted: 0,
            has_recovery,
            delayed: LiteMap::new(),
            delayed_count: 0,
            timers: Timers::default(),
            due: Time::START,
            awaited: LiteMap::new(),
            last_message: 0,
            events: Fifo::new(),
        }
    }

    /// Lets it send these events in turn, of its own accord.
    pub fn emitting(mut self, emissions: Vec<ServerEmission>, rhythm: Rhythm) -> SocketServer {
        (self.emissions, self.rhythm) = (emissions, Some(rhythm));
        self
    }

    /// The server below.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Who is let into each namespace, by name.
    pub fn namespaces(&self) -> impl Iterator<Item = (&str, Option<&Gate>)> {
        self.namespaces.iter().map(|(name, rules)| (name.as_str(), rules.gate.as_ref()))
    }

    /// Its rhythm, if it has one.
    pub fn rhythm(&mut self) -> Option<&mut Rhythm> {
        self.rhythm.as_mut()
    }

    /// The number of the newest message, from which new ones are counted; it is lent by whoever counts them all.
    pub fn last_message(&mut self) -> &mut u32 {
        &mut self.last_message
    }

    /// The next event. What the server below tells has not been reacted to.
    pub fn poll_event(&mut self) -> Option<SocketServerEvent> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            let (ack, is_late) = match self.server.poll_event() {
                Some(Event::Acknowledged { ack, values }) => (ack, values.is_none()),
                Some(Event::AllAcknowledged { ack, is_late, .. }) => (ack, is_late),
                Some(event) => return Some(SocketServerEvent::Told(event)),
                None if self.do_what_is_due() => continue,
                None => return None,
            };
            if let Some(message) = self.awaited.remove(&ack) {
                return Some(SocketServerEvent::Answered { message, is_late });
            }
        }
    }

    /// What was put off until a moment is done after all that happens at it. Says whether there was something.
    fn do_what_is_due(&mut self) -> bool {
        let due = self.due;
        if let Some(delayed) = self.timers.take_due(due) {
            self.server.set_now(due);
            if let Some((occasion, action)) = self.delayed.remove(&delayed) {
                self.act(&occasion, &action.what);
            }
            return true;
        }
        let is_due = self.rhythm.as_mut().is_some_and(|rhythm| rhythm.take_due(due));
        if is_due {
            self.emit_next(due);
        }
        is_due
    }

    /// Does what the handlers say about an event; `message` is the message that has come with it, if that is known.
    pub fn react(&mut self, event: &Event, message: Option<MessageId>) {
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
                (Occasion { arguments: arguments.to_vec(), ack: *ack, message, ..occasion }, actions)
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
            Verb::Emit { to, emission: template } => {
                let last = &mut self.last_message;
                let next = || next_message(last);
                let emission = template.emission(&occasion.arguments, occasion.message, next, &look_up);
                let audience = |rooms: &Rooms| {
                    let mut audience = Audience::everybody(&occasion.namespace);
                    audience.rooms = rooms.to.iter().map(|room| room.room(&look_up)).collect();
                    audience.except = rooms.except.iter().map(|room| room.room(&look_up)).collect();
                    audience
                };
                let to = match to {
                    Recipients::Client => Ok(socket),
                    Recipients::Everybody(rooms) => Err(audience(rooms)),
                    Recipients::Others(rooms) => {
                        let own_room = self.server.sid(socket).unwrap_or_default();
                        Err(audience(rooms).except(own_room))
                    }
                };
                self.send(to, &template.event, emission);
            }
            Verb::Acknowledge(arguments) => {
                if let Some(number) = occasion.ack {
                    let values = arguments.values(&occasion.arguments, &look_up);
                    self.server.acknowledge(socket, number, values);
                    let sent = |message| SocketServerEvent::AcknowledgementSent { socket, message };
                    self.events.extend(occasion.message.map(sent));
                }
            }
            Verb::Join(room) => {
                let room = room.room(&look_up);
                self.server.join(socket, &room);
                self.events.push_back(SocketServerEvent::RoomChanged { socket, room, is_in: true });
            }
            Verb::Leave(room) => {
                let room = room.room(&look_up);
                self.server.leave(socket, &room);
                self.events.push_back(SocketServerEvent::RoomChanged { socket, room, is_in: false });
            }
            Verb::Disconnect { close } => self.server.disconnect(socket, *close),
        }
    }

    fn send(&mut self, to: Result<SocketId, Audience>, event: &str, emission: Emission) {
        let message = emission.message.unwrap_or(MessageId(0));
        let (event, is_kept) =
            (event.to_owned(), self.has_recovery && !emission.is_volatile && !emission.wants_ack);
        let ack = match &to {
            Ok(socket) => self.server.emit(*socket, emission),
            Err(audience) => self.server.broadcast(audience, emission),
        };
        if let Some(ack) = ack {
            self.awaited.insert(ack, message);
        }
        self.events.push_back(SocketServerEvent::Emitted { message, event, to, is_kept });
    }

    /// Sends an event to everybody in a namespace, or in rooms of it, that nothing has caused.
    pub fn emit(&mut self, now: Time, emission: &ServerEmission) {
        self.server.set_now(now);
        let ServerEmission { namespace, rooms, emission: template } = emission;
        // There is nothing that could come with it.
        let look_up = |_| Value::Null;
        let last = &mut self.last_message;
        let made = template.emission(&[], None, || next_message(last), &look_up);
        let mut audience = Audience::everybody(namespace);
        audience.rooms = rooms.to.iter().map(|room| room.room(&look_up)).collect();
        audience.except = rooms.except.iter().map(|room| room.room(&look_up)).collect();
        self.send(Err(audience), &template.event, made);
    }

    /// Sends the next of the events that it sends of its own accord.
    pub fn emit_next(&mut self, now: Time) {
        let place = self.emitted.checked_rem(self.emissions.len() as u64);
        let Some(emission) = place.map(|place| self.emissions[place as usize].clone()) else { return };
        self.emitted += 1;
        self.emit(now, &emission);
    }

    /// Disconnects the sockets of a namespace, or those in a room of it, and closes their connections if asked to.
    pub fn disconnect_sockets(&mut self, now: Time, namespace: &str, room: Option<&str>, close: bool) {
        self.server.set_now(now);
        let mut audience = Audience::everybody(namespace);
        audience.rooms.extend(room.map(str::to_owned));
        self.server.disconnect_sockets(&audience, close);
    }
}

fn next_message(last: &mut u32) -> MessageId {
    *last += 1;
    MessageId(*last)
}

impl Occasion {
    fn new(socket: SocketId, namespace: &str, event: Value) -> Occasion {
        let (namespace, arguments) = (namespace.to_owned(), Vec::new());
        Occasion { socket, namespace, event, arguments, ack: None, message: None }
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
        let rhythm = self.rhythm.as_ref().and_then(Rhythm::next);
        [self.server.next_timeout(), self.timers.next(), rhythm].into_iter().flatten().min()
    }

    fn handle_timeout(&mut self, now: Time) {
        self.server.handle_timeout(now);
        self.due = now;
    }

    /// What is to be done next. Events that were not fetched before are dealt with, and lost.
    fn poll_output(&mut self) -> Option<Output> {
        while let Some(event) = self.poll_event() {
            if let SocketServerEvent::Told(event) = event {
                self.react(&event, None);
            }
        }
        self.server.poll_output()
    }
}
