//! A ramp: the rate goes evenly from one value to another, and stays there.

use crate::rng::Stream;
use crate::time::Span;

/// A rhythm whose rate changes evenly with time.
///
/// Events come where the integral of the rate has grown by the next amount: by a draw from the exponential
/// distribution with mean 1, which makes it an inhomogeneous Poisson process (by inversion: E. Çinlar, *Introduction
/// to Stochastic Processes*, 1975, chapter 4), or always by 1, which makes it a steady rhythm that quickens.
#[derive(Clone, Debug)]
pub struct Ramp {
    /// Events per microsecond at the beginning.
    from: f64,
    /// At the end and after it.
    to: f64,
    /// How long it takes, in microseconds.
    over_us: f64,
    is_poisson: bool,
    /// Where it is, in microseconds since the beginning: the newest event, not rounded.
    at_us: f64,
}

impl Ramp {
    /// A ramp at its beginning. Rates are events per second.
    pub fn new(from_per_second: f64, to_per_second: f64, over: Span, is_poisson: bool) -> Ramp {
        let (from, to) = (from_per_second / 1e6, to_per_second / 1e6);
        Ramp { from, to, over_us: over.as_us() as f64, is_poisson, at_us: 0.0 }
    }

    /// The span to the next event; none when the rate has come down to 0 before it.
    pub fn next(&mut self, stream: &mut Stream) -> Option<Span> {
        let amount = if self.is_poisson { stream.standard_exponential() } else { 1.0 };
        let next_us = self.at_us + self.until(amount)?;
        let span = Span::from_drawn_us(next_us).as_us() - Span::from_drawn_us(self.at_us).as_us();
        self.at_us = next_us;
        Some(Span::from_us(span))
    }

    /// How many microseconds pass until the integral of the rate has grown by `amount`.
    fn until(&self, amount: f64) -> Option<f64> {
        let left_us = self.over_us - self.at_us;
        let mut rest = amount;
        if left_us > 0.0 {
            let slope = (self.to - self.from) / self.over_us;
            let rate = self.from + slope * self.at_us;
            let whole = (rate + self.to) / 2.0 * left_us;
            if amount <= whole {
                // The root of slope/2 x² + rate x = amount that does not cancel.
                return Some(
                    2.0 * amount / (rate + libm::sqrt((rate * rate + 2.0 * slope * amount).max(0.0))),
                );
            }
            rest = amount - whole;
        }
        (self.to > 0.0).then(|| left_us.max(0.0) + rest / self.to)
    }

    /// Events per second at the beginning and at the end.
    pub fn ends(&self) -> [f64; 2] {
        [self.from * 1e6, self.to * 1e6]
    }

    /// Events per second where it is.
    pub fn per_second(&self) -> f64 {
        let part = if self.over_us > 0.0 { (self.at_us / self.over_us).min(1.0) } else { 1.0 };
        (self.from + (self.to - self.from) * part) * 1e6
    }
}
