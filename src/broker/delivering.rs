//! Messages go out: the turns of consumers and their limits.
//!
//! Sources: rabbitmq.com/docs/consumers, /docs/consumer-prefetch, /docs/consumer-priority; the order of turns
//! follows RabbitMQ's `rabbit_queue_consumers`: the first consumer in line is asked; if its limit is reached it
//! leaves the line and the next one is asked; if it takes the message it goes to the end of the line. A consumer
//! that left comes back to the end of the line when an acknowledgement makes room.

use super::connection::Unacknowledged;
use super::queue::{ConsumerKey, QueuedMessage};
use super::settings::QueueType;
use super::{Broker, Context, Version};
use crate::amqp::{Command, Content, Method, Properties, Value};
use crate::facts::{Event, Rule};
use crate::ids::QueueId;
use std::rc::Rc;

impl Broker {
    /// Hands out messages from the head of the queue, what has expired there aside, for as long as a consumer can
    /// take one.
    pub(super) fn dispatch(&mut self, cx: &mut Context, id: QueueId) {
        if self.queue(id).is_some() {
            self.drop_expired(cx, id);
            self.hand_out(cx, id);
        }
    }

    pub(super) fn hand_out(&mut self, cx: &mut Context, id: QueueId) {
        if self.queue_mut(id).kind == QueueType::Stream {
            return self.dispatch_stream(cx, id);
        }
        self.let_active_give_way(id);
        while let Some(consumer) = self.next_consumer(id) {
            let Some(message) = self.queue_mut(id).take_head() else { return };
            self.deliver(cx, id, consumer, message);
            self.leave_line_when_full(id, consumer);
            self.drop_expired(cx, id);
        }
    }

    /// The active consumer of a quorum queue gives way to one of a higher priority as soon as it holds nothing any
    /// more (`rabbit_fifo`, `activate_next_consumer`).
    fn let_active_give_way(&mut self, id: QueueId) {
        let queue = self.queue_mut(id);
        let Some((active, heir)) = queue.single_active_consumer().zip(queue.heir()) else { return };
        let holds_nothing =
            self.channel(active.channel).consumers.get(&active.tag).is_none_or(|it| it.unacknowledged == 0);
        if holds_nothing {
            self.queue_mut(id).activate(heir);
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
        let kind = queue.kind;
        let content = delivered_content(self.version, kind, &copy, false);
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
            self.watch_delivery(cx, key.channel, kind);
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
}
/// What a message holds when it goes out: a quorum queue says how often it was given back, a stream at which
/// offset it stands. In 3.10 the answer to `basic.get` says so of every message.
pub(super) fn delivered_content(
    version: Version,
    kind: QueueType,
    copy: &QueuedMessage,
    was_got: bool,
) -> Content {
    let numbers = match kind {
        QueueType::Quorum => {
            let acquired = Some(copy.acquired_count).filter(|_| version.shows_acquired_count());
            let is_shown = copy.delivery_count > 0 || (was_got && acquired.is_none());
            [
                Some(("x-delivery-count", copy.delivery_count)).filter(|_| is_shown),
                acquired.filter(|count| *count > 0).map(|count| ("x-acquired-count", count)),
            ]
        }
        QueueType::Stream => [Some(("x-stream-offset", copy.position)), None],
        QueueType::Classic => [None, None],
    };
    if numbers == [None, None] {
        return copy.message.content.clone();
    }
    let mut properties = Properties::clone(&copy.message.content.properties);
    let headers = properties.headers.get_or_insert_default();
    for (name, number) in numbers.into_iter().flatten() {
        headers.0.retain(|(known, _)| known != name);
        headers.0.push((name.to_owned(), Value::Int64(number as i64)));
    }
    Content { properties: Rc::new(properties), ..copy.message.content.clone() }
}
