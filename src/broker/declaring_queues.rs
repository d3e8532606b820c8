//! Queues come and go.
//!
//! Source: AMQP 0-9-1 reference, class `queue`; rabbitmq.com/docs/queues, /docs/consumer-cancel; texts of errors as
//! recorded from RabbitMQ 3.10.8.

use super::access::Action;
use super::argument_check::{Asked, check_queue};
use super::connection::ChannelKey;
use super::declaring_exchanges::{default_exchange_is_locked, reserved_prefix};
use super::equivalence::{QUEUE_ARGUMENTS_COMPARED, check_arguments, check_equivalent, truth};
use super::exchange::{Binding, Destination};
use super::replying::REPLY_TO;
use super::settings::{QueueSettings, QueueType, Strategy};
use super::{Broker, Context, Handled, Outgoing, Queue, Refusal, answer};
use crate::amqp::{Method, ReplyCode, Table, Value};
use crate::facts::{QueueName, Rule};
use crate::ids::{ConnectionId, Name, QueueId};
use litemap::LiteMap;

impl Broker {
    pub(super) fn handle_queue_method(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        method: Method,
    ) -> Handled {
        match method {
            Method::QueueDeclare { queue, no_wait, .. } if cx.names.text(queue).starts_with(REPLY_TO) => {
                self.check_reply_address(cx, host, queue)?;
                let (message_count, consumer_count) = (0, 1);
                answer(no_wait, Method::QueueDeclareOk { queue, message_count, consumer_count })
            }
            Method::QueueDeclare { queue, passive, durable, exclusive, auto_delete, no_wait, arguments } => {
                let id = if passive {
                    let queue = self.name_of_queue(key, queue)?;
                    self.find_queue(cx, key, host, queue)?
                } else {
                    // What belongs to one connection cannot outlive it (`rabbit_channel`).
                    let asked = Asked { durable: durable && !exclusive, exclusive, auto_delete };
                    self.declare_queue(cx, key, host, (queue, asked), arguments)?
                };
                let queue = self.queue(id).expect("it was found or made");
                let (name, message_count) = (queue.name.name, queue.ready_count() as u32);
                let consumer_count = self.declared_consumers(id);
                self.queue_used(cx, id);
                self.channel_mut(key).last_queue = Some(name);
                answer(no_wait, Method::QueueDeclareOk { queue: name, message_count, consumer_count })
            }
            Method::QueueBind { queue, exchange, routing_key, no_wait, arguments } => {
                let id = self.check_binding_of_queue(cx, key, host, (queue, exchange), routing_key)?;
                let binding = Binding { destination: Destination::Queue(id), routing_key, arguments };
                self.bind(cx, host, exchange, binding)?;
                answer(no_wait, Method::QueueBindOk {})
            }
            Method::QueueUnbind { queue, exchange, routing_key, arguments } => {
                let queue = self.may_bind_queue(cx, key, host, (queue, exchange), routing_key)?;
                let virtual_host = &self.virtual_hosts[&host];
                // What is not there is not bound, and who owns it is asked only where there is a binding.
                let ends = virtual_host.queues.get(&queue).zip(virtual_host.exchanges.get(&exchange));
                let Some((&id, source)) = ends else { return Ok(Some(Method::QueueUnbindOk {})) };
                let binding = Binding { destination: Destination::Queue(id), routing_key, arguments };
                if source.bindings.contains(&binding) {
                    self.find_queue(cx, key, host, queue)?;
                    self.unbind(host, exchange, &binding)?;
                }
                Ok(Some(Method::QueueUnbindOk {}))
            }
            Method::QueuePurge { queue, no_wait } => {
                let queue = self.name_of_queue(key, queue)?;
                self.check_permission(cx, key, host, Action::Read, ("queue", queue))?;
                let id = self.find_queue(cx, key, host, queue)?;
                self.refuse_on_stream(cx, id, "queue.purge")?;
                let message_count = self.purge(cx, id);
                answer(no_wait, Method::QueuePurgeOk { message_count })
            }
            Method::QueueDelete { queue, if_unused, if_empty, no_wait } => {
                let queue = self.name_of_queue(key, queue)?;
                self.check_permission(cx, key, host, Action::Configure, ("queue", queue))?;
                // Deleting what is not there is no error in RabbitMQ.
                let id = match self.find_queue(cx, key, host, queue) {
                    Ok(id) => id,
                    Err(refusal) if refusal.code == ReplyCode::NotFound => {
                        return answer(no_wait, Method::QueueDeleteOk { message_count: 0 });
                    }
                    Err(refusal) => return Err(refusal),
                };
                let found = self.queue_mut(id);
                refuse_flags(cx, found, &[("if-unused", if_unused), ("if-empty", if_empty)])?;
                let state = match () {
                    () if found.kind == QueueType::Stream => None,
                    () if if_unused && found.consumer_count() > 0 => Some("in use"),
                    () if if_empty && found.ready_count() > 0 => Some("not empty"),
                    () => None,
                };
                if let Some(state) = state {
                    let (name, host) = (cx.names.text(queue), cx.names.text(host));
                    let what = format!("queue '{name}' in vhost '{host}' {state}");
                    return Err(Refusal::new(ReplyCode::PreconditionFailed, what));
                }
                let place = self.output.line().len();
                let message_count = self.remove_queue(cx, id, Rule::QueueRemoved);
                if !no_wait {
                    // The answer goes out before the consumers are told.
                    let command = Method::QueueDeleteOk { message_count }.into();
                    let outgoing = Outgoing {
                        connection: key.connection,
                        channel: key.number,
                        command,
                        is_settled: false,
                    };
                    self.output.line().insert(place, outgoing);
                }
                Ok(None)
            }
            other => unreachable!("{} is not of the class queue", other.name()),
        }
    }

    /// How many consumers a queue says it has. A stream says none (`rabbit_stream_queue`, `stat`). A quorum queue counts those that it gives messages to: of a
    /// single active one and those behind it the first alone, and besides each that was cancelled and each
    /// `basic.get` as long as they hold something unacknowledged (`rabbit_fifo`, `query_stat`; recorded from
    /// 3.10.8).
    fn declared_consumers(&self, id: QueueId) -> u32 {
        let queue = self.queue(id).expect("the caller has found it");
        let count = queue.consumer_count() as u32;
        match queue.kind {
            QueueType::Classic => return count,
            QueueType::Stream => return 0,
            QueueType::Quorum => {}
        }
        let active = if queue.settings.is_single_active_consumer { count.min(1) } else { count };
        let mut gone = LiteMap::new_vec();
        for (connection, number, channel) in self.connections.iter().flat_map(|(id, connection)| {
            connection.channels.iter().map(move |(number, channel)| (id, *number, channel))
        }) {
            for delivery in channel.held().filter(|each| each.queue == id) {
                let (tag, got) = match delivery.consumer {
                    Some((tag, _)) => (tag, 0),
                    None => (Name::EMPTY, delivery.tag),
                };
                if got > 0 || !channel.consumers.contains_key(&tag) {
                    gone.insert((connection, number, tag, got), ());
                }
            }
        }
        active + gone.len() as u32
    }

    fn check_binding_of_queue(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        (queue, exchange): (Name, Name),
        routing_key: Name,
    ) -> Result<QueueId, Refusal> {
        let queue = self.may_bind_queue(cx, key, host, (queue, exchange), routing_key)?;
        // Where both are missing, the exchange is named.
        self.check_exchange(cx, host, exchange)?;
        self.find_queue(cx, key, host, queue)
    }

    /// Whether the user may bind and unbind these; the queue that is meant.
    fn may_bind_queue(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        (queue, exchange): (Name, Name),
        routing_key: Name,
    ) -> Result<Name, Refusal> {
        let queue = self.name_of_queue(key, queue)?;
        if exchange == Name::EMPTY {
            return Err(default_exchange_is_locked());
        }
        self.check_permission(cx, key, host, Action::Write, ("queue", queue))?;
        self.check_permission(cx, key, host, Action::Read, ("exchange", exchange))?;
        self.check_topic(cx, key, host, Action::Read, (exchange, routing_key))?;
        Ok(queue)
    }

    /// Finds the queue or makes it. An empty name means a name that the broker makes up.
    fn declare_queue(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        (mut name, asked): (Name, Asked),
        arguments: Table,
    ) -> Result<QueueId, Refusal> {
        let is_generated = name == Name::EMPTY;
        if is_generated {
            name = self.generate_name(cx, "amq.gen");
        }
        let (text, host_text) = (cx.names.text(name).to_owned(), cx.names.text(host).to_owned());
        if !is_generated && text.starts_with("amq.") && !self.virtual_hosts[&host].queues.contains_key(&name)
        {
            return Err(reserved_prefix("queue", &text));
        }
        self.check_permission(cx, key, host, Action::Configure, ("queue", name))?;
        if let Some(&id) = self.virtual_hosts[&host].queues.get(&name) {
            let current = self.queue(id).expect("a virtual host knows only queues that exist");
            check_exclusive(current, key.connection, &text, &host_text)?;
            if asked.exclusive != current.exclusive_to.is_some() {
                return Err(locked(&text, &host_text));
            }
            let same = [
                ("durable", truth(asked.durable), truth(current.is_durable)),
                ("auto_delete", truth(asked.auto_delete), truth(current.is_auto_delete)),
            ];
            check_equivalent("queue", &text, &host_text, &same)?;
            let both = (&arguments, &current.arguments);
            check_arguments("queue", &text, &host_text, both, QUEUE_ARGUMENTS_COMPARED)?;
            return Ok(id);
        }
        self.check_queue_limit(cx, key.connection, host, name)?;
        if let Some(exchange) = arguments.get("x-dead-letter-exchange").and_then(Value::as_text) {
            let exchange = cx.names.intern(exchange);
            self.check_permission(cx, key, host, Action::Read, ("queue", name))?;
            self.check_permission(cx, key, host, Action::Write, ("exchange", exchange))?;
        }
        let kind = check_queue(&arguments, asked, &text, &host_text, self.version)?;
        if is_generated && kind != QueueType::Classic {
            let what = format!("Cannot declare a server-named queue for type {}", kind.module());
            return Err(Refusal::new(ReplyCode::PreconditionFailed, what));
        }
        let policy = self.virtual_hosts[&host].policies.for_queue(&text, kind);
        let settings = QueueSettings::of(&arguments, &policy, self.version, cx.names);
        let mut queue = Queue::new(QueueName { virtual_host: host, name }, kind, arguments, settings);
        queue.is_durable = asked.durable;
        queue.is_auto_delete = asked.auto_delete;
        queue.exclusive_to = asked.exclusive.then_some(key.connection);
        queue.last_used = cx.now;
        let id = self.insert_queue(host, queue);
        self.tell_of_strategy(cx, id, Strategy::AtMostOnce);
        Ok(id)
    }

    pub(super) fn insert_queue(&mut self, host: Name, queue: Queue) -> QueueId {
        let name = queue.name.name;
        let owner = queue.exclusive_to.and_then(|owner| self.connections.get_mut(&owner));
        // The numbers of queues that are gone are given again, so that the list is as long as the most that were
        // there at a time.
        let id = self.free_queues.pop().unwrap_or(QueueId(self.queues.len() as u32));
        if let Some(owner) = owner {
            owner.exclusive.push(id);
        }
        match self.queues.get_mut(id.index()) {
            Some(place) => *place = Some(queue),
            None => self.queues.push(Some(queue)),
        }
        self.host_mut(host).queues.insert(name, id);
        self.topology_changed(host);
        id
    }

    /// The name that a queue name in a method means: an empty one the queue that was declared last on the channel.
    pub(super) fn name_of_queue(&self, key: ChannelKey, name: Name) -> Result<Name, Refusal> {
        match (name, self.channel(key).last_queue) {
            (Name::EMPTY, Some(last)) => Ok(last),
            (Name::EMPTY, None) => Err(Refusal::new(ReplyCode::NotFound, "no previously declared queue")),
            (name, _) => Ok(name),
        }
    }

    /// The queue of that name, if the connection may use it.
    pub(super) fn find_queue(
        &self,
        cx: &Context,
        key: ChannelKey,
        host: Name,
        name: Name,
    ) -> Result<QueueId, Refusal> {
        let (text, host_text) = (cx.names.text(name), cx.names.text(host));
        let id = self.virtual_hosts[&host].queues.get(&name);
        let id = *id.ok_or_else(|| Refusal::not_found("queue", text, host_text))?;
        let queue = self.queue(id).expect("a virtual host knows only queues that exist");
        check_exclusive(queue, key.connection, text, host_text)?;
        Ok(id)
    }
}

/// A quorum queue is not deleted on conditions.
fn refuse_flags(cx: &Context, queue: &Queue, flags: &[(&str, bool)]) -> Result<(), Refusal> {
    let flag = flags.iter().find(|(_, is_set)| *is_set && queue.kind == QueueType::Quorum);
    let Some((flag, _)) = flag else { return Ok(()) };
    let (name, host) = (cx.names.text(queue.name.name), cx.names.text(queue.name.virtual_host));
    let what = format!(
        "cannot delete queue '{name}' in vhost '{host}'. queue.delete operations with {flag} flag set are not \
         supported by quorum queues"
    );
    Err(Refusal::new(ReplyCode::NotImplemented, what))
}

fn check_exclusive(queue: &Queue, connection: ConnectionId, name: &str, host: &str) -> Result<(), Refusal> {
    match queue.exclusive_to {
        Some(owner) if owner != connection => Err(locked(name, host)),
        _ => Ok(()),
    }
}

fn locked(name: &str, host: &str) -> Refusal {
    Refusal::new(
        ReplyCode::ResourceLocked,
        format_args!(
            "cannot obtain exclusive access to locked queue '{name}' in vhost '{host}'. It could be originally \
             declared on another connection or the exclusive property value does not match that of the \
             original declaration."
        ),
    )
}
