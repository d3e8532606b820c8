//! How probable each of several possibilities is.

use crate::rng::Stream;
use std::rc::Rc;

/// The odds of possibilities that are numbered from 0.
#[derive(Clone, Debug, PartialEq)]
pub enum Odds {
    /// All of so many are equally probable.
    Even(usize),
    /// For each the sum of the weights up to and including its own; the last is the sum of all.
    Weighted(Rc<[f64]>),
}

impl Odds {
    /// Odds in proportion to weights, which are not negative and not all 0.
    pub fn weighted(weights: impl Iterator<Item = f64>) -> Odds {
        let mut sum = 0.0;
        let sums: Vec<f64> = weights
            .map(|weight| {
                sum += weight;
                sum
            })
            .collect();
        Odds::Weighted(sums.into())
    }

    /// Zipf's law for so many possibilities: the weight of the k-th is 1/k^exponent (G. K. Zipf, *Human Behavior
    /// and the Principle of Least Effort*, 1949).
    pub fn zipf(count: usize, exponent: f64) -> Odds {
        Odds::weighted((1..=count).map(|rank| libm::pow(rank as f64, -exponent)))
    }

    /// How many possibilities there are.
    pub fn count(&self) -> usize {
        match self {
            Odds::Even(count) => *count,
            Odds::Weighted(sums) => sums.len(),
        }
    }

    /// Draws one.
    pub fn draw(&self, stream: &mut Stream) -> usize {
        let drawn = match self {
            Odds::Even(count) => (stream.unit() * *count as f64) as usize,
            Odds::Weighted(sums) => {
                let point = stream.unit() * sums.last().copied().unwrap_or_default();
                sums.partition_point(|sum| *sum <= point)
            }
        };
        // Rounding may lead just beyond the last one.
        drawn.min(self.count().saturating_sub(1))
    }

    /// The probability of each.
    pub fn probabilities(&self) -> Vec<f64> {
        match self {
            Odds::Even(count) => vec![1.0 / *count as f64; *count],
            Odds::Weighted(sums) => {
                let whole = sums.last().copied().unwrap_or(1.0);
                let before = [0.0].into_iter().chain(sums.iter().copied());
                sums.iter().zip(before).map(|(sum, before)| (sum - before) / whole).collect()
            }
        }
    }
}
