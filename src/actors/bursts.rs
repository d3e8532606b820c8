//! Bursts: a rhythm that is on for a while and off for a while, in turn.

use super::Distribution;
use crate::rng::Stream;
use crate::time::Span;

/// A rhythm in bursts. It begins with one. Between two of them the rhythm stands still, and goes on where it was.
///
/// With a Poisson process inside and exponential periods this is the interrupted Poisson process (A. Kuczura, "The
/// Interrupted Poisson Process as an Overflow Process", Bell System Technical Journal 52, 1973).
#[derive(Clone, Debug)]
pub struct Bursts {
    /// Between two events within bursts.
    interval: Distribution,
    /// How long a burst lasts.
    on: Distribution,
    /// How long it is still after that.
    off: Distribution,
    /// What is left of the present burst; none before the first.
    left: Option<Span>,
}

impl Bursts {
    /// Bursts of which none has begun.
    pub fn new(interval: Distribution, on: Distribution, off: Distribution) -> Bursts {
        Bursts { interval, on, off, left: None }
    }

    /// The span to the next event. What is to come exactly when a burst ends still belongs to it.
    pub fn next(&mut self, stream: &mut Stream) -> Span {
        let mut to_go = self.interval.draw_span(stream).as_us();
        let mut span = 0u64;
        let mut left = match self.left {
            Some(left) => left,
            None => self.on.draw_span(stream),
        };
        // The document sees to it that bursts are not too short for their rhythm, so this ends.
        while left.as_us() < to_go {
            to_go -= left.as_us();
            span = span.saturating_add(left.as_us()).saturating_add(self.off.draw_span(stream).as_us());
            left = self.on.draw_span(stream);
        }
        self.left = Some(Span::from_us(left.as_us() - to_go));
        Span::from_us(span.saturating_add(to_go))
    }

    /// Events per second on the whole.
    pub fn per_second(&self) -> f64 {
        1e6 / self.interval.mean() * self.on.mean() / (self.on.mean() + self.off.mean())
    }
}
