//! A long sequence of values as the sums of a few hundred batches, and where its beginning ends.

use super::Estimate;

/// So many values are in a batch at first, as in MSER-5.
const FIRST_SIZE: u64 = 5;
/// When there are so many batches, each two become one.
const MOST: usize = 512;
/// What stays after the beginning is cut into so many parts for an interval.
const PARTS: usize = 20;

/// Values in order, summed up in batches of equal size. Memory stays bounded: the size doubles when there are too
/// many batches.
#[derive(Clone, Debug, PartialEq)]
pub struct Batches {
    size: u64,
    sums: Vec<u64>,
    count: u64,
    sum: u64,
}

/// Where the beginning of a sequence ends, and what the rest says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truncation {
    /// So many values are the beginning, and left out.
    pub dropped: u64,
    /// So many are not. Those of a batch that is not full are neither.
    pub kept: u64,
    /// The mean of those that are kept, from the means of 20 parts of equal length (the method of batch means: Law,
    /// "Simulation Modeling and Analysis", section 9.5.3).
    pub estimate: Estimate,
}

impl Default for Batches {
    fn default() -> Self {
        Batches { size: FIRST_SIZE, sums: Vec::new(), count: 0, sum: 0 }
    }
}

impl Batches {
    /// What a copy of it takes beside its own fields, in octets.
    pub(crate) fn octets(&self) -> u64 {
        size_of_val(&*self.sums) as u64
    }

    /// Takes the next value in.
    #[inline]
    pub fn record(&mut self, value: u64) {
        self.sum = self.sum.wrapping_add(value);
        self.count += 1;
        if self.count == self.size {
            self.close();
        }
    }

    #[cold]
    fn close(&mut self) {
        self.sums.push(std::mem::take(&mut self.sum));
        self.count = 0;
        if self.sums.len() == MOST {
            self.sums = self.sums.chunks(2).map(|pair| pair.iter().sum()).collect();
            self.size *= 2;
        }
    }

    /// The means of the batches that are full.
    pub fn means(&self) -> Vec<f64> {
        self.sums.iter().map(|sum| *sum as f64 / self.size as f64).collect()
    }

    /// Leaves out the beginning by the rule MSER, and estimates the mean from the rest. Nothing when there are fewer than
    /// two values in each part of what is left.
    pub fn without_beginning(&self, confidence: f64) -> Option<Truncation> {
        let means = self.means();
        let dropped = mser(&means)?;
        let kept = &means[dropped..];
        let per_part = kept.len() / PARTS;
        if per_part == 0 {
            return None;
        }
        // What does not fill a part is taken from the front, which is nearest to the beginning.
        let surplus = kept.len() % PARTS;
        let part = |part: &[f64]| part.iter().sum::<f64>() / per_part as f64;
        let parts: Vec<f64> = kept[surplus..].chunks(per_part).map(part).collect();
        Some(Truncation {
            dropped: (dropped + surplus) as u64 * self.size,
            kept: (kept.len() - surplus) as u64 * self.size,
            estimate: Estimate::of(&parts, confidence)?,
        })
    }
}

/// How many values at the beginning of a sequence to leave out, so that the rest tells its mean best: as many as make
/// the standard error of the mean of the rest smallest, but at most half (the marginal standard error rule: White,
/// "An effective truncation heuristic for bias reduction in simulation output", Simulation 69, 1997; with means of five
/// as values, MSER-5). Nothing for fewer than two values.
pub fn mser(values: &[f64]) -> Option<usize> {
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    let mut best: Option<(f64, usize)> = None;
    for (dropped, value) in values.iter().enumerate().rev() {
        // Welford's way, from the end: sum and squares of the values from here on.
        let before = if count > 0.0 { value - sum / count } else { 0.0 };
        count += 1.0;
        sum += value;
        squares += before * (value - sum / count);
        if count < 2.0 || dropped * 2 > values.len() {
            continue;
        }
        let error = squares / (count * count);
        if best.is_none_or(|(least, _)| error <= least) {
            best = Some((error, dropped));
        }
    }
    best.map(|(_, dropped)| dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: of the last six, five, four and three values the errors are 76/36, 46/25, 1/16 and 2/27.
    #[test]
    fn the_beginning_ends_where_the_standard_error_is_smallest() {
        assert_eq!(mser(&[9.0, 9.0, 1.0, 2.0, 1.0, 2.0]), Some(2));
        assert_eq!(mser(&[1.0, 2.0, 1.0, 2.0, 1.0, 2.0]), Some(0));
        assert_eq!(mser(&[1.0]), None);
    }

    #[test]
    fn at_most_half_is_the_beginning() {
        let rising: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(mser(&rising), Some(50));
    }

    #[test]
    fn batches_grow_and_keep_every_value() {
        let mut batches = Batches::default();
        (0..100_000).for_each(|value| batches.record(value));
        assert!(batches.sums.len() < MOST && batches.sums.len() >= MOST / 2);
        let total: u64 = batches.sums.iter().sum::<u64>() + batches.sum;
        assert_eq!(total, 100_000 * 99_999 / 2);
    }

    /// A start at 1000 that decays to a level of 10, with a ripple of known mean.
    #[test]
    fn an_initial_transient_is_left_out() {
        let mut batches = Batches::default();
        for number in 0..200_000_u64 {
            batches.record(10 + number % 3 + 1_000 / (1 + number / 100));
        }
        let truncation = batches.without_beginning(0.99).expect("there are many");
        assert!(truncation.dropped > 1_000, "{truncation:?}");
        assert!((truncation.estimate.mean - 11.0).abs() < 0.2, "{truncation:?}");
        assert_eq!(Batches::default().without_beginning(0.99), None);
    }
}
