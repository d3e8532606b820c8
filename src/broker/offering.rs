//! A routed message reaches a queue, which takes it in or refuses it.
//!
//! Sources: rabbitmq.com/docs/maxlength ("Queue Overflow Behaviour"), /docs/ttl, /docs/quorum-queues.

use super::dead_lettering::Death;
use super::enqueuers::Enqueuer;
use super::handover::Handover;
use super::measuring::measure_depth;
use super::publishing::milliseconds;
use super::queue::{Queue, QueuedMessage};
use super::settings::{Overflow, QueueType};
use super::{Broker, Context};
use crate::amqp::Message;
use crate::facts::{Event, Rule};
use crate::ids::{MessageId, QueueId};
use crate::time::Time;
use std::rc::Rc;

impl Broker {
    /// A routed message reaches a queue from there. Says whether the queue takes it.
    pub(super) fn offer(
        &mut self,
        cx: &mut Context,
        id: QueueId,
        message: Rc<Message>,
        from: Option<Enqueuer>,
    ) -> bool {
        let queue = self.queue_mut(id);
        if !queue.is_plain() || queue.is_down || message.content.properties.expiration.is_some() {
            return self.offer_by_rules(cx, id, message, from);
        }
        let number = message.number();
        let (queue, mut handover) = self.queue_with_handover(id);
        handover.take_in_alike(cx, id, queue, message);
        if cx.facts.keeps_facts() {
            self.explain_wait(cx, id, number, 0);
        }
        true
    }

    /// The same where the queue or the message has a say in it.
    #[inline(never)]
    fn offer_by_rules(
        &mut self,
        cx: &mut Context,
        id: QueueId,
        message: Rc<Message>,
        from: Option<Enqueuer>,
    ) -> bool {
        let queue = self.queue_mut(id);
        let (name, number) = (queue.name, message.number());
        let refuses = match (queue.kind, queue.settings.overflow) {
            (QueueType::Quorum, _) => !queue.takes_from(from),
            (QueueType::Stream, _) | (_, Overflow::DropHead) => false,
            (QueueType::Classic, _) => queue.would_overflow(&message),
        };
        if queue.is_down {
            let rule = Rule::QueueFailed;
            cx.record(Event::RefusedWhileDown { message: number, queue: name, rule });
            return false;
        }
        if refuses {
            cx.record(match queue.is_over_limit() || queue.kind == QueueType::Classic {
                true => Event::Refused { message: number, queue: name, rule: Rule::MaximumLength },
                false => {
                    Event::RefusedToStopped { message: number, queue: name, rule: Rule::StoppedPublisher }
                }
            });
            if queue.settings.overflow == Overflow::RejectPublishDeadLetter
                && queue.settings.dead_letter_exchange.is_some()
            {
                self.bury(cx, id, &QueuedMessage::new(0, message, cx.now), Death::MaximumLength);
            }
            return false;
        }
        if self.fails_on_next(id) {
            self.fail_queue(cx, id, number);
            // What is not persistent was confirmed before.
            return !message.is_persistent();
        }
        self.enqueue(cx, id, message);
        true
    }

    /// Puts a message into a queue. A consumer that is free gets it before its time is looked at: with a time to live
    /// of 0 it is delivered or expires.
    fn enqueue(&mut self, cx: &mut Context, id: QueueId, message: Rc<Message>) {
        let own = message.content.properties.expiration.as_deref().and_then(|text| milliseconds(text).ok());
        let written = (self.queue_mut(id).kind == QueueType::Stream).then(|| message.clone());
        if written.is_some() {
            self.make_room_in_stream(cx, id);
        }
        let queue = self.queue_mut(id);
        let lives = own.into_iter().chain(queue.settings.message_ttl).min();
        let (number, expires) = (message.number(), lives.map(|lives| cx.now + lives));
        let level = take_in(cx, id, queue, message, expires);
        self.hand_out(cx, id);
        if let Some(written) = written {
            self.measure_depth(cx, id);
            return self.write_to_segment(cx, id, &written);
        }
        self.drop_over_limit(cx, id);
        self.drop_expired(cx, id);
        self.look_at_limit(cx, id);
        self.measure_depth(cx, id);
        self.explain_wait(cx, id, number, level);
    }

    /// Unless a message has gone out at once, says why it stays.
    fn explain_wait(&mut self, cx: &mut Context, id: QueueId, message: MessageId, level: usize) {
        self.explain_head(cx, id);
        self.explain_newest(cx, id, message, level);
    }
}

impl Handover<'_> {
    /// A message comes into a plain queue and, if it can, goes out again.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn take_in_plainly(
        &mut self,
        cx: &mut Context,
        id: QueueId,
        queue: &mut Queue,
        message: Rc<Message>,
    ) {
        let number = message.number();
        queue.append_plainly(cx.now, message);
        has_come_in(cx, id, queue, number);
        self.hand_out_plainly(cx, id, queue);
        measure_depth(cx, id, queue);
    }

    /// The same, compiled once for all who are not in a hurry.
    #[inline(never)]
    fn take_in_alike(&mut self, cx: &mut Context, id: QueueId, queue: &mut Queue, message: Rc<Message>) {
        self.take_in_plainly(cx, id, queue, message);
    }
}

/// A message comes into a queue. Says at which level.
fn take_in(
    cx: &mut Context,
    id: QueueId,
    queue: &mut Queue,
    message: Rc<Message>,
    expires: Option<Time>,
) -> usize {
    let number = message.number();
    let level = queue.append(cx.now, message, expires);
    has_come_in(cx, id, queue, number);
    level
}

/// A message has come into a queue.
#[cfg_attr(not(feature = "small"), inline(always))]
fn has_come_in(cx: &mut Context, id: QueueId, queue: &Queue, message: MessageId) {
    let name = queue.name;
    cx.facts.numbers_mut().queue(id, name).arrived();
    cx.record(Event::Queued { message, queue: name, ready: queue.ready_count() });
}
