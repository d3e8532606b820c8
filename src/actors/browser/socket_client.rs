//! A program with a Socket.IO client: a manager with a socket for each namespace, and listeners.

use super::{BrowserEvent, next_message};
use crate::actors::handler::{Arguments, EmissionTemplate, Reference};
use crate::fifo::Fifo;
use crate::ids::MessageId;
use crate::realtime::engine_io::Timers;
use crate::realtime::socket_io::Value;
use crate::realtime::socket_io::client::{AckId, Event, Manager, ManagerOptions, SocketOptions};
use crate::realtime::{Caller, CallerInput, CallerOutput};
use crate::rng::Stream;
use crate::time::{Span, Time};
use litemap::LiteMap;

/// A listener: what is done when an event of that name comes; `connect`, `connect_error` and `disconnect` are
/// Socket.IO's own.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientListener {
    /// The name of the event.
    pub event: String,
    /// What is done, in order.
    pub actions: Vec<ClientAction>,
}

/// One thing that a program does.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientAction {
    /// How long after the event.
    pub after: Span,
    /// What.
    pub what: ClientVerb,
}

/// What a program can do (socket.io/docs/v4/client-api).
#[derive(Clone, Debug, PartialEq)]
pub enum ClientVerb {
    /// `socket.emit`.
    Emit(EmissionTemplate),
    /// The callback of the event.
    Acknowledge(Arguments),
    /// `socket.on`: listens from now on, besides all that listen already.
    Listen(Vec<ClientListener>),
    /// `socket.connect`.
    Connect,
    /// `socket.disconnect`.
    Disconnect,
}

/// An event that a program sends of its own accord.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientEmission {
    /// The namespace.
    pub namespace: String,
    /// The event.
    pub emission: EmissionTemplate,
}

/// A namespace that a program uses.
#[derive(Clone, Debug, PartialEq)]
pub struct NamespaceProgram {
    /// Its name.
    pub name: String,
    /// The settings of its socket.
    pub options: SocketOptions,
    /// What it listens to from the start.
    pub listeners: Vec<ClientListener>,
}

#[derive(Clone, Debug)]
struct Occasion {
    namespace: String,
    event: Value,
    arguments: Vec<Value>,
    ack: Option<u64>,
    message: Option<MessageId>,
}

/// A Socket.IO client with what it does.
#[derive(Clone, Debug)]
pub struct SocketClient {
    manager: Manager,
    /// The namespaces with their listeners, as often as each was registered.
    listeners: LiteMap<String, Vec<ClientListener>>,
    emissions: Vec<ClientEmission>,
    emitted: u64,
    delayed: LiteMap<u64, (Occasion, ClientVerb)>,
    delayed_count: u64,
    timers: Timers<u64>,
    due: Time,
    awaited: LiteMap<AckId, MessageId>,
    events: Fifo<BrowserEvent>,
}

impl SocketClient {
    /// A client that makes its sockets now, and connects them if it is to do so by itself.
    pub fn new(
        options: ManagerOptions,
        namespaces: &[NamespaceProgram],
        emissions: Vec<ClientEmission>,
        stream: Stream,
        now: Time,
    ) -> SocketClient {
        let mut manager = Manager::new(options, stream, now);
        let mut listeners = LiteMap::new();
        for namespace in namespaces {
            manager.socket(&namespace.name, namespace.options.clone());
            listeners.insert(namespace.name.clone(), namespace.listeners.clone());
        }
        SocketClient {
            manager,
            listeners,
            emissions,
            emitted: 0,
            delayed: LiteMap::new(),
            delayed_count: 0,
            timers: Timers::default(),
            due: Time::START,
            awaited: LiteMap::new(),
            events: Fifo::new(),
        }
    }

    /// The client below.
    pub fn manager(&self) -> &Manager {
        &self.manager
    }

    /// Its namespaces, each with the events that it listens to and how often.
    pub fn namespaces(&self) -> impl Iterator<Item = (&str, Vec<(&str, u64)>)> {
        self.listeners.iter().map(|(name, listeners)| {
            let mut counted: Vec<(&str, u64)> = Vec::new();
            for listener in listeners {
                match counted.iter_mut().find(|(event, _)| *event == listener.event) {
                    Some((_, count)) => *count += 1,
                    None => counted.push((&listener.event, 1)),
                }
            }
            (name.as_str(), counted)
        })
    }

    pub(super) fn has_acts(&self) -> bool {
        !self.emissions.is_empty()
    }

    /// `socket.connect` in all namespaces.
    pub fn connect(&mut self, now: Time) {
        self.manager.set_now(now);
        self.for_each_namespace(Manager::connect);
    }

    /// `socket.disconnect` in all namespaces.
    pub fn disconnect(&mut self, now: Time) {
        self.manager.set_now(now);
        self.for_each_namespace(Manager::disconnect);
    }

    /// `socket.io.engine.close`: the connection below is closed, which the client takes for a loss.
    pub fn close_engine(&mut self, now: Time) {
        self.manager.set_now(now);
        self.manager.close_engine();
    }

    fn for_each_namespace(&mut self, act: impl Fn(&mut Manager, &str)) {
        let names: Vec<String> = self.listeners.keys().cloned().collect();
        names.iter().for_each(|name| act(&mut self.manager, name));
    }

    /// Sends the next of the events that it sends of its own accord. Says whether there is one.
    pub fn emit_next(&mut self, now: Time, last: &mut u32) -> bool {
        let place = self.emitted.checked_rem(self.emissions.len() as u64);
        let Some(emission) = place.map(|place| self.emissions[place as usize].clone()) else { return false };
        self.emitted += 1;
        self.emit(now, &emission, last);
        true
    }

    /// Sends an event that nothing has caused.
    pub fn emit(&mut self, now: Time, emission: &ClientEmission, last: &mut u32) {
        self.manager.set_now(now);
        let (namespace, arguments) = (emission.namespace.clone(), Vec::new());
        let occasion = Occasion { namespace, event: Value::Null, arguments, ack: None, message: None };
        self.send(&occasion, &emission.emission, last);
    }

    fn send(&mut self, occasion: &Occasion, template: &EmissionTemplate, last: &mut u32) {
        let look_up = |reference| occasion.value(&self.manager, reference);
        let next = || next_message(last);
        let emission = template.emission(&occasion.arguments, occasion.message, next, &look_up);
        let message = emission.message.unwrap_or(MessageId(0));
        self.events.push_back(BrowserEvent::Emitted {
            namespace: occasion.namespace.clone(),
            message,
            event: template.event.clone(),
        });
        if let Some(ack) = self.manager.emit(&occasion.namespace, emission) {
            self.awaited.insert(ack, message);
        }
    }

    pub(super) fn poll_event(&mut self, last: &mut u32) -> Option<BrowserEvent> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            match self.manager.poll_event() {
                Some(Event::Acknowledged { ack, answer, .. }) => {
                    if let Some(message) = self.awaited.remove(&ack) {
                        return Some(BrowserEvent::Answered { message, problem: answer.err() });
                    }
                }
                Some(event) => return Some(BrowserEvent::SocketIo(event)),
                None => {
                    // What was put off is done after all that happens at that moment.
                    let delayed = self.timers.take_due(self.due)?;
                    if let Some((occasion, verb)) = self.delayed.remove(&delayed) {
                        self.manager.set_now(self.due);
                        self.act(&occasion, &verb, last);
                    }
                }
            }
        }
    }

    pub(super) fn react(&mut self, event: &Event, message: Option<MessageId>, last: &mut u32) -> u64 {
        let plain = |namespace: &str, event: &str| Occasion {
            namespace: namespace.to_owned(),
            event: event.into(),
            arguments: Vec::new(),
            ack: None,
            message,
        };
        let occasion = match event {
            Event::Connect { namespace, .. } => plain(namespace, "connect"),
            Event::ConnectError { namespace, message, .. } => {
                let arguments = vec![Value::from(message.clone())];
                Occasion { arguments, ..plain(namespace, "connect_error") }
            }
            Event::Disconnect { namespace, reason } => {
                Occasion { arguments: vec![reason.as_str().into()], ..plain(namespace, "disconnect") }
            }
            Event::Message { namespace, values, ack } => {
                let Some((Value::Text(name), arguments)) = values.split_first() else { return 0 };
                Occasion { arguments: arguments.to_vec(), ack: *ack, ..plain(namespace, name) }
            }
            _ => return 0,
        };
        // Those that are registered meanwhile are not called.
        let listeners = self.listeners.get(&occasion.namespace).map(Vec::as_slice).unwrap_or_default();
        let own = listeners.iter().filter(|listener| occasion.event.as_text() == Some(&listener.event));
        let called: Vec<Vec<ClientAction>> = own.map(|listener| listener.actions.clone()).collect();
        let count = called.len() as u64;
        let mut occasion = occasion;
        for ClientAction { after, what } in called.into_iter().flatten() {
            if after == Span::ZERO {
                self.act(&occasion, &what, last);
                // The callback does something once only.
                if let ClientVerb::Acknowledge(_) = what {
                    occasion.ack = None;
                }
            } else {
                self.delayed_count += 1;
                self.timers.set(self.delayed_count, self.manager.now() + after);
                self.delayed.insert(self.delayed_count, (occasion.clone(), what));
            }
        }
        count
    }

    fn act(&mut self, occasion: &Occasion, verb: &ClientVerb, last: &mut u32) {
        match verb {
            ClientVerb::Emit(template) => self.send(occasion, template, last),
            ClientVerb::Acknowledge(arguments) => {
                let Some(number) = occasion.ack else { return };
                let look_up = |reference| occasion.value(&self.manager, reference);
                let values = arguments.values(&occasion.arguments, &look_up);
                self.manager.acknowledge(&occasion.namespace, number, values);
                let namespace = occasion.namespace.clone();
                let sent = |message| BrowserEvent::AcknowledgementSent { namespace, message };
                self.events.extend(occasion.message.map(sent));
            }
            ClientVerb::Listen(listeners) => {
                let own = self.listeners.entry(occasion.namespace.clone()).or_default();
                for listener in listeners {
                    own.push(listener.clone());
                    let count = own.iter().filter(|each| each.event == listener.event).count() as u64;
                    let event = listener.event.clone();
                    self.events.push_back(BrowserEvent::Listens { event, count });
                }
            }
            ClientVerb::Connect => self.manager.connect(&occasion.namespace),
            ClientVerb::Disconnect => self.manager.disconnect(&occasion.namespace),
        }
    }

    pub(super) fn handle(&mut self, now: Time, input: CallerInput) {
        self.manager.handle(now, input);
    }

    pub(super) fn next_timeout(&self) -> Option<Time> {
        self.manager.next_timeout().into_iter().chain(self.timers.next()).min()
    }

    pub(super) fn handle_timeout(&mut self, now: Time) {
        self.manager.handle_timeout(now);
        self.due = now;
    }

    pub(super) fn poll_output(&mut self) -> Option<CallerOutput> {
        self.manager.poll_output()
    }
}

impl Occasion {
    fn value(&self, manager: &Manager, reference: Reference) -> Value {
        match reference {
            Reference::SocketId => manager.sid(&self.namespace).map_or(Value::Null, Value::from),
            Reference::Event => self.event.clone(),
            Reference::Argument(number) => self.arguments.get(number).cloned().unwrap_or(Value::Null),
            // These a server knows.
            Reference::Auth | Reference::Query | Reference::Rooms => Value::Null,
        }
    }
}
