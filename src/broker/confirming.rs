//! Publisher confirms: when the publisher is told what has become of a message.
//!
//! Source: rabbitmq.com/docs/confirms ("When Will Published Messages Be Confirmed by the Broker?");
//! `rabbit_amqqueue_process`, `send_or_record_confirm`. A durable classic queue confirms a persistent message when
//! it is on disk. So the confirm comes after those of the messages that came in at the same moment and have no
//! need of that (recorded from 3.10.8), unless the message was with a consumer and done with before.

use super::connection::ChannelKey;
use super::expiring::Timer;
use super::settings::QueueType;
use super::{Broker, Context};
use crate::amqp::Message;
use crate::amqp::{DeliveryTag, Method};
use crate::facts::{Event, Rule};
use crate::ids::{MessageId, QueueId};

/// A queue that stores a message before it confirms it, with how many it has seen acknowledged before.
pub(super) type Store = (QueueId, u64);

impl Broker {
    /// The queues that will confirm the message when it is on disk.
    pub(super) fn stores_first(&self, message: &Message, queues: &[QueueId]) -> Vec<Store> {
        if !message.is_persistent() {
            return Vec::new();
        }
        let found = || queues.iter().filter_map(|id| Some((*id, self.queue(*id)?)));
        // The others take as long for every message.
        if found().any(|(_, queue)| queue.kind != QueueType::Classic) {
            return Vec::new();
        }
        let stores = found().filter(|(_, queue)| queue.is_durable);
        stores.map(|(id, queue)| (id, queue.acknowledged)).collect()
    }

    /// Confirms a message, which was taken by every queue or refused by one.
    pub(super) fn confirm(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        message: MessageId,
        is_taken: bool,
        stores: &[Store],
    ) {
        let Some(number) = self.channel_mut(key).confirms.as_mut() else { return };
        *number += 1;
        let delivery_tag = *number;
        if !is_taken {
            let producer = self.connections[&key.connection].client;
            cx.record(Event::NotConfirmed { message, producer, rule: Rule::Confirm });
            return self.send(key, Method::BasicNack { delivery_tag, multiple: false, requeue: false });
        }
        let has_it = |(id, acknowledged): &Store| {
            self.queue(*id).is_some_and(|queue| queue.acknowledged == *acknowledged)
        };
        if !stores.iter().any(has_it) {
            return self.send_confirm(cx, key, delivery_tag, message);
        }
        let channel = self.channel_mut(key);
        channel.being_stored.push((delivery_tag, message));
        if channel.being_stored.len() == 1 {
            self.timers.enter(cx.now, Timer::Stored(key));
        }
    }

    /// What was published on a channel is on disk.
    pub(super) fn stored(&mut self, cx: &mut Context, key: ChannelKey) {
        let connection = self.connections.get_mut(&key.connection);
        let Some(channel) = connection.and_then(|open| open.channels.get_mut(&key.number)) else { return };
        let stored = std::mem::take(&mut channel.being_stored);
        if channel.is_closing {
            return;
        }
        for (delivery_tag, message) in stored {
            self.send_confirm(cx, key, delivery_tag, message);
        }
    }

    fn send_confirm(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        delivery_tag: DeliveryTag,
        message: MessageId,
    ) {
        let producer = self.connections[&key.connection].client;
        cx.record(Event::Confirmed { message, producer, rule: Rule::Confirm });
        self.send(key, Method::BasicAck { delivery_tag, multiple: false });
    }
}
