//! From a step to what the clients and the operator then do.

use super::arguments::{REPLY_TO, arguments_of, definition_of, exchange_name, limits_of, queue_name};
use super::steps::*;
use super::world::{Held, World};
use queuescope::amqp::{ChannelNumber, Command, Content, Method, Origin, Properties, Table, Value};
use queuescope::broker::{AppliesTo, Channel, Policy};
use queuescope::ids::{MessageId, Name};
use queuescope::time::{Span, Time};
use std::rc::Rc;

impl World {
    /// Does a step.
    pub fn take(&mut self, step: Step) -> Held {
        match step {
            Step::Declare { at, queue, declaration } => {
                let arguments = arguments_of(&declaration);
                let is_classic = !matches!(declaration.kind, 1 | 2);
                let queue = self.name(queue_name(queue));
                self.ask(at, |_, _| Method::QueueDeclare {
                    queue,
                    passive: false,
                    durable: !(is_classic && declaration.is_transient),
                    exclusive: is_classic && declaration.is_exclusive,
                    auto_delete: is_classic && declaration.is_auto_delete,
                    no_wait: false,
                    arguments,
                })
            }
            Step::Delete { at, queue, if_unused, if_empty } => {
                let queue = self.named_queue(queue);
                self.ask(at, |_, _| Method::QueueDelete { queue, if_unused, if_empty, no_wait: false })
            }
            Step::Purge { at, queue } => {
                let queue = self.named_queue(queue);
                self.ask(at, |_, _| Method::QueuePurge { queue, no_wait: false })
            }
            Step::DeclareExchange { at, exchange, kind, is_auto_delete, is_internal, alternate } => {
                let kind = ["direct", "fanout", "topic", "headers"][usize::from(kind % 4)];
                let alternate = alternate.map(|number| exchange_name(number).to_owned());
                let entries = alternate.map(|name| ("alternate-exchange".to_owned(), Value::text(&name)));
                let (exchange, kind) = (self.name(exchange_name(exchange)), self.name(kind));
                self.ask(at, |_, _| Method::ExchangeDeclare {
                    exchange,
                    kind,
                    passive: false,
                    durable: !is_internal,
                    auto_delete: is_auto_delete,
                    internal: is_internal,
                    no_wait: false,
                    arguments: Table(entries.into_iter().collect()),
                })
            }
            Step::DeleteExchange { at, exchange, if_unused } => {
                let exchange = self.name(exchange_name(exchange));
                self.ask(at, |_, _| Method::ExchangeDelete { exchange, if_unused, no_wait: false })
            }
            Step::Bind { at, queue, exchange, key } => {
                let (queue, exchange, routing_key) = self.binding(queue, exchange, key);
                let arguments = Table::default();
                self.ask(at, |_, _| Method::QueueBind {
                    queue,
                    exchange,
                    routing_key,
                    no_wait: false,
                    arguments,
                })
            }
            Step::Unbind { at, queue, exchange, key } => {
                let (queue, exchange, routing_key) = self.binding(queue, exchange, key);
                let arguments = Table::default();
                self.ask(at, |_, _| Method::QueueUnbind { queue, exchange, routing_key, arguments })
            }
            Step::BindExchange { at, destination, source, key } => {
                let destination = self.named_exchange(destination);
                let (_, source, routing_key) = self.binding(0, source, key);
                let arguments = Table::default();
                let no_wait = false;
                self.ask(at, |_, _| Method::ExchangeBind {
                    destination,
                    source,
                    routing_key,
                    no_wait,
                    arguments,
                })
            }
            Step::Publish { at, letter } => self.publish(at, letter),
            Step::Consume { at, queue, tag, prefetch, no_ack, exclusive, priority } => {
                self.take(Step::Prefetch { at, count: prefetch, global: false })?;
                let queue = self.named_queue(queue);
                let consumer_tag = tag.map_or(Name::EMPTY, |tag| self.name(&format!("tag-{tag}")));
                let is_careful = tag != Some(1);
                // Each type of queue refuses the argument of the other.
                let is_stream = self.broker.queues().any(|(_, found)| {
                    found.name.name == queue && found.stream_length().is_some() && priority % 8 != 7
                });
                let (name, value) = match is_stream {
                    true => ("x-stream-offset", Value::text("first")),
                    false => ("x-priority", Value::Int8(priority)),
                };
                let arguments = Table(vec![(name.to_owned(), value)]);
                self.ask(at, |channel, _| Method::BasicConsume {
                    queue,
                    consumer_tag: match is_careful && channel.consumers.contains_key(&consumer_tag) {
                        true => Name::EMPTY,
                        false => consumer_tag,
                    },
                    no_local: false,
                    no_ack,
                    exclusive,
                    no_wait: false,
                    arguments,
                })
            }
            Step::Cancel { at, consumer } => self.ask(self.near(at, World::consumes), |channel, _| {
                let count = channel.consumers.len().max(1);
                let tag = channel.consumers.keys().nth(usize::from(consumer) % count);
                let consumer_tag = tag.copied().unwrap_or(Name::EMPTY);
                Method::BasicCancel { consumer_tag, no_wait: false }
            }),
            Step::Get { at, queue, no_ack } => {
                let queue = self.named_queue(queue);
                self.ask(at, |_, _| Method::BasicGet { queue, no_ack })
            }
            Step::Prefetch { at, count, global } => {
                let prefetch_count = count.into();
                self.ask(at, |_, _| Method::BasicQos { prefetch_size: 0, prefetch_count, global })
            }
            Step::Answer { at, which, answer, multiple } => {
                self.answer(at, which, |delivery_tag| match answer {
                    Answer::Acknowledge => Method::BasicAck { delivery_tag, multiple },
                    Answer::Requeue => Method::BasicNack { delivery_tag, multiple, requeue: true },
                    Answer::Discard => Method::BasicNack { delivery_tag, multiple, requeue: false },
                })
            }
            Step::Reject { at, which, requeue } => {
                self.answer(at, which, |delivery_tag| Method::BasicReject { delivery_tag, requeue })
            }
            Step::Recover { at, asynchronous } => self.ask(at, |_, _| match asynchronous {
                true => Method::BasicRecoverAsync { requeue: true },
                false => Method::BasicRecover { requeue: true },
            }),
            Step::Confirm { at } => self.ask(at, |_, _| Method::ConfirmSelect { no_wait: false }),
            Step::Transact { at, commit } => {
                self.ask(at, |_, is_transactional| match (is_transactional, commit) {
                    (false, _) => Method::TxSelect {},
                    (true, true) => Method::TxCommit {},
                    (true, false) => Method::TxRollback {},
                })
            }
            Step::CloseChannel { at } => self.ask(at, |_, _| Method::ChannelClose {
                reply_code: 200,
                reply_text: String::new(),
                class_id: 0,
                method_id: 0,
            }),
            Step::CloseConnection { client } => {
                let (client, reply_text) = (usize::from(client), String::new());
                if self.clients[client].as_ref().is_some_and(|client| client.is_blocked) {
                    return Ok(());
                }
                let close =
                    Method::ConnectionClose { reply_code: 200, reply_text, class_id: 0, method_id: 0 };
                self.send(client, 0, close)
            }
            Step::Drop { client } => self.leave(client.into()),
            Step::SetPolicy { queue, settings, is_operator } => {
                self.had_policies = true;
                let settings = if is_operator { limits_of(settings) } else { settings };
                let policy = Policy {
                    name: "policy".to_owned(),
                    pattern: queue
                        .map_or_else(|| "^q".to_owned(), |queue| format!("^{}$", queue_name(queue))),
                    applies_to: AppliesTo::Queues,
                    priority: 0,
                    definition: definition_of(&settings),
                };
                // One that RabbitMQ refuses changes nothing.
                self.act(|broker, cx| drop(broker.set_policy(cx, "/", policy, is_operator)))
            }
            Step::ClearPolicy { is_operator } => {
                self.act(|broker, cx| broker.clear_policy(cx, "/", "policy", is_operator))
            }
            Step::Pass { ms } => self.pass(Span::from_ms(ms.into())),
            Step::Restart { crash } => {
                self.clients.iter_mut().for_each(|client| *client = None);
                self.act(|broker, cx| broker.restart(cx, crash))?;
                if crash {
                    self.ledger.crashed();
                }
                Ok(())
            }
            Step::Alarm { is_on } => self.act(|broker, cx| broker.set_memory_alarm(cx, is_on)),
        }
    }

    fn name(&mut self, text: &str) -> Name {
        self.names.intern(text)
    }

    /// The queue of that number. Where it is not there another is meant, if there is any.
    fn named_queue(&mut self, number: u8) -> Name {
        let wanted = self.name(queue_name(number));
        let existing = || self.broker.queues().map(|(_, queue)| queue.name.name);
        let count = existing().count().max(1);
        if existing().any(|name| name == wanted) {
            return wanted;
        }
        existing().nth(usize::from(number) % count).unwrap_or(wanted)
    }

    fn binding(&mut self, queue: u8, exchange: u8, key: u8) -> (Name, Name, Name) {
        let key = KEYS[usize::from(key) % KEYS.len()];
        (self.named_queue(queue), self.named_exchange(exchange), self.name(key))
    }

    /// The exchange of that number; where it is not there, one that always is.
    fn named_exchange(&mut self, number: u8) -> Name {
        let wanted = self.name(exchange_name(number));
        let is_there = self.broker.virtual_hosts().any(|(_, host)| host.exchanges.contains_key(&wanted));
        if is_there { wanted } else { self.name(EXCHANGES[usize::from(number) % 4]) }
    }

    /// Sends a method on a channel, which is opened if need be. A client that is blocked sends nothing.
    fn ask(&mut self, at: At, method: impl FnOnce(&Channel, bool) -> Method) -> Held {
        let (client, number) = place(at);
        if !self.open(client, number)? {
            return Ok(());
        }
        let Some(found) = self.clients[client].as_ref().filter(|client| !client.is_blocked) else {
            return Ok(());
        };
        let connection = self.broker.connection(found.connection).expect("it is open");
        let method = method(&connection.channels[&number], found.channels[&number].is_transactional);
        self.send(client, number, method)
    }

    /// Answers a delivery on a channel; where that holds none, on the next that does.
    fn answer(&mut self, at: At, which: Which, method: impl FnOnce(u64) -> Method) -> Held {
        let mut is_meant = true;
        let at = if let Which::Held(_) = which { self.near(at, World::holds) } else { at };
        self.ask(at, |channel, _| {
            let held = &channel.unacknowledged;
            let tag = match which {
                Which::Held(_) if held.is_empty() => {
                    is_meant = false;
                    0
                }
                Which::Held(place) => held[usize::from(place) % held.len()].tag,
                Which::Zero => 0,
                Which::Unknown => held.back().map_or(0, |last| last.tag) + 1000,
                Which::First => 1,
            };
            // Where there is nothing to answer, something harmless is asked instead.
            if is_meant { method(tag) } else { Method::ChannelFlow { active: true } }
        })
    }

    /// Consumes direct replies on a channel that is open; says whether it does.
    fn take_replies(&mut self, at: At) -> Result<bool, String> {
        let (client, number) = place(at);
        let queue = self.name(REPLY_TO);
        let channel = self.clients[client].as_ref().and_then(|client| client.channels.get(&number));
        if channel.is_some_and(|channel| !channel.takes_replies) {
            self.ask(at, |_, _| Method::BasicConsume {
                queue,
                consumer_tag: Name::EMPTY,
                no_local: false,
                no_ack: true,
                exclusive: false,
                no_wait: false,
                arguments: Table::default(),
            })?;
        }
        let Some(client) = self.clients[client].as_mut().filter(|client| !client.is_blocked) else {
            return Ok(false);
        };
        let channel = client.channels.get_mut(&number);
        Ok(channel.map(|channel| channel.takes_replies = true).is_some())
    }

    /// The channel, or where it is not fit, the first that is.
    fn near(&self, at: At, is_fit: impl Fn(&World, At) -> bool) -> At {
        let is_fit = |at: &At| is_fit(self, *at);
        Some(at).into_iter().chain(places()).find(is_fit).unwrap_or(at)
    }

    fn channel(&self, at: At) -> Option<&Channel> {
        let (client, number) = place(at);
        let connection = self.clients[client].as_ref()?.connection;
        self.broker.connection(connection)?.channels.get(&number)
    }

    fn holds(&self, at: At) -> bool {
        self.channel(at).is_some_and(|channel| !channel.unacknowledged.is_empty())
    }

    fn consumes(&self, at: At) -> bool {
        self.channel(at).is_some_and(|channel| !channel.consumers.is_empty())
    }

    fn publish(&mut self, at: At, letter: Letter) -> Held {
        let (client, number) = place(at);
        if !self.open(client, number)? {
            return Ok(());
        }
        self.last_message += 1;
        let message = MessageId(self.last_message);
        self.ledger.priorities.extend(letter.priority.map(|priority| (message, priority)));
        let (exchange, routing_key) = match letter.to {
            Target::Queue(queue) => (Name::EMPTY, self.named_queue(queue)),
            Target::Exchange(exchange, key) => {
                (self.named_exchange(exchange), self.name(KEYS[usize::from(key) % KEYS.len()]))
            }
            Target::Reply(number) => {
                let count = self.addresses.len().max(1);
                let address = self.addresses.get(usize::from(number) % count).cloned();
                (Name::EMPTY, self.name(&address.unwrap_or_default()))
            }
            Target::Nowhere => (self.name("nowhere"), Name::EMPTY),
        };
        let wants_reply = letter.wants_reply && self.take_replies(at)?;
        let copy_to = letter.copy_to.map(|queue| Value::Array(vec![Value::text(queue_name(queue))]));
        let properties = Properties {
            delivery_mode: letter.is_persistent.then_some(2),
            priority: letter.priority,
            expiration: letter.expiration.map(|ms| ms.to_string()),
            reply_to: wants_reply.then(|| REPLY_TO.to_owned()),
            headers: copy_to.map(|keys| Table(vec![("CC".to_owned(), keys)])),
            ..Properties::default()
        };
        let method =
            Method::BasicPublish { exchange, routing_key, mandatory: letter.mandatory, immediate: false };
        let content = Content {
            origin: Origin { message, publisher: Name::EMPTY, published: Time::START },
            properties: Rc::new(properties),
            body: vec![0; letter.size.into()].into(),
        };
        let channel = self.clients[client].as_mut().and_then(|client| client.channels.get_mut(&number));
        if let Some(channel) = channel.filter(|channel| channel.is_confirming) {
            channel.published += 1;
        }
        self.send(client, number, Command { method, content: Some(content) })
    }
}

/// Every channel that there can be.
fn places() -> impl Iterator<Item = At> {
    (0..CLIENTS).flat_map(|client| (1..=CHANNELS).map(move |number| At(client, number)))
}

fn place(At(client, number): At) -> (usize, ChannelNumber) {
    (usize::from(client), number)
}
