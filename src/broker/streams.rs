//! Streams: reading does not remove, and each consumer reads at its own place.
//!
//! Source: rabbitmq.com/docs/streams. A consumer says where it begins (`x-stream-offset`): at the first or the
//! last message, at an offset, with the first message since some time, or with the next to come, which is the
//! default. Its prefetch limit is its credit.

use super::queue::ConsumerKey;
use super::settings::age;
use super::{Broker, Context, Refusal};
use crate::amqp::{ReplyCode, Table, Value};
use crate::facts::{Event, Rule};
use crate::ids::QueueId;
use crate::sorting::sort_by;
use crate::time::Time;

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
    pub(super) fn first_offset(&self, cx: &Context, id: QueueId, arguments: &Table) -> Result<u64, Refusal> {
        let queue = self.queue(id).expect("the caller has found it");
        let (first, next) = queue.offsets();
        let since = |ms: u64| {
            let ms = ms.saturating_sub(self.clock_ms(Time::START));
            let before = queue.segments.as_ref().map_or(0, |segments| segments.count_before(ms));
            queue.offset_behind(before)
        };
        match arguments.get("x-stream-offset") {
            None => Ok(next),
            Some(Value::Timestamp(seconds)) => Ok(since(seconds.saturating_mul(1_000))),
            Some(value) => match (value.as_text(), value.as_integer()) {
                (Some("first"), _) => Ok(first),
                (Some("last"), _) => Ok(queue.newest_of(0).map_or(next, |newest| newest.position)),
                (Some("next"), _) => Ok(next),
                (Some(_), _) => {
                    let age = age(value).ok_or_else(Refusal::internal)?;
                    Ok(since(self.clock_ms(cx.now).saturating_sub(age.as_us() / 1_000)))
                }
                (_, Some(offset)) => Ok(u64::try_from(offset).unwrap_or(0).max(first)),
                _ => Err(Refusal::internal()),
            },
        }
    }

    /// Sends every consumer of a stream what its credit allows.
    pub(super) fn dispatch_stream(&mut self, cx: &mut Context, id: QueueId) {
        let mut consumers: Vec<ConsumerKey> = self.queue_mut(id).arrivals.clone();
        // A channel serves its consumers against the order of their tags (`rabbit_stream_queue`, `handle_event`).
        sort_by(&mut consumers, |one, other| {
            let tags = || cx.names.text(other.tag).cmp(cx.names.text(one.tag));
            one.channel.cmp(&other.channel).then_with(tags)
        });
        for key in consumers {
            while let Some(copy) = self.next_of_stream(id, key) {
                self.deliver(cx, id, key, copy);
            }
            self.explain_offset(cx, id, key);
        }
    }

    /// Tells why the next message for a consumer is not delivered to it, unless it was told of it before.
    fn explain_offset(&mut self, cx: &mut Context, id: QueueId, key: ConsumerKey) {
        if !cx.facts.keeps_facts() {
            return;
        }
        let Broker { queues, connections, .. } = self;
        let Some(queue) = queues[id.index()].as_ref() else { return };
        let Some(connection) = connections.get_mut(&key.channel.connection) else { return };
        let client = connection.client;
        let channel = connection.channels.get_mut(&key.channel.number);
        let Some(consumer) = channel.and_then(|channel| channel.consumers.get_mut(&key.tag)) else { return };
        let Some(copy) = queue.at_offset(consumer.next_offset) else { return };
        let is_new = consumer.explained_offset.replace(copy.position) != Some(copy.position);
        let (unacknowledged, prefetch) = (consumer.unacknowledged, u64::from(consumer.prefetch));
        if is_new && unacknowledged >= prefetch {
            let (message, queue, consumer) = (copy.message.content.origin.message, queue.name, client);
            let rule = Rule::Prefetch;
            cx.record(Event::WaitsForPrefetch { message, queue, consumer, unacknowledged, prefetch, rule });
        }
    }

    /// The next message for a consumer, if it has credit left; its place moves on.
    fn next_of_stream(&mut self, id: QueueId, key: ConsumerKey) -> Option<super::QueuedMessage> {
        let Broker { queues, connections, .. } = self;
        let queue = queues[id.index()].as_ref()?;
        let channel = connections.get_mut(&key.channel.connection)?.channels.get_mut(&key.channel.number)?;
        let has_room = channel.consumers.get(&key.tag).is_some_and(|consumer| channel.has_room_for(consumer));
        let consumer = channel.consumers.get_mut(&key.tag).filter(|_| has_room)?;
        // What is not there any more is left out.
        let copy = queue.at_offset(consumer.next_offset)?.clone();
        consumer.next_offset = copy.position + 1;
        Some(copy)
    }
}
