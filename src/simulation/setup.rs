//! From a scenario to the state at the start.
//!
//! What is declared goes into the broker by the same methods that a client would send, so the same rules judge
//! it. Clients are connected, have their channel open and consume already when the simulation starts.

use super::world::{Actor, CHANNEL, Client, World};
use crate::actors::{Acknowledgement, Consumer, Producer, Template, Timing};
use crate::agenda::Agenda;
use crate::amqp::{Command, Method, Properties, Table};
use crate::broker::{Broker, Context};
use crate::facts::{ClientName, QueueName, Recorder};
use crate::ids::{ActorId, ConnectionId, Name, Names};
use crate::network::Link;
use crate::rng::Stream;
use crate::scenario::{
    self, Arrivals, ConsumerDocument, Definitions, Format, MessageDocument, ProducerDocument, Scenario,
    ScenarioError, Service,
};
use crate::time::{Span, Time};
use litemap::LiteMap;
use std::rc::Rc;

/// The state at the start of a scenario that has been checked.
///
/// # Errors
/// When the broker refuses something that is declared, with the place in the document.
pub(super) fn world(scenario: &Scenario, format: Format, seed: u64) -> Result<World, ScenarioError> {
    let mut world = empty_world(scenario);
    let mut setup = Setup { world: &mut world, format };
    setup.declare(&scenario.broker.definitions)?;
    // What was declared stood there before the simulation began: it is no fact of this run.
    setup.world.recorder = Recorder::default();
    for (number, producer) in scenario.producers.iter().enumerate() {
        setup.add_producer(producer, scenario, seed, &format!("producers[{number}]"))?;
    }
    for (number, consumer) in scenario.consumers.iter().enumerate() {
        setup.add_consumer(consumer, scenario, seed, &format!("consumers[{number}]"))?;
    }
    world.carry_output();
    for number in 0..world.clients.len() {
        world.schedule_publishing(ActorId(number as u32));
    }
    Ok(world)
}

/// The broker of a scenario that has been checked, with what is declared in it and without clients; and the
/// names that it knows.
///
/// # Errors
/// When the broker refuses something that is declared, with the place in the document.
pub fn declared_broker(scenario: &Scenario, format: Format) -> Result<(Broker, Names), ScenarioError> {
    let mut world = empty_world(scenario);
    Setup { world: &mut world, format }.declare(&scenario.broker.definitions)?;
    if scenario.broker.definitions.users.is_empty() {
        world.broker.add_guest(&world.names);
    }
    Ok((world.broker, world.names))
}

fn empty_world(scenario: &Scenario) -> World {
    World {
        now: Time::START,
        steps: 0,
        commands: 0,
        agenda: Agenda::new(),
        names: Names::new(),
        broker: Broker::of_version(scenario.broker.rabbitmq),
        clients: Vec::new(),
        by_connection: LiteMap::new(),
        recorder: Recorder::default(),
        last_message: 0,
        broker_timeout: None,
    }
}

struct Setup<'a> {
    world: &'a mut World,
    format: Format,
}

impl Setup<'_> {
    fn declare(&mut self, definitions: &Definitions) -> Result<(), ScenarioError> {
        let prefix = match self.format {
            Format::Scenario => "broker.definitions.",
            Format::Definitions => "",
        };
        let mut outcome = Ok(());
        self.with_broker(|broker, cx| outcome = scenario::import(broker, cx, definitions));
        outcome.map_err(|refused| {
            let what = format!("RabbitMQ refuses this: {}", refused.words);
            let place = format!("{prefix}{}", refused.place);
            ScenarioError::Invalid { format: self.format, place, what }
        })
    }

    fn add_producer(
        &mut self,
        document: &ProducerDocument,
        scenario: &Scenario,
        seed: u64,
        place: &str,
    ) -> Result<(), ScenarioError> {
        let name = ClientName(self.intern(&document.id));
        let templates: Rc<[Template]> =
            document.messages.iter().map(|message| self.template(message)).collect();
        let arrivals = match document.arrivals {
            Arrivals::Constant { interval_us } => Timing::Constant(Span::from_us(interval_us)),
            Arrivals::Poisson { per_second } => Timing::Exponential { mean_us: 1e6 / per_second },
        };
        let stream = Stream::new(seed, &document.id);
        let producer = Producer::new(name, stream, arrivals, templates, document.limit, document.confirms);
        let connection = self.add_client(
            Actor::Producer(producer),
            &document.virtual_host,
            scenario,
            &document.id,
            place,
        )?;
        if document.confirms {
            self.request(connection, Method::ConfirmSelect { no_wait: true }, place)?;
        }
        Ok(())
    }

    fn add_consumer(
        &mut self,
        document: &ConsumerDocument,
        scenario: &Scenario,
        seed: u64,
        place: &str,
    ) -> Result<(), ScenarioError> {
        let name = ClientName(self.intern(&document.id));
        let queue = self.intern(&document.queue);
        let service = match document.service {
            Service::Constant { duration_us } => Timing::Constant(Span::from_us(duration_us)),
            Service::Exponential { mean_us } => Timing::Exponential { mean_us: mean_us as f64 },
        };
        let acknowledgement = match document.acknowledgement {
            scenario::Acknowledgement::Manual => Acknowledgement::Manual,
            scenario::Acknowledgement::Automatic => Acknowledgement::Automatic,
        };
        let queue_name = QueueName { virtual_host: self.intern(&document.virtual_host), name: queue };
        let stream = Stream::new(seed, &document.id);
        let consumer = Consumer::new(name, queue_name, stream, service, acknowledgement, document.prefetch);
        let connection = self.add_client(
            Actor::Consumer(consumer),
            &document.virtual_host,
            scenario,
            &document.id,
            place,
        )?;
        let qos = Method::BasicQos { prefetch_size: 0, prefetch_count: document.prefetch, global: false };
        self.request(connection, qos, place)?;
        let consume = Method::BasicConsume {
            queue,
            consumer_tag: name.0,
            no_local: false,
            no_ack: acknowledgement == Acknowledgement::Automatic,
            exclusive: false,
            no_wait: true,
            arguments: Table::default(),
        };
        self.request(connection, consume, place)
    }

    fn add_client(
        &mut self,
        actor: Actor,
        virtual_host: &str,
        scenario: &Scenario,
        id: &str,
        place: &str,
    ) -> Result<ConnectionId, ScenarioError> {
        let virtual_host = self.intern(virtual_host);
        let connection = self.connect(actor.name(), virtual_host, place)?;
        let link = Link::new(Span::from_us(scenario.latency_us(id)));
        let number = ActorId(self.world.clients.len() as u32);
        self.world.by_connection.insert(connection, number);
        self.world.clients.push(Client { actor, virtual_host, connection, link });
        Ok(connection)
    }

    fn template(&mut self, message: &MessageDocument) -> Template {
        let headers = (!message.headers.is_empty()).then(|| scenario::table(&message.headers));
        Template {
            exchange: self.intern(&message.exchange),
            routing_key: self.intern(&message.routing_key),
            mandatory: message.mandatory,
            properties: Rc::new(Properties {
                headers,
                priority: message.priority,
                expiration: message.expiration_ms.map(|ms| ms.to_string()),
                delivery_mode: message.persistent.then_some(2),
                ..Properties::default()
            }),
            body: message.body.as_bytes().into(),
        }
    }

    /// A connection with one open channel.
    fn connect(
        &mut self,
        client: ClientName,
        host: Name,
        place: &str,
    ) -> Result<ConnectionId, ScenarioError> {
        let connection = self.world.broker.connect(client);
        let open = Command::from(Method::ConnectionOpen { virtual_host: host });
        self.with_broker(|broker, cx| broker.handle(cx, connection, 0, open));
        self.request(connection, Method::ChannelOpen {}, place)?;
        Ok(connection)
    }

    /// Sends a method on the channel of a connection. A refusal is an error at `place`.
    fn request(
        &mut self,
        connection: ConnectionId,
        method: Method,
        place: &str,
    ) -> Result<(), ScenarioError> {
        self.with_broker(|broker, cx| broker.handle(cx, connection, CHANNEL, method.into()));
        while let Some(outgoing) = self.world.broker.poll_output() {
            if let Method::ChannelClose { reply_text, .. } | Method::ConnectionClose { reply_text, .. } =
                outgoing.command.method
            {
                let what = format!("RabbitMQ refuses this: {reply_text}");
                return Err(ScenarioError::Invalid { format: self.format, place: place.to_owned(), what });
            }
        }
        Ok(())
    }

    fn with_broker(&mut self, act: impl FnOnce(&mut Broker, &mut Context)) {
        let World { broker, names, recorder, now, .. } = &mut *self.world;
        act(broker, &mut Context { now: *now, names, facts: recorder });
    }

    fn intern(&mut self, text: &str) -> Name {
        self.world.names.intern(text)
    }
}
