//! Exchanges, queues and bindings come and go.
//!
//! Source: AMQP 0-9-1 reference, classes `exchange` and `queue`; rabbitmq.com/docs/queues ("Property
//! Equivalence"), /docs/exchanges; texts of errors as recorded from RabbitMQ 3.10.8.

use super::connection::ChannelKey;
use super::exchange::{Binding, Destination, Exchange, ExchangeKind};
use super::{Broker, Context, Handled, Queue, Refusal, answer, headers};
use crate::amqp::{Method, ReplyCode, Table, Value};
use crate::facts::{Event, QueueName, Rule};
use crate::ids::{ConnectionId, Name, QueueId};

impl Broker {
    pub(super) fn handle_exchange_method(&mut self, cx: &mut Context, host: Name, method: Method) -> Handled {
        match method {
            Method::ExchangeDeclare { exchange, passive: true, no_wait, .. } => {
                self.check_exchange(cx, host, exchange)?;
                answer(no_wait, Method::ExchangeDeclareOk {})
            }
            Method::ExchangeDeclare {
                exchange,
                kind,
                passive: false,
                durable,
                auto_delete,
                internal,
                no_wait,
                arguments,
            } => {
                let kind = ExchangeKind::from_name(cx.names.text(kind)).ok_or_else(|| {
                    let name = cx.names.text(kind);
                    Refusal::new(ReplyCode::CommandInvalid, format_args!("unknown exchange type '{name}'"))
                })?;
                let alternate = arguments
                    .get("alternate-exchange")
                    .and_then(Value::as_text)
                    .map(|name| cx.names.intern(name));
                let wanted = Exchange {
                    kind,
                    is_durable: durable,
                    is_auto_delete: auto_delete,
                    is_internal: internal,
                    alternate,
                    arguments,
                    bindings: Vec::new(),
                    received: 0,
                    unroutable: 0,
                };
                self.declare_exchange(cx, host, exchange, wanted)?;
                answer(no_wait, Method::ExchangeDeclareOk {})
            }
            Method::ExchangeDelete { exchange, if_unused, no_wait } => {
                self.delete_exchange(cx, host, exchange, if_unused)?;
                answer(no_wait, Method::ExchangeDeleteOk {})
            }
            Method::ExchangeBind { destination, source, routing_key, no_wait, arguments } => {
                self.check_exchange(cx, host, destination)?;
                let binding =
                    Binding { destination: Destination::Exchange(destination), routing_key, arguments };
                self.bind(cx, host, source, binding)?;
                answer(no_wait, Method::ExchangeBindOk {})
            }
            Method::ExchangeUnbind { destination, source, routing_key, no_wait, arguments } => {
                let binding =
                    Binding { destination: Destination::Exchange(destination), routing_key, arguments };
                self.unbind(cx, host, source, &binding)?;
                answer(no_wait, Method::ExchangeUnbindOk {})
            }
            other => unreachable!("{} is not of the class exchange", other.name()),
        }
    }

    pub(super) fn handle_queue_method(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        method: Method,
    ) -> Handled {
        match method {
            Method::QueueDeclare { queue, passive, durable, exclusive, auto_delete, no_wait, arguments } => {
                let exclusive_to = exclusive.then_some(key.connection);
                let wanted = Queue {
                    is_durable: durable,
                    is_auto_delete: auto_delete,
                    exclusive_to,
                    arguments,
                    ..Queue::new(QueueName { virtual_host: host, name: queue })
                };
                let id = self.declare_queue(cx, key, host, wanted, passive)?;
                let queue = self.queue_mut(id);
                let (name, message_count) = (queue.name.name, queue.ready.len() as u32);
                let consumer_count = queue.consumer_count() as u32;
                self.channel_mut(key).last_queue = Some(name);
                answer(no_wait, Method::QueueDeclareOk { queue: name, message_count, consumer_count })
            }
            Method::QueueBind { queue, exchange, routing_key, no_wait, arguments } => {
                let id = self.find_queue(cx, key, host, queue)?;
                let binding = Binding { destination: Destination::Queue(id), routing_key, arguments };
                self.bind(cx, host, exchange, binding)?;
                answer(no_wait, Method::QueueBindOk {})
            }
            Method::QueueUnbind { queue, exchange, routing_key, arguments } => {
                let id = self.find_queue(cx, key, host, queue)?;
                let binding = Binding { destination: Destination::Queue(id), routing_key, arguments };
                self.unbind(cx, host, exchange, &binding)?;
                Ok(Some(Method::QueueUnbindOk {}))
            }
            Method::QueuePurge { queue, no_wait } => {
                let id = self.find_queue(cx, key, host, queue)?;
                let message_count = self.purge(cx, id);
                answer(no_wait, Method::QueuePurgeOk { message_count })
            }
            Method::QueueDelete { queue, if_unused, if_empty, no_wait } => {
                // Deleting what is not there is no error in RabbitMQ.
                let id = match self.find_queue(cx, key, host, queue) {
                    Ok(id) => id,
                    Err(refusal) if refusal.code == ReplyCode::NotFound => {
                        return answer(no_wait, Method::QueueDeleteOk { message_count: 0 });
                    }
                    Err(refusal) => return Err(refusal),
                };
                let found = self.queue_mut(id);
                let state = match () {
                    () if if_unused && found.consumer_count() > 0 => Some("in use"),
                    () if if_empty && !found.ready.is_empty() => Some("not empty"),
                    () => None,
                };
                if let Some(state) = state {
                    let (name, host) = (cx.names.text(found.name.name), cx.names.text(host));
                    let what = format!("queue '{name}' in vhost '{host}' {state}");
                    return Err(Refusal::new(ReplyCode::PreconditionFailed, what));
                }
                let message_count = self.remove_queue(cx, id);
                answer(no_wait, Method::QueueDeleteOk { message_count })
            }
            other => unreachable!("{} is not of the class queue", other.name()),
        }
    }

    fn declare_exchange(
        &mut self,
        cx: &Context,
        host: Name,
        name: Name,
        wanted: Exchange,
    ) -> Result<(), Refusal> {
        if name == Name::EMPTY {
            return Err(default_exchange_is_locked());
        }
        let text = cx.names.text(name);
        let exchanges = &mut self.host_mut(host).exchanges;
        let Some(current) = exchanges.get(&name) else {
            if text.starts_with("amq.") {
                return Err(reserved_prefix("exchange", text));
            }
            exchanges.insert(name, wanted);
            self.topology_changed(host);
            return Ok(());
        };
        let same = [
            ("type", wanted.kind.name(), current.kind.name()),
            ("durable", truth(wanted.is_durable), truth(current.is_durable)),
            ("auto_delete", truth(wanted.is_auto_delete), truth(current.is_auto_delete)),
            ("internal", truth(wanted.is_internal), truth(current.is_internal)),
        ];
        check_equivalent("exchange", text, cx.names.text(host), &same)?;
        let arguments = (&wanted.arguments, &current.arguments);
        check_arguments("exchange", text, cx.names.text(host), arguments, &["alternate-exchange"])
    }

    fn delete_exchange(
        &mut self,
        cx: &Context,
        host: Name,
        name: Name,
        if_unused: bool,
    ) -> Result<(), Refusal> {
        let text = cx.names.text(name);
        let host_text = cx.names.text(host);
        if name == Name::EMPTY {
            return Err(default_exchange_is_locked());
        }
        if text.starts_with("amq.") {
            let what = format!("deletion of system exchange '{text}' in vhost '{host_text}' not allowed");
            return Err(Refusal::new(ReplyCode::AccessRefused, what));
        }
        let exchanges = &mut self.host_mut(host).exchanges;
        let Some(exchange) = exchanges.get(&name) else { return Ok(()) };
        if if_unused && !exchange.bindings.is_empty() {
            let what = format!("exchange '{text}' in vhost '{host_text}' in use");
            return Err(Refusal::new(ReplyCode::PreconditionFailed, what));
        }
        exchanges.remove(&name);
        self.remove_bindings_to(host, Destination::Exchange(name));
        Ok(())
    }

    /// Finds the queue or makes it. An empty name means a name that the broker makes up.
    fn declare_queue(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        mut wanted: Queue,
        passive: bool,
    ) -> Result<QueueId, Refusal> {
        let name = wanted.name.name;
        if passive {
            return self.find_queue(cx, key, host, name);
        }
        if name == Name::EMPTY {
            self.generated_names += 1;
            wanted.name.name = cx.names.intern(&format!("amq.gen-{}", self.generated_names));
            return Ok(self.insert_queue(host, wanted));
        }
        let Some(&id) = self.host_mut(host).queues.get(&name) else {
            let text = cx.names.text(name);
            if text.starts_with("amq.") {
                return Err(reserved_prefix("queue", text));
            }
            return Ok(self.insert_queue(host, wanted));
        };
        let current = self.queue(id).expect("a virtual host knows only queues that exist");
        let (text, host) = (cx.names.text(name), cx.names.text(host));
        check_exclusive(current, key.connection, text, host)?;
        let same = [
            ("durable", truth(wanted.is_durable), truth(current.is_durable)),
            ("auto_delete", truth(wanted.is_auto_delete), truth(current.is_auto_delete)),
        ];
        check_equivalent("queue", text, host, &same)?;
        if wanted.exclusive_to != current.exclusive_to {
            return Err(locked(text, host));
        }
        let arguments = (&wanted.arguments, &current.arguments);
        check_arguments("queue", text, host, arguments, QUEUE_ARGUMENTS_COMPARED)?;
        Ok(id)
    }

    fn insert_queue(&mut self, host: Name, queue: Queue) -> QueueId {
        let name = queue.name.name;
        let place = self.queues.iter().position(Option::is_none).unwrap_or(self.queues.len());
        if place == self.queues.len() {
            self.queues.push(Some(queue));
        } else {
            self.queues[place] = Some(queue);
        }
        let id = QueueId(place as u32);
        self.host_mut(host).queues.insert(name, id);
        self.topology_changed(host);
        id
    }

    /// The queue of that name, if the connection may use it. An empty name means the queue that was declared
    /// last on the channel.
    pub(super) fn find_queue(
        &self,
        cx: &Context,
        key: ChannelKey,
        host: Name,
        name: Name,
    ) -> Result<QueueId, Refusal> {
        let name = match (name, self.channel(key).last_queue) {
            (Name::EMPTY, Some(last)) => last,
            (Name::EMPTY, None) => {
                return Err(Refusal::new(ReplyCode::NotFound, "no previously declared queue"));
            }
            (name, _) => name,
        };
        let (text, host_text) = (cx.names.text(name), cx.names.text(host));
        let id = self.virtual_hosts[&host].queues.get(&name);
        let id = *id.ok_or_else(|| Refusal::not_found("queue", text, host_text))?;
        let queue = self.queue(id).expect("a virtual host knows only queues that exist");
        check_exclusive(queue, key.connection, text, host_text)?;
        Ok(id)
    }

    fn check_exchange(&self, cx: &Context, host: Name, name: Name) -> Result<(), Refusal> {
        if name == Name::EMPTY {
            return Err(default_exchange_is_locked());
        }
        if self.virtual_hosts[&host].exchanges.contains_key(&name) {
            return Ok(());
        }
        Err(Refusal::not_found("exchange", cx.names.text(name), cx.names.text(host)))
    }

    /// Adds a binding; nothing happens if the same is there.
    fn bind(&mut self, cx: &Context, host: Name, source: Name, binding: Binding) -> Result<(), Refusal> {
        self.check_exchange(cx, host, source)?;
        let exchange = self.host_mut(host).exchanges.get_mut(&source).expect("it is there");
        if exchange.kind == ExchangeKind::Headers {
            headers::check_arguments(&binding.arguments)
                .map_err(|what| Refusal::new(ReplyCode::PreconditionFailed, what))?;
        }
        if !exchange.bindings.contains(&binding) {
            exchange.bindings.push(binding);
            self.topology_changed(host);
        }
        Ok(())
    }

    /// Removes a binding; it is no error in RabbitMQ if it is not there.
    fn unbind(&mut self, cx: &Context, host: Name, source: Name, binding: &Binding) -> Result<(), Refusal> {
        self.check_exchange(cx, host, source)?;
        let exchange = self.host_mut(host).exchanges.get_mut(&source).expect("it is there");
        exchange.bindings.retain(|other| other != binding);
        self.remove_unused_exchange(host, source);
        self.topology_changed(host);
        Ok(())
    }

    /// Removes every binding to a destination that is gone, and the auto-delete exchanges that lose their last
    /// binding by it.
    fn remove_bindings_to(&mut self, host: Name, destination: Destination) {
        let exchanges = &mut self.host_mut(host).exchanges;
        let mut losing = Vec::new();
        for (name, exchange) in exchanges.iter_mut() {
            let before = exchange.bindings.len();
            exchange.bindings.retain(|binding| binding.destination != destination);
            if exchange.bindings.len() < before {
                losing.push(*name);
            }
        }
        for name in losing {
            self.remove_unused_exchange(host, name);
        }
        self.topology_changed(host);
    }

    fn remove_unused_exchange(&mut self, host: Name, name: Name) {
        let exchanges = &mut self.host_mut(host).exchanges;
        if exchanges
            .get(&name)
            .is_some_and(|exchange| exchange.is_auto_delete && exchange.bindings.is_empty())
        {
            exchanges.remove(&name);
            self.remove_bindings_to(host, Destination::Exchange(name));
        }
    }

    fn purge(&mut self, cx: &mut Context, id: QueueId) -> u32 {
        let queue = self.queue_mut(id);
        let name = queue.name;
        let removed: Vec<_> = queue.ready.drain(..).collect();
        for copy in &removed {
            let message = copy.message.content.origin.message;
            cx.record(Event::Removed { message, queue: name, rule: Rule::QueueRemoved });
        }
        removed.len() as u32
    }

    /// Removes a queue with its messages, bindings and consumers; the consumers' clients are told by
    /// `basic.cancel` (rabbitmq.com/docs/consumer-cancel). Says how many messages were ready.
    pub(super) fn remove_queue(&mut self, cx: &mut Context, id: QueueId) -> u32 {
        let message_count = self.purge(cx, id);
        let queue = self.queues[id.index()].take().expect("callers pass queues that exist");
        let host = queue.name.virtual_host;
        self.host_mut(host).queues.remove(&queue.name.name);
        self.remove_bindings_to(host, Destination::Queue(id));
        for consumer in queue.consumers() {
            self.channel_mut(consumer.channel).consumers.remove(&consumer.tag);
            let client = self.connections[&consumer.channel.connection].client;
            cx.record(Event::ConsumerEnded { consumer: client, queue: queue.name });
            self.send(consumer.channel, Method::BasicCancel { consumer_tag: consumer.tag, no_wait: true });
        }
        for (_, connection) in self.connections.iter_mut() {
            for (_, channel) in connection.channels.iter_mut() {
                channel.unacknowledged.retain(|delivery| {
                    let stays = delivery.queue != id;
                    if !stays {
                        let message = delivery.message.message.content.origin.message;
                        cx.record(Event::Removed { message, queue: queue.name, rule: Rule::QueueRemoved });
                        channel.unacknowledged_by_consumers -= u64::from(delivery.consumer.is_some());
                    }
                    stays
                });
            }
        }
        message_count
    }

    fn topology_changed(&mut self, host: Name) {
        self.topology_version += 1;
        self.host_mut(host).topology_changed();
    }
}

/// The arguments that must be the same when a queue is declared again (`rabbit_amqqueue`,
/// `args_equivalence`).
const QUEUE_ARGUMENTS_COMPARED: &[&str] = &[
    "x-expires",
    "x-message-ttl",
    "x-dead-letter-exchange",
    "x-dead-letter-routing-key",
    "x-dead-letter-strategy",
    "x-max-length",
    "x-max-length-bytes",
    "x-max-in-memory-length",
    "x-max-in-memory-bytes",
    "x-max-priority",
    "x-overflow",
    "x-queue-mode",
    "x-queue-version",
    "x-single-active-consumer",
    "x-queue-type",
    "x-queue-leader-locator",
    "x-initial-cluster-size",
    "x-quorum-initial-group-size",
    "x-max-age",
    "x-stream-max-segment-size-bytes",
    "x-delivery-limit",
];

fn truth(holds: bool) -> &'static str {
    if holds { "true" } else { "false" }
}

fn check_equivalent(
    kind: &str,
    name: &str,
    host: &str,
    settings: &[(&str, &str, &str)],
) -> Result<(), Refusal> {
    match settings.iter().find(|(_, received, current)| received != current) {
        None => Ok(()),
        Some((setting, received, current)) => Err(Refusal::inequivalent(
            setting,
            kind,
            name,
            host,
            &format!("'{received}'"),
            &format!("'{current}'"),
        )),
    }
}

/// Compares the arguments that count; the texts follow RabbitMQ's `rabbit_misc:assert_args_equivalence1`.
fn check_arguments(
    kind: &str,
    name: &str,
    host: &str,
    (received, current): (&Table, &Table),
    compared: &[&str],
) -> Result<(), Refusal> {
    for setting in compared {
        let (received, current) = (received.get(setting), current.get(setting));
        let is_same = match (received, current) {
            (Some(received), Some(current)) => match (received.as_integer(), current.as_integer()) {
                (Some(received), Some(current)) => received == current,
                _ => received == current,
            },
            (received, current) => received.is_none() && current.is_none(),
        };
        if !is_same {
            let both = received.is_some() && current.is_some();
            let [received, current] = [received, current].map(|value| shown(value, both));
            return Err(Refusal::inequivalent(setting, kind, name, host, &received, &current));
        }
    }
    Ok(())
}

fn shown(value: Option<&Value>, bare: bool) -> String {
    let Some(value) = value else { return "none".to_owned() };
    let (kind, text) = value.described();
    if bare { format!("'{text}'") } else { format!("the value '{text}' of type '{kind}'") }
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

fn default_exchange_is_locked() -> Refusal {
    Refusal::new(ReplyCode::AccessRefused, "operation not permitted on the default exchange")
}

fn reserved_prefix(kind: &str, name: &str) -> Refusal {
    Refusal::new(
        ReplyCode::AccessRefused,
        format_args!("{kind} name '{name}' contains reserved prefix 'amq.*'"),
    )
}
