//! Deliveries end: acknowledged, requeued or rejected.
//!
//! Sources: rabbitmq.com/docs/confirms ("Consumer Acknowledgement Modes"), /docs/nack; AMQP 0-9-1 reference,
//! `basic.recover`.

use super::connection::{ChannelKey, Unacknowledged};
use super::dead_lettering::Death;
use super::settings::QueueType;
use super::transactions::Answer;
use super::{Broker, Context, Handled, Refusal, Version};
use crate::amqp::{DeliveryTag, Method, ReplyCode};
use crate::facts::{Event, Rule};
use crate::ids::{Name, QueueId};

/// Why messages go back to their queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GivenBack {
    /// The client said so by `basic.nack` or `basic.recover`.
    Returned,
    /// The client said so by `basic.reject`.
    Rejected,
    /// The channel or the connection is gone.
    Abandoned,
    /// The client has kept them for too long.
    TimedOut,
}

impl GivenBack {
    fn rule(self, kind: QueueType) -> Rule {
        match (self, kind) {
            (GivenBack::Abandoned, _) => Rule::AutomaticRequeue,
            (GivenBack::TimedOut, _) => Rule::DeliveryTimeout,
            (_, QueueType::Quorum) => Rule::QuorumRequeue,
            _ => Rule::Requeue,
        }
    }

    /// Whether it counts towards a delivery limit, and whether without a limit the message goes to the end of a
    /// quorum queue (3.10: as recorded; 4: `rabbit_fifo`, `return` and `modify`).
    fn counts(self, version: Version) -> (bool, bool) {
        let counts_failures_alone = version.counts_failures_alone();
        match self {
            GivenBack::Returned => (!counts_failures_alone, true),
            GivenBack::Rejected => (true, !counts_failures_alone),
            GivenBack::Abandoned => (true, false),
            GivenBack::TimedOut => (!counts_failures_alone, false),
        }
    }
}

impl Broker {
    pub(super) fn handle_acknowledging_method(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        method: &Method,
    ) -> Handled {
        let requeue_or =
            |requeue: bool, why: GivenBack| if requeue { Answer::Requeue(why) } else { Answer::Reject };
        let (tag, multiple, answer) = match *method {
            Method::BasicAck { delivery_tag, multiple } => (delivery_tag, multiple, Answer::Acknowledge),
            Method::BasicNack { delivery_tag, multiple, requeue } => {
                (delivery_tag, multiple, requeue_or(requeue, GivenBack::Returned))
            }
            Method::BasicReject { delivery_tag, requeue } => {
                (delivery_tag, false, requeue_or(requeue, GivenBack::Rejected))
            }
            Method::BasicRecover { requeue: true } => {
                let held = self.channel_mut(key).unacknowledged.drain(..).collect();
                // The answer goes out before what is delivered again.
                self.send(key, Method::BasicRecoverOk {});
                self.answer_deliveries(cx, key, held, Answer::Requeue(GivenBack::Returned));
                return Ok(None);
            }
            Method::BasicRecoverAsync { requeue: true } => {
                let held = self.channel_mut(key).unacknowledged.drain(..).collect();
                self.answer_deliveries(cx, key, held, Answer::Requeue(GivenBack::Returned));
                return Ok(None);
            }
            _ => return Err(Refusal::new(ReplyCode::NotImplemented, "requeue=false")),
        };
        let deliveries = self.take_acknowledged(key, tag, multiple)?;
        if answer != Answer::Acknowledge {
            let check =
                |each: &Unacknowledged| self.refuse_on_stream(cx, each.queue, "basic.nack and basic.reject");
            if let Err(refusal) = deliveries.iter().try_for_each(check) {
                self.channel_mut(key).hold_again(deliveries);
                return Err(refusal);
            }
        }
        if self.channel(key).transaction.is_some() {
            self.tell_of_answers(cx, key, &deliveries, |message, queue, consumer| Event::AnswerHeld {
                message,
                queue,
                consumer,
                rule: Rule::Transaction,
            });
        }
        match &mut self.channel_mut(key).transaction {
            Some(transaction) => transaction.acknowledgements.push((deliveries, answer)),
            None => self.answer_deliveries(cx, key, deliveries, answer),
        }
        Ok(None)
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

    /// Does with deliveries what the client has said. A channel tells each queue for each consumer apart, in the
    /// order of their names, what was got without a consumer first (`rabbit_channel`, `foreach_per_queue`); so
    /// the messages of one consumer may be on their way again before those of the next are back.
    pub(super) fn answer_deliveries(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        mut deliveries: Vec<Unacknowledged>,
        answer: Answer,
    ) {
        while let Some(first) = deliveries.iter().map(|delivery| self.group_of(cx, delivery)).min() {
            let (group, rest) =
                deliveries.into_iter().partition(|delivery| self.group_of(cx, delivery) == first);
            deliveries = rest;
            self.answer_group(cx, key, group, answer);
        }
    }

    fn group_of<'a>(&self, cx: &'a Context, delivery: &Unacknowledged) -> (&'a str, Option<&'a str>) {
        let queue = self.queue(delivery.queue).map_or("", |queue| cx.names.text(queue.name.name));
        (queue, delivery.consumer.map(|(tag, _)| cx.names.text(tag)))
    }

    fn answer_group(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        mut deliveries: Vec<Unacknowledged>,
        answer: Answer,
    ) {
        self.forget_removed(key, &mut deliveries);
        if let Answer::Requeue(why) = answer {
            return self.requeue(cx, key, deliveries, why);
        }
        let queues = self.release(key, &deliveries);
        for delivery in &deliveries {
            if answer == Answer::Reject {
                self.bury(cx, delivery.queue, &delivery.message, Death::Rejected);
                continue;
            }
            let queue = self.queue_mut(delivery.queue);
            queue.acknowledged += 1;
            let (message, queue, kind) = (delivery.message_number(), queue.name, queue.kind);
            cx.record(match kind {
                QueueType::Stream => Event::StreamAcknowledged { message, queue, rule: Rule::StreamOffset },
                _ => Event::Acknowledged { message, queue, rule: Rule::ManualAcknowledgement },
            });
        }
        self.let_continue(cx, key, queues);
    }

    /// Puts deliveries back to their places and hands out again what can be handed out.
    pub(super) fn requeue(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        mut held: Vec<Unacknowledged>,
        why: GivenBack,
    ) {
        self.forget_removed(key, &mut held);
        if why == GivenBack::Abandoned {
            self.sort_abandoned(cx, &mut held);
        }
        let queues = self.release(key, &held);
        let (counts, goes_behind) = why.counts(self.version);
        for delivery in held {
            let Unacknowledged { queue: id, mut message, consumer, .. } = delivery;
            let queue = self.queue_mut(id);
            if queue.kind == QueueType::Stream {
                continue;
            }
            if queue.kind == QueueType::Quorum {
                message.acquired_count += 1;
                message.delivery_count += u64::from(counts);
                if queue.settings.delivery_limit.is_some_and(|limit| message.delivery_count > limit) {
                    self.bury(cx, id, &message, Death::DeliveryLimit);
                    self.count_credit_twice(key, consumer);
                    continue;
                }
            }
            let number = message.message.content.origin.message;
            queue.put_back(message, goes_behind);
            let (name, ready) = (queue.name, queue.ready_count());
            let rule = why.rule(queue.kind);
            cx.record(Event::Requeued { message: number, queue: name, ready, rule });
        }
        // A quorum queue gives out first and looks at its limit then (`rabbit_fifo`, `evaluate_limit`).
        let (quorum, others): (Vec<QueueId>, Vec<QueueId>) =
            queues.into_iter().partition(|id| self.queue_mut(*id).kind == QueueType::Quorum);
        for &id in &others {
            self.drop_over_limit(cx, id);
            self.queue_mut(id).standing = None;
        }
        // That the channel has room again is told to a queue after what comes back to it (`rabbit_limiter`).
        if self.channel(key).channel_prefetch > 0 {
            for &id in &others {
                self.dispatch(cx, id);
            }
        }
        let all = others.into_iter().chain(quorum.iter().copied()).collect();
        self.let_continue(cx, key, all);
        for id in quorum {
            if self.queue(id).is_some() {
                self.drop_over_limit(cx, id);
            }
        }
    }

    /// A quorum queue takes back what a channel held by consumers, in the order of their tags; what was got without
    /// one counts as of a consumer with the delivery tag for its name (`rabbit_fifo`, `handle_down`; recorded from
    /// 3.10.8).
    fn sort_abandoned(&self, cx: &Context, held: &mut [Unacknowledged]) {
        let is_quorum = |each: &Unacknowledged| {
            self.queue(each.queue).is_some_and(|queue| queue.kind == QueueType::Quorum)
        };
        if !held.iter().any(is_quorum) {
            return;
        }
        held.sort_by_cached_key(|each| match each.consumer {
            _ if !is_quorum(each) => (each.queue, String::new()),
            Some((tag, _)) => (each.queue, cx.names.text(tag).to_owned()),
            None => (each.queue, each.tag.to_string()),
        });
    }

    /// RabbitMQ 3.10's quorum queues give a consumer credit twice for a message that is over its delivery limit:
    /// when it is done with, and when it is returned (`rabbit_fifo`, `return_one` and `return`, machine version 2;
    /// so recorded). The consumer may have one more from then on.
    fn count_credit_twice(&mut self, key: ChannelKey, consumer: Option<(Name, u64)>) {
        if self.version.gives_credit_once() {
            return;
        }
        let channel = self.channel_mut(key);
        if let Some((tag, number)) = consumer
            && let Some(consumer) = channel.consumers.get_mut(&tag).filter(|found| found.number == number)
        {
            consumer.surplus += 1;
        }
    }

    /// Takes out the deliveries from queues that are gone: nothing is to be done with them.
    fn forget_removed(&mut self, key: ChannelKey, deliveries: &mut Vec<Unacknowledged>) {
        let queues = &self.queues;
        let is_removed =
            |delivery: &Unacknowledged| queues.get(delivery.queue.index()).is_none_or(Option::is_none);
        let by_consumers =
            deliveries.iter().filter(|each| is_removed(each) && each.consumer.is_some()).count();
        deliveries.retain(|delivery| !is_removed(delivery));
        self.channel_mut(key).unacknowledged_by_consumers -= by_consumers as u64;
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
    pub(super) fn let_continue(&mut self, cx: &mut Context, key: ChannelKey, mut queues: Vec<QueueId>) {
        let channel = self.channel(key);
        if channel.channel_prefetch > 0 {
            for consumer in channel.consumers.values() {
                if !queues.contains(&consumer.queue) {
                    queues.push(consumer.queue);
                }
            }
        }
        for id in queues {
            let Broker { queues, connections, .. } = self;
            let Some(queue) = queues[id.index()].as_mut() else { continue };
            let channel = &connections[&key.connection].channels[&key.number];
            let is_moved =
                queue.unblock(key, |consumer| channel.has_room_for(&channel.consumers[&consumer.tag]));
            if is_moved || queue.standing.is_none() {
                self.dispatch(cx, id);
            }
        }
    }

    /// As after an acknowledgement, for all queues that the channel consumes from.
    pub(super) fn let_channel_continue(&mut self, cx: &mut Context, key: ChannelKey) {
        let queues = self.channel(key).consumers.values().map(|consumer| consumer.queue).collect();
        self.let_continue(cx, key, queues);
    }
}
