//! The random draws of one direction of a link.

use super::settings::Jitter;
use crate::rng::Stream;
use crate::time::Span;

/// One stream for each thing that may happen, so that turning one on or off changes no other. Nothing is drawn
/// where a setting asks for nothing.
#[derive(Clone, Debug)]
pub(super) struct Chances {
    pub(super) loss: Stream,
    pub(super) duplication: Stream,
    pub(super) reordering: Stream,
    pub(super) corruption: Stream,
    jitter: Stream,
}

impl Chances {
    /// The streams of the direction called `owner`.
    pub(super) fn new(seed: u64, owner: &str) -> Chances {
        let stream = |purpose: &str| Stream::new(seed, &format!("{owner}:{purpose}"));
        Chances {
            loss: stream("loss"),
            duplication: stream("duplication"),
            reordering: stream("reordering"),
            corruption: stream("corruption"),
            jitter: stream("jitter"),
        }
    }

    /// A delay around `latency`.
    pub(super) fn delay(&mut self, latency: Span, jitter: Jitter) -> Span {
        if jitter == Jitter::None {
            return latency;
        }
        let stream = &mut self.jitter;
        let latency_us = latency.as_us() as f64;
        match jitter {
            Jitter::None => latency,
            Jitter::Uniform { half_width } => {
                Span::from_drawn_us(latency_us + (2.0 * stream.unit() - 1.0) * half_width.as_us() as f64)
            }
            Jitter::Exponential { mean } => {
                let added = stream.exponential(mean.as_us() as f64);
                Span::from_us(latency.as_us().saturating_add(added.as_us()))
            }
            Jitter::Normal { deviation } => {
                Span::from_drawn_us(latency_us + stream.normal() * deviation.as_us() as f64)
            }
        }
    }
}

/// Whether something of this probability happens. What cannot happen costs no draw.
pub(super) fn happens(stream: &mut Stream, probability: f64) -> bool {
    probability > 0.0 && stream.unit() < probability
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and deviation of the distributions, from their definitions: with 100,000 draws the standard error of
    /// a mean is its deviation/316, so five of them are below 2 % of the deviation.
    #[test]
    fn each_jitter_has_the_mean_and_the_deviation_of_its_distribution() {
        let half_width = Span::from_us(30_000);
        let mean = Span::from_us(10_000);
        let deviation = Span::from_us(20_000);
        let expected = [
            (Jitter::Uniform { half_width }, 100_000.0, 30_000.0 / libm::sqrt(3.0)),
            (Jitter::Exponential { mean }, 110_000.0, 10_000.0),
            (Jitter::Normal { deviation }, 100_000.0, 20_000.0),
        ];
        for (jitter, mean, deviation) in expected {
            let mut chances = Chances::new(1, "test");
            let draws: Vec<f64> =
                (0..100_000).map(|_| chances.delay(Span::from_ms(100), jitter).as_us() as f64).collect();
            let drawn_mean = draws.iter().sum::<f64>() / 1e5;
            let variance =
                draws.iter().map(|draw| (draw - drawn_mean) * (draw - drawn_mean)).sum::<f64>() / 1e5;
            assert!((drawn_mean - mean).abs() < 0.02 * deviation, "{jitter:?}: mean {drawn_mean}");
            let ratio = libm::sqrt(variance) / deviation;
            assert!((ratio - 1.0).abs() < 0.03, "{jitter:?}: deviation {}", ratio * deviation);
        }
    }
}
