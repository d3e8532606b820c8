//! Deliveries end: acknowledged, requeued or rejected.
//!
//! Sources: rabbitmq.com/docs/confirms ("Consumer Acknowledgement Modes"), /docs/nack; AMQP 0-9-1 reference,
//! `basic.recover`.

use super::connection::{ChannelKey, Unacknowledged};
use super::dead_lettering::Death;
use super::measuring::measure_acknowledgement;
use super::queue::QueuedMessage;
use super::settings::QueueType;
use super::transactions::Answer;
use super::{Broker, Context, Queue, Refusal, Version};
use crate::amqp::{DeliveryTag, Method, ReplyCode};
use crate::facts::{Event, Rule};
use crate::ids::{Name, QueueId};
use crate::sorting::sort_by_key;

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
    ) -> Result<(), Refusal> {
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
                return Ok(());
            }
            Method::BasicRecoverAsync { requeue: true } => {
                let held = self.channel_mut(key).unacknowledged.drain(..).collect();
                self.answer_deliveries(cx, key, held, Answer::Requeue(GivenBack::Returned));
                return Ok(());
            }
            _ => return Err(Refusal::new(ReplyCode::NotImplemented, "requeue=false")),
        };
        self.answer_held(cx, key, (tag, multiple), answer)
    }

    /// A client answers a delivery, or with `multiple` all up to it.
    #[inline(always)]
    pub(super) fn answer(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        (tag, multiple): (DeliveryTag, bool),
        answer: Answer,
    ) -> Result<(), Refusal> {
        // As a rule it is one that is done with, and no list is needed.
        if answer == Answer::Acknowledge
            && !multiple
            && let Some((id, is_limited)) = self.acknowledge_oldest(cx, key, tag)
        {
            match is_limited {
                true => self.let_continue(cx, key, &[id]),
                false => self.continue_queue(cx, key, id),
            }
            return Ok(());
        }
        self.answer_held(cx, key, (tag, multiple), answer)
    }

    #[inline(never)]
    fn answer_held(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        (tag, multiple): (DeliveryTag, bool),
        answer: Answer,
    ) -> Result<(), Refusal> {
        let mut deliveries = self.spare.deliveries();
        let channel = self.channel_mut(key);
        if !channel.take_acknowledged(tag, multiple, &mut deliveries) {
            return Err(Refusal::unknown_delivery_tag(tag));
        }
        let is_transactional = channel.transaction.is_some();
        if answer != Answer::Acknowledge {
            let check =
                |each: &Unacknowledged| self.refuse_on_stream(cx, each.queue, "basic.nack and basic.reject");
            if let Err(refusal) = deliveries.iter().try_for_each(check) {
                self.channel_mut(key).hold_again(deliveries);
                return Err(refusal);
            }
        }
        if !is_transactional {
            self.answer_deliveries(cx, key, deliveries, answer);
            return Ok(());
        }
        self.tell_of_answers(cx, key, &deliveries, |message, queue, consumer| Event::AnswerHeld {
            message,
            queue,
            consumer,
            rule: Rule::Transaction,
        });
        if let Some(transaction) = &mut self.channel_mut(key).transaction {
            transaction.acknowledgements.push((deliveries, answer));
        }
        Ok(())
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
        let of = |delivery: &Unacknowledged| (delivery.queue, delivery.consumer.map(|(tag, _)| tag));
        if let [first, others @ ..] = deliveries.as_slice()
            && others.iter().all(|other| of(other) == of(first))
        {
            return self.answer_group(cx, key, deliveries, answer);
        }
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
        self.finish(cx, key, &deliveries, answer);
        self.spare.take_back(deliveries);
    }

    /// A client is done with the oldest delivery of a channel, if that has the tag and is to be answered now. Says from
    /// which queue it is, and whether there is a limit over the whole channel.
    #[inline(always)]
    fn acknowledge_oldest(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        tag: DeliveryTag,
    ) -> Option<(QueueId, bool)> {
        let Broker { queues, connections, spare, .. } = self;
        let channel = connections.get_mut(&key.connection)?.channels.get_mut(&key.number)?;
        let oldest = channel.unacknowledged.front()?;
        if oldest.tag != tag || channel.transaction.is_some() {
            return None;
        }
        let id = oldest.queue;
        let queue = queues.get_mut(id.index())?.as_deref_mut()?;
        let delivery = channel.unacknowledged.pop_front()?;
        queue.unacknowledged -= 1;
        channel.count_answers(i64::from(delivery.consumer.is_some()));
        channel.release(&delivery);
        acknowledged(cx, id, queue, &delivery);
        spare.take_message(delivery.message.message);
        Some((id, channel.channel_prefetch > 0))
    }

    /// A client is done with deliveries, which are all from one queue that is there.
    fn finish(&mut self, cx: &mut Context, key: ChannelKey, deliveries: &[Unacknowledged], answer: Answer) {
        let Some(id) = deliveries.first().map(|first| first.queue) else { return };
        self.release(key, deliveries);
        if answer == Answer::Reject {
            deliveries.iter().for_each(|each| self.bury(cx, id, &each.message, Death::Rejected));
        } else {
            let queue = self.queue_mut(id);
            deliveries.iter().for_each(|delivery| acknowledged(cx, id, queue, delivery));
        }
        self.let_continue(cx, key, &[id]);
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
        self.release(key, &held);
        let queues = queues_of(&held);
        queues.iter().for_each(|id| self.measure_depth(cx, *id));
        let (counts, goes_behind) = why.counts(self.version);
        for delivery in held {
            let Unacknowledged { queue: id, mut message, consumer, .. } = delivery;
            let queue = self.queue_mut(id);
            if queue.kind == QueueType::Stream {
                continue;
            }
            if queue.kind == QueueType::Quorum {
                message.acquired_count += 1;
                message.delivery_count += u32::from(counts);
                if queue
                    .settings
                    .delivery_limit
                    .is_some_and(|limit| u64::from(message.delivery_count) > limit)
                {
                    self.bury(cx, id, &message, Death::DeliveryLimit);
                    self.count_credit_twice(key, consumer);
                    continue;
                }
            }
            let number = message.message.content.origin.message;
            queue.put_back(QueuedMessage { since: cx.now, ..message }, goes_behind);
            let (name, ready) = (queue.name, queue.ready_count());
            let rule = why.rule(queue.kind);
            cx.record(Event::Requeued { message: number, queue: name, ready, rule });
        }
        queues.iter().for_each(|id| self.measure_depth(cx, *id));
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
        let all: Vec<QueueId> = others.into_iter().chain(quorum.iter().copied()).collect();
        self.let_continue(cx, key, &all);
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
        sort_by_key(held, |each| match each.consumer {
            _ if !is_quorum(each) => (each.queue, String::new()),
            Some((tag, _)) => (each.queue, cx.names.text(tag).to_owned()),
            None => (each.queue, each.tag.to_string()),
        });
    }

    /// RabbitMQ 3.10's quorum queues give a consumer credit twice for a message that is over its delivery limit:
    /// when it is done with, and when it is returned (`rabbit_fifo`, `return_one` and `return`, machine version 2;
    /// so recorded). The consumer may have one more from then on.
    fn count_credit_twice(&mut self, key: ChannelKey, consumer: Option<(Name, u32)>) {
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
        if !deliveries.iter().any(is_removed) {
            return;
        }
        let by_consumers =
            deliveries.iter().filter(|each| is_removed(each) && each.consumer.is_some()).count();
        deliveries.retain(|delivery| !is_removed(delivery));
        self.channel_mut(key).count_answers(by_consumers as i64);
    }

    /// Takes deliveries off the counts that the prefetch limits look at.
    fn release(&mut self, key: ChannelKey, deliveries: &[Unacknowledged]) {
        let by_consumers = deliveries.iter().filter(|each| each.consumer.is_some()).count();
        self.channel_mut(key).count_answers(by_consumers as i64);
        for delivery in deliveries {
            self.queue_mut(delivery.queue).unacknowledged -= 1;
            self.channel_mut(key).release(delivery);
        }
    }

    /// The channel has room again: its consumers come back into the lines, and messages go out.
    pub(super) fn let_continue(&mut self, cx: &mut Context, key: ChannelKey, queues: &[QueueId]) {
        let channel = self.channel(key);
        if channel.channel_prefetch == 0 {
            return self.let_queues_continue(cx, key, queues);
        }
        let mut all = queues.to_vec();
        for consumer in channel.consumers.values() {
            if !all.contains(&consumer.queue) {
                all.push(consumer.queue);
            }
        }
        self.let_queues_continue(cx, key, &all);
    }

    fn let_queues_continue(&mut self, cx: &mut Context, key: ChannelKey, queues: &[QueueId]) {
        queues.iter().for_each(|id| self.let_queue_continue(cx, key, *id));
    }

    fn let_queue_continue(&mut self, cx: &mut Context, key: ChannelKey, id: QueueId) {
        self.continue_queue(cx, key, id);
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    fn continue_queue(&mut self, cx: &mut Context, key: ChannelKey, id: QueueId) {
        let Broker { queues, connections, .. } = self;
        let Some(queue) = queues[id.index()].as_mut() else { return };
        let channel = &connections[&key.connection].channels[&key.number];
        let is_moved = queue.unblock(key, |consumer| channel.has_room_for(&channel.consumers[&consumer.tag]));
        if is_moved || queue.standing.is_none() {
            self.dispatch_at_once(cx, id);
        } else {
            self.measure_depth(cx, id);
        }
    }

    /// As after an acknowledgement, for all queues that the channel consumes from.
    pub(super) fn let_channel_continue(&mut self, cx: &mut Context, key: ChannelKey) {
        let queues: Vec<QueueId> =
            self.channel(key).consumers.values().map(|consumer| consumer.queue).collect();
        self.let_continue(cx, key, &queues);
    }
}

/// A message of a queue is done with.
#[cfg_attr(not(feature = "small"), inline(always))]
fn acknowledged(cx: &mut Context, id: QueueId, queue: &mut Queue, delivery: &Unacknowledged) {
    queue.acknowledged += 1;
    measure_acknowledgement(cx, id, queue, &delivery.message);
    let (message, name) = (delivery.message_number(), queue.name);
    cx.record(match queue.kind {
        QueueType::Stream => Event::StreamAcknowledged { message, queue: name, rule: Rule::StreamOffset },
        _ => Event::Acknowledged { message, queue: name, rule: Rule::ManualAcknowledgement },
    });
}

/// The queues that deliveries were from, in the order in which they are met.
fn queues_of(deliveries: &[Unacknowledged]) -> Vec<QueueId> {
    let mut queues = Vec::new();
    for delivery in deliveries {
        if !queues.contains(&delivery.queue) {
            queues.push(delivery.queue);
        }
    }
    queues
}
