//! Messages go out: consumers, their turns, their limits, and `basic.get`.
//!
//! Sources: rabbitmq.com/docs/consumers, /docs/consumer-prefetch; the order of turns follows RabbitMQ's
//! `rabbit_queue_consumers`: the first consumer in line is asked; if its limit is reached it leaves the line
//! and the next one is asked; if it takes the message it goes to the end of the line. A consumer that left
//! comes back to the end of the line when an acknowledgement makes room.

use super::connection::{ChannelKey, Consumer, Unacknowledged};
use super::queue::{ConsumerKey, Message, QueuedMessage};
use super::{Broker, Context, Handled, Queue, Refusal, answer};
use crate::amqp::{Command, Method, ReplyCode};
use crate::facts::{ClientName, Event, Rule};
use crate::ids::{Name, QueueId};
use std::rc::Rc;

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
            Method::BasicConsume { queue, consumer_tag, no_ack, exclusive, no_wait, .. } => {
                let id = self.find_queue(cx, key, host, queue)?;
                let tag = self.check_consumer(cx, key, id, consumer_tag, exclusive)?;
                // The answer goes out before the first delivery.
                if !no_wait {
                    self.send(key, Method::BasicConsumeOk { consumer_tag: tag });
                }
                self.start_consumer(cx, ConsumerKey { channel: key, tag }, id, no_ack, exclusive);
                Ok(None)
            }
            Method::BasicCancel { consumer_tag, no_wait } => {
                if let Some(consumer) = self.channel_mut(key).consumers.remove(&consumer_tag) {
                    self.end_consumer(cx, ConsumerKey { channel: key, tag: consumer_tag }, &consumer);
                }
                answer(no_wait, Method::BasicCancelOk { consumer_tag })
            }
            Method::BasicGet { queue, no_ack } => {
                let id = self.find_queue(cx, key, host, queue)?;
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
            self.let_channel_continue(cx, key);
        } else {
            channel.prefetch = prefetch_count;
        }
        Ok(())
    }

    /// The tag for a new consumer, made up by the broker if the client gives none.
    fn check_consumer(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        queue: QueueId,
        tag: Name,
        exclusive: bool,
    ) -> Result<Name, Refusal> {
        if self.channel(key).consumers.contains_key(&tag) {
            let text = cx.names.text(tag);
            return Err(Refusal::new(
                ReplyCode::NotAllowed,
                format_args!("attempt to reuse consumer tag '{text}'"),
            ));
        }
        let found = self.queue(queue).expect("find_queue has found it");
        if found.exclusive_consumer.is_some() || (exclusive && found.consumer_count() > 0) {
            let (name, host) = (cx.names.text(found.name.name), cx.names.text(found.name.virtual_host));
            let what = format!("queue '{name}' in vhost '{host}' in exclusive use");
            return Err(Refusal::new(ReplyCode::AccessRefused, what));
        }
        if tag != Name::EMPTY {
            return Ok(tag);
        }
        self.generated_names += 1;
        Ok(cx.names.intern(&format!("amq.ctag-{}", self.generated_names)))
    }

    fn start_consumer(
        &mut self,
        cx: &mut Context,
        key: ConsumerKey,
        queue: QueueId,
        is_automatic: bool,
        exclusive: bool,
    ) {
        let channel = self.channel_mut(key.channel);
        let prefetch = channel.prefetch;
        let number = channel.next_consumer_number();
        channel
            .consumers
            .insert(key.tag, Consumer { number, queue, is_automatic, prefetch, unacknowledged: 0 });
        let client = self.connections[&key.channel.connection].client;
        let found = self.queue_mut(queue);
        found.available.push_back(key);
        if exclusive {
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
        }
    }

    /// A routed message reaches a queue: the last place, and from there to a consumer if one is free.
    pub(super) fn enqueue(&mut self, cx: &mut Context, id: QueueId, message: Rc<Message>) {
        let queue = self.queue_mut(id);
        let number = message.content.origin.message;
        queue.append(message);
        let (name, ready) = (queue.name, queue.ready.len() as u64);
        cx.record(Event::Queued { message: number, queue: name, ready });
        self.dispatch(cx, id);
        // Unless it has gone out at once, say why it stays.
        if let Some(last) = self.queue(id).and_then(|queue| queue.ready.back())
            && last.message.content.origin.message == number
            && let Some(event) = self.why_waiting(id, last)
        {
            cx.record(event);
        }
    }

    /// Hands out messages from the head of the queue for as long as a consumer can take one.
    pub(super) fn dispatch(&mut self, cx: &mut Context, id: QueueId) {
        while let Some(consumer) = self.next_consumer(id) {
            let queue = self.queue_mut(id);
            let Some(message) = queue.ready.pop_front() else { return };
            queue.available.rotate_left(1);
            self.deliver(cx, id, consumer, message);
        }
    }

    /// The first consumer in line that can take a message, when there is one for it. Those before it leave the
    /// line.
    fn next_consumer(&mut self, id: QueueId) -> Option<ConsumerKey> {
        let Broker { queues, connections, .. } = self;
        let queue = queues[id.index()].as_mut()?;
        if queue.ready.is_empty() {
            return None;
        }
        loop {
            let &first = queue.available.front()?;
            let channel = &connections[&first.channel.connection].channels[&first.channel.number];
            if channel.has_room_for(&channel.consumers[&first.tag]) {
                return Some(first);
            }
            queue.available.pop_front();
            queue.blocked.push_back(first);
        }
    }

    fn deliver(&mut self, cx: &mut Context, id: QueueId, key: ConsumerKey, mut copy: QueuedMessage) {
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
        queue.delivered += 1;
        let rule = Rule::RoundRobin;
        cx.record(Event::Delivered {
            message: number,
            queue: name,
            consumer: client,
            delivery_tag,
            redelivered,
            rule,
        });
        if consumer.is_automatic {
            queue.acknowledged += 1;
            let rule = Rule::AutomaticAcknowledgement;
            cx.record(Event::Acknowledged { message: number, queue: name, rule });
        } else {
            queue.unacknowledged += 1;
            consumer.unacknowledged += 1;
            channel.unacknowledged_by_consumers += 1;
            copy.is_redelivered = true;
            let unacknowledged = Unacknowledged {
                tag: delivery_tag,
                queue: id,
                consumer: Some((key.tag, consumer.number)),
                message: copy,
            };
            channel.unacknowledged.push_back(unacknowledged);
        }
        let method = Method::BasicDeliver {
            consumer_tag: key.tag,
            delivery_tag,
            redelivered,
            exchange: message.exchange,
            routing_key: message.routing_key,
        };
        self.send(key.channel, Command { method, content: Some(message.content.clone()) });
    }

    fn get(&mut self, cx: &mut Context, key: ChannelKey, id: QueueId, no_ack: bool) {
        let Some(mut copy) = self.queue_mut(id).ready.pop_front() else {
            return self.send(key, Method::BasicGetEmpty {});
        };
        let consumer = self.connections[&key.connection].client;
        let delivery_tag = self.channel_mut(key).next_delivery_tag();
        let message = copy.message.clone();
        let number = message.content.origin.message;
        let redelivered = copy.is_redelivered;
        let queue = self.queue_mut(id);
        let (name, message_count) = (queue.name, queue.ready.len() as u32);
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
            copy.is_redelivered = true;
            let unacknowledged =
                Unacknowledged { tag: delivery_tag, queue: id, consumer: None, message: copy };
            self.channel_mut(key).unacknowledged.push_back(unacknowledged);
        }
        let method = Method::BasicGetOk {
            delivery_tag,
            redelivered,
            exchange: message.exchange,
            routing_key: message.routing_key,
            message_count,
        };
        self.send(key, Command { method, content: Some(message.content.clone()) });
    }

    /// Why the message at the head of a queue stays there; nothing when the queue is empty.
    pub fn why_head_waits(&self, id: QueueId) -> Option<Event> {
        self.why_waiting(id, self.queue(id)?.ready.front()?)
    }

    fn why_waiting(&self, id: QueueId, copy: &QueuedMessage) -> Option<Event> {
        let queue: &Queue = self.queue(id)?;
        let (message, name) = (copy.message.content.origin.message, queue.name);
        if queue.consumer_count() == 0 {
            return Some(Event::WaitsForConsumer { message, queue: name, rule: Rule::NoConsumer });
        }
        let key = queue.consumers().find(|key| {
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
            consumer: ClientName(self.connections[&key.channel.connection].client.0),
            unacknowledged,
            prefetch: prefetch.into(),
            rule: Rule::Prefetch,
        })
    }
}
