//! RabbitMQ's rules: a state machine that takes AMQP methods on channels and answers with methods.
//!
//! Commands go in ([`Broker::handle`]), answers come out ([`Broker::poll_output`]); after every call of the
//! first the second is called until it has nothing more. Nothing here knows of links, bytes or clocks: time
//! is in the [`Context`], and whether a command came whole, in packets or over a real socket makes no
//! difference. Facts say what was decided and by which rule.

mod access;
mod acknowledging;
mod connection;
mod consuming;
mod dead_lettering;
mod declaring_exchanges;
mod declaring_queues;
mod equivalence;
mod error;
mod exchange;
mod expiring;
pub mod headers;
mod policy;
mod policy_check;
mod publishing;
mod queue;
mod replying;
mod restarting;
mod routing;
mod session;
mod settings;
mod streams;
pub mod topic;
mod transactions;
mod version;

pub use access::{Action, Pattern};
pub use connection::{Channel, ChannelKey, Connection, ConnectionState, Consumer, Unacknowledged};
pub use dead_lettering::Death;
pub use error::Refusal;
pub use exchange::{Binding, Destination, Exchange, ExchangeKind, PREDECLARED, VirtualHost};
pub use policy::{AppliesTo, Policies, Policy};
pub use queue::{ConsumerKey, Message, Queue, QueuedMessage};
pub use routing::{Hop, Route};
pub use session::{Session, SessionHost, SessionSettings};
pub use settings::{Overflow, QueueSettings, QueueType};
pub use transactions::Transaction;
pub use version::Version;

use crate::agenda::Agenda;
use crate::amqp::{ChannelNumber, Command, Method, ReplyCode, Table};
use crate::facts::{ClientName, Event, Recorder};
use crate::ids::{ConnectionId, Name, Names, QueueId};
use crate::time::{Span, Time};
use acknowledging::GivenBack;
use dead_lettering::DeadLetter;
use expiring::Timer;
use litemap::LiteMap;
use std::collections::VecDeque;

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
    fn record(&mut self, event: Event) {
        self.facts.record(self.now, self.names, event);
    }
}

/// A command for a client.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// To whom.
    pub connection: ConnectionId,
    /// On which channel.
    pub channel: ChannelNumber,
    /// What.
    pub command: Command,
}

/// A broker.
#[derive(Clone, Debug)]
pub struct Broker {
    version: Version,
    access: access::Access,
    virtual_hosts: LiteMap<Name, VirtualHost>,
    queues: Vec<Option<Box<Queue>>>,
    connections: LiteMap<ConnectionId, Connection>,
    next_connection: u32,
    generated_names: u64,
    topology_version: u64,
    dead_letters: VecDeque<DeadLetter>,
    timers: Agenda<Timer>,
    consumer_timeout: Span,
    channel_tick: Span,
    is_memory_low: bool,
    output: VecDeque<Outgoing>,
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
            virtual_hosts: LiteMap::new(),
            queues: Vec::new(),
            connections: LiteMap::new(),
            next_connection: 0,
            generated_names: 0,
            topology_version: 0,
            dead_letters: VecDeque::new(),
            timers: Agenda::new(),
            consumer_timeout: CONSUMER_TIMEOUT,
            channel_tick: CHANNEL_TICK,
            is_memory_low: false,
            output: VecDeque::new(),
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
            channels: LiteMap::new(),
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

    /// Takes a command in. Answers and deliveries are then to be fetched by [`Broker::poll_output`].
    ///
    /// Errors of the client are answered as RabbitMQ does it, by `channel.close` or `connection.close`; a
    /// command on a connection that has ended is ignored.
    pub fn handle(&mut self, cx: &mut Context, id: ConnectionId, number: ChannelNumber, command: Command) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if self.is_memory_low
            && matches!(command.method, Method::BasicPublish { .. })
            && !connection.is_blocked
        {
            connection.is_blocked = true;
            self.send(
                ChannelKey { connection: id, number: 0 },
                Method::ConnectionBlocked { reason: "low on memory".to_owned() },
            );
        }
        let connection = self.connections.get_mut(&id).expect("it was there");
        if connection.is_blocked {
            connection.unread.push((number, command));
            return;
        }
        let key = ChannelKey { connection: id, number };
        let blamed = command.method.number();
        let handled = match (connection.state, number) {
            (ConnectionState::Closed, _) => return,
            (ConnectionState::Closing, _) => {
                match command.method {
                    Method::ConnectionCloseOk {} => connection.state = ConnectionState::Closed,
                    Method::ConnectionClose { .. } => self.send(key, Method::ConnectionCloseOk {}),
                    _ => {}
                }
                return;
            }
            (_, 0) => self.handle_connection_method(cx, id, command.method),
            (ConnectionState::Opening, _) => Err(Refusal::new(
                ReplyCode::CommandInvalid,
                format_args!("unexpected method in connection state opening: {}", command.method.name()),
            )),
            (ConnectionState::Open(host), _) => self.handle_channel_command(cx, key, host, command),
        };
        match handled {
            Ok(Some(method)) => self.send(key, method),
            Ok(None) => {}
            Err(refusal) => self.refuse(cx, key, &refusal, blamed),
        }
        self.publish_dead_letters(cx);
    }

    /// The next command for a client, in the order in which they were made.
    pub fn poll_output(&mut self) -> Option<Outgoing> {
        self.output.pop_front()
    }

    /// Takes the commands for one client out; the others stay where they are.
    pub fn take_output_of(&mut self, id: ConnectionId) -> Vec<(ChannelNumber, Command)> {
        let all = std::mem::take(&mut self.output);
        let mut taken = Vec::new();
        for outgoing in all {
            if outgoing.connection == id {
                taken.push((outgoing.channel, outgoing.command));
            } else {
                self.output.push_back(outgoing);
            }
        }
        taken
    }

    /// Virtual hosts by name.
    pub fn virtual_hosts(&self) -> impl Iterator<Item = (Name, &VirtualHost)> {
        self.virtual_hosts.iter().map(|(name, host)| (*name, host))
    }

    /// The queue with that number, which must be from this broker and not yet deleted.
    pub fn queue(&self, id: QueueId) -> Option<&Queue> {
        self.queues.get(id.index())?.as_deref()
    }

    /// All queues, in the order of their numbers.
    pub fn queues(&self) -> impl Iterator<Item = (QueueId, &Queue)> {
        let numbered = self.queues.iter().enumerate();
        numbered.filter_map(|(place, queue)| Some((QueueId(place as u32), queue.as_deref()?)))
    }

    /// A connection that has not ended.
    pub fn connection(&self, id: ConnectionId) -> Option<&Connection> {
        self.connections.get(&id)
    }

    /// Connections that have not ended.
    pub fn connections(&self) -> impl Iterator<Item = (ConnectionId, &Connection)> {
        self.connections.iter().map(|(id, connection)| (*id, connection))
    }

    /// Rises whenever an exchange, a queue or a binding comes or goes.
    pub fn topology_version(&self) -> u64 {
        self.topology_version
    }

    fn handle_connection_method(&mut self, cx: &mut Context, id: ConnectionId, method: Method) -> Handled {
        let connection = self.connections.get_mut(&id).expect("handle has found it");
        match method {
            Method::ConnectionOpen { virtual_host } if connection.state == ConnectionState::Opening => {
                if !self.virtual_hosts.contains_key(&virtual_host) {
                    let name = cx.names.text(virtual_host);
                    return Err(Refusal::new(ReplyCode::NotAllowed, format_args!("vhost {name} not found")));
                }
                self.check_virtual_host(cx, id, virtual_host)?;
                let connection = self.connections.get_mut(&id).expect("handle has found it");
                connection.state = ConnectionState::Open(virtual_host);
                Ok(Some(Method::ConnectionOpenOk {}))
            }
            Method::ConnectionClose { .. } => {
                self.end_connection(cx, id);
                Ok(Some(Method::ConnectionCloseOk {}))
            }
            other => Err(Refusal::new(
                ReplyCode::CommandInvalid,
                format_args!("unexpected method on channel 0: {}", other.name()),
            )),
        }
    }

    fn handle_channel_command(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        command: Command,
    ) -> Handled {
        let Command { method, content } = command;
        let channels = &mut self.connections.get_mut(&key.connection).expect("handle has found it").channels;
        match (channels.get(&key.number), &method) {
            (None, Method::ChannelOpen {}) => {
                channels.insert(key.number, Channel::opened(cx.now));
                return Ok(Some(Method::ChannelOpenOk {}));
            }
            // RabbitMQ answers a close that crossed its own, or comes twice.
            (None, Method::ChannelClose { .. }) => return Ok(Some(Method::ChannelCloseOk {})),
            (None, Method::ChannelCloseOk {}) => return Ok(None),
            (None, _) => return Err(Refusal::new(ReplyCode::ChannelError, "expected 'channel.open'")),
            (Some(channel), _) if channel.is_closing => {
                return match method {
                    Method::ChannelCloseOk {} => {
                        channels.remove(&key.number);
                        Ok(None)
                    }
                    Method::ChannelClose { .. } => Ok(Some(Method::ChannelCloseOk {})),
                    _ => Ok(None),
                };
            }
            (Some(_), Method::ChannelOpen {}) => {
                return Err(Refusal::new(ReplyCode::ChannelError, "second 'channel.open' seen"));
            }
            (Some(_), Method::ChannelClose { .. }) => {
                self.end_channel(cx, key);
                self.connections.get_mut(&key.connection).expect("it is there").channels.remove(&key.number);
                return Ok(Some(Method::ChannelCloseOk {}));
            }
            (Some(_), _) => {}
        }
        match method {
            Method::BasicPublish { .. } => {
                let Some(content) = content else {
                    return Err(Refusal::new(ReplyCode::UnexpectedFrame, "expected content header"));
                };
                self.publish(cx, key, host, &method, content)
            }
            Method::ConfirmSelect { .. }
            | Method::TxSelect {}
            | Method::TxCommit {}
            | Method::TxRollback {} => self.handle_mode_method(cx, key, host, &method),
            Method::ChannelFlow { active: true } => Ok(Some(Method::ChannelFlowOk { active: true })),
            Method::ChannelFlow { active: false } => {
                Err(Refusal::new(ReplyCode::NotImplemented, "active=false"))
            }
            Method::ExchangeDeclare { .. }
            | Method::ExchangeDelete { .. }
            | Method::ExchangeBind { .. }
            | Method::ExchangeUnbind { .. } => self.handle_exchange_method(cx, key, host, method),
            Method::QueueDeclare { .. }
            | Method::QueueBind { .. }
            | Method::QueueUnbind { .. }
            | Method::QueuePurge { .. }
            | Method::QueueDelete { .. } => self.handle_queue_method(cx, key, host, method),
            Method::BasicQos { .. }
            | Method::BasicConsume { .. }
            | Method::BasicCancel { .. }
            | Method::BasicGet { .. } => self.handle_consuming_method(cx, key, host, method),
            Method::BasicAck { .. }
            | Method::BasicNack { .. }
            | Method::BasicReject { .. }
            | Method::BasicRecover { .. }
            | Method::BasicRecoverAsync { .. } => self.handle_acknowledging_method(cx, key, &method),
            // Methods of the connection, and those that only a broker sends.
            _ => Err(Refusal::new(ReplyCode::CommandInvalid, "unimplemented method")),
        }
    }

    fn send(&mut self, to: ChannelKey, command: impl Into<Command>) {
        let outgoing = Outgoing { connection: to.connection, channel: to.number, command: command.into() };
        self.output.push_back(outgoing);
    }

    /// Closes the channel or the connection, as the code of the refusal demands.
    fn refuse(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        refusal: &Refusal,
        (class_id, method_id): (u16, u16),
    ) {
        let (reply_code, reply_text) = (refusal.code.number(), refusal.text.clone());
        // An internal error blames nobody.
        let is_internal = refusal.code == ReplyCode::InternalError;
        let (class_id, method_id) = if is_internal { (0, 0) } else { (class_id, method_id) };
        let reason = cx.names.intern(&refusal.text);
        let client = self.connections[&key.connection].client;
        if key.number == 0 || refusal.code.closes_connection() {
            cx.record(Event::ConnectionClosed { client, reply_code: reply_code.into(), reason });
            self.end_connection(cx, key.connection);
            self.connections.get_mut(&key.connection).expect("it is there").state = ConnectionState::Closing;
            let close = Method::ConnectionClose { reply_code, reply_text, class_id, method_id };
            self.send(ChannelKey { number: 0, ..key }, close);
        } else {
            let channel = key.number.into();
            cx.record(Event::ChannelClosed { client, channel, reply_code: reply_code.into(), reason });
            self.end_channel(cx, key);
            self.channel_mut(key).is_closing = true;
            self.send(key, Method::ChannelClose { reply_code, reply_text, class_id, method_id });
        }
    }

    /// Ends every channel and removes what belongs to the connection alone.
    fn end_connection(&mut self, cx: &mut Context, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.state = ConnectionState::Closed;
        let numbers: Vec<ChannelNumber> = connection.channels.keys().copied().collect();
        for number in numbers {
            self.end_channel(cx, ChannelKey { connection: id, number });
        }
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.channels.clear();
        }
        let exclusive: Vec<QueueId> =
            self.queues().filter(|(_, queue)| queue.exclusive_to == Some(id)).map(|(id, _)| id).collect();
        for queue in exclusive {
            self.remove_queue(cx, queue);
        }
    }

    /// Ends the consumers of a channel and requeues what it held. The channel itself stays.
    fn end_channel(&mut self, cx: &mut Context, key: ChannelKey) {
        let channel = self.channel_mut(key);
        let consumers = std::mem::take(&mut channel.consumers);
        channel.reply_consumer = None;
        // A queue that loses a channel first puts back what the channel held, and then goes on.
        let mut left = Vec::new();
        for (tag, consumer) in consumers {
            self.end_consumer(cx, ConsumerKey { channel: key, tag }, &consumer);
            left.push(consumer.queue);
        }
        let channel = self.channel_mut(key);
        // What an uncommitted transaction had acknowledged is given back too.
        if let Some(transaction) = channel.transaction.take() {
            transaction.record_lost(cx);
            channel
                .hold_again(transaction.acknowledgements.into_iter().flat_map(|(deliveries, _)| deliveries));
        }
        let held = channel.unacknowledged.drain(..).collect();
        self.requeue(cx, key, held, GivenBack::Abandoned);
        for queue in left {
            self.dispatch(cx, queue);
        }
    }

    /// A name that the broker makes up.
    fn generate_name(&mut self, cx: &mut Context, prefix: &str) -> Name {
        self.generated_names += 1;
        cx.names.intern(&format!("{prefix}-{}", self.generated_names))
    }

    fn channel(&self, key: ChannelKey) -> &Channel {
        &self.connections[&key.connection].channels[&key.number]
    }

    fn channel_mut(&mut self, key: ChannelKey) -> &mut Channel {
        let connection = self.connections.get_mut(&key.connection).expect("commands come on connections");
        connection.channels.get_mut(&key.number).expect("and on open channels")
    }

    fn host_mut(&mut self, name: Name) -> &mut VirtualHost {
        self.virtual_hosts.get_mut(&name).expect("a connection is open in a virtual host that exists")
    }

    fn queue_mut(&mut self, id: QueueId) -> &mut Queue {
        self.queues[id.index()].as_mut().expect("a queue's number is forgotten when it goes")
    }
}
