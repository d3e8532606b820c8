//! Messages go out: consumers, their turns, their limits, and `basic.get`.
//!
//! Sources: rabbitmq.com/docs/consumers, /docs/consumer-prefetch, /docs/consumer-priority; the order of turns
//! follows RabbitMQ's `rabbit_queue_consumers`: the first consumer in line is asked; if its limit is reached it
//! leaves the line and the next one is asked; if it takes the message it goes to the end of the line. A consumer
//! that left comes back to the end of the line when an acknowledgement makes room.

use super::access::Action;
use super::connection::{ChannelKey, Consumer, Unacknowledged};
use super::expiring::Timer;
use super::queue::{ConsumerKey, Message, QueuedMessage};
use super::replying::REPLY_TO;
use super::settings::{QueueType, check_consumer};
use super::{Broker, Context, Handled, Queue, Refusal, answer};
use crate::amqp::{Command, Content, Method, Properties, ReplyCode, Table, Value};
use crate::facts::{Event, Rule};
use crate::ids::{Name, QueueId};
use std::rc::Rc;

/// What `basic.consume` asks for.
struct Wanted {
    no_ack: bool,
    exclusive: bool,
    priority: i64,
    next_offset: u64,
}

impl Broker {
    pub(super) fn handle_consuming_method(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        method: Method,
    ) -> Handled {
        match method {
            Method::BasicQos { prefetch_size, prefetch_count, global } => {
                self.set_prefetch(cx, key, prefetch_size, prefetch_count, global)?;
                Ok(Some(Method::BasicQosOk {}))
            }
            Method::BasicConsume { queue, consumer_tag, no_ack, exclusive, no_wait, arguments, .. } => {
                if self.channel(key).consumers.contains_key(&consumer_tag) {
                    let what = format!("attempt to reuse consumer tag '{}'", cx.names.text(consumer_tag));
                    return Err(Refusal::new(ReplyCode::NotAllowed, what));
                }
                if cx.names.text(queue) == REPLY_TO {
                    return self.consume_replies(cx, key, consumer_tag, (no_ack, no_wait));
                }
                let queue = self.name_of_queue(key, queue)?;
                self.check_permission(cx, key, host, Action::Read, ("queue", queue))?;
                let id = self.find_queue(cx, key, host, queue)?;
                let next_offset = self.check_consuming(cx, key, id, (no_ack, exclusive), &arguments)?;
                let priority = arguments.get("x-priority").and_then(Value::as_integer).unwrap_or(0);
                let tag = match consumer_tag {
                    Name::EMPTY => self.generate_name(cx, "amq.ctag"),
                    tag => tag,
                };
                // The answer goes out before the first delivery.
                if !no_wait {
                    self.send(key, Method::BasicConsumeOk { consumer_tag: tag });
                }
                let wanted = Wanted { no_ack, exclusive, priority, next_offset };
                self.start_consumer(cx, ConsumerKey { channel: key, tag }, id, &wanted);
                Ok(None)
            }
            Method::BasicCancel { consumer_tag, no_wait } => {
                let channel = self.channel_mut(key);
                if channel.reply_consumer.is_some_and(|(tag, _)| tag == consumer_tag) {
                    channel.reply_consumer = None;
                }
                if let Some(consumer) = channel.consumers.remove(&consumer_tag) {
                    self.end_consumer(cx, ConsumerKey { channel: key, tag: consumer_tag }, &consumer);
                    // Where one consumer at a time gets everything, the next one begins: in a quorum queue at
                    // once, in a classic queue when something else moves it (`rabbit_amqqueue_process`,
                    // `basic_cancel`, which does not run the queue).
                    match self.queues[consumer.queue.index()].as_mut() {
                        Some(queue) if queue.kind == QueueType::Quorum => self.dispatch(cx, consumer.queue),
                        Some(queue) => {
                            queue.standing = queue.settings.is_single_active_consumer.then_some(key);
                        }
                        None => {}
                    }
                }
                answer(no_wait, Method::BasicCancelOk { consumer_tag })
            }
            Method::BasicGet { queue, no_ack } => {
                let queue = self.name_of_queue(key, queue)?;
                self.check_permission(cx, key, host, Action::Read, ("queue", queue))?;
                let id = self.find_queue(cx, key, host, queue)?;
                self.refuse_on_stream(cx, id, "basic.get")?;
                self.refuse_get_beside_single_active(cx, id)?;
                self.get(cx, key, id, no_ack);
                Ok(None)
            }
            other => unreachable!("{} does not consume", other.name()),
        }
    }

    fn set_prefetch(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        prefetch_size: u32,
        prefetch_count: u16,
        global: bool,
    ) -> Result<(), Refusal> {
        if prefetch_size != 0 {
            let what = format!("prefetch_size!=0 ({prefetch_size})");
            return Err(Refusal::new(ReplyCode::NotImplemented, what));
        }
        let channel = self.channel_mut(key);
        if global {
            channel.channel_prefetch = prefetch_count;
        } else {
            // A limit for consumers to come ends that of the channel (`rabbit_channel`, `unlimit_prefetch`).
            channel.prefetch = prefetch_count;
            channel.channel_prefetch = 0;
        }
        self.let_channel_continue(cx, key);
        Ok(())
    }

    /// Whether the queue takes such a consumer, and for a stream where it begins.
    fn check_consuming(
        &self,
        cx: &Context,
        key: ChannelKey,
        id: QueueId,
        (no_ack, exclusive): (bool, bool),
        arguments: &Table,
    ) -> Result<u64, Refusal> {
        let found = self.queue(id).expect("find_queue has found it");
        let (name, host) = (cx.names.text(found.name.name), cx.names.text(found.name.virtual_host));
        let described = format!("queue '{name}' in vhost '{host}'");
        check_consumer(arguments, found.kind, &described)?;
        let channel = self.channel(key);
        if found.kind == QueueType::Stream {
            if channel.prefetch == 0 {
                let what = format!("consumer prefetch count is not set for '{described}'");
                return Err(Refusal::new(ReplyCode::PreconditionFailed, what));
            }
            self.refuse_on_stream_if(cx, id, no_ack)?;
            return self.first_offset(id, arguments);
        }
        if found.kind == QueueType::Quorum && channel.channel_prefetch > 0 {
            let what = format!("{described} does not support global qos");
            return Err(Refusal::new(ReplyCode::NotImplemented, what));
        }
        // Only classic queues have exclusive consumers; the others take no notice (recorded from 3.10.8).
        if found.kind == QueueType::Quorum {
            return Ok(0);
        }
        // One active consumer at a time and one alone do not go together.
        let is_taken = exclusive && (found.consumer_count() > 0 || found.settings.is_single_active_consumer);
        if found.exclusive_consumer.is_some() || is_taken {
            return Err(Refusal::new(ReplyCode::AccessRefused, format!("{described} in exclusive use")));
        }
        Ok(0)
    }

    fn refuse_on_stream_if(&self, cx: &Context, id: QueueId, no_ack: bool) -> Result<(), Refusal> {
        if no_ack { self.refuse_on_stream(cx, id, "automatic acknowledgement") } else { Ok(()) }
    }

    fn start_consumer(&mut self, cx: &mut Context, key: ConsumerKey, queue: QueueId, wanted: &Wanted) {
        let channel = self.channel_mut(key.channel);
        let (prefetch, number) = (channel.prefetch, channel.next_consumer_number());
        let consumer = Consumer {
            number,
            queue,
            is_automatic: wanted.no_ack,
            prefetch,
            unacknowledged: 0,
            unsettled: 0,
            surplus: 0,
            next_offset: wanted.next_offset,
        };
        channel.consumers.insert(key.tag, consumer);
        let client = self.connections[&key.channel.connection].client;
        let found = self.queue_mut(queue);
        found.add_consumer(key, wanted.priority);
        if wanted.exclusive && found.kind == QueueType::Classic {
            found.exclusive_consumer = Some(key);
        }
        let event = Event::ConsumerStarted { consumer: client, queue: found.name, prefetch: prefetch.into() };
        cx.record(event);
        self.dispatch(cx, queue);
    }

    /// A consumer leaves its queue. What it holds stays with its channel, to be acknowledged later.
    pub(super) fn end_consumer(&mut self, cx: &mut Context, key: ConsumerKey, consumer: &Consumer) {
        let client = self.connections[&key.channel.connection].client;
        let queue = self.queue_mut(consumer.queue);
        queue.remove_consumer(key);
        let is_unused = queue.is_auto_delete && queue.consumer_count() == 0;
        cx.record(Event::ConsumerEnded { consumer: client, queue: queue.name });
        if is_unused {
            self.remove_queue(cx, consumer.queue);
        } else {
            self.queue_used(cx, consumer.queue);
        }
    }

    /// Hands out messages from the head of the queue, what has expired there aside, for as long as a consumer can
    /// take one.
    pub(super) fn dispatch(&mut self, cx: &mut Context, id: QueueId) {
        if let Some(queue) = self.queues[id.index()].as_mut() {
            queue.standing = None;
            self.drop_expired(cx, id);
            self.hand_out(cx, id);
        }
    }

    pub(super) fn hand_out(&mut self, cx: &mut Context, id: QueueId) {
        if self.queue_mut(id).kind == QueueType::Stream {
            return self.dispatch_stream(cx, id);
        }
        while let Some(consumer) = self.next_consumer(id) {
            let Some(message) = self.queue_mut(id).take_head() else { return };
            self.deliver(cx, id, consumer, message);
            self.leave_line_when_full(id, consumer);
            self.drop_expired(cx, id);
        }
    }

    /// In a quorum queue a consumer without credit leaves the line at once (`rabbit_fifo`), in a classic one when
    /// it is asked the next time.
    fn leave_line_when_full(&mut self, id: QueueId, key: ConsumerKey) {
        let Broker { queues, connections, .. } = self;
        let Some(queue) = queues[id.index()].as_mut().filter(|queue| queue.kind == QueueType::Quorum) else {
            return;
        };
        let channel = &connections[&key.channel.connection].channels[&key.channel.number];
        if channel.has_room_for(&channel.consumers[&key.tag]) {
            return;
        }
        if let Some(place) = queue.available.iter().position(|in_line| in_line.key == key) {
            queue.blocked.extend(queue.available.remove(place));
        }
    }

    /// A channel settles with a quorum queue what it has sent to a consumer with automatic acknowledgement: a
    /// command of its own, after what is on its way to the queue already (`rabbit_fifo_client`; recorded from
    /// 3.10.8). Until then these deliveries count against the prefetch limit.
    pub(super) fn settle(&mut self, cx: &mut Context, id: QueueId, key: ConsumerKey) {
        let connection = self.connections.get_mut(&key.channel.connection);
        let Some(channel) = connection.and_then(|open| open.channels.get_mut(&key.channel.number)) else {
            return;
        };
        let Some(consumer) = channel.consumers.get_mut(&key.tag).filter(|found| found.unsettled > 0) else {
            return;
        };
        consumer.unsettled = 0;
        self.let_continue(cx, key.channel, vec![id]);
    }

    /// The consumer whose turn it is and that can take a message, when there is one for it; it goes to the end of
    /// the line. Those found at their limit leave the line.
    fn next_consumer(&mut self, id: QueueId) -> Option<ConsumerKey> {
        let Broker { queues, connections, .. } = self;
        let queue = queues[id.index()].as_mut()?;
        queue.head()?;
        loop {
            let in_line = queue.available.remove(queue.next_in_line()?)?;
            let key = in_line.key;
            let channel = &connections[&key.channel.connection].channels[&key.channel.number];
            if channel.has_room_for(&channel.consumers[&key.tag]) {
                queue.available.push_back(in_line);
                return Some(key);
            }
            queue.blocked.push_back(in_line);
        }
    }

    pub(super) fn deliver(&mut self, cx: &mut Context, id: QueueId, key: ConsumerKey, copy: QueuedMessage) {
        let client = self.connections[&key.channel.connection].client;
        let Broker { queues, connections, .. } = self;
        let queue = queues[id.index()].as_mut().expect("dispatch has found it");
        let channels =
            &mut connections.get_mut(&key.channel.connection).expect("its consumer is there").channels;
        let channel = channels.get_mut(&key.channel.number).expect("its consumer is there");
        let delivery_tag = channel.next_delivery_tag();
        let consumer = channel.consumers.get_mut(&key.tag).expect("it is in line");
        let message = copy.message.clone();
        let redelivered = copy.is_redelivered;
        let number = message.content.origin.message;
        let name = queue.name;
        let content = delivered_content(queue.kind, &copy, false);
        queue.delivered += 1;
        let rule = Rule::RoundRobin;
        let event = Event::Delivered {
            message: number,
            queue: name,
            consumer: client,
            delivery_tag,
            redelivered,
            rule,
        };
        cx.record(event);
        if consumer.is_automatic {
            queue.acknowledged += 1;
            let rule = Rule::AutomaticAcknowledgement;
            cx.record(Event::Acknowledged { message: number, queue: name, rule });
            if queue.kind == QueueType::Quorum {
                consumer.unsettled += 1;
                self.timers.enter(cx.now, Timer::Settlement(id, key));
            }
        } else {
            queue.unacknowledged += 1;
            consumer.unacknowledged += 1;
            channel.unacknowledged_by_consumers += 1;
            let consumer = Some((key.tag, consumer.number));
            let delivery = Unacknowledged {
                tag: delivery_tag,
                queue: id,
                consumer,
                message: QueuedMessage { is_redelivered: true, ..copy },
                delivered: cx.now,
            };
            channel.unacknowledged.push_back(delivery);
            self.watch_delivery(cx, key.channel);
        }
        let method = Method::BasicDeliver {
            consumer_tag: key.tag,
            delivery_tag,
            redelivered,
            exchange: message.exchange,
            routing_key: message.routing_key,
        };
        self.send(key.channel, Command { method, content: Some(content) });
    }

    /// A quorum queue with a single active consumer gives nothing out besides (as recorded from 3.10.8).
    fn refuse_get_beside_single_active(&self, cx: &Context, id: QueueId) -> Result<(), Refusal> {
        let queue = self.queue(id).expect("find_queue has found it");
        if queue.kind != QueueType::Quorum || !queue.settings.is_single_active_consumer {
            return Ok(());
        }
        let (name, host) = (cx.names.text(queue.name.name), cx.names.text(queue.name.virtual_host));
        let what = format!(
            "cannot obtain access to locked queue '{name}' in vhost '{host}'. basic.get operations are not supported \
             by quorum queues with single active consumer"
        );
        Err(Refusal::new(ReplyCode::ResourceLocked, what))
    }

    fn get(&mut self, cx: &mut Context, key: ChannelKey, id: QueueId, no_ack: bool) {
        self.queue_used(cx, id);
        self.drop_expired(cx, id);
        let Some(copy) = self.queue_mut(id).take_head() else {
            return self.send(key, Method::BasicGetEmpty {});
        };
        let consumer = self.connections[&key.connection].client;
        let delivery_tag = self.channel_mut(key).next_delivery_tag();
        let Message { exchange, routing_key, ref content, .. } = *copy.message;
        let number = content.origin.message;
        let redelivered = copy.is_redelivered;
        let queue = self.queue_mut(id);
        let name = queue.name;
        let content = delivered_content(queue.kind, &copy, true);
        queue.delivered += 1;
        let rule = if no_ack { Rule::AutomaticAcknowledgement } else { Rule::ManualAcknowledgement };
        cx.record(Event::Delivered {
            message: number,
            queue: name,
            consumer,
            delivery_tag,
            redelivered,
            rule,
        });
        if no_ack {
            self.queue_mut(id).acknowledged += 1;
            cx.record(Event::Acknowledged { message: number, queue: name, rule });
        } else {
            self.queue_mut(id).unacknowledged += 1;
            let delivery = Unacknowledged {
                tag: delivery_tag,
                queue: id,
                consumer: None,
                message: QueuedMessage { is_redelivered: true, ..copy },
                delivered: cx.now,
            };
            self.channel_mut(key).unacknowledged.push_back(delivery);
            self.watch_delivery(cx, key);
        }
        // A classic queue looks for what has expired behind it before it counts, a quorum queue after (recorded).
        if self.queue_mut(id).kind == QueueType::Classic {
            self.drop_expired(cx, id);
        }
        let message_count = self.queue_mut(id).ready_count() as u32;
        let method = Method::BasicGetOk { delivery_tag, redelivered, exchange, routing_key, message_count };
        self.send(key, Command { method, content: Some(content) });
        self.drop_expired(cx, id);
    }

    /// Why the message at the head of a queue stays there; nothing when the queue is empty.
    pub fn why_head_waits(&self, id: QueueId) -> Option<Event> {
        let queue = self.queue(id).filter(|queue| queue.kind != QueueType::Stream)?;
        self.why_waiting(id, queue.head()?)
    }

    pub(super) fn why_waiting(&self, id: QueueId, copy: &QueuedMessage) -> Option<Event> {
        let queue: &Queue = self.queue(id)?;
        let (message, name) = (copy.message.content.origin.message, queue.name);
        if queue.consumer_count() == 0 {
            return Some(Event::WaitsForConsumer { message, queue: name, rule: Rule::NoConsumer });
        }
        let candidates = queue.single_active_consumer().into_iter().chain(queue.consumers());
        let key = candidates.into_iter().find(|key| {
            let channel = self.channel(key.channel);
            !channel.has_room_for(&channel.consumers[&key.tag])
        })?;
        let channel = self.channel(key.channel);
        let consumer = &channel.consumers[&key.tag];
        let (unacknowledged, prefetch) = if channel.channel_prefetch > 0
            && channel.unacknowledged_by_consumers >= channel.channel_prefetch.into()
        {
            (channel.unacknowledged_by_consumers, channel.channel_prefetch)
        } else {
            (consumer.unacknowledged, consumer.prefetch)
        };
        Some(Event::WaitsForPrefetch {
            message,
            queue: name,
            consumer: self.connections[&key.channel.connection].client,
            unacknowledged,
            prefetch: prefetch.into(),
            rule: Rule::Prefetch,
        })
    }
}

/// What a message holds when it goes out: a quorum queue says how often it was given back, a stream at which
/// offset it stands.
fn delivered_content(kind: QueueType, copy: &QueuedMessage, was_got: bool) -> Content {
    let (name, number) = match kind {
        QueueType::Quorum if was_got || copy.delivery_count > 0 => ("x-delivery-count", copy.delivery_count),
        QueueType::Stream => ("x-stream-offset", copy.position),
        _ => return copy.message.content.clone(),
    };
    let mut properties = Properties::clone(&copy.message.content.properties);
    let headers = properties.headers.get_or_insert_default();
    headers.0.retain(|(known, _)| known != name);
    headers.0.push((name.to_owned(), Value::Int64(number as i64)));
    Content { properties: Rc::new(properties), ..copy.message.content.clone() }
}
