//! How often values of each size came: quantiles within a known error, in bounded memory.

use super::Moments;

/// Each doubling of the value is cut into 2^6 = 64 buckets of equal width (a log-linear histogram, as in Gil Tene's
/// HdrHistogram).
const BITS: u32 = 6;

/// A histogram of whole numbers, for instance microseconds.
///
/// Values below 128 have a bucket of their own. A larger value shares one whose width is at most 1/64 of it; what
/// stands for a bucket is its middle, so a quantile is wrong by at most 1/128 of it, that is 0.8 %. Mean, deviation,
/// least and most are exact. Memory grows with the logarithm of the largest value: 4 KB for a second in microseconds, 15 KB
/// for the largest value there is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    moments: Moments,
    /// How many values are in each bucket, but for multiples of 2^32: half the memory, which runs of many queues wait for.
    counts: Vec<u32>,
    /// A bucket for each 2^32 values that it has besides.
    carried: Vec<u32>,
}

impl Histogram {
    /// The most by which a quantile may be wrong, as a part of it.
    pub const RELATIVE_ERROR: f64 = 1.0 / (2 << BITS) as f64;

    /// What a copy of it takes, in octets.
    pub(crate) fn octets(&self) -> u64 {
        (size_of::<Histogram>() + size_of_val(&*self.counts)) as u64
    }

    /// Takes a value in.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn record(&mut self, value: u64) {
        self.moments.record(value);
        let bucket = bucket_of(value);
        match self.counts.get_mut(bucket) {
            Some(count) => {
                *count = count.wrapping_add(1);
                if *count == 0 {
                    self.carry(bucket);
                }
            }
            None => self.grow(bucket),
        }
    }

    #[cold]
    fn carry(&mut self, bucket: usize) {
        self.carried.push(bucket as u32);
    }

    /// How many values are in each bucket.
    fn counts(&self) -> impl Iterator<Item = u64> {
        self.counts.iter().enumerate().map(|(bucket, count)| {
            let carried = self.carried.iter().filter(|carried| **carried as usize == bucket).count();
            u64::from(*count) + ((carried as u64) << 32)
        })
    }

    /// Counts a value in a bucket that is not there yet.
    #[cold]
    fn grow(&mut self, bucket: usize) {
        self.counts.resize(bucket + 1, 0);
        self.counts[bucket] = 1;
    }

    /// Takes in all that another has.
    pub fn merge(&mut self, other: &Histogram) {
        self.moments.merge(&other.moments);
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        self.carried.extend(&other.carried);
        for (bucket, more) in other.counts.iter().enumerate() {
            let (count, is_over) = self.counts[bucket].overflowing_add(*more);
            self.counts[bucket] = count;
            if is_over {
                self.carry(bucket);
            }
        }
    }

    /// Count, mean and spread.
    pub fn moments(&self) -> &Moments {
        &self.moments
    }

    /// The value at or below which the share `share` (0 to 1) of all values is; nothing when there is no value.
    pub fn quantile(&self, share: f64) -> Option<u64> {
        let count = self.moments.count();
        if count == 0 {
            return None;
        }
        let rank = ((share * count as f64).ceil() as u64).clamp(1, count);
        if rank == count {
            return Some(self.moments.most());
        }
        let mut seen = 0;
        let bucket = self.counts().position(|count| {
            seen += count;
            seen >= rank
        })?;
        let (least, width) = bounds_of(bucket);
        Some((least + (width - 1) / 2).clamp(self.moments.least(), self.moments.most()))
    }

    /// The buckets that are not empty, from the smallest: the least value, the width, how many values.
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u64, u64)> {
        let filled = self.counts().enumerate().filter(|(_, count)| *count > 0);
        filled.map(|(bucket, count)| {
            let (least, width) = bounds_of(bucket);
            (least, width, count)
        })
    }
}

/// The bucket of a value.
#[inline]
const fn bucket_of(value: u64) -> usize {
    let magnitude = (value | (1 << BITS)).ilog2() - BITS;
    ((magnitude as usize) << BITS) + (value >> magnitude) as usize
}

/// The least value of a bucket, and how many values it has.
const fn bounds_of(bucket: usize) -> (u64, u64) {
    let magnitude = (bucket >> BITS).saturating_sub(1);
    (((bucket - (magnitude << BITS)) as u64) << magnitude, 1 << magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::default();
        values.into_iter().for_each(|value| histogram.record(value));
        histogram
    }

    #[test]
    fn buckets_lie_side_by_side_and_are_at_most_a_sixty_fourth_wide() {
        let mut next = 0;
        for bucket in 0..=bucket_of(u64::MAX) {
            let (least, width) = bounds_of(bucket);
            assert_eq!(u128::from(least), next, "bucket {bucket}");
            assert!(width == 1 || least / width >= 64, "bucket {bucket}");
            assert_eq!(bucket_of(least), bucket);
            assert_eq!(bucket_of(least + (width - 1)), bucket);
            next += u128::from(width);
        }
        assert_eq!(next, 1 << 64);
    }

    /// The quantiles of 1 to n are their ranks.
    #[test]
    fn quantiles_are_within_the_error_that_is_promised() {
        let histogram = of(1..=1_000_000);
        for (share, exact) in [(0.5, 500_000.0), (0.95, 950_000.0), (0.99, 990_000.0), (0.001, 1_000.0)] {
            let found = histogram.quantile(share).unwrap() as f64;
            assert!((found / exact - 1.0).abs() <= Histogram::RELATIVE_ERROR, "{share}: {found}");
        }
        assert_eq!(histogram.quantile(1.0), Some(1_000_000));
        assert_eq!(histogram.moments().mean(), Some(500_000.5));
    }

    #[test]
    fn more_values_than_a_word_holds_are_counted() {
        let mut histogram = of([7, 7, 7, 1_000]);
        for _ in 0..40 {
            let same = histogram.clone();
            histogram.merge(&same);
        }
        let counts: Vec<u64> = histogram.buckets().map(|(_, _, count)| count).collect();
        assert_eq!(counts, [3 << 40, 1 << 40]);
        histogram.record(7);
        assert_eq!((histogram.moments().count(), histogram.quantile(0.5)), ((4 << 40) + 1, Some(7)));
    }

    #[test]
    fn small_values_are_told_apart() {
        let histogram = of([0, 0, 0, 7, 127]);
        assert_eq!(histogram.quantile(0.5), Some(0));
        assert_eq!(histogram.quantile(0.7), Some(7));
        assert_eq!(histogram.quantile(0.99), Some(127));
        assert_eq!(Histogram::default().quantile(0.5), None);
        assert_eq!(histogram.buckets().collect::<Vec<_>>(), [(0, 1, 3), (7, 1, 1), (127, 1, 1)]);
    }

    #[test]
    fn merged_parts_are_as_the_whole() {
        let mut merged = of((0..500).map(|number| number * number));
        merged.merge(&of((500..1_000).map(|number| number * number)));
        let whole = of((0..1_000).map(|number| number * number));
        assert_eq!(merged.counts, whole.counts);
        assert_eq!(merged.moments().sum(), whole.moments().sum());
    }
}
