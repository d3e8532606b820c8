//! What the numbers of a run want to know of queues.

use super::queue::QueuedMessage;
use super::{Broker, Context, Queue};
use crate::ids::QueueId;

impl Broker {
    /// Says how many messages are in a queue: when that has changed, or may have, and before time goes on.
    pub(super) fn measure_depth(&self, cx: &mut Context, id: QueueId) {
        if let Some(queue) = self.queue(id) {
            measure_depth(cx, id, queue);
        }
    }
}

/// The same for a queue that was found.
#[cfg_attr(not(feature = "small"), inline(always))]
pub(super) fn measure_depth(cx: &mut Context, id: QueueId, queue: &Queue) {
    cx.facts.numbers_mut().queue(id, queue.name).holds(cx.now, queue.ready_count(), queue.unacknowledged);
}

/// A queue gives a message out.
#[cfg_attr(not(feature = "small"), inline(always))]
pub(super) fn measure_delivery(cx: &mut Context, id: QueueId, queue: &Queue, copy: &QueuedMessage) {
    cx.facts.numbers_mut().queue(id, queue.name).delivered(cx.now, copy.since, copy.is_redelivered);
}

/// It is done with it as soon as it gives it out.
#[inline(always)]
pub(super) fn measure_settlement(cx: &mut Context, id: QueueId, queue: &Queue, copy: &QueuedMessage) {
    measure_acknowledgement(cx, id, queue, copy);
}

/// It is done with it.
#[cfg_attr(not(feature = "small"), inline(always))]
pub(super) fn measure_acknowledgement(cx: &mut Context, id: QueueId, queue: &Queue, copy: &QueuedMessage) {
    let published = copy.message.content.origin.published;
    cx.facts.numbers_mut().acknowledged(cx.now, (id, queue.name), copy.came, published);
}
