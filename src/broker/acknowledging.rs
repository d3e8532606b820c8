//! Deliveries end: acknowledged, requeued or rejected.
//!
//! Sources: rabbitmq.com/docs/confirms ("Consumer Acknowledgement Modes"), /docs/nack; AMQP 0-9-1 reference,
//! `basic.recover`.

use super::connection::{Channel, ChannelKey, Unacknowledged};
use super::dead_lettering::Death;
use super::handover::Handover;
use super::measuring::{measure_acknowledgement, measure_depth};
use super::requeueing::GivenBack;
use super::settings::QueueType;
use super::transactions::Answer;
use super::{Broker, Context, Queue, Refusal};
use crate::amqp::{DeliveryTag, Method, ReplyCode};
use crate::facts::{Event, Rule};
use crate::ids::QueueId;

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
        if answer == Answer::Acknowledge && !multiple && self.acknowledge_oldest(cx, key, tag).is_some() {
            return Ok(());
        }
        self.answer_held(cx, key, (tag, multiple), answer)
    }

    /// The same for any number of them, and any answer.
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

    /// Takes in the acknowledgement of one delivery, if that is the oldest of a channel on which nothing stands against it,
    /// and says so. As [`Broker::handle`], which takes any other.
    #[inline(always)]
    pub fn acknowledge_at_once(&mut self, cx: &mut Context, key: ChannelKey, tag: DeliveryTag) -> bool {
        let is_done = self.acknowledge_oldest(cx, key, tag).is_some();
        self.publish_dead_letters(cx);
        is_done
    }

    /// A client is done with the oldest delivery of a channel on which all that comes is read, if that has the tag and is to
    /// be answered now; else nothing is done.
    #[inline(always)]
    fn acknowledge_oldest(&mut self, cx: &mut Context, key: ChannelKey, tag: DeliveryTag) -> Option<()> {
        let patience = (self.consumer_timeout, self.channel_tick);
        let is_read = !self.is_memory_low;
        let Broker { version, queues, connections, spare, timers, output, .. } = self;
        let connection = connections.get_mut(&key.connection)?;
        let has_user = connection.user.is_some();
        let (_, channel) = connection.open_channel(key.number)?;
        if !is_read || channel.transaction.is_some() {
            return None;
        }
        if has_user {
            channel.grants.wake(cx.now);
        }
        let delivery = channel.unacknowledged.pop_front()?;
        let id = delivery.queue;
        let queue = queues.get_mut(id.index()).and_then(Option::as_mut);
        let Some(queue) = queue.filter(|_| delivery.tag == tag) else {
            channel.unacknowledged.push_front(delivery);
            return None;
        };
        queue.unacknowledged -= 1;
        channel.count_answers(i64::from(delivery.consumer.is_some()));
        channel.release(&delivery);
        acknowledged(cx, id, queue, &delivery);
        spare.take_message(delivery.message.message);
        if channel.channel_prefetch > 0 {
            self.let_continue(cx, key, &[id]);
        } else if !let_in_line(queue, key, channel) {
            measure_depth(cx, id, queue);
        } else if queue.is_plain() {
            let mut handover = Handover { version: *version, patience, connections, timers, output };
            handover.dispatch_plainly(cx, id, queue);
            self.explain_head(cx, id);
        } else {
            self.dispatch_by_rules(cx, id);
        }
        Some(())
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

    /// Takes out the deliveries from queues that are gone: nothing is to be done with them.
    pub(super) fn forget_removed(&mut self, key: ChannelKey, deliveries: &mut Vec<Unacknowledged>) {
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
    pub(super) fn release(&mut self, key: ChannelKey, deliveries: &[Unacknowledged]) {
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
        let Broker { queues, connections, .. } = self;
        let Some(queue) = queues[id.index()].as_mut() else { return };
        if let_in_line(queue, key, &connections[&key.connection].channels[&key.number]) {
            self.dispatch(cx, id);
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

/// Lets the consumers of a channel that has room again come back into the line of a queue. Says whether it goes on then.
#[inline(always)]
fn let_in_line(queue: &mut Queue, key: ChannelKey, channel: &Channel) -> bool {
    queue.unblock(key, channel) || queue.standing.is_none()
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
