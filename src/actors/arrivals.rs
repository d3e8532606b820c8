//! When a producer publishes.

use super::{Bursts, Ramp};
use crate::rng::Stream;
use crate::time::Span;
use std::rc::Rc;

/// The rhythm of a producer, as far as it has come.
#[derive(Clone, Debug)]
pub enum Arrivals {
    /// Always after the same span.
    Constant(Span),
    /// As a Poisson process: after exponentially distributed spans.
    Poisson {
        /// Their mean in microseconds.
        mean_us: f64,
    },
    /// In bursts.
    Bursts(Box<Bursts>),
    /// At a rate that goes from one value to another.
    Ramp(Box<Ramp>),
    /// At moments that are known beforehand.
    Listed(Box<Listed>),
}

/// Moments that are known beforehand, as far as they have come.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Microseconds since the rhythm began, in order.
    times_us: Rc<[u64]>,
    next: usize,
}

impl Listed {
    /// None of the moments has come yet.
    pub fn new(times_us: Rc<[u64]>) -> Listed {
        Listed { times_us, next: 0 }
    }
}

/// Longer than any span.
const NEVER: u64 = u64::MAX;

impl Arrivals {
    /// The span from the event before, or from the beginning, to the next one; none when there is no other.
    #[inline(always)]
    pub fn next(&mut self, stream: &mut Stream) -> Option<Span> {
        match self {
            Arrivals::Constant(span) => Some(*span),
            Arrivals::Poisson { mean_us } => Some(stream.exponential(*mean_us)),
            other => {
                let us = other.next_us_of_rarer(stream);
                (us != NEVER).then(|| Span::from_us(us))
            }
        }
    }

    /// The same in microseconds, as a number that takes no place in memory; [`NEVER`] when there is no other.
    #[inline(never)]
    fn next_us_of_rarer(&mut self, stream: &mut Stream) -> u64 {
        self.next_of_rarer(stream).map_or(NEVER, Span::as_us)
    }

    fn next_of_rarer(&mut self, stream: &mut Stream) -> Option<Span> {
        match self {
            Arrivals::Constant(_) | Arrivals::Poisson { .. } => None,
            Arrivals::Bursts(bursts) => Some(bursts.next(stream)),
            Arrivals::Ramp(ramp) => ramp.next(stream),
            Arrivals::Listed(listed) => {
                let time = *listed.times_us.get(listed.next)?;
                let before = listed.next.checked_sub(1).map_or(0, |before| listed.times_us[before]);
                listed.next += 1;
                Some(Span::from_us(time - before))
            }
        }
    }

    /// A stable name of the kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Arrivals::Constant(_) => "constant",
            Arrivals::Poisson { .. } => "poisson",
            Arrivals::Bursts(_) => "bursts",
            Arrivals::Ramp(_) => "ramp",
            Arrivals::Listed(_) => "list",
        }
    }

    /// Events per second on the whole, or at present where that changes; none for listed moments.
    pub fn per_second(&self) -> Option<f64> {
        match self {
            Arrivals::Constant(span) => Some(1e6 / span.as_us() as f64),
            Arrivals::Poisson { mean_us } => Some(1e6 / mean_us),
            Arrivals::Bursts(bursts) => Some(bursts.per_second()),
            Arrivals::Ramp(ramp) => Some(ramp.per_second()),
            Arrivals::Listed(_) => None,
        }
    }
}
