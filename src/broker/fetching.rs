//! `basic.get`: a client fetches a single message.
//!
//! Source: rabbitmq.com/docs/consumers ("Fetching Individual Messages").

use super::connection::{ChannelKey, Unacknowledged};
use super::delivering::delivered_content;
use super::measuring::{measure_delivery, measure_settlement};
use super::queue::QueuedMessage;
use super::settings::QueueType;
use super::{Broker, Context, Refusal};
use crate::amqp::{Command, Message, Method, ReplyCode};
use crate::facts::{Event, Rule};
use crate::ids::QueueId;

impl Broker {
    /// A quorum queue with a single active consumer gives nothing out besides (as recorded from 3.10.8).
    pub(super) fn refuse_get_beside_single_active(&self, cx: &Context, id: QueueId) -> Result<(), Refusal> {
        let queue = self.queue(id).expect("find_queue has found it");
        if queue.kind != QueueType::Quorum || !queue.settings.is_single_active_consumer {
            return Ok(());
        }
        let (name, host) = (cx.names.text(queue.name.name), cx.names.text(queue.name.virtual_host));
        let what = format!(
            "cannot obtain access to locked queue '{name}' in vhost '{host}'. basic.get operations are not supported \
             by quorum queues with single active consumer"
        );
        Err(Refusal::new(ReplyCode::ResourceLocked, what))
    }

    pub(super) fn get(&mut self, cx: &mut Context, key: ChannelKey, id: QueueId, no_ack: bool) {
        self.queue_used(cx, id);
        self.drop_expired(cx, id);
        let Some(copy) = self.queue_mut(id).take_head() else {
            return self.send(key, Method::BasicGetEmpty {});
        };
        let consumer = self.connections[&key.connection].client;
        let delivery_tag = self.channel_mut(key).next_delivery_tag();
        let Message { exchange, routing_key, ref content, .. } = *copy.message;
        let number = content.origin.message;
        let redelivered = copy.is_redelivered;
        let version = self.version;
        let queue = self.queue_mut(id);
        let name = queue.name;
        let kind = queue.kind;
        let content = delivered_content(version, kind, &copy, true);
        queue.delivered += 1;
        measure_delivery(cx, id, queue, &copy);
        cx.record(Event::Delivered {
            message: number,
            queue: name,
            consumer,
            delivery_tag,
            redelivered,
            rule: Rule::Fetched,
        });
        if no_ack {
            queue.acknowledged += 1;
            measure_settlement(cx, id, queue, &copy);
            let rule = Rule::AutomaticAcknowledgement;
            cx.record(Event::Acknowledged { message: number, queue: name, rule });
        } else {
            queue.unacknowledged += 1;
            let delivery = Unacknowledged {
                tag: delivery_tag,
                queue: id,
                consumer: None,
                message: QueuedMessage { is_redelivered: true, since: cx.now, ..copy },
            };
            self.channel_mut(key).unacknowledged.push_back(delivery);
            self.watch_delivery(cx, key, kind);
        }
        // A classic queue looks for what has expired behind it before it counts, a quorum queue after (recorded).
        if self.queue_mut(id).kind == QueueType::Classic {
            self.drop_expired(cx, id);
        }
        let message_count = self.queue_mut(id).ready_count() as u32;
        let method = Method::BasicGetOk { delivery_tag, redelivered, exchange, routing_key, message_count };
        self.hand_over(key, Command { method, content: Some(content) }.into(), no_ack);
        self.drop_expired(cx, id);
        self.look_at_limit(cx, id);
        self.measure_depth(cx, id);
        self.explain_head(cx, id);
    }
}
