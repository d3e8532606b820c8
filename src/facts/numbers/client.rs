//! The numbers of a producer or a consumer.

use crate::facts::QueueName;
use crate::time::{Span, Time};

/// What is counted and measured of a producer or a consumer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClientNumbers {
    queue: Option<QueueName>,
    /// The place of the histogram of its services.
    service: usize,
    /// Messages that it published in the window.
    pub published: u64,
    /// Messages that it worked through in the window.
    pub finished: u64,
    busy: Span,
    /// For how long it had worked when the window began.
    busy_before: Span,
    /// When the work in hand began.
    busy_since: Option<Time>,
}

impl ClientNumbers {
    pub(super) fn new(queue: Option<QueueName>, service: usize) -> ClientNumbers {
        let (busy, busy_before) = (Span::ZERO, Span::ZERO);
        ClientNumbers { queue, service, published: 0, finished: 0, busy, busy_before, busy_since: None }
    }

    /// A window begins now, the one before having begun at `from`.
    pub(super) fn begin_window(&mut self, now: Time, from: Time) {
        self.busy_before = Span::from_us(self.busy_before.as_us() + self.busy(now, from).as_us());
        (self.published, self.finished, self.busy) = (0, 0, Span::ZERO);
    }

    #[inline]
    pub(super) fn begin(&mut self, now: Time) {
        self.busy_since = Some(now);
    }

    /// Ends the work in hand, if there is one. Says how long it took, of which the part within the window counts.
    #[inline]
    pub(super) fn end(&mut self, now: Time, from: Time) -> Option<Span> {
        let since = self.busy_since.take()?;
        self.busy = self.busy_with(since, now, from);
        Some(now - since)
    }

    fn busy_with(&self, since: Time, now: Time, from: Time) -> Span {
        Span::from_us(self.busy.as_us() + (now - since.max(from)).as_us())
    }

    /// The queue that it consumes from; nothing for a producer.
    pub fn queue(&self) -> Option<QueueName> {
        self.queue
    }

    #[inline]
    pub(super) fn service(&self) -> usize {
        self.service
    }

    /// For how long it has worked in a window that began at `from`.
    pub fn busy(&self, now: Time, from: Time) -> Span {
        self.busy_since.map_or(self.busy, |since| self.busy_with(since, now, from))
    }

    /// For how long it has worked since the start, of which the part before the window, which began at `from`, is over.
    pub fn busy_since_start(&self, now: Time, from: Time) -> Span {
        Span::from_us(self.busy_before.as_us() + self.busy(now, from).as_us())
    }
}
