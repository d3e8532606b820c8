//! Deliveries end: acknowledged, requeued or rejected.
//!
//! Sources: rabbitmq.com/docs/confirms ("Consumer Acknowledgement Modes"), /docs/nack; AMQP 0-9-1 reference,
//! `basic.recover`.

use super::connection::{ChannelKey, Unacknowledged};
use super::{Broker, Context, Handled, Refusal};
use crate::amqp::{DeliveryTag, Method, ReplyCode};
use crate::facts::{Event, Rule};
use crate::ids::QueueId;

impl Broker {
    pub(super) fn handle_acknowledging_method(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        method: Method,
    ) -> Handled {
        match method {
            Method::BasicAck { delivery_tag, multiple } => {
                let done = self.take_acknowledged(key, delivery_tag, multiple)?;
                self.acknowledge(cx, key, &done);
                Ok(None)
            }
            Method::BasicNack { delivery_tag, multiple, requeue } => {
                let refused = self.take_acknowledged(key, delivery_tag, multiple)?;
                self.refuse_deliveries(cx, key, refused, requeue);
                Ok(None)
            }
            Method::BasicReject { delivery_tag, requeue } => {
                let refused = self.take_acknowledged(key, delivery_tag, false)?;
                self.refuse_deliveries(cx, key, refused, requeue);
                Ok(None)
            }
            Method::BasicRecover { requeue: true } => {
                let held = self.channel_mut(key).unacknowledged.drain(..).collect();
                // The answer goes out before what is delivered again.
                self.send(key, Method::BasicRecoverOk {});
                self.requeue(cx, key, held);
                Ok(None)
            }
            Method::BasicRecoverAsync { requeue: true } => {
                let held = self.channel_mut(key).unacknowledged.drain(..).collect();
                self.requeue(cx, key, held);
                Ok(None)
            }
            Method::BasicRecover { requeue: false } | Method::BasicRecoverAsync { requeue: false } => {
                Err(Refusal::new(ReplyCode::NotImplemented, "requeue=false"))
            }
            other => unreachable!("{} does not acknowledge", other.name()),
        }
    }

    fn take_acknowledged(
        &mut self,
        key: ChannelKey,
        tag: DeliveryTag,
        multiple: bool,
    ) -> Result<Vec<Unacknowledged>, Refusal> {
        let channel = self.channel_mut(key);
        channel.take_acknowledged(tag, multiple).ok_or_else(|| Refusal::unknown_delivery_tag(tag))
    }

    fn acknowledge(&mut self, cx: &mut Context, key: ChannelKey, done: &[Unacknowledged]) {
        for delivery in done {
            let queue = self.queue_mut(delivery.queue);
            queue.acknowledged += 1;
            let message = delivery.message.message.content.origin.message;
            let rule = Rule::ManualAcknowledgement;
            cx.record(Event::Acknowledged { message, queue: queue.name, rule });
        }
        let queues = self.release(key, done);
        self.let_continue(cx, key, queues);
    }

    fn refuse_deliveries(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        refused: Vec<Unacknowledged>,
        requeue: bool,
    ) {
        if requeue {
            return self.requeue(cx, key, refused);
        }
        for delivery in &refused {
            let queue = self.queue_mut(delivery.queue).name;
            let message = delivery.message.message.content.origin.message;
            cx.record(Event::Rejected { message, queue, rule: Rule::Rejected });
        }
        let queues = self.release(key, &refused);
        self.let_continue(cx, key, queues);
    }

    /// Puts deliveries back to their places and hands out again what can be handed out.
    pub(super) fn requeue(&mut self, cx: &mut Context, key: ChannelKey, held: Vec<Unacknowledged>) {
        let queues = self.release(key, &held);
        for delivery in held {
            let queue = self.queue_mut(delivery.queue);
            let message = delivery.message.message.content.origin.message;
            queue.put_back(delivery.message);
            let (name, ready) = (queue.name, queue.ready.len() as u64);
            cx.record(Event::Requeued { message, queue: name, ready, rule: Rule::Requeue });
        }
        self.let_continue(cx, key, queues);
    }

    /// Takes deliveries off the counts that the prefetch limits look at. Says which queues they were from.
    fn release(&mut self, key: ChannelKey, deliveries: &[Unacknowledged]) -> Vec<QueueId> {
        let mut queues = Vec::new();
        for delivery in deliveries {
            if !queues.contains(&delivery.queue) {
                queues.push(delivery.queue);
            }
            self.queue_mut(delivery.queue).unacknowledged -= 1;
            let channel = self.channel_mut(key);
            if let Some((tag, number)) = delivery.consumer {
                channel.unacknowledged_by_consumers -= 1;
                // The consumer may have been cancelled in the meantime.
                if let Some(consumer) = channel.consumers.get_mut(&tag).filter(|found| found.number == number)
                {
                    consumer.unacknowledged -= 1;
                }
            }
        }
        queues
    }

    /// The channel has room again: its consumers come back into the lines, and messages go out.
    fn let_continue(&mut self, cx: &mut Context, key: ChannelKey, mut queues: Vec<QueueId>) {
        let channel = self.channel(key);
        if channel.channel_prefetch > 0 {
            queues.extend(channel.consumers.values().map(|consumer| consumer.queue));
        }
        for id in queues {
            let Broker { queues, connections, .. } = self;
            let Some(queue) = queues[id.index()].as_mut() else { continue };
            let channel = &connections[&key.connection].channels[&key.number];
            queue.unblock(key, |consumer| channel.has_room_for(&channel.consumers[&consumer.tag]));
            self.dispatch(cx, id);
        }
    }

    /// As after an acknowledgement, for all queues that the channel consumes from.
    pub(super) fn let_channel_continue(&mut self, cx: &mut Context, key: ChannelKey) {
        let queues = self.channel(key).consumers.values().map(|consumer| consumer.queue).collect();
        self.let_continue(cx, key, queues);
    }
}
