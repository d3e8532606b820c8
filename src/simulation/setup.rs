//! From a scenario to the state at the start.
//!
//! What is declared goes into the broker by the same methods that a client would send, so the same rules judge
//! it. Clients are connected, have their channel open and consume already when the simulation starts.

use super::browsing::Browsing;
use super::client::{Actor, CHANNEL, Client};
use super::command_error::CommandError;
use super::employing;
use super::history::History;
use super::nodes::{Nodes, Role};
use super::packets::packet_carrier;
use super::repeating::Repeated;
use super::sockets::PlainSocket;
use super::streams::{Streams, links_of};
use super::world::{Pending, World};
use crate::actors::Session;
use crate::agenda::Agenda;
use crate::amqp::{ChannelNumber, Command, Method};
use crate::broker::{Broker, Outgoing};
use crate::facts::{ClientName, Recorder, Recording};
use crate::ids::{ActorId, ByNumber, ConnectionId, Name, Names};
use crate::network::{Direction, Link, LinkSettings};
use crate::parts::{self, HasBrowsers, Part};
use crate::places::Places;
use crate::scenario::{
    self, Carrier, ConsumerDocument, Definitions, Format, LoginDocument, ProducerDocument, Scenario,
    ScenarioError,
};
use crate::time::{Span, Time};

/// The state at the start of a scenario that has been checked.
///
/// # Errors
/// When the broker refuses something that is declared, with the place in the document; when a part is needed that is
/// not in this build.
pub(super) fn world(
    scenario: &Scenario,
    format: Format,
    seed: u64,
    recording: Recording,
) -> Result<World, ScenarioError> {
    check_parts(scenario, recording)?;
    let mut world = empty_world(scenario);
    let mut setup = Setup { world: &mut world, format };
    setup.declare(&scenario.broker.definitions)?;
    // What was declared stood there before the simulation began: it is no fact of this run.
    setup.world.recorder = Recorder::new(recording);
    setup.add_nodes(scenario, seed);
    for (number, producer) in scenario.producers.iter().enumerate() {
        setup.add_producer(producer, scenario, seed, &format!("producers[{number}]"))?;
    }
    for (number, consumer) in scenario.consumers.iter().enumerate() {
        setup.add_consumer(consumer, scenario, seed, &format!("consumers[{number}]"))?;
    }
    setup.world.set_up_browsing(scenario, seed);
    setup.add_schedule(scenario)?;
    if scenario.warm_up_us > 0 {
        world.agenda.enter(Time::from_us(scenario.warm_up_us), Pending::WarmUpEnds);
    }
    world.carry_output();
    world.take_lines();
    for id in (0..world.clients.len()).map(|number| ActorId(number as u32)) {
        if world.is_on_line(id) {
            world.open_line(id);
        } else if world.client(id).login.is_some() {
            world.recover(id);
        } else {
            world.schedule_publishing(id);
        }
    }
    if parts::BROWSERS {
        world.start_sockets();
    }
    if parts::PACKETS {
        world.settle();
    }
    Ok(world)
}

/// Whether all is in this build that a scenario needs.
fn check_parts(scenario: &Scenario, recording: Recording) -> Result<(), ScenarioError> {
    if recording == Recording::Everything {
        ScenarioError::needs(Part::Facts)?;
    }
    if !(scenario.servers.is_empty() && scenario.browsers.is_empty() && scenario.sockets.is_empty()) {
        ScenarioError::needs(Part::Browsers)?;
    }
    let mut carriers = scenario.links.iter().map(|link| link.carrier);
    if scenario.carrier.map_or_else(|| carriers.any(is_packets), is_packets) {
        ScenarioError::needs(Part::Packets)?;
    }
    Ok(())
}

fn is_packets(carrier: Carrier) -> bool {
    carrier == Carrier::Packets
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
        parcels: Places::new(),
        at_once: None,
        names: Names::new(),
        broker: Broker::of_version(scenario.broker.rabbitmq),
        broker_name: Name::EMPTY,
        broker_is_back: None,
        clients: Vec::new(),
        by_connection: ByNumber::new(),
        nodes: Nodes::default(),
        browsing: Browsing::default(),
        streams: Streams::default(),
        sockets: Vec::new(),
        packets: None,
        seed: scenario.seed,
        login: ("guest".to_owned(), "guest".to_owned()),
        schedule: [].into(),
        recorder: Recorder::default(),
        history: History::default(),
        last_message: 0,
        repeated: Repeated::default(),
        settings_version: 0,
        broker_timeout: None,
        tap: Some(Vec::new()),
    }
}

/// The number of no connection.
const NO_CONNECTION: ConnectionId = ConnectionId(u32::MAX);

/// How a client comes to the broker.
struct Guest<'a> {
    host: &'a str,
    login: &'a Option<LoginDocument>,
    recovers_after_us: Option<u64>,
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
        self.world.with_broker(|broker, cx| outcome = scenario::import(broker, cx, definitions));
        outcome.map_err(|refused| {
            let what = format!("RabbitMQ refuses this: {}", refused.words);
            let place = format!("{prefix}{}", refused.place);
            ScenarioError::invalid(self.format, place, what)
        })
    }

    fn add_producer(
        &mut self,
        document: &ProducerDocument,
        scenario: &Scenario,
        seed: u64,
        place: &str,
    ) -> Result<(), ScenarioError> {
        let before = self.world.clients.last().and_then(|client| match &client.actor {
            Actor::Producer(producer) => producer.templates().first(),
            Actor::Consumer(_) => None,
        });
        let producer = employing::producer(&mut self.world.names, document, seed, before);
        let habits = Guest {
            host: &document.virtual_host,
            login: &document.login,
            recovers_after_us: document.recovers_after_us,
        };
        self.add_client(Actor::Producer(producer), &habits, scenario, seed, place)
    }

    fn add_consumer(
        &mut self,
        document: &ConsumerDocument,
        scenario: &Scenario,
        seed: u64,
        place: &str,
    ) -> Result<(), ScenarioError> {
        let consumer = employing::consumer(&mut self.world.names, document, seed);
        let habits = Guest {
            host: &document.virtual_host,
            login: &document.login,
            recovers_after_us: document.recovers_after_us,
        };
        self.add_client(Actor::Consumer(consumer), &habits, scenario, seed, place)
    }

    fn add_client(
        &mut self,
        actor: Actor,
        guest: &Guest,
        scenario: &Scenario,
        seed: u64,
        place: &str,
    ) -> Result<(), ScenarioError> {
        let virtual_host = self.intern(guest.host);
        let number = ActorId(self.world.clients.len() as u32);
        let connects_later = guest.login.is_some() || self.world.is_on_line(number);
        let connection = match connects_later {
            // It connects when the simulation starts.
            true => NO_CONNECTION,
            false => self.connect(actor.name(), virtual_host, place)?,
        };
        let name = self.world.names.text(actor.name().0);
        let document = scenario.link(name);
        let is_from_broker = document.is_some_and(|link| link.between[1] == name);
        let forward = if is_from_broker { Direction::ToClient } else { Direction::ToBroker };
        let mut settings = document.map_or([LinkSettings::default(), LinkSettings::default()], |link| {
            [link.forward.clone(), link.back.clone()]
        });
        if is_from_broker {
            settings.reverse();
        }
        let link = Link::with_settings(settings, seed, name);
        let queue = match &actor {
            Actor::Consumer(consumer) => Some(consumer.queue()),
            Actor::Producer(_) => None,
        };
        self.world.recorder.numbers_mut().add_client(queue, scenario.consumers.len());
        let methods = actor.set_up();
        let mut session = Session::open(guest.recovers_after_us.map(Span::from_us));
        if connects_later {
            session.ask();
        } else {
            self.world.by_connection.insert(connection, number);
        }
        self.world.clients.push(Client {
            actor,
            session,
            is_on_websocket: document.is_some_and(|link| link.is_websocket),
            line: None,
            has_begun: !connects_later,
            virtual_host,
            login: guest.login.clone(),
            connection,
            link,
            forward,
            sockets: Default::default(),
        });
        if connects_later {
            return Ok(());
        }
        methods.into_iter().try_for_each(|method| self.request(connection, CHANNEL, method, place))
    }

    /// Gives everyone a place on the network.
    fn add_nodes(&mut self, scenario: &Scenario, seed: u64) {
        self.world.broker_name = self.intern(&scenario.broker.id);
        self.world.nodes.add(self.world.broker_name, Role::Broker);
        let clients = scenario.producers.iter().map(|each| &each.id);
        let clients = clients.chain(scenario.consumers.iter().map(|each| &each.id));
        for (number, client) in clients.enumerate() {
            let name = self.intern(client);
            self.world.nodes.add(name, Role::Client(ActorId(number as u32)));
        }
        for (number, (_, host)) in scenario.hosts().into_iter().enumerate() {
            let name = self.intern(host);
            self.world.nodes.add(name, Role::Server(number));
        }
        for (number, browser) in scenario.browsers.iter().enumerate() {
            let name = self.intern(&browser.id);
            self.world.nodes.add(name, Role::Browser(number));
        }
        for (number, socket) in scenario.sockets.iter().enumerate() {
            let name = self.intern(&socket.id);
            self.world.nodes.add(name, Role::Socket(number));
        }
        self.add_sockets(scenario);
        let links = links_of(scenario, &self.world.nodes, &self.world.names, seed);
        self.world.streams = Streams::with_links(links);
        let World { nodes, names, .. } = &*self.world;
        self.world.packets = packet_carrier(scenario, nodes, names, seed);
        if self.world.has_packets() {
            self.add_user(&scenario.broker.definitions);
        }
    }

    fn add_sockets(&mut self, scenario: &Scenario) {
        let Some(proof) = HasBrowsers::find() else { return };
        let World { nodes, names, sockets, .. } = &mut *self.world;
        let node = |name: &str| nodes.find(names.find(name)?);
        for document in &scenario.sockets {
            let to = document.to.as_ref().and_then(|(peer, port)| Some((node(peer)?, *port)));
            sockets.extend(node(&document.id).map(|own| PlainSocket::new(proof, own, to, document)));
        }
    }

    /// Clients may do everything, as those do who do not log in. Where the scenario has users of its own, this one is
    /// none of them.
    fn add_user(&mut self, definitions: &Definitions) {
        let World { broker, names, login, .. } = &mut *self.world;
        if !definitions.users.is_empty() {
            *login = ("queuescope".to_owned(), "queuescope".to_owned());
        }
        broker.add_unrestricted_user(&login.0, &login.1, names);
    }

    /// Enters what the scenario wants done.
    fn add_schedule(&mut self, scenario: &Scenario) -> Result<(), ScenarioError> {
        for (number, scheduled) in scenario.schedule.iter().enumerate() {
            if let Err(problem) = self.world.check_form(&scheduled.command) {
                let place = format!("schedule[{number}].{}", problem.place());
                let what = match problem {
                    CommandError::Invalid { what, .. } => what,
                    other => other.to_string(),
                };
                return Err(ScenarioError::invalid(self.format, place, what));
            }
            self.world.agenda.enter(Time::from_us(scheduled.at_us), Pending::Scheduled(number));
        }
        self.world.schedule = scenario.schedule.iter().map(|scheduled| scheduled.command.clone()).collect();
        Ok(())
    }

    /// A connection with one open channel.
    fn connect(
        &mut self,
        client: ClientName,
        host: Name,
        place: &str,
    ) -> Result<ConnectionId, ScenarioError> {
        let connection = self.world.broker.connect(client);
        self.request(connection, 0, Method::ConnectionOpen { virtual_host: host }, place)?;
        self.request(connection, CHANNEL, Method::ChannelOpen {}, place)?;
        Ok(connection)
    }

    /// Sends a method on a channel of a connection, without delay. A refusal is an error at `place`.
    fn request(
        &mut self,
        connection: ConnectionId,
        channel: ChannelNumber,
        method: Method,
        place: &str,
    ) -> Result<(), ScenarioError> {
        let command = Command::from(method);
        self.world.tap(connection, channel, Direction::ToBroker, Time::START, command.clone());
        self.world.with_broker(|broker, cx| broker.handle(cx, connection, channel, command));
        while let Some(outgoing) = self.world.broker.poll_output() {
            let Outgoing { channel, command, .. } = &outgoing;
            self.world.tap(connection, *channel, Direction::ToClient, Time::START, command.clone());
            if let Method::ChannelClose { reply_text, .. } | Method::ConnectionClose { reply_text, .. } =
                outgoing.command.method
            {
                let what = format!("RabbitMQ refuses this: {reply_text}");
                return Err(ScenarioError::invalid(self.format, place.to_owned(), what));
            }
        }
        Ok(())
    }

    fn intern(&mut self, text: &str) -> Name {
        self.world.names.intern(text)
    }
}
