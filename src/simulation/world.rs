//! Everything that changes while a simulation runs, and the one way in which it changes: one event after the
//! other. A clone of it is a checkpoint.

use super::Command;
use crate::actors::{Consumer, Delivery, Producer};
use crate::agenda::Agenda;
use crate::amqp::{self, ChannelNumber, Method};
use crate::broker::{Broker, Context, Outgoing};
use crate::facts::{ClientName, Event, ExchangeName, Recorder};
use crate::ids::{ActorId, ConnectionId, MessageId, Name, Names};
use crate::network::{Direction, Link};
use crate::time::Time;
use litemap::LiteMap;

/// The channel that every simulated client uses.
pub(super) const CHANNEL: ChannelNumber = 1;

/// A producer or a consumer.
#[derive(Clone, Debug)]
pub enum Actor {
    /// A producer.
    Producer(Producer),
    /// A consumer.
    Consumer(Consumer),
}

impl Actor {
    /// Its name.
    pub fn name(&self) -> ClientName {
        match self {
            Actor::Producer(producer) => producer.name(),
            Actor::Consumer(consumer) => consumer.name(),
        }
    }
}

/// An actor with its way to the broker.
#[derive(Clone, Debug)]
pub struct Client {
    /// The actor.
    pub actor: Actor,
    /// The virtual host it is connected to.
    pub virtual_host: Name,
    pub(super) connection: ConnectionId,
    pub(super) link: Link,
}

/// What can be on the agenda.
#[derive(Clone, Debug)]
pub(super) enum Pending {
    /// A producer's rhythm wants a message.
    PublishDue(ActorId),
    /// A method reaches the broker.
    AtBroker(ActorId, ChannelNumber, amqp::Command),
    /// A method reaches a client.
    AtClient(ActorId, amqp::Command),
    /// A consumer is done with the message in hand.
    WorkEnds(ActorId),
    /// Something runs out in the broker.
    BrokerTimeout,
}

/// The state of a simulation at one moment.
#[derive(Clone, Debug)]
pub struct World {
    pub(super) now: Time,
    pub(super) steps: u64,
    /// How many commands of the log have been carried out.
    pub(super) commands: usize,
    pub(super) agenda: Agenda<Pending>,
    pub(super) names: Names,
    pub(super) broker: Broker,
    pub(super) clients: Vec<Client>,
    pub(super) by_connection: LiteMap<ConnectionId, ActorId>,
    pub(super) recorder: Recorder,
    pub(super) last_message: u32,
    /// The earliest broker timeout on the agenda.
    pub(super) broker_timeout: Option<Time>,
}

impl World {
    /// The present.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Steps taken since the start.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The broker.
    pub fn broker(&self) -> &Broker {
        &self.broker
    }

    /// Producers and consumers, in the order of the document.
    pub fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// The table of names.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// What has been recorded.
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// When the next event is due.
    pub fn next_event(&self) -> Option<Time> {
        self.agenda.next_time()
    }

    /// Takes the next event from the agenda and carries it out. Says whether there was one.
    pub(super) fn step(&mut self) -> bool {
        let Some((time, event)) = self.agenda.take() else { return false };
        self.now = time;
        self.steps += 1;
        self.recorder.begin_step(self.steps);
        match event {
            Pending::PublishDue(id) => self.publish_due(id),
            Pending::AtBroker(id, channel, command) => {
                let connection = self.clients[id.index()].connection;
                let World { broker, names, recorder, now, .. } = self;
                broker.handle(
                    &mut Context { now: *now, names, facts: recorder },
                    connection,
                    channel,
                    command,
                );
                self.carry_output();
            }
            Pending::BrokerTimeout => {
                self.broker_timeout = None;
                let World { broker, names, recorder, now, .. } = self;
                broker.handle_timeout(&mut Context { now: *now, names, facts: recorder });
                self.carry_output();
            }
            Pending::AtClient(id, command) => self.receive(id, &command),
            Pending::WorkEnds(id) => self.work_ends(id),
        }
        true
    }

    /// Carries out a command that was given from outside.
    pub(super) fn carry_out(&mut self, command: Command, id: ActorId) {
        match (command, &mut self.clients[id.index()].actor) {
            (Command::Publish { .. }, Actor::Producer(_)) => self.publish(id),
            (Command::Pause { .. }, actor) => {
                match actor {
                    Actor::Producer(producer) => producer.set_paused(true),
                    Actor::Consumer(consumer) => consumer.set_paused(true),
                }
                let client = actor.name();
                self.record(Event::Paused { client });
            }
            (Command::Resume { .. }, actor) => {
                match actor {
                    Actor::Producer(producer) => producer.set_paused(false),
                    Actor::Consumer(consumer) => consumer.set_paused(false),
                }
                let client = actor.name();
                self.record(Event::Resumed { client });
                self.begin_work(id);
            }
            (Command::Publish { .. }, Actor::Consumer(_)) => {
                unreachable!("a command is checked before it is carried out")
            }
        }
    }

    pub(super) fn record(&mut self, event: Event) {
        self.recorder.record(self.now, &self.names, event);
    }

    /// Enters the next message of a producer's rhythm.
    pub(super) fn schedule_publishing(&mut self, id: ActorId) {
        let Actor::Producer(producer) = &mut self.clients[id.index()].actor else { return };
        if let Some(span) = producer.next_due() {
            self.agenda.enter(self.now + span, Pending::PublishDue(id));
        }
    }

    fn publish_due(&mut self, id: ActorId) {
        let Actor::Producer(producer) = &self.clients[id.index()].actor else { return };
        if !producer.is_paused() {
            self.publish(id);
        }
        self.schedule_publishing(id);
    }

    fn publish(&mut self, id: ActorId) {
        let client = &mut self.clients[id.index()];
        let Actor::Producer(producer) = &mut client.actor else { return };
        self.last_message += 1;
        let message = MessageId(self.last_message);
        let publication = producer.publish(message);
        let producer = producer.name();
        let arrives = client.link.carry(self.now, Direction::ToBroker);
        let exchange = ExchangeName { virtual_host: client.virtual_host, name: publication.exchange };
        let routing_key = publication.routing_key;
        self.agenda.enter(arrives, Pending::AtBroker(id, CHANNEL, publication.command));
        self.record(Event::Published { producer, message, exchange, routing_key, arrives });
    }

    /// Puts what the broker wants to say on the links, and its next timeout on the agenda.
    pub(super) fn carry_output(&mut self) {
        if let Some(due) = self.broker.next_timeout()
            && self.broker_timeout.is_none_or(|entered| entered > due)
        {
            self.broker_timeout = Some(due);
            self.agenda.enter(due.max(self.now), Pending::BrokerTimeout);
        }
        while let Some(Outgoing { connection, command, .. }) = self.broker.poll_output() {
            let Some(&id) = self.by_connection.get(&connection) else { continue };
            let client = &mut self.clients[id.index()];
            let arrives = client.link.carry(self.now, Direction::ToClient);
            let delivery = delivery_of(&command);
            if let (Some(delivery), Actor::Consumer(consumer)) = (delivery, &client.actor) {
                let (queue, consumer) = (consumer.queue(), consumer.name());
                self.record(Event::DeliveryCarried {
                    message: delivery.message,
                    queue,
                    consumer,
                    redelivered: delivery.is_redelivered,
                    routing_key: delivery.routing_key,
                    publisher: ClientName(delivery.publisher),
                    arrives,
                });
            }
            self.record_answer_to_producer(id, &command, arrives);
            self.agenda.enter(arrives, Pending::AtClient(id, command));
        }
    }

    /// Returns and confirms on their way to a producer.
    fn record_answer_to_producer(&mut self, id: ActorId, command: &amqp::Command, arrives: Time) {
        let client = &self.clients[id.index()];
        let Actor::Producer(producer) = &client.actor else { return };
        let (producer_name, virtual_host) = (producer.name(), client.virtual_host);
        match (&command.method, &command.content) {
            (Method::BasicReturn { exchange, routing_key, .. }, Some(content)) => {
                self.record(Event::ReturnCarried {
                    message: content.origin.message,
                    exchange: ExchangeName { virtual_host, name: *exchange },
                    producer: producer_name,
                    routing_key: *routing_key,
                    arrives,
                });
            }
            (Method::BasicAck { delivery_tag, .. }, None) => {
                let Some((message, exchange)) = producer.awaiting(*delivery_tag) else { return };
                let exchange = ExchangeName { virtual_host, name: exchange };
                self.record(Event::ConfirmCarried { producer: producer_name, exchange, message, arrives });
            }
            _ => {}
        }
    }

    /// A method has reached a client.
    fn receive(&mut self, id: ActorId, command: &amqp::Command) {
        match &mut self.clients[id.index()].actor {
            Actor::Producer(producer) => producer.receive(&command.method),
            Actor::Consumer(consumer) => {
                let Some(delivery) = delivery_of(command) else { return };
                let buffered = consumer.take(delivery);
                let consumer = consumer.name();
                self.record(Event::Taken { message: delivery.message, consumer, buffered });
                self.begin_work(id);
            }
        }
    }

    fn begin_work(&mut self, id: ActorId) {
        let Actor::Consumer(consumer) = &mut self.clients[id.index()].actor else { return };
        let Some(work) = consumer.begin(self.now) else { return };
        let consumer = consumer.name();
        self.agenda.enter(work.ends, Pending::WorkEnds(id));
        self.record(Event::WorkBegan { consumer, message: work.delivery.message, ends: work.ends });
    }

    fn work_ends(&mut self, id: ActorId) {
        let Actor::Consumer(consumer) = &mut self.clients[id.index()].actor else { return };
        let Some((delivery, answer)) = consumer.finish() else { return };
        let (name, queue) = (consumer.name(), consumer.queue());
        self.record(Event::WorkEnded { consumer: name, message: delivery.message });
        if let Some(method) = answer {
            let arrives = self.clients[id.index()].link.carry(self.now, Direction::ToBroker);
            self.agenda.enter(arrives, Pending::AtBroker(id, CHANNEL, method.into()));
            let (message, delivery_tag) = (delivery.message, delivery.tag);
            self.record(Event::AcknowledgementSent { consumer: name, message, queue, delivery_tag, arrives });
        }
        self.begin_work(id);
    }
}

/// What `basic.deliver` brings.
fn delivery_of(command: &amqp::Command) -> Option<Delivery> {
    let Method::BasicDeliver { delivery_tag, redelivered, routing_key, .. } = command.method else {
        return None;
    };
    let origin = command.content.as_ref()?.origin;
    Some(Delivery {
        message: origin.message,
        tag: delivery_tag,
        is_redelivered: redelivered,
        routing_key,
        publisher: origin.publisher,
    })
}
