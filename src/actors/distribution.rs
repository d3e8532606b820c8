//! Distributions of whole numbers: microseconds of work, microseconds between events, octets of a body.
//!
//! Each is drawn by inverting its distribution function, but for the normal distribution behind the log-normal one.
//! Nothing but + − × ÷, square roots and `libm` is used, so every machine draws the same.

use super::Odds;
use crate::rng::Stream;
use crate::time::Span;
use std::rc::Rc;

/// A distribution of whole numbers that are not negative.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Always the same.
    Constant(u64),
    /// Exponential.
    Exponential {
        /// The mean.
        mean: f64,
    },
    /// Each whole number of a range is equally probable.
    Uniform {
        /// The least.
        least: u64,
        /// The greatest.
        most: u64,
    },
    /// The logarithm is normally distributed.
    LogNormal {
        /// The mean of the logarithm.
        location: f64,
        /// The standard deviation of the logarithm.
        scale: f64,
    },
    /// Pareto's, of the first kind: the probability of more than x is (least/x)^shape.
    Pareto {
        /// The least.
        least: f64,
        /// The smaller, the heavier the tail: at 2 or less there is no variance, at 1 or less no mean.
        shape: f64,
    },
    /// One of the values that were seen.
    Empirical(Rc<[u64]>, Odds),
}

impl Distribution {
    /// The log-normal distribution with this mean and this standard deviation (of the numbers themselves, not of
    /// their logarithms).
    pub fn log_normal(mean: f64, deviation: f64) -> Distribution {
        let ratio = deviation / mean;
        let variance = libm::log(1.0 + ratio * ratio);
        Distribution::LogNormal { location: libm::log(mean) - variance / 2.0, scale: libm::sqrt(variance) }
    }

    /// The next number, at most 2^53 - 1.
    pub fn draw(&self, stream: &mut Stream) -> u64 {
        self.draw_span(stream).as_us()
    }

    /// The next number as a span in microseconds.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn draw_span(&self, stream: &mut Stream) -> Span {
        match self {
            Distribution::Constant(number) => Span::from_us(*number),
            Distribution::Exponential { mean } => stream.exponential(*mean),
            other => other.draw_rarer_span(stream),
        }
    }

    #[inline(never)]
    fn draw_rarer_span(&self, stream: &mut Stream) -> Span {
        match self {
            Distribution::Constant(_) | Distribution::Exponential { .. } => Span::ZERO,
            Distribution::Uniform { least, most } => {
                let width = (most - least) as f64 + 1.0;
                Span::from_us((least + (stream.unit() * width) as u64).min(*most))
            }
            Distribution::LogNormal { location, scale } => {
                Span::from_drawn_us(libm::exp(location + scale * stream.normal()))
            }
            Distribution::Pareto { least, shape } => {
                Span::from_drawn_us(least * libm::pow(1.0 - stream.unit(), -1.0 / shape))
            }
            Distribution::Empirical(values, odds) => Span::from_us(values[odds.draw(stream)]),
        }
    }

    /// The mean; infinite where there is none.
    pub fn mean(&self) -> f64 {
        match self {
            Distribution::Constant(number) => *number as f64,
            Distribution::Exponential { mean } => *mean,
            Distribution::Uniform { least, most } => (*least as f64 + *most as f64) / 2.0,
            Distribution::LogNormal { location, scale } => libm::exp(location + scale * scale / 2.0),
            Distribution::Pareto { shape, .. } if *shape <= 1.0 => f64::INFINITY,
            Distribution::Pareto { least, shape } => shape * least / (shape - 1.0),
            Distribution::Empirical(values, odds) => {
                values.iter().zip(odds.probabilities()).map(|(value, share)| *value as f64 * share).sum()
            }
        }
    }

    /// The variance; infinite where there is none.
    pub fn variance(&self) -> f64 {
        match self {
            Distribution::Constant(_) => 0.0,
            Distribution::Exponential { mean } => mean * mean,
            Distribution::Uniform { least, most } => {
                let width = (most - least) as f64 + 1.0;
                (width * width - 1.0) / 12.0
            }
            Distribution::LogNormal { scale, .. } => {
                let mean = self.mean();
                libm::expm1(scale * scale) * mean * mean
            }
            Distribution::Pareto { shape, .. } if *shape <= 2.0 => f64::INFINITY,
            Distribution::Pareto { least, shape } => {
                shape * least * least / ((shape - 1.0) * (shape - 1.0) * (shape - 2.0))
            }
            Distribution::Empirical(values, odds) => {
                let mean = self.mean();
                let each = values.iter().zip(odds.probabilities());
                each.map(|(value, share)| (*value as f64 - mean) * (*value as f64 - mean) * share).sum()
            }
        }
    }
}
