//! Why a message stays where it is, told for each consumer that does not get it.
//!
//! Sources: rabbitmq.com/docs/queues, /docs/consumer-prefetch, /docs/consumers. It is told once of each message,
//! when it comes to wait at the head of its queue; of those behind it when they come in. Whoever looks later may
//! ask again.

use super::connection::UNSENT_LIMIT;
use super::queue::{ConsumerKey, QueuedMessage};
use super::settings::QueueType;
use super::{Broker, Context, Queue};
use crate::facts::{ClientName, Event, Rule};
use crate::ids::{MessageId, QueueId};

/// Of so many consumers it is told why they do not get a message; those further back wait for the like.
const MOST_TOLD: usize = 8;

impl Broker {
    /// Why the message at the head of a queue stays there, by the first consumer that does not get it; nothing
    /// when the queue is empty.
    pub fn why_head_waits(&self, id: QueueId) -> Option<Event> {
        self.why_head_waits_for_each(id).next()
    }

    /// Why the message at the head of a queue is not delivered, for each consumer of the queue; nothing when the
    /// queue is empty.
    pub fn why_head_waits_for_each(&self, id: QueueId) -> impl Iterator<Item = Event> + '_ {
        let queue = self.queue(id).filter(|queue| queue.kind != QueueType::Stream);
        let waiting = queue.and_then(|queue| Some((queue, queue.head()?)));
        waiting.into_iter().flat_map(move |(queue, head)| {
            let message = message_of(head);
            let alone = Event::WaitsForConsumer { message, queue: queue.name, rule: Rule::NoConsumer };
            let active = queue.single_active_consumer();
            let others = queue.consumers().filter(move |key| Some(*key) != active);
            let each = active.into_iter().chain(others);
            let each = each.filter_map(move |key| self.why_not_to(queue, message, key));
            (queue.consumer_count() == 0).then_some(alone).into_iter().chain(each)
        })
    }

    /// Why a consumer does not get the message at the head; nothing when it could.
    fn why_not_to(&self, queue: &Queue, message: MessageId, key: ConsumerKey) -> Option<Event> {
        let (consumer, name) = (self.client_of(key), queue.name);
        if let Some(active) = queue.heir().or(queue.single_active_consumer()).filter(|active| *active != key)
        {
            let (active, rule) = (self.client_of(active), Rule::SingleActiveConsumer);
            return Some(Event::WaitsForActiveConsumer { message, queue: name, consumer, active, rule });
        }
        let channel = self.channel(key.channel);
        let found = &channel.consumers[&key.tag];
        if channel.has_room_for(found) {
            return None;
        }
        if channel.is_limit_reached() && !found.is_unlimited_by_channel {
            let (unacknowledged, prefetch) =
                (channel.counted.unsigned_abs(), u64::from(channel.channel_prefetch));
            let (queue, rule) = (name, Rule::ChannelPrefetch);
            return Some(Event::WaitsForChannelPrefetch {
                message,
                queue,
                consumer,
                unacknowledged,
                prefetch,
                rule,
            });
        }
        if let Some(unsent) = channel.unsent.filter(|unsent| *unsent >= UNSENT_LIMIT) {
            let (unsent, rule) = (unsent.into(), Rule::SlowClient);
            return Some(Event::WaitsForTransport { message, queue: name, consumer, unsent, rule });
        }
        let (unacknowledged, prefetch) = (found.unacknowledged, u64::from(found.prefetch));
        let (queue, rule) = (name, Rule::Prefetch);
        Some(Event::WaitsForPrefetch { message, queue, consumer, unacknowledged, prefetch, rule })
    }

    fn client_of(&self, key: ConsumerKey) -> ClientName {
        self.connections[&key.channel.connection].client
    }

    /// Tells why the message at the head of a queue waits, unless it was told of it before.
    #[inline(always)]
    pub(super) fn explain_head(&mut self, cx: &mut Context, id: QueueId) {
        if cx.facts.keeps_facts() {
            self.tell_why_head_waits(cx, id);
        }
    }

    fn tell_why_head_waits(&mut self, cx: &mut Context, id: QueueId) {
        let Some(queue) = self.queue(id) else { return };
        let Some(position) = queue.head().map(|head| head.position) else { return };
        if queue.kind == QueueType::Stream || queue.explained == Some(position) {
            return;
        }
        self.why_head_waits_for_each(id).take(MOST_TOLD).for_each(|event| cx.record(event));
        self.queue_mut(id).explained = Some(position);
    }

    /// Tells why a message that has just come in stays in its queue, unless it is at the head.
    #[inline]
    pub(super) fn explain_newest(&self, cx: &mut Context, id: QueueId, message: MessageId, level: usize) {
        if cx.facts.keeps_facts() {
            self.tell_why_newest_waits(cx, id, message, level);
        }
    }

    fn tell_why_newest_waits(&self, cx: &mut Context, id: QueueId, message: MessageId, level: usize) {
        let Some(queue) = self.queue(id).filter(|queue| queue.kind != QueueType::Stream) else { return };
        let is_there = queue.newest_of(level).is_some_and(|newest| message_of(newest) == message);
        let ahead = queue.count_from(level).saturating_sub(1);
        if !is_there || ahead == 0 {
            return;
        }
        let name = queue.name;
        cx.record(match queue.consumer_count() {
            0 => Event::WaitsForConsumer { message, queue: name, rule: Rule::NoConsumer },
            _ => Event::WaitsBehind { message, queue: name, ahead, rule: Rule::Order },
        });
    }
}

fn message_of(copy: &QueuedMessage) -> MessageId {
    copy.message.content.origin.message
}
