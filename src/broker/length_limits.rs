//! Limits of a queue's length, and what happens beyond them.
//!
//! Source: rabbitmq.com/docs/maxlength; `rabbit_fifo`, `evaluate_limit`. Ready messages count, and dead letters that a
//! queue keeps.

use super::dead_lettering::Death;
use super::expiring::Timer;
use super::queue::{Message, Queue};
use super::settings::{Overflow, QueueSettings, QueueType};
use super::{Broker, Context};
use crate::ids::QueueId;

impl Broker {
    /// A quorum queue looks after every command whether its publishers are to stop or may go on. To stop reaches
    /// them when what they have just sent is on its way (`rabbit_fifo`, `evaluate_limit`; recorded from 3.10.8).
    #[inline]
    pub(super) fn look_at_limit(&mut self, cx: &Context, id: QueueId) {
        if self.queue_mut(id).kind == QueueType::Quorum {
            self.compare_with_limit(cx, id);
        }
    }

    fn compare_with_limit(&mut self, cx: &Context, id: QueueId) {
        let queue = self.queue_mut(id);
        if queue.settings.overflow == Overflow::DropHead {
            return;
        }
        if queue.is_over_limit() && !queue.is_refusing && !queue.is_full {
            queue.is_full = true;
            self.timers.enter(cx.now, Timer::Full(id));
        } else if queue.is_below_low_limit() {
            (queue.is_refusing, queue.is_full) = (false, false);
        }
    }

    /// A full quorum queue has told its publishers to stop.
    pub(super) fn refuse_from_now(&mut self, id: QueueId) {
        if let Some(queue) = self.queues.get_mut(id.index()).and_then(Option::as_mut) {
            queue.is_refusing |= std::mem::take(&mut queue.is_full);
        }
    }

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

    /// Whether a quorum queue that refuses may take messages again: when it is at 80 % of its limits
    /// (`rabbit_fifo`, `LOW_LIMIT`).
    pub(super) fn is_below_low_limit(&self) -> bool {
        let below = |most: Option<u64>, count: u64| most.is_none_or(|most| count <= most * 4 / 5);
        below(self.settings.max_length, self.ready_count() + self.kept_count())
            && below(self.settings.max_length_bytes, self.ready_bytes() + self.kept_bytes())
    }
}
