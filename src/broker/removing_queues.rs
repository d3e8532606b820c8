//! Queues are purged and deleted, and what goes with them.
//!
//! Source: AMQP 0-9-1 reference, class `queue`; rabbitmq.com/docs/queues, /docs/consumer-cancel.

use super::enqueuers::Enqueuer;
use super::exchange::Destination;
use super::settings::QueueType;
use super::{Broker, Context, Queue};
use crate::amqp::Method;
use crate::facts::{Event, Rule};
use crate::ids::{MessageId, QueueId};

impl Broker {
    /// Removes all ready messages of a queue that exists. Says how many there were.
    pub fn purge(&mut self, cx: &mut Context, id: QueueId) -> u32 {
        self.take_ready_away(cx, id, Rule::QueueRemoved)
    }

    fn take_ready_away(&mut self, cx: &mut Context, id: QueueId, rule: Rule) -> u32 {
        let queue = self.queue_mut(id);
        let name = queue.name;
        let removed = queue.take_all();
        self.look_at_limit(cx, id);
        self.measure_depth(cx, id);
        for copy in &removed {
            let message = copy.message.content.origin.message;
            cx.record(Event::Removed { message, queue: name, rule });
        }
        removed.len() as u32
    }

    /// Removes a queue with its messages, bindings and consumers, because of a rule; the consumers' clients are told
    /// by `basic.cancel` (rabbitmq.com/docs/consumer-cancel). Says how many messages were ready.
    pub(super) fn remove_queue(&mut self, cx: &mut Context, id: QueueId, rule: Rule) -> u32 {
        let is_stream = self.queue_mut(id).stream_length().is_some();
        let removed = self.take_ready_away(cx, id, rule);
        let message_count = if is_stream { 0 } else { removed };
        for copy in self.queue_mut(id).take_kept() {
            let (message, queue) = (copy.message.content.origin.message, self.queue_mut(id).name);
            cx.record(Event::Removed { message, queue, rule });
        }
        let queue = self.queues[id.index()].take().expect("callers pass queues that exist");
        cx.facts.numbers_mut().queue(id, queue.name).holds(cx.now, 0, 0);
        cx.record(Event::QueueGone { queue: queue.name, messages: removed.into(), rule });
        let host = queue.name.virtual_host;
        self.host_mut(host).queues.remove(&queue.name.name);
        self.remove_bindings_to(host, Destination::Queue(id));
        for consumer in queue.consumers() {
            self.channel_mut(consumer.channel).consumers.remove(&consumer.tag);
            let client = self.connections[&consumer.channel.connection].client;
            cx.record(Event::ConsumerEnded { consumer: client, queue: queue.name });
            self.send(consumer.channel, Method::BasicCancel { consumer_tag: consumer.tag, no_wait: true });
        }
        for message in self.forget_queue(id, &queue) {
            // A stream's deliveries are no messages of their own.
            if queue.kind != QueueType::Stream {
                cx.record(Event::Removed { message, queue: queue.name, rule });
            }
        }
        message_count
    }

    /// The number of a queue that was taken out is free. Channels keep the tags of what they hold of it: an
    /// acknowledgement that comes later is no error. Says which messages they hold.
    pub(super) fn forget_queue(&mut self, id: QueueId, queue: &Queue) -> Vec<MessageId> {
        self.free_queues.push(id);
        self.forget_enqueuer(Enqueuer::Letters(id));
        if let Some(owner) = queue.exclusive_to.and_then(|owner| self.connections.get_mut(&owner)) {
            owner.exclusive.retain(|own| *own != id);
        }
        let mut held = Vec::new();
        if queue.unacknowledged > 0 {
            let connections = self.connections.iter_mut();
            let channels = connections.flat_map(|(_, connection)| connection.channels.iter_mut());
            for delivery in channels.flat_map(|(_, each)| each.held_mut()).filter(|each| each.queue == id) {
                delivery.queue = QueueId::GONE;
                held.push(delivery.message_number());
            }
        }
        held
    }
}
