//! RabbitMQ's rules: a state machine that takes AMQP methods on channels and answers with methods.
//!
//! Commands go in ([`Broker::handle`]), answers come out ([`Broker::poll_output`]); after every call of the
//! first the second is called until it has nothing more. Nothing here knows of links, bytes or clocks: time
//! is in the [`Context`], and whether a command came whole, in packets or over a real socket makes no
//! difference. Facts say what was decided and by which rule.

mod access;
mod acknowledging;
mod argument_check;
mod confirming;
mod connection;
mod consuming;
mod dead_lettering;
mod declaring_exchanges;
mod declaring_queues;
mod delivering;
mod ending;
mod enqueuers;
mod equivalence;
mod error;
mod exchange;
mod expiring;
mod failing;
mod fetching;
mod forwarding_letters;
mod grants;
mod handling;
mod handover;
pub mod headers;
mod kept_letters;
mod length_limits;
mod limits;
mod line;
mod measuring;
mod offering;
mod output;
mod pattern;
mod permissions;
mod policy;
mod policy_check;
mod publishing;
mod queue;
mod removing_queues;
mod replying;
mod requeueing;
mod restarting;
mod routes;
mod routing;
mod segments;
mod session;
mod settings;
mod spare;
mod stored_size;
mod streams;
pub mod topic;
mod transactions;
mod version;
mod waiting;
mod weighing;

pub use access::Action;
pub use connection::{Channel, ChannelKey, Connection, ConnectionState, Consumer, Unacknowledged};
pub use dead_lettering::Death;
pub use error::Refusal;
pub use exchange::{Binding, Destination, Exchange, ExchangeKind, PREDECLARED, VirtualHost};
pub use handling::Entrance;
pub use limits::{Limit, Limits};
pub use output::OutgoingDelivery;
pub use pattern::Pattern;
pub use policy::{AppliesTo, Policies, Policy};
pub use queue::{ConsumerKey, Queue, QueuedMessage};
pub use routing::{Hop, Route};
pub use session::{Session, SessionHost, SessionSettings};
pub use settings::{Overflow, QueueSettings, QueueType, Strategy};
pub use transactions::Transaction;
pub use version::{Difference, Version};

use crate::agenda::Agenda;
use crate::amqp::{ChannelNumber, Command, Message, Method, Parcel, Table};
use crate::facts::{ClientName, Event, Recorder};
use crate::few::Few;
use crate::ids::{ByNumber, ConnectionId, Name, Names, QueueId};
use crate::time::{Span, Time};
use dead_lettering::DeadLetter;
use expiring::Timer;
use litemap::LiteMap;
use std::collections::VecDeque;
use std::rc::Rc;

/// What the broker is given with every command.
#[derive(Debug)]
pub struct Context<'a> {
    /// The present.
    pub now: Time,
    /// The table behind every name in a command.
    pub names: &'a mut Names,
    /// Takes the facts.
    pub facts: &'a mut Recorder,
}

impl Context<'_> {
    #[inline(always)]
    fn record(&mut self, event: Event) {
        self.facts.record(self.now, self.names, event);
    }
}

/// A command for a client, whole or as a [`Parcel`].
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing<Form = Command> {
    /// To whom.
    pub connection: ConnectionId,
    /// On which channel.
    pub channel: ChannelNumber,
    /// What.
    pub command: Form,
    /// Whether it brings a message that the broker is done with: it awaits no acknowledgement.
    pub is_settled: bool,
}

impl Outgoing<Parcel> {
    /// With the command as a whole.
    pub fn whole(self) -> Outgoing {
        let Outgoing { connection, channel, command, is_settled } = self;
        Outgoing { connection, channel, command: command.into(), is_settled }
    }
}

/// A broker.
#[derive(Clone, Debug)]
pub struct Broker {
    version: Version,
    access: access::Access,
    user_limits: Vec<(String, Limits)>,
    virtual_hosts: LiteMap<Name, VirtualHost>,
    queues: Vec<Option<Queue>>,
    free_queues: Vec<QueueId>,
    connections: ByNumber<ConnectionId, Connection>,
    next_connection: u32,
    generated_names: u64,
    topology_version: u64,
    epoch: Span,
    dead_letters: VecDeque<DeadLetter>,
    confirm_timeout: Span,
    most_unconfirmed: usize,
    timers: Agenda<Timer>,
    consumer_timeout: Span,
    channel_tick: Span,
    is_memory_low: bool,
    output: output::Output,
    spare: spare::Spare,
}

impl Default for Broker {
    fn default() -> Self {
        Broker::new()
    }
}

/// How long a delivery may stay unacknowledged: half an hour (rabbitmq.com/docs/consumers).
const CONSUMER_TIMEOUT: Span = Span::from_ms(1_800_000);
/// How often a channel looks at its clock: once a minute.
const CHANNEL_TICK: Span = Span::from_ms(60_000);

/// What handling a method comes to: an answer, no answer, or a refusal.
type Handled = Result<Option<Method>, Refusal>;

/// Drops the answer when the client asked for none.
fn answer(no_wait: bool, method: Method) -> Handled {
    Ok((!no_wait).then_some(method))
}

impl Broker {
    /// A broker with no virtual host.
    pub fn new() -> Broker {
        Broker {
            version: Version::default(),
            access: access::Access::default(),
            user_limits: Vec::new(),
            virtual_hosts: LiteMap::new(),
            queues: Vec::new(),
            free_queues: Vec::new(),
            connections: ByNumber::new(),
            next_connection: 0,
            generated_names: 0,
            topology_version: 0,
            epoch: Span::ZERO,
            dead_letters: VecDeque::new(),
            confirm_timeout: kept_letters::CONFIRM_TIMEOUT,
            most_unconfirmed: kept_letters::MOST_UNCONFIRMED,
            timers: Agenda::new(),
            consumer_timeout: CONSUMER_TIMEOUT,
            channel_tick: CHANNEL_TICK,
            is_memory_low: false,
            output: output::Output::default(),
            spare: spare::Spare::default(),
        }
    }

    /// A broker that follows another version.
    pub fn of_version(version: Version) -> Broker {
        Broker { version, ..Broker::new() }
    }

    /// Makes a virtual host with the exchanges that are in every one; nothing happens if it is there.
    pub fn add_virtual_host(&mut self, name: &str, names: &mut Names) {
        let name = names.intern(name);
        self.virtual_hosts.entry(name).or_insert_with(|| {
            let mut host = VirtualHost::default();
            for (exchange, kind) in PREDECLARED {
                let is_internal = exchange == "amq.rabbitmq.trace";
                let settings = Exchange {
                    kind,
                    is_durable: true,
                    is_auto_delete: false,
                    is_internal,
                    alternate: None,
                    policy_alternate: None,
                    arguments: Table::default(),
                    bindings: Vec::new(),
                    received: 0,
                    unroutable: 0,
                };
                host.exchanges.insert(names.intern(exchange), settings);
            }
            host
        });
        self.topology_version += 1;
    }

    /// A client has connected; `connection.open` is awaited from it.
    pub fn connect(&mut self, client: ClientName) -> ConnectionId {
        let id = ConnectionId(self.next_connection);
        self.next_connection += 1;
        let connection = Connection {
            client,
            user: None,
            state: ConnectionState::Opening,
            channels: Few::new(),
            exclusive: Vec::new(),
            is_blocked: false,
            unread: Vec::new(),
        };
        self.connections.insert(id, connection);
        id
    }

    /// The connection is gone without `connection.close`. All it held unacknowledged goes back to the queues.
    pub fn disconnected(&mut self, cx: &mut Context, id: ConnectionId) {
        self.end_connection(cx, id);
        self.connections.remove(&id);
        self.publish_dead_letters(cx);
    }

    /// The next command for a client, in the order in which they were made.
    pub fn poll_output(&mut self) -> Option<Outgoing> {
        self.poll_parcel().map(Outgoing::whole)
    }

    /// The same in its small form.
    #[inline(always)]
    pub fn poll_parcel(&mut self) -> Option<Outgoing<Parcel>> {
        self.output.next()
    }

    /// Whether it has something to say.
    #[inline(always)]
    pub fn has_output(&self) -> bool {
        !self.output.is_empty()
    }

    /// The next command, if it is a delivery and all that the broker has to say.
    #[inline(always)]
    pub fn poll_lone_delivery(&mut self) -> Option<OutgoingDelivery> {
        self.output.take_lone()
    }

    /// Takes the commands for one client out; the others stay where they are.
    pub fn take_output_of(&mut self, id: ConnectionId) -> Vec<(ChannelNumber, Command)> {
        let line = self.output.line();
        let all = std::mem::take(line);
        let mut taken = Vec::new();
        for outgoing in all {
            if outgoing.connection == id {
                taken.push((outgoing.channel, outgoing.command.into()));
            } else {
                line.push_back(outgoing);
            }
        }
        taken
    }

    /// Virtual hosts by name.
    pub fn virtual_hosts(&self) -> impl Iterator<Item = (Name, &VirtualHost)> {
        self.virtual_hosts.iter().map(|(name, host)| (*name, host))
    }

    /// The queue with that number, which must be from this broker and not yet deleted.
    #[inline(always)]
    pub fn queue(&self, id: QueueId) -> Option<&Queue> {
        self.queues.get(id.index())?.as_ref()
    }

    /// All queues, in the order of their numbers.
    pub fn queues(&self) -> impl Iterator<Item = (QueueId, &Queue)> {
        let numbered = self.queues.iter().enumerate();
        numbered.filter_map(|(place, queue)| Some((QueueId(place as u32), queue.as_ref()?)))
    }

    /// A connection that has not ended.
    #[inline(always)]
    pub fn connection(&self, id: ConnectionId) -> Option<&Connection> {
        self.connections.get(&id)
    }

    /// Connections that have not ended.
    pub fn connections(&self) -> impl Iterator<Item = (ConnectionId, &Connection)> {
        self.connections.iter()
    }

    /// Forgets what it remembers for speed alone, so that names are free that only stand there.
    pub fn forget_routes(&mut self) {
        self.virtual_hosts.iter_mut().for_each(|(_, host)| host.topology_changed());
    }

    /// How long after the beginning of 1970 its time began. Where nothing else is said, it began then.
    pub fn set_epoch(&mut self, epoch: Span) {
        self.epoch = epoch;
    }

    /// The present as the clocks of computers count it, in milliseconds since 1970.
    fn clock_ms(&self, now: Time) -> u64 {
        (now + self.epoch).as_us() / 1_000
    }

    /// Rises whenever an exchange, a queue or a binding comes or goes.
    pub fn topology_version(&self) -> u64 {
        self.topology_version
    }

    /// A message that nobody has any more, to become another one; so memory need not be asked for with every message.
    #[inline(always)]
    pub fn spare_message(&mut self) -> Option<Rc<Message>> {
        self.spare.message()
    }

    fn send(&mut self, to: ChannelKey, command: impl Into<Parcel>) {
        self.hand_over(to, command.into(), false);
    }

    /// Sends a message, of which the broker may be done with that.
    fn hand_over(&mut self, to: ChannelKey, command: Parcel, is_settled: bool) {
        let (connection, channel) = (to.connection, to.number);
        self.output.say(Outgoing { connection, channel, command, is_settled });
    }

    /// A name that the broker makes up.
    fn generate_name(&mut self, cx: &mut Context, prefix: &str) -> Name {
        self.generated_names += 1;
        cx.names.intern(&format!("{prefix}-{}", self.generated_names))
    }

    #[inline(always)]
    fn channel(&self, key: ChannelKey) -> &Channel {
        &self.connections[&key.connection].channels[&key.number]
    }

    #[inline(always)]
    fn channel_mut(&mut self, key: ChannelKey) -> &mut Channel {
        let connection = self.connections.get_mut(&key.connection).expect("commands come on connections");
        connection.channels.get_mut(&key.number).expect("and on open channels")
    }

    fn host_mut(&mut self, name: Name) -> &mut VirtualHost {
        self.virtual_hosts.get_mut(&name).expect("a connection is open in a virtual host that exists")
    }

    #[inline(always)]
    fn queue_mut(&mut self, id: QueueId) -> &mut Queue {
        self.queues[id.index()].as_mut().expect("a queue's number is forgotten when it goes")
    }
}

crate::ids::nameless!(Version);
impl<Form: crate::ids::HoldsNames> crate::ids::HoldsNames for Outgoing<Form> {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        self.command.visit_names(visit);
    }
}

crate::ids::holds_names!(Broker {
    version,
    access,
    user_limits,
    virtual_hosts,
    queues,
    free_queues,
    connections,
    next_connection,
    generated_names,
    topology_version,
    epoch,
    dead_letters,
    confirm_timeout,
    most_unconfirmed,
    timers,
    consumer_timeout,
    channel_tick,
    is_memory_low,
    output,
    spare,
});
