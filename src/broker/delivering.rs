//! Messages go out: the turns of consumers and their limits.
//!
//! Sources: rabbitmq.com/docs/consumers, /docs/consumer-prefetch, /docs/consumer-priority; the order of turns
//! follows RabbitMQ's `rabbit_queue_consumers`: the first consumer in line is asked; if its limit is reached it
//! leaves the line and the next one is asked; if it takes the message it goes to the end of the line. A consumer
//! that left comes back to the end of the line when an acknowledgement makes room.

use super::queue::{ConsumerKey, QueuedMessage};
use super::settings::QueueType;
use super::stored_size::is_stored;
use super::{Broker, Context, Version};
use crate::amqp::{Content, Message, Properties, Value};
use crate::ids::QueueId;
use crate::sorting::sort_by;
use std::rc::Rc;

impl Broker {
    /// Hands out messages from the head of the queue, what has expired there aside, for as long as a consumer can
    /// take one.
    pub(super) fn dispatch(&mut self, cx: &mut Context, id: QueueId) {
        let is_plain = self.queues[id.index()].as_ref().is_some_and(|queue| queue.is_plain());
        if !is_plain {
            return self.dispatch_by_rules(cx, id);
        }
        let (queue, mut handover) = self.queue_with_handover(id);
        handover.dispatch_plainly(cx, id, queue);
        self.explain_head(cx, id);
    }

    /// The same where the queue or a message in it has a say in it.
    #[inline(never)]
    pub(super) fn dispatch_by_rules(&mut self, cx: &mut Context, id: QueueId) {
        if let Some(queue) = self.queues[id.index()].as_mut() {
            queue.standing = None;
            self.drop_expired(cx, id);
            self.hand_out(cx, id);
            self.measure_depth(cx, id);
            self.explain_head(cx, id);
            self.look_at_limit(cx, id);
        }
    }

    /// Hands out messages as far as consumers can take them.
    pub(super) fn hand_out(&mut self, cx: &mut Context, id: QueueId) {
        let (queue, mut handover) = self.queue_with_handover(id);
        if queue.is_plain() {
            return handover.hand_out_plainly(cx, id, queue);
        }
        if queue.kind == QueueType::Stream {
            return self.dispatch_stream(cx, id);
        }
        // Without a delivery limit messages come back one by one (`rabbit_fifo`, `requeue`), with one together.
        let is_grouped = queue.kind == QueueType::Quorum && queue.settings.delivery_limit.is_some();
        if queue.settings.is_single_active_consumer {
            self.let_active_give_way(id);
        }
        if is_grouped {
            return self.hand_out_in_groups(cx, id);
        }
        self.hand_out_in_turn(cx, id);
    }

    /// Gives each message to the consumer whose turn it is.
    fn hand_out_in_turn(&mut self, cx: &mut Context, id: QueueId) {
        while self.queues[id.index()].is_some() {
            let (queue, mut handover) = self.queue_with_handover(id);
            let Some(key) = handover.hand_out(cx, id, queue) else { return };
            if !queue.is_plain() {
                self.leave_line_when_full(id, key);
                self.drop_expired(cx, id);
            }
        }
    }

    /// A quorum queue sends what one command frees to each consumer at once, in the order of their tags
    /// (`rabbit_fifo`, `add_delivery_effects`; recorded from 3.10.8), and to whom a message goes is settled before.
    fn hand_out_in_groups(&mut self, cx: &mut Context, id: QueueId) {
        let mut sent: Vec<(ConsumerKey, QueuedMessage)> = Vec::new();
        while let Some(consumer) = self.next_consumer(id) {
            let Some(message) = self.queue_mut(id).take_head() else { break };
            self.count_for_group(consumer, 1);
            sent.push((consumer, message));
            self.leave_line_when_full(id, consumer);
            self.drop_expired(cx, id);
        }
        sort_by(&mut sent, |(one, _), (other, _)| cx.names.text(one.tag).cmp(cx.names.text(other.tag)));
        for (consumer, _) in &sent {
            self.count_for_group(*consumer, -1);
        }
        for (consumer, message) in sent {
            self.deliver(cx, id, consumer, message);
        }
    }

    /// Counts a delivery that is settled and not sent yet against the limit of its consumer.
    fn count_for_group(&mut self, key: ConsumerKey, by: i64) {
        let consumer = self.channel_mut(key.channel).consumers.get_mut(&key.tag).expect("it is in line");
        let counted =
            if consumer.is_automatic { &mut consumer.unsettled } else { &mut consumer.unacknowledged };
        *counted = counted.wrapping_add_signed(by);
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
        let Some(queue) = queues[id.index()].as_mut() else { return };
        if queue.kind != QueueType::Quorum {
            return;
        }
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
        self.let_continue(cx, key.channel, &[id]);
    }

    /// The consumer whose turn it is and that can take a message; see [`Handover::next_consumer`].
    pub(super) fn next_consumer(&mut self, id: QueueId) -> Option<ConsumerKey> {
        self.queues[id.index()].as_ref()?;
        let (queue, mut handover) = self.queue_with_handover(id);
        handover.next_consumer(queue)
    }

    /// Delivers a message of a queue to a consumer of it.
    #[inline(never)]
    pub(super) fn deliver(&mut self, cx: &mut Context, id: QueueId, key: ConsumerKey, copy: QueuedMessage) {
        if self.queues[id.index()].is_some() {
            let (queue, mut handover) = self.queue_with_handover(id);
            handover.deliver(cx, id, queue, key, copy);
        }
    }
}

/// A message as it goes out to a consumer; see [`delivered_content`].
#[inline(always)]
pub(super) fn delivered_message(version: Version, kind: QueueType, copy: &QueuedMessage) -> Rc<Message> {
    if kind == QueueType::Classic {
        return copy.message.clone();
    }
    let content = delivered_content(version, kind, copy, false);
    Rc::new(Message { content, ..Message::clone(&copy.message) })
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
                Some(("x-delivery-count", copy.delivery_count.into())).filter(|_| is_shown),
                acquired.filter(|count| *count > 0).map(|count| ("x-acquired-count", count.into())),
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
    if kind == QueueType::Stream {
        headers.0.retain(|(_, value)| is_stored(value));
    }
    for (name, number) in numbers.into_iter().flatten() {
        headers.0.retain(|(known, _)| known != name);
        headers.0.push((name.to_owned(), Value::Int64(number as i64)));
    }
    Content { properties: Rc::new(properties), ..copy.message.content.clone() }
}
