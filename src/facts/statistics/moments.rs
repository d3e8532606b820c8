//! Count, mean and spread of whole numbers, without keeping them.

/// Count, sum, extremes and squares of values. The mean is exact; squares are taken of the distances from the first
/// value, so that the variance does not suffer from values that are large and close together (the shifted data
/// algorithm: Chan, Golub, LeVeque, "Algorithms for Computing the Sample Variance", The American Statistician 37,
/// 1983).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    count: u64,
    sum: u64,
    least: u64,
    /// How far the largest is above the smallest.
    range: u64,
    /// The first value.
    origin: u64,
    /// The sum of the squares of the distances from it.
    squares: f64,
}

impl Moments {
    /// Takes a value in. The sum of all values must stay below 2^64: with microseconds that is 584,000 years.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn record(&mut self, value: u64) {
        // One comparison for both ends; a first value is outside as well, if it is not 0, as all of it is at first.
        if value.wrapping_sub(self.least) > self.range {
            self.reach(value);
        }
        self.count += 1;
        self.sum = self.sum.wrapping_add(value);
        let distance = value.wrapping_sub(self.origin) as i64 as f64;
        self.squares += distance * distance;
    }

    /// A value comes that is below or above all before it, or is the first.
    #[cold]
    fn reach(&mut self, value: u64) {
        if self.count == 0 {
            (self.least, self.origin) = (value, value);
        }
        let most = self.most().max(value);
        self.least = self.least.min(value);
        self.range = most - self.least;
    }

    /// Takes in all that another has.
    pub fn merge(&mut self, other: &Moments) {
        if self.count == 0 {
            *self = *other;
        } else if other.count > 0 {
            let shift = other.origin as f64 - self.origin as f64;
            let count = other.count as f64;
            let from_other_origin = other.sum as f64 - count * other.origin as f64;
            self.squares += other.squares + shift * (2.0 * from_other_origin + count * shift);
            self.count += other.count;
            self.sum = self.sum.wrapping_add(other.sum);
            let most = self.most().max(other.most());
            self.least = self.least.min(other.least);
            self.range = most - self.least;
        }
    }

    /// How many values there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their sum.
    pub fn sum(&self) -> u64 {
        self.sum
    }

    /// The smallest; 0 when there was none.
    pub fn least(&self) -> u64 {
        self.least
    }

    /// The largest; 0 when there was none.
    pub fn most(&self) -> u64 {
        self.least + self.range
    }

    /// Their mean; nothing when there was none.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }

    /// The sample variance, with one less than the count as divisor; nothing for fewer than two values.
    pub fn variance(&self) -> Option<f64> {
        let (mean, count) = (self.mean()?, self.count as f64);
        let offset = mean - self.origin as f64;
        (self.count > 1).then(|| ((self.squares - count * offset * offset) / (count - 1.0)).max(0.0))
    }

    /// The sample standard deviation; nothing for fewer than two values.
    pub fn deviation(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[u64]) -> Moments {
        let mut moments = Moments::default();
        values.iter().for_each(|value| moments.record(*value));
        moments
    }

    /// NIST's Statistical Reference Datasets, univariate summary statistics, "NumAcc1": the mean is 10000002, the
    /// deviation 1.
    #[test]
    fn large_values_close_together_keep_their_spread() {
        let moments = of(&[10_000_001, 10_000_003, 10_000_002]);
        assert_eq!(moments.mean(), Some(10_000_002.0));
        assert_eq!(moments.deviation(), Some(1.0));
        let shifted = of(&[(1 << 52) + 1, (1 << 52) + 3, (1 << 52) + 2]);
        assert_eq!(shifted.deviation(), Some(1.0));
    }

    #[test]
    fn nothing_has_no_mean_and_one_value_no_spread() {
        assert_eq!(Moments::default().mean(), None);
        assert_eq!(of(&[5]).mean(), Some(5.0));
        assert_eq!(of(&[5]).variance(), None);
        assert_eq!((of(&[5]).least(), of(&[5]).most()), (5, 5));
    }

    #[test]
    fn merged_parts_are_as_the_whole() {
        let (one, other) = ([3, 1_000_000, 17, 40_000], [900_000, 2, 2, 123_456]);
        let whole = of(&[one, other].concat());
        let mut merged = of(&one);
        merged.merge(&of(&other));
        assert_eq!((merged.count(), merged.sum()), (whole.count(), whole.sum()));
        assert_eq!((merged.least(), merged.most()), (2, 1_000_000));
        let (merged, whole) = (merged.variance().unwrap(), whole.variance().unwrap());
        assert!((merged / whole - 1.0).abs() < 1e-12, "{merged} {whole}");
    }
}
