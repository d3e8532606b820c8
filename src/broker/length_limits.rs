//! Limits of a queue's length, and what happens beyond them.
//!
//! Source: rabbitmq.com/docs/maxlength; `rabbit_fifo`, `evaluate_limit`. Ready messages count, and dead letters that a
//! queue keeps.

use super::dead_lettering::Death;
use super::queue::Queue;
use super::settings::{Overflow, QueueSettings, QueueType};
use super::{Broker, Context};
use crate::amqp::Message;
use crate::ids::QueueId;

impl Broker {
    /// Removes the oldest messages of a queue that is over its limit, if that is what it does then.
    pub(super) fn drop_over_limit(&mut self, cx: &mut Context, id: QueueId) {
        loop {
            let queue = self.queue_mut(id);
            if queue.kind == QueueType::Stream
                || queue.settings.overflow != Overflow::DropHead
                || !queue.is_over_limit()
            {
                return;
            }
            let Some(copy) = queue.take_head() else { return };
            self.bury(cx, id, &copy, Death::MaximumLength);
        }
    }
}

impl Queue {
    /// Whether one more message of that size would be beyond a limit.
    pub(super) fn would_overflow(&self, message: &Message) -> bool {
        let QueueSettings { max_length, max_length_bytes, .. } = self.settings;
        max_length.is_some_and(|most| self.ready_count() + 1 > most)
            || max_length_bytes.is_some_and(|most| self.ready_bytes() + message.size() > most)
    }

    /// Whether what is ready, and the dead letters that it keeps, are beyond a limit.
    pub(super) fn is_over_limit(&self) -> bool {
        let QueueSettings { max_length, max_length_bytes, .. } = self.settings;
        max_length.is_some_and(|most| self.ready_count() + self.kept_count() > most)
            || max_length_bytes.is_some_and(|most| self.ready_bytes() + self.kept_bytes() > most)
    }

    /// How much room a quorum queue has that may refuse. There is ample room when it is at 80 % of its limits
    /// (`rabbit_fifo`, `LOW_LIMIT`); where there are no limits, nothing is said of that.
    pub(super) fn room(&self) -> Room {
        let QueueSettings { max_length, max_length_bytes, .. } = self.settings;
        let below = |most: Option<u64>, count: u64| most.is_none_or(|most| count <= most * 4 / 5);
        if self.is_over_limit() {
            return Room::Over;
        }
        let is_below = below(max_length, self.ready_count() + self.kept_count())
            && below(max_length_bytes, self.ready_bytes() + self.kept_bytes());
        if is_below && (max_length.is_some() || max_length_bytes.is_some()) {
            Room::Ample
        } else {
            Room::Near
        }
    }
}

/// How much room a queue with limits has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// None: it is over a limit.
    Over,
    /// It is near its limits, or has none.
    Near,
    /// It is well below its limits.
    Ample,
}
