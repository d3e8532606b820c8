//! The numbers of a queue.

use super::counts::QueueCounts;
use super::depth::Depth;
use super::timeline::Timeline;
use crate::facts::QueueName;
use crate::facts::statistics::{Batches, Histogram};
use crate::time::Time;

/// What is counted and measured at a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueNumbers {
    name: QueueName,
    depth: Depth,
    pub(super) counts: QueueCounts,
    counts_before: QueueCounts,
    waiting: Histogram,
    waits: Batches,
    sojourn: Histogram,
}

impl QueueNumbers {
    pub(super) fn new(name: QueueName) -> QueueNumbers {
        QueueNumbers {
            name,
            depth: Depth::new(),
            counts: QueueCounts::default(),
            counts_before: QueueCounts::default(),
            waiting: Histogram::default(),
            waits: Batches::default(),
            sojourn: Histogram::default(),
        }
    }

    /// What a copy of it takes, in octets, about.
    pub(super) fn octets(&self) -> u64 {
        size_of::<QueueNumbers>() as u64
            + self.depth.octets()
            + self.waiting.octets()
            + self.sojourn.octets()
            + self.waits.octets()
    }

    pub(super) fn begin_window(&mut self, now: Time) {
        self.depth.begin_window(now);
        self.counts_before = self.counts;
        self.waiting = Histogram::default();
        self.waits = Batches::default();
        self.sojourn = Histogram::default();
    }

    /// A message comes in.
    #[inline]
    pub fn arrived(&mut self) {
        self.counts.arrived += 1;
    }

    /// A message that was ready since `since` is delivered.
    #[inline]
    pub fn delivered(&mut self, now: Time, since: Time, is_redelivered: bool) {
        let waited = (now - since).as_us();
        self.counts.delivered += 1;
        self.counts.redelivered += u64::from(is_redelivered);
        self.waiting.record(waited);
        self.waits.record(waited);
    }

    #[inline]
    pub(super) fn acknowledged(&mut self, now: Time, came: Time) {
        self.counts.acknowledged += 1;
        self.sojourn.record((now - came).as_us());
    }

    /// So many messages are ready, and delivered and not acknowledged, from now on.
    #[inline]
    pub fn holds(&mut self, now: Time, ready: u64, unacknowledged: u64) {
        let counted = (self.counts.arrived, self.counts.acknowledged);
        self.depth.set(now, (ready, unacknowledged), counted);
    }

    /// Its name.
    pub fn name(&self) -> QueueName {
        self.name
    }

    /// What was counted in the window.
    pub fn counts(&self) -> QueueCounts {
        self.counts.since(&self.counts_before)
    }

    /// What was counted since the start.
    pub fn counts_since_start(&self) -> QueueCounts {
        self.counts
    }

    /// How many messages are in it.
    pub fn depth(&self) -> &Depth {
        &self.depth
    }

    /// How long messages were ready before they were delivered; each time anew for one that was given back.
    pub fn waiting(&self) -> &Histogram {
        &self.waiting
    }

    /// The same in the order of deliveries.
    pub fn waits(&self) -> &Batches {
        &self.waits
    }

    /// How long messages were in the queue, from coming in to being acknowledged.
    pub fn sojourn(&self) -> &Histogram {
        &self.sojourn
    }

    /// What happened when, from the start up to a time.
    pub fn timeline(&self, now: Time) -> Timeline {
        self.depth.timeline(now)
    }
}
