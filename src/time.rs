//! Virtual time: whole microseconds, so that every machine counts alike.

use std::fmt;
use std::num::NonZeroU64;
use std::ops::{Add, AddAssign, Sub};

/// A moment of the simulation: microseconds since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(u64);

/// A moment at which something ends, in a form of which none takes no more room than one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(NonZeroU64);

impl Deadline {
    /// The moment itself.
    pub const fn time(self) -> Time {
        Time(self.0.get() - 1)
    }
}

impl From<Time> for Deadline {
    fn from(time: Time) -> Deadline {
        Deadline(NonZeroU64::MIN.saturating_add(time.0))
    }
}

/// As the moment itself.
impl fmt::Debug for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.time().fmt(f)
    }
}

/// A length of time in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(u64);

impl Time {
    /// The moment at which every simulation starts.
    pub const START: Time = Time(0);

    /// A moment that nobody knows yet, later than all others: the largest whole number that JavaScript holds exactly.
    pub const UNKNOWN: Time = Time((1 << 53) - 1);

    /// The moment `us` microseconds after the start.
    pub const fn from_us(us: u64) -> Time {
        Time(us)
    }

    /// Microseconds since the start.
    pub const fn as_us(self) -> u64 {
        self.0
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// A span of `us` microseconds.
    pub const fn from_us(us: u64) -> Span {
        Span(us)
    }

    /// A span of `ms` milliseconds.
    pub const fn from_ms(ms: u64) -> Span {
        Span(ms.saturating_mul(1_000))
    }

    /// The span nearest to a count of microseconds that a random draw gave. Spans that no run will ever
    /// reach are cut at 2^53 - 1, the largest whole number that JavaScript holds exactly.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn from_drawn_us(us: f64) -> Span {
        const LARGEST: f64 = 9_007_199_254_740_991.0;
        const WHOLE: f64 = (1_u64 << 52) as f64;
        // What is no number is no time. (A comparison: the maximum of two floats is a call in wasm.)
        let us = if us > 0.0 { us } else { 0.0 };
        if us < WHOLE / 2.0 {
            // From 2^52 on a number has no place for fractions: adding that rounds, ties to even, and leaves the whole
            // microseconds in the lower bits.
            return Span((us + WHOLE).to_bits() & ((1 << 52) - 1));
        }
        Span(us.min(LARGEST).round_ties_even() as u64)
    }

    /// Microseconds.
    pub const fn as_us(self) -> u64 {
        self.0
    }
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub for Time {
    type Output = Span;
    /// How long after `earlier` this moment is; nothing when it is not after it.
    fn sub(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

/// Minutes, seconds and milliseconds, as the page's clock shows them: `01:02.345`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Time::UNKNOWN {
            return f.write_str("an unknown moment");
        }
        let milliseconds = self.0 / 1_000;
        let (minutes, rest) = (milliseconds / 60_000, milliseconds % 60_000);
        write!(f, "{minutes:02}:{:02}.{:03}", rest / 1_000, rest % 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_shows_minutes_seconds_and_milliseconds() {
        assert_eq!(Time::from_us(62_345_678).to_string(), "01:02.345");
        assert_eq!(Time::START.to_string(), "00:00.000");
    }

    #[test]
    fn a_drawn_span_is_the_nearest_whole_microsecond_and_never_negative() {
        assert_eq!(Span::from_drawn_us(1.6), Span::from_us(2));
        assert_eq!(Span::from_drawn_us(-3.0), Span::ZERO);
        assert_eq!(Span::from_drawn_us(f64::NAN), Span::ZERO);
        for us in [0.5, 1.5, 2.5, 1e6 + 0.49, 1e15 + 0.5, 3e15 + 0.5, 4e15 + 1.0] {
            assert_eq!(Span::from_drawn_us(us), Span::from_us(us.round_ties_even() as u64), "{us}");
        }
        assert_eq!(Span::from_drawn_us(f64::INFINITY).as_us(), (1 << 53) - 1);
    }
}
