//! Randomness from a seed: one stream per actor, so that adding a consumer does not reshuffle the producers.

mod ziggurat;

use crate::time::Span;
use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use xxhash_rust::xxh64::xxh64;
use ziggurat::{Layers, unit};

/// A stream of random numbers (xoshiro256++). Cloning it saves the place in the stream.
#[derive(Clone, Debug)]
pub struct Stream {
    source: Xoshiro256PlusPlus,
    /// What was drawn ahead, if something was.
    ahead: Option<Ahead>,
}

/// An exponentially distributed number that was drawn before somebody wanted it.
///
/// When the next event is due depends on it, and which event comes next on that: a processor that has to wait for the
/// number waits with all that it does then. So the number is there already, and the next one is drawn while there is
/// other work. If another kind of number is wanted instead, the source goes back.
#[derive(Clone, Debug)]
struct Ahead {
    number: f64,
    /// The source before it.
    before: Xoshiro256PlusPlus,
}

impl Stream {
    /// The stream that belongs to `owner` in a run with `seed`. Owners are told apart by their names, not by
    /// their places in the document.
    pub fn new(seed: u64, owner: &str) -> Stream {
        let source = Xoshiro256PlusPlus::seed_from_u64(xxh64(owner.as_bytes(), seed));
        Stream { source, ahead: None }
    }

    /// A number from 0 up to but not including 1, one of 2^53 equally likely.
    pub fn unit(&mut self) -> f64 {
        self.go_back();
        unit(self.source.next_u64())
    }

    /// An exponentially distributed span with the given mean in microseconds.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn exponential(&mut self, mean_us: f64) -> Span {
        let number = match &self.ahead {
            Some(ahead) => ahead.number,
            None => self.draw_now(),
        };
        let before = self.source.clone();
        self.ahead = Some(Ahead { number: draw(&mut self.source), before });
        Span::from_drawn_us(mean_us * number)
    }

    /// An exponentially distributed number with the mean 1.
    pub fn standard_exponential(&mut self) -> f64 {
        self.go_back();
        self.draw_now()
    }

    #[inline(never)]
    fn draw_now(&mut self) -> f64 {
        draw(&mut self.source)
    }

    /// What was drawn ahead is not wanted.
    fn go_back(&mut self) {
        if let Some(ahead) = self.ahead.take() {
            self.source = ahead.before;
        }
    }

    /// A normally distributed number with the mean 0 and the standard deviation 1 (Box and Muller's transform).
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(2.0 * self.standard_exponential());
        radius * libm::cos(2.0 * std::f64::consts::PI * self.unit())
    }
}

/// An exponentially distributed number with the mean 1.
#[cfg_attr(not(feature = "small"), inline(always))]
fn draw(source: &mut Xoshiro256PlusPlus) -> f64 {
    let drawn = source.next_u64();
    Layers::get().draw(drawn, || source.next_u64())
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

    /// As if nothing had been drawn ahead: the same numbers as from a source that is asked for one after the other.
    #[test]
    fn what_is_drawn_ahead_changes_no_number() {
        let mut stream = Stream::new(3, "test");
        let mut source = stream.source.clone();
        for round in 0..5_000_u64 {
            match round * round % 7 {
                0 => assert_eq!(stream.unit(), unit(source.next_u64())),
                1 => assert_eq!(stream.standard_exponential(), draw(&mut source)),
                _ => assert_eq!(stream.exponential(1e3), Span::from_drawn_us(1e3 * draw(&mut source))),
            }
        }
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
