//! A level that changes with time: a queue's depth, whether a consumer is busy.

use crate::time::{Span, Time};

/// A level with its integral over time, from which its mean follows. The integral must stay below 2^64: a million
/// messages over 200 days are less than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    now: u64,
    most: u64,
    /// The time up to which the integral goes.
    until: Time,
    /// Level times microseconds.
    area: u64,
}

impl Level {
    /// A level of which nothing is known before `since`.
    pub const fn since(since: Time, level: u64) -> Level {
        Level { now: level, most: level, until: since, area: 0 }
    }

    /// It is this from now on.
    #[inline]
    pub fn set(&mut self, time: Time, level: u64) {
        // The integral up to any later time is known without being worked out now.
        if level != self.now {
            self.area = self.area_at(time);
            self.until = time;
            self.now = level;
            self.most = self.most.max(level);
        }
    }

    /// What it is.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// The highest that it was, be it for no time.
    pub fn most(&self) -> u64 {
        self.most
    }

    /// Its integral up to a time that is not before the last change.
    #[inline]
    pub fn area_at(&self, time: Time) -> u64 {
        self.area.wrapping_add(self.now.wrapping_mul((time - self.until).as_us()))
    }

    /// Its mean over a window that began when it was made, and ends at `time`; nothing when that is no time.
    pub fn mean(&self, time: Time, window: Span) -> Option<f64> {
        (window > Span::ZERO).then(|| self.area_at(time) as f64 / window.as_us() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_weighs_each_level_by_its_time() {
        let mut level = Level::since(Time::from_us(100), 0);
        level.set(Time::from_us(110), 4);
        level.set(Time::from_us(110), 9);
        level.set(Time::from_us(110), 3);
        level.set(Time::from_us(130), 1);
        assert_eq!(level.area_at(Time::from_us(140)), 20 * 3 + 10);
        assert_eq!(level.mean(Time::from_us(140), Span::from_us(40)), Some(70.0 / 40.0));
        assert_eq!((level.now(), level.most()), (1, 9));
        assert_eq!(Level::since(Time::START, 1).mean(Time::START, Span::ZERO), None);
    }
}
