//! A Socket.IO server with handlers.

mod event;
mod occasion;
mod program;

pub use event::SocketServerEvent;
pub use program::{NamespaceRules, ServerEmission};

use occasion::Occasion;

use crate::actors::Rhythm;
use crate::actors::handler::{Action, Recipients, Rooms, Verb};
use crate::fifo::Fifo;
use crate::ids::MessageId;
use crate::realtime::engine_io::Timers;
use crate::realtime::socket_io::server::{AckId, Audience, Event, Gate, Server, ServerOptions, SocketId};
use crate::realtime::socket_io::{Emission, Value};
use crate::realtime::{Input, Output, Service};
use crate::rng::Stream;
use crate::time::{Span, Time};
use litemap::LiteMap;

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
    /// What has run out, with the moment at which that was seen. It is done after all that happens at that moment.
    due: Fifo<(Time, Due)>,
    awaited: LiteMap<AckId, MessageId>,
    last_message: u32,
    events: Fifo<SocketServerEvent>,
}

/// What is to be done because its time has come.
#[derive(Clone, Copy, Debug)]
enum Due {
    /// An action that was put off, by its number.
    Action(u64),
    /// The next of the events that the server sends of its own accord.
    Emission,
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
            due: Fifo::new(),
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

    /// The server below, for a program that does more than its handlers say. What is acknowledged to such a program
    /// comes as it was told.
    pub fn server_mut(&mut self) -> &mut Server {
        &mut self.server
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
            let event = match self.server.poll_event() {
                Some(event) => event,
                None if self.do_what_is_due() => continue,
                None => return None,
            };
            let (ack, is_late) = match &event {
                Event::Acknowledged { ack, values } => (ack, values.is_none()),
                Event::AllAcknowledged { ack, is_late, .. } => (ack, *is_late),
                _ => return Some(SocketServerEvent::Told(event)),
            };
            return Some(match self.awaited.remove(ack) {
                Some(message) => SocketServerEvent::Answered { message, is_late },
                None => SocketServerEvent::Told(event),
            });
        }
    }

    /// Does the next thing whose time has come. Says whether there was something.
    fn do_what_is_due(&mut self) -> bool {
        let Some((now, due)) = self.due.pop_front() else { return false };
        self.server.set_now(now);
        match due {
            Due::Action(number) => {
                if let Some((occasion, action)) = self.delayed.remove(&number) {
                    self.act(&occasion, &action.what);
                }
            }
            Due::Emission => self.emit_next(now),
        }
        true
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
        // Taken out here, so that the next timeout is a later one whether or not somebody fetches events before it.
        while let Some(number) = self.timers.take_due(now) {
            self.due.push_back((now, Due::Action(number)));
        }
        while self.rhythm.as_mut().is_some_and(|rhythm| rhythm.take_due(now)) {
            self.due.push_back((now, Due::Emission));
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::Arrivals;
    use crate::actors::handler::{Arguments, EmissionTemplate};

    /// Whoever waits for the next timeout is done some time, also when nobody fetches what comes of it.
    #[test]
    fn what_is_put_off_is_due_once_whether_or_not_it_is_fetched() {
        let emission = ServerEmission {
            namespace: "/".to_owned(),
            rooms: Rooms::default(),
            emission: EmissionTemplate {
                event: "tick".to_owned(),
                arguments: Arguments::Listed(Vec::new()),
                is_volatile: false,
                wants_ack: false,
                timeout: None,
            },
        };
        let arrivals = Arrivals::Constant(Span::from_ms(10));
        let rhythm = Rhythm::new(arrivals, Some(3), Stream::new(1, "rhythm"), Time::START);
        let server = SocketServer::new(ServerOptions::default(), LiteMap::new(), Stream::new(1, "server"));
        let mut server = server.emitting(vec![emission], rhythm);
        let mut moments = Vec::new();
        while let Some(due) = server.next_timeout() {
            moments.push(due.as_us());
            server.handle_timeout(due);
            assert!(moments.len() < 10, "it is always the same: {moments:?}");
        }
        assert_eq!(moments, [10_000, 20_000, 30_000]);
        let told: Vec<_> = std::iter::from_fn(|| server.poll_event()).collect();
        let is_emitted = |event: &SocketServerEvent| matches!(event, SocketServerEvent::Emitted { .. });
        assert!(told.len() == 3 && told.iter().all(is_emitted), "{told:?}");
    }
}
