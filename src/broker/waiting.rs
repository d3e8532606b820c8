//! Why a message stays where it is.
//!
//! Sources: rabbitmq.com/docs/queues, /docs/consumer-prefetch, /docs/consumers.

use super::queue::QueuedMessage;
use super::settings::QueueType;
use super::{Broker, Queue};
use crate::facts::{Event, Rule};
use crate::ids::QueueId;

impl Broker {
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
