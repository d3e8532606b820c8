//! Interventions: clients that hang, break or are set to something else, policies, and what management does.

use super::World;
use super::client::{Actor, CHANNEL};
use super::command_error::CommandError;
use super::employing;
use super::world::Pending;
use crate::actors::{Acknowledgement, Consumer, Life};
use crate::amqp::Method;
use crate::broker::{Context, Policy};
use crate::facts::{Event, Recorder, Rule};
use crate::ids::{ActorId, Name};
use crate::scenario::{self, ClientMethod, Command, Operator};
use serde_json::Value;

/// What management may send.
const MANAGEABLE: [&str; 2] = ["exchange.", "queue."];

impl World {
    /// Whether an intervention can ever be carried out.
    pub(super) fn check_intervention(&self, command: &Command, id: ActorId) -> Result<(), CommandError> {
        let node = || command.node().unwrap_or_default().to_owned();
        match (command, &self.client(id).actor) {
            (Command::SetArrivals { .. }, Actor::Consumer(_)) => Err(CommandError::NotAProducer(node())),
            (
                Command::Hang { .. }
                | Command::SlowDown { .. }
                | Command::SetPrefetch { .. }
                | Command::SetService { .. }
                | Command::SetAcknowledgement { .. },
                Actor::Producer(_),
            ) => Err(CommandError::NotAConsumer(node())),
            (Command::SetAcknowledgement { acknowledgement, .. }, Actor::Consumer(consumer))
                if acknowledgement.is_before_the_work()
                    && consumer.habits().answers.iter().any(|rule| rule.answer.speaks()) =>
            {
                let what = "this consumer answers certain messages when their work is done, and with this \
                            acknowledgement they are done with before: choose \"manual\", \"never\" or a batch";
                Err(CommandError::Invalid { place: "acknowledgement".to_owned(), what: what.to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// Whether an intervention can be carried out now.
    pub(super) fn check_intervention_now(&self, command: &Command, id: ActorId) -> Result<(), &'static str> {
        let client = self.client(id);
        let life = client.session.life();
        let Actor::Consumer(consumer) = &client.actor else {
            return match command {
                Command::DropConnection { .. } if life == Life::Down => Err("has no connection to break."),
                _ => Ok(()),
            };
        };
        match command {
            Command::DropConnection { .. } if life == Life::Down => Err("has no connection to break."),
            Command::Hang { .. } if consumer.hangs_since().is_some() => {
                Err("hangs already: it can go on (resume).")
            }
            _ if !begins_anew(command, consumer) => Ok(()),
            _ if life != Life::Open => Err("has no open channel: it must recover first."),
            _ if self.is_alone_at_auto_delete_queue(consumer) => Err(
                "is the only consumer of an auto-delete queue, which would go with it: the limit and the mode \
                 of a consumer cannot be changed, it must end and begin anew.",
            ),
            _ => Ok(()),
        }
    }

    fn is_alone_at_auto_delete_queue(&self, consumer: &Consumer) -> bool {
        let mut queues = self.broker.queues().map(|(_, queue)| queue);
        let queue = queues.find(|queue| queue.name == consumer.queue());
        queue.is_some_and(|queue| queue.is_auto_delete && queue.consumer_count() <= 1)
    }

    /// Carries out an intervention that has been checked.
    pub(super) fn intervene(&mut self, id: ActorId, command: &Command) {
        let now = self.now;
        let client = self.client(id).actor.name();
        match (command, &mut self.clients[id.index()].actor) {
            (Command::DropConnection { .. }, _) => return self.drop_connection(id),
            (Command::Hang { .. }, Actor::Consumer(consumer)) => {
                consumer.hang(now);
                self.record(Event::Hung { client });
            }
            (Command::SlowDown { factor, .. }, Actor::Consumer(consumer)) => {
                consumer.set_slowness(*factor);
                let factor = self.names.intern(&Value::from(*factor).to_string());
                self.record(Event::SlowedDown { client, factor });
            }
            (Command::SetArrivals { arrivals, given, .. }, _) => {
                let (arrivals, trace) = employing::arrivals(&mut self.names, arrivals);
                if let Actor::Producer(producer) = &mut self.clients[id.index()].actor {
                    producer.set_arrivals(arrivals, trace);
                }
                let arrivals = self.names.intern(&given.to_string());
                self.record(Event::ArrivalsChanged { producer: client, arrivals });
                self.schedule_publishing(id);
            }
            (Command::SetPrefetch { prefetch, .. }, Actor::Consumer(consumer)) => {
                consumer.change_habits(|habits| habits.prefetch = *prefetch);
                let arrives = self.consume_anew(id);
                let (prefetch, rule) = ((*prefetch).into(), Rule::PrefetchOfNewConsumers);
                self.record(Event::PrefetchChanged { consumer: client, prefetch, arrives, rule });
            }
            (Command::SetService { service, per_octet_us, given, .. }, Actor::Consumer(consumer)) => {
                consumer.change_habits(|habits| {
                    habits.service = service.clone();
                    habits.per_octet_us = per_octet_us.unwrap_or(habits.per_octet_us);
                });
                let service = self.names.intern(&given.to_string());
                self.record(Event::ServiceChanged { consumer: client, service });
            }
            (Command::SetAcknowledgement { acknowledgement, given, .. }, Actor::Consumer(consumer)) => {
                let is_other_mode = begins_anew(command, consumer);
                let rest = consumer.set_acknowledgement(*acknowledgement);
                let acknowledgement = self.names.intern(&given.to_string());
                self.record(Event::AcknowledgementChanged { consumer: client, acknowledgement });
                if let Some(rest) = rest.filter(|_| self.client(id).session.is_open()) {
                    self.send_with_fact(id, rest);
                }
                if is_other_mode {
                    self.consume_anew(id);
                }
            }
            _ => return,
        }
        self.settings_version += 1;
    }

    /// A client that hung or was paused goes on.
    pub(super) fn go_on(&mut self, id: ActorId) {
        let now = self.now;
        let actor = &mut self.client_mut(id).actor;
        actor.set_paused(false);
        let client = actor.name();
        let work = match actor {
            Actor::Consumer(consumer) => consumer.hangs_no_more(now),
            Actor::Producer(_) => None,
        };
        if let Some((ends, number)) = work {
            self.agenda.enter(ends, Pending::WorkEnds(id, number));
        }
        self.record(Event::Resumed { client });
        self.begin_work(id);
        self.publish_waiting(id);
    }

    /// A consumer ends at the broker and begins anew with its present habits. What it holds unacknowledged it keeps.
    fn consume_anew(&mut self, id: ActorId) -> crate::time::Time {
        let Actor::Consumer(consumer) = &self.client(id).actor else { return self.now };
        let cancel = Method::BasicCancel { consumer_tag: consumer.name().0, no_wait: true };
        let mut arrives = self.send_with_fact(id, cancel);
        for method in self.client(id).actor.set_up() {
            arrives = self.send_with_fact(id, method);
        }
        arrives
    }

    /// The TCP connection of a client breaks: for both sides at once, or on a line of packets as TCP has it.
    fn drop_connection(&mut self, id: ActorId) {
        if self.is_on_line(id) {
            return self.reset_line(id);
        }
        let client = self.client(id);
        let (name, connection) = (client.actor.name(), client.connection);
        let event = Event::ConnectionDropped { client: name, rule: Rule::ConnectionLost };
        self.break_connection(connection, event);
    }

    /// Whether management can ever send a method.
    pub(super) fn check_management(&self, virtual_host: &str, method: &Value) -> Result<(), CommandError> {
        // The names in it are for a table of its own: a command that is refused changes nothing.
        let method = scenario::client_method(method, &mut self.names.clone())?;
        self.check_virtual_host(virtual_host)?;
        match method {
            ClientMethod::Other(method)
                if MANAGEABLE.iter().any(|class| method.name().starts_with(class)) =>
            {
                Ok(())
            }
            _ => {
                let what = "management declares, deletes, binds, unbinds and purges exchanges and queues; a \
                            producer or a consumer sends the rest (the command \"send\")";
                Err(CommandError::Invalid { place: "method".to_owned(), what: what.to_owned() })
            }
        }
    }

    pub(super) fn check_virtual_host(&self, name: &str) -> Result<(), CommandError> {
        if self.broker.virtual_hosts().any(|(host, _)| self.names.text(host) == name) {
            return Ok(());
        }
        let what = format!("there is no virtual host '{name}'");
        Err(CommandError::Invalid { place: "virtual_host".to_owned(), what })
    }

    /// Whether the broker would do now what management asks for: it is tried with a copy of it.
    pub(super) fn try_management(&self, virtual_host: &str, method: &Value) -> Result<(), CommandError> {
        let (mut broker, mut names) = (self.broker.clone(), self.names.clone());
        let ClientMethod::Other(method) = scenario::client_method(method, &mut names)? else { return Ok(()) };
        let mut facts = Recorder::default();
        let mut cx = Context { now: self.now, names: &mut names, facts: &mut facts };
        let operator = Operator::connect(&mut broker, &mut cx, virtual_host);
        operator.request(&mut broker, &mut cx, method).map_err(|words| CommandError::Invalid {
            place: "method".to_owned(),
            what: format!("RabbitMQ refuses this: {words}"),
        })
    }

    /// Does what management asks for, which has been checked.
    pub(super) fn manage(&mut self, virtual_host: &str, given: &Value) {
        let Ok(ClientMethod::Other(method)) = scenario::client_method(given, &mut self.names) else { return };
        let fields = self.names.intern(&fields_in_words(given));
        let name = self.names.intern(method.name());
        self.record(Event::Managed { method: name, fields });
        self.with_broker(|broker, cx| {
            let operator = Operator::connect(broker, cx, virtual_host);
            // It was tried when the command was checked.
            let _ = operator.request(broker, cx, method);
            operator.leave(broker, cx);
        });
        self.carry_output();
    }

    /// Whether a policy could be set.
    pub(super) fn check_policy(
        &self,
        virtual_host: &str,
        policy: &Policy,
        is_operator: bool,
    ) -> Result<(), CommandError> {
        self.check_virtual_host(virtual_host)?;
        self.broker.check_policy(policy, is_operator).map_err(|(place, words)| CommandError::Invalid {
            place: place.to_owned(),
            what: format!("RabbitMQ refuses this: {words}"),
        })
    }

    /// Whether there is a policy to clear.
    pub(super) fn check_has_policy(
        &self,
        virtual_host: &str,
        name: &str,
        is_operator: bool,
    ) -> Result<(), CommandError> {
        self.check_virtual_host(virtual_host)?;
        if self.broker.has_policy(&self.names, virtual_host, name, is_operator) {
            return Ok(());
        }
        let kind = if is_operator { "operator policy" } else { "policy" };
        let what = format!("there is no {kind} '{name}' in virtual host '{virtual_host}'");
        Err(CommandError::Invalid { place: "name".to_owned(), what })
    }

    /// Sets a policy that has been checked.
    pub(super) fn set_policy(&mut self, virtual_host: &str, policy: &Policy, is_operator: bool) {
        let settings = policy.definition.iter().map(|(name, value)| (name, value.described().1));
        let definition = self.names.intern(&joined(settings));
        let (name, pattern) = (self.names.intern(&policy.name), self.names.intern(&policy.pattern));
        self.record(Event::PolicySet { policy: name, pattern, definition, rule: Rule::Policy });
        let policy = policy.clone();
        self.with_broker(|broker, cx| {
            // It was checked with the command.
            let _ = broker.set_policy(cx, virtual_host, policy, is_operator);
        });
        self.carry_output();
    }

    /// Clears a policy that there is.
    pub(super) fn clear_policy(&mut self, virtual_host: &str, name: &str, is_operator: bool) {
        let policy = self.names.intern(name);
        self.record(Event::PolicyCleared { policy, rule: Rule::Policy });
        self.with_broker(|broker, cx| broker.clear_policy(cx, virtual_host, name, is_operator));
        self.carry_output();
    }

    /// Sends a method, and says so.
    pub(super) fn send_with_fact(&mut self, id: ActorId, method: Method) -> crate::time::Time {
        let client = self.client(id).actor.name();
        let name: Name = self.names.intern(method.name());
        let arrives = self.send(id, CHANNEL, method);
        self.record(Event::MethodSent { client, method: name, arrives });
        arrives
    }
}

/// Whether a consumer must end and begin anew for a command: the broker knows its limit and its mode.
fn begins_anew(command: &Command, consumer: &Consumer) -> bool {
    let is_automatic = |acknowledgement: Acknowledgement| acknowledgement == Acknowledgement::Automatic;
    match command {
        Command::SetPrefetch { .. } => true,
        Command::SetAcknowledgement { acknowledgement, .. } => {
            is_automatic(*acknowledgement) != is_automatic(consumer.habits().acknowledgement)
        }
        _ => false,
    }
}

/// The fields of a method: `queue = q, exchange = e`.
fn fields_in_words(method: &Value) -> String {
    let fields = method.as_object().and_then(|methods| methods.values().next()).and_then(Value::as_object);
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    joined(fields.into_iter().flatten().map(|(name, value)| (name.as_str(), text(value))))
}

fn joined<'a>(fields: impl Iterator<Item = (&'a str, String)>) -> String {
    fields.map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join(", ")
}
