//! What happened when: a bounded number of bins of equal length.

use crate::time::{Span, Time};
use serde::Serialize;

/// A bin is so long at first.
const FIRST_WIDTH: Span = Span::from_ms(1);
/// When there are so many bins, each two become one.
const MOST: usize = 256;

/// A stretch of time at a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bin {
    /// Ready messages times microseconds; divided by the width, their mean number.
    pub ready_area: u64,
    /// The same of messages that are delivered and not acknowledged.
    pub unacknowledged_area: u64,
    /// The most that were ready.
    pub most_ready: u64,
    /// Messages that came in.
    pub arrived: u64,
    /// Messages that were acknowledged.
    pub acknowledged: u64,
}

/// Bins from the start. Their width depends on nothing but the time that has passed, so the timelines of all queues
/// fit each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    width: Span,
    bins: Vec<Bin>,
}

impl Default for Timeline {
    fn default() -> Self {
        Timeline { width: FIRST_WIDTH, bins: Vec::new() }
    }
}

impl Timeline {
    /// How long a bin is.
    pub fn width(&self) -> Span {
        self.width
    }

    /// The bins that are full, oldest first.
    pub fn bins(&self) -> &[Bin] {
        &self.bins
    }

    /// When the next bin is full.
    pub(super) fn next_end(&self) -> Time {
        Time::from_us(self.width.as_us().saturating_mul(self.bins.len() as u64 + 1))
    }

    pub(super) fn push(&mut self, bin: Bin) {
        self.bins.push(bin);
        if self.bins.len() == MOST {
            self.bins = self.bins.chunks_exact(2).map(|pair| pair[0].and(&pair[1])).collect();
            self.width = Span::from_us(self.width.as_us() * 2);
        }
    }
}

impl Bin {
    fn and(&self, next: &Bin) -> Bin {
        Bin {
            ready_area: self.ready_area.wrapping_add(next.ready_area),
            unacknowledged_area: self.unacknowledged_area.wrapping_add(next.unacknowledged_area),
            most_ready: self.most_ready.max(next.most_ready),
            arrived: self.arrived + next.arrived,
            acknowledged: self.acknowledged + next.acknowledged,
        }
    }
}
