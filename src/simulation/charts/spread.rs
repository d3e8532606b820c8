//! How times are distributed.

use super::{Chart, Drawing, Line};
use crate::facts::statistics::Histogram;
use crate::simulation::sweep::Unit;

/// So many bins at the most.
const MOST_BINS: usize = 60;
/// A bin has so many of the points that are asked for.
const POINTS_PER_BIN: usize = 6;
/// The chart ends so far beyond the 99th percentile, if the largest value is not nearer.
const BEYOND_P99: f64 = 1.25;

impl Drawing<'_> {
    /// A chart of the shares of values in bins of equal width, with the mean and percentiles as lines.
    pub(super) fn distribution(&mut self, key: &'static str, histogram: &Histogram, theory: Vec<Line>) {
        let bins = (self.most / POINTS_PER_BIN).clamp(8, MOST_BINS);
        let Some((width, shares)) = spread(histogram, bins) else { return };
        let quantile = |key, share| {
            let value = histogram.quantile(share)? as f64;
            Some(Line { key, model: None, value })
        };
        let measured = [quantile("line.p50", 0.5), quantile("line.p95", 0.95), quantile("line.p99", 0.99)];
        let mean = histogram.moments().mean().map(|value| Line { key: "line.mean", model: None, value });
        let lines = measured.into_iter().flatten().chain(mean).chain(theory).collect();
        let middles = (0..bins).map(|bin| (bin as f64 + 0.5) * width).collect();
        let chart = Chart {
            key,
            is_distribution: true,
            unit: Unit::Share,
            at: 0,
            points: 0,
            width,
            series: vec!["series.share"],
            lines,
            beyond: (1.0 - shares.iter().sum::<f64>()).max(0.0),
        };
        self.add(chart, &[middles, shares]);
    }
}

/// The width of bins from 0 on, and the share of values in each; nothing when there is no value. A bucket of the
/// histogram that lies in several bins is taken to be spread evenly.
fn spread(histogram: &Histogram, bins: usize) -> Option<(f64, Vec<f64>)> {
    let (p99, most) = (histogram.quantile(0.99)? as f64, histogram.quantile(1.0)? as f64);
    let end = (p99 * BEYOND_P99).min(most + 1.0).max(1.0);
    let width = end / bins as f64;
    let all = histogram.moments().count() as f64;
    let mut shares = vec![0.0; bins];
    for (least, size, count) in histogram.buckets() {
        let (from, size, share) = (least as f64, size as f64, count as f64 / all);
        let first = (from / width) as usize;
        for (bin, sum) in shares.iter_mut().enumerate().skip(first) {
            let bounds = (bin as f64 * width, (bin + 1) as f64 * width);
            let common = bounds.1.min(from + size) - bounds.0.max(from);
            if common <= 0.0 {
                break;
            }
            *sum += share * common / size;
        }
    }
    Some((width, shares))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_those_of_the_values() {
        let mut histogram = Histogram::default();
        (0..100).for_each(|value| histogram.record(value));
        let (width, shares) = spread(&histogram, 10).expect("there are values");
        assert_eq!(width, 10.0);
        assert!(shares.iter().all(|share| (share - 0.1).abs() < 1e-12), "{shares:?}");
        assert!(spread(&Histogram::default(), 10).is_none());
    }

    #[test]
    fn what_is_far_beyond_the_99th_percentile_is_left_out() {
        let mut histogram = Histogram::default();
        (0..999).for_each(|_| histogram.record(100));
        histogram.record(1_000_000);
        let (width, shares) = spread(&histogram, 10).expect("there are values");
        assert_eq!(width, 12.5);
        assert!((shares[8] - 0.999).abs() < 1e-12, "{shares:?}");
    }
}
