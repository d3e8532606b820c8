//! Consumers come and go, and say how much they take.
//!
//! Sources: rabbitmq.com/docs/consumers, /docs/consumer-prefetch, /docs/consumer-priority.

use super::access::Action;
use super::argument_check::check_consumer;
use super::connection::{ChannelKey, Consumer};
use super::queue::ConsumerKey;
use super::replying::REPLY_TO;
use super::settings::QueueType;
use super::{Broker, Context, Handled, Refusal, answer};
use crate::amqp::{Method, ReplyCode, Table, Value};
use crate::facts::{Event, Rule};
use crate::ids::{Name, QueueId};

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
                self.make_room_in_stream(cx, id);
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
                        Some(queue)
                            if queue.kind == QueueType::Quorum || self.version.serves_after_cancel() =>
                        {
                            self.dispatch(cx, consumer.queue);
                        }
                        Some(queue) => {
                            queue.standing = queue.settings.is_single_active_consumer.then_some(key);
                            if queue.standing.is_some() {
                                self.channel_mut(key).standing.push(consumer.queue);
                            }
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
        let is_global = global && !self.version.ignores_global_qos();
        let channel = self.channel_mut(key);
        if is_global {
            channel.limit(prefetch_count);
        } else {
            // A limit for consumers to come ends that of the channel (`rabbit_channel`, `unlimit_prefetch`).
            channel.prefetch = prefetch_count;
            channel.limit(0);
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
            return self.first_offset(cx, id, arguments);
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
        let is_unlimited_by_channel = self.queue_mut(queue).kind != QueueType::Classic;
        let channel = self.channel_mut(key.channel);
        let (prefetch, number) = (channel.prefetch, channel.next_consumer_number());
        let consumer = Consumer {
            number,
            queue,
            is_automatic: wanted.no_ack,
            prefetch,
            is_unlimited_by_channel,
            unacknowledged: 0,
            unsettled: 0,
            surplus: 0,
            next_offset: wanted.next_offset,
            explained_offset: None,
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
            self.remove_queue(cx, consumer.queue, Rule::AutoDeleteQueue);
        } else {
            self.queue_used(cx, consumer.queue);
        }
    }
}
