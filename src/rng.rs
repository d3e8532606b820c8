//! Randomness from a seed: one stream per actor, so that adding a consumer does not reshuffle the producers.

mod ziggurat;

use crate::time::Span;
use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use xxhash_rust::xxh64::xxh64;
use ziggurat::{Layers, unit};

/// A stream of random numbers (xoshiro256++). Cloning it saves the place in the stream.
#[derive(Clone, Debug)]
pub struct Stream(Xoshiro256PlusPlus);

impl Stream {
    /// The stream that belongs to `owner` in a run with `seed`. Owners are told apart by their names, not by
    /// their places in the document.
    pub fn new(seed: u64, owner: &str) -> Stream {
        Stream(Xoshiro256PlusPlus::seed_from_u64(xxh64(owner.as_bytes(), seed)))
    }

    /// A number from 0 up to but not including 1, one of 2^53 equally likely.
    pub fn unit(&mut self) -> f64 {
        unit(self.0.next_u64())
    }

    /// An exponentially distributed span with the given mean in microseconds.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn exponential(&mut self, mean_us: f64) -> Span {
        Span::from_drawn_us(mean_us * self.standard_exponential())
    }

    /// An exponentially distributed number with the mean 1.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn standard_exponential(&mut self) -> f64 {
        let drawn = self.0.next_u64();
        Layers::get().draw(drawn, || self.0.next_u64())
    }

    /// A normally distributed number with the mean 0 and the standard deviation 1 (Box and Muller's transform).
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(2.0 * self.standard_exponential());
        radius * libm::cos(2.0 * std::f64::consts::PI * self.unit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_depend_on_seed_and_owner_alone() {
        let draw = |seed, owner| Stream::new(seed, owner).unit();
        assert_eq!(draw(1, "P"), draw(1, "P"));
        assert_ne!(draw(1, "P"), draw(2, "P"));
        assert_ne!(draw(1, "P"), draw(1, "C"));
    }

    /// Mean and variance of the exponential distribution are m and m²; with 100,000 draws the standard
    /// error of the mean is m/316, so five of them are 1.6 %.
    #[test]
    fn exponential_draws_have_the_mean_and_the_spread_of_the_distribution() {
        let mut stream = Stream::new(7, "test");
        let draws: Vec<f64> = (0..100_000).map(|_| stream.exponential(1e6).as_us() as f64).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance =
            draws.iter().map(|draw| (draw - mean) * (draw - mean)).sum::<f64>() / draws.len() as f64;
        assert!((mean / 1e6 - 1.0).abs() < 0.016, "mean {mean}");
        assert!((variance.sqrt() / 1e6 - 1.0).abs() < 0.03, "deviation {}", variance.sqrt());
    }

    /// The share of draws above x is exp(-x/m), also far out, where the draws come from the tail. Its standard error
    /// with a million draws is below sqrt(exp(-x/m))/1000; five of them are allowed.
    #[test]
    fn exponential_draws_lie_beyond_any_point_as_often_as_they_should() {
        let mut stream = Stream::new(3, "test");
        let draws: Vec<f64> = (0..1_000_000).map(|_| stream.exponential(1e6).as_us() as f64 / 1e6).collect();
        for point in [0.01, 0.1, 0.5, 1.0, 2.0, 4.0, 6.0, 7.7, 8.5, 9.0] {
            let share = draws.iter().filter(|draw| **draw > point).count() as f64 / 1e6;
            let expected = libm::exp(-point);
            assert!((share - expected).abs() < libm::sqrt(expected) / 200.0, "{share} beyond {point}");
        }
    }
}
