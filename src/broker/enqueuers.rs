//! Who brings messages to a quorum queue, and whom it has told to stop.
//!
//! Sources: rabbitmq.com/docs/quorum-queues ("Queue Length Limit"), /docs/maxlength; `rabbit_fifo`,
//! `register_enqueuer` and `evaluate_limit`; `rabbit_fifo_client`, `enqueue`. So recorded from 3.10.8: a full queue that
//! refuses tells each of its publishers to stop, and when it is below its low limit again, to go on. It says so when
//! that changes while it refuses, and at no other time: who was stopped stays stopped when a policy lifts the limit or
//! lets the oldest be dropped instead.

use super::Queue;
use super::connection::ChannelKey;
use super::expiring::Timer;
use super::length_limits::Room;
use super::settings::{Overflow, QueueType};
use super::{Broker, Context};
use crate::ids::QueueId;
use litemap::LiteMap;

/// One that brings messages and hears whether they are taken. Dead letters that nobody watches over come from none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Enqueuer {
    /// A channel on which messages are published.
    Channel(ChannelKey),
    /// A queue that keeps its dead letters until they are confirmed.
    Letters(QueueId),
}

/// Whether one of them is to stop.
#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    /// The queue has told it to stop.
    is_told: bool,
    /// It knows.
    has_stopped: bool,
}

/// Those that a queue knows.
#[derive(Clone, Debug, Default)]
pub(super) struct Enqueuers {
    known: LiteMap<Enqueuer, Standing>,
    /// Whether the queue was below its low limit when it looked the last time.
    was_below: bool,
}

impl Enqueuers {
    /// Whether a message from one of them reaches the queue. A queue that is too long already answers so when one of
    /// them comes for the first time.
    fn may_bring(&mut self, enqueuer: Enqueuer, is_too_long: bool) -> bool {
        if let Some(known) = self.known.get(&enqueuer) {
            return !known.has_stopped;
        }
        self.known.insert(enqueuer, Standing { is_told: false, has_stopped: is_too_long });
        !is_too_long
    }

    /// Tells those to stop that were not told yet. Says whether there was one.
    fn tell_to_stop(&mut self) -> bool {
        let mut is_news = false;
        for (_, standing) in self.known.iter_mut().filter(|(_, standing)| !standing.is_told) {
            standing.is_told = true;
            is_news = true;
        }
        is_news
    }
}

impl Broker {
    /// A quorum queue looks after every command whether its publishers are to stop or may go on. To stop reaches
    /// them when what they have just sent is on its way.
    #[inline]
    pub(super) fn look_at_limit(&mut self, cx: &Context, id: QueueId) {
        if self.queue_mut(id).kind == QueueType::Quorum {
            self.compare_with_limit(cx, id);
        }
    }

    fn compare_with_limit(&mut self, cx: &Context, id: QueueId) {
        let queue = self.queue_mut(id);
        let room = queue.room();
        let enqueuers = &mut queue.enqueuers;
        let was_below = std::mem::replace(&mut enqueuers.was_below, room == Room::Ample);
        if queue.settings.overflow == Overflow::DropHead {
            return;
        }
        match room {
            Room::Over if enqueuers.tell_to_stop() => {
                self.timers.enter(cx.now, Timer::Stop(id));
            }
            Room::Ample if !was_below => {
                enqueuers.known.iter_mut().for_each(|(_, standing)| *standing = Standing::default());
            }
            _ => {}
        }
    }

    /// Whom a full quorum queue has told to stop knows it now.
    pub(super) fn stop_enqueuers(&mut self, id: QueueId) {
        if let Some(queue) = self.queues.get_mut(id.index()).and_then(Option::as_mut) {
            let told = queue.enqueuers.known.iter_mut().filter(|(_, standing)| standing.is_told);
            told.for_each(|(_, standing)| standing.has_stopped = true);
        }
    }

    /// One that brought messages is gone; another of its name is a new one.
    pub(super) fn forget_enqueuer(&mut self, gone: Enqueuer) {
        for queue in self.queues.iter_mut().flatten() {
            queue.enqueuers.known.remove(&gone);
        }
    }
}

impl Queue {
    /// Whether a quorum queue takes a message from there. What nobody watches over it takes beyond its limit.
    pub(super) fn takes_from(&mut self, enqueuer: Option<Enqueuer>) -> bool {
        let is_too_long = self.settings.overflow != Overflow::DropHead && self.room() == Room::Over;
        enqueuer.is_none_or(|enqueuer| self.enqueuers.may_bring(enqueuer, is_too_long))
    }
}

crate::ids::nameless!(Enqueuers);
