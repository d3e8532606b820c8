//! Spans between events: how often a producer publishes, how long a consumer works.

use crate::rng::Stream;
use crate::time::Span;

/// A distribution of spans.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Timing {
    /// Always the same.
    Constant(Span),
    /// Exponential with this mean in microseconds; the spans between events of a Poisson process.
    Exponential {
        /// The mean.
        mean_us: f64,
    },
}

impl Timing {
    /// The next span.
    pub fn draw(self, stream: &mut Stream) -> Span {
        match self {
            Timing::Constant(span) => span,
            Timing::Exponential { mean_us } => stream.exponential(mean_us),
        }
    }
}
