//! How many messages are in a queue, over time.

use super::timeline::{Bin, Timeline};
use crate::facts::statistics::Level;
use crate::time::{Span, Time};

/// The number of messages in a queue: ready ones and those that are delivered and not acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub struct Depth {
    ready: Level,
    unacknowledged: Level,
    from: Time,
    /// What has come in and gone out, up to the last change.
    counted: (u64, u64),
    /// The same when the last bin of the timeline was full, and the areas then.
    counted_before: (u64, u64),
    areas: (u64, u64),
    most_in_bin: u64,
    /// When the present bin is full.
    bin_ends: Time,
    timeline: Timeline,
}

impl Depth {
    /// An empty queue since the start.
    pub(super) fn new() -> Depth {
        let timeline = Timeline::default();
        Depth {
            ready: Level::since(Time::START, 0),
            unacknowledged: Level::since(Time::START, 0),
            from: Time::START,
            counted: (0, 0),
            counted_before: (0, 0),
            areas: (0, 0),
            most_in_bin: 0,
            bin_ends: timeline.next_end(),
            timeline,
        }
    }

    /// So many there are from now on; and so many have come in and gone out since the start.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn set(&mut self, now: Time, (ready, unacknowledged): (u64, u64), counted: (u64, u64)) {
        if now >= self.bin_ends {
            self.fill_bins(now);
        }
        self.counted = counted;
        self.ready.set(now, ready);
        self.unacknowledged.set(now, unacknowledged);
        self.most_in_bin = self.most_in_bin.max(ready);
    }

    /// Closes the bins that are full. What is counted at the present belongs to the bin after them.
    #[cold]
    fn fill_bins(&mut self, now: Time) {
        let (counted, before) = (self.counted, self.counted_before);
        let (mut arrived, mut acknowledged) = (counted.0 - before.0, counted.1 - before.1);
        self.counted_before = counted;
        while now >= self.bin_ends {
            let areas = (self.ready.area_at(self.bin_ends), self.unacknowledged.area_at(self.bin_ends));
            self.timeline.push(Bin {
                ready_area: areas.0.wrapping_sub(self.areas.0),
                unacknowledged_area: areas.1.wrapping_sub(self.areas.1),
                most_ready: self.most_in_bin,
                arrived: std::mem::take(&mut arrived),
                acknowledged: std::mem::take(&mut acknowledged),
            });
            self.areas = areas;
            self.most_in_bin = self.ready.now();
            self.bin_ends = self.timeline.next_end();
        }
    }

    /// What a copy of it takes beside its own fields, in octets.
    pub(super) fn octets(&self) -> u64 {
        size_of_val(self.timeline.bins()) as u64
    }

    pub(super) fn begin_window(&mut self, now: Time) {
        // The timeline goes on: its bins are differences of areas, which begin at 0 again.
        let areas = (self.ready.area_at(now), self.unacknowledged.area_at(now));
        self.areas = (self.areas.0.wrapping_sub(areas.0), self.areas.1.wrapping_sub(areas.1));
        self.ready = Level::since(now, self.ready.now());
        self.unacknowledged = Level::since(now, self.unacknowledged.now());
        self.from = now;
    }

    /// How many are ready.
    pub fn ready(&self) -> u64 {
        self.ready.now()
    }

    /// How many are delivered and not acknowledged.
    pub fn unacknowledged(&self) -> u64 {
        self.unacknowledged.now()
    }

    /// The most that were ready in the window, be it for no time.
    pub fn most_ready(&self) -> u64 {
        self.ready.most()
    }

    /// The means of both in the window up to a time; nothing when that is no time.
    pub fn means(&self, now: Time) -> Option<(f64, f64)> {
        let window: Span = now - self.from;
        Some((self.ready.mean(now, window)?, self.unacknowledged.mean(now, window)?))
    }

    /// The timeline up to a time: bins that are full.
    pub(super) fn timeline(&self, now: Time) -> Timeline {
        let mut settled = self.clone();
        if now >= settled.bin_ends {
            settled.fill_bins(now);
        }
        settled.timeline
    }
}
