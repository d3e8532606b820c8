//! Streams: reading does not remove, and each consumer reads at its own place.
//!
//! Source: rabbitmq.com/docs/streams. A consumer says where it begins (`x-stream-offset`): at the first or the
//! last message, at an offset, or with the next to come, which is the default. Its prefetch limit is its credit.

use super::queue::ConsumerKey;
use super::settings::is_age;
use super::{Broker, Context, Refusal};
use crate::amqp::{ReplyCode, Table, Value};
use crate::ids::QueueId;

impl Broker {
    /// Checks what a stream does not do; the texts are those of `rabbit_stream_queue`.
    pub(super) fn refuse_on_stream(&self, cx: &Context, id: QueueId, what: &str) -> Result<(), Refusal> {
        let Some(queue) = self.queue(id).filter(|queue| queue.stream_length().is_some()) else {
            return Ok(());
        };
        let (name, host) = (cx.names.text(queue.name.name), cx.names.text(queue.name.virtual_host));
        let what = format!("{what} not supported by stream queues queue '{name}' in vhost '{host}'");
        Err(Refusal::new(ReplyCode::NotImplemented, what))
    }

    /// The offset at which a new consumer of a stream begins.
    ///
    /// # Errors
    /// When `x-stream-offset` is none of what it may be: RabbitMQ fails on it.
    pub(super) fn first_offset(&self, id: QueueId, arguments: &Table) -> Result<u64, Refusal> {
        let (first, next) = self.queue(id).expect("the caller has found it").offsets();
        let last = next.saturating_sub(1).max(first);
        match arguments.get("x-stream-offset") {
            None => Ok(next),
            Some(Value::Timestamp(_)) => Ok(first),
            Some(value) if is_age(value) => Ok(first),
            Some(value) => match (value.as_text(), value.as_integer()) {
                (Some("first"), _) => Ok(first),
                (Some("last"), _) => Ok(last.min(next)),
                (Some("next"), _) => Ok(next),
                (_, Some(offset)) => Ok(u64::try_from(offset).unwrap_or(0).max(first)),
                _ => Err(Refusal::internal()),
            },
        }
    }

    /// Sends every consumer of a stream what its credit allows.
    pub(super) fn dispatch_stream(&mut self, cx: &mut Context, id: QueueId) {
        let consumers: Vec<ConsumerKey> = self.queue_mut(id).arrivals.clone();
        for key in consumers {
            while let Some(copy) = self.next_of_stream(id, key) {
                self.deliver(cx, id, key, copy);
            }
        }
    }

    /// The next message for a consumer, if it has credit left; its place moves on.
    fn next_of_stream(&mut self, id: QueueId, key: ConsumerKey) -> Option<super::QueuedMessage> {
        let Broker { queues, connections, .. } = self;
        let queue = queues[id.index()].as_ref()?;
        let channel = connections.get_mut(&key.channel.connection)?.channels.get_mut(&key.channel.number)?;
        let has_room = channel.consumers.get(&key.tag).is_some_and(|consumer| channel.has_room_for(consumer));
        let consumer = channel.consumers.get_mut(&key.tag).filter(|_| has_room)?;
        let copy = queue.at_offset(consumer.next_offset)?.clone();
        consumer.next_offset += 1;
        Some(copy)
    }
}
