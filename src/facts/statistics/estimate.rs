//! A mean over independent replications, and how far it can be trusted.

use super::student::two_sided_quantile;
use serde::Serialize;

/// The estimate of a mean from independent values, one of each replication.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// How many values there are.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    /// Their sample standard deviation; 0 for a single value.
    pub deviation: f64,
    /// The mean of all possible replications is within the mean and this, on either side, with the confidence that
    /// was asked for (Student's t: Law, "Simulation Modeling and Analysis", section 4.5). Nothing for a single value,
    /// of which nothing can be said.
    pub half_width: Option<f64>,
}

impl Estimate {
    /// The estimate from values at a confidence above 0 and below 1; nothing when there are no values.
    pub fn of(values: &[f64], confidence: f64) -> Option<Estimate> {
        let count = values.len() as f64;
        if values.is_empty() {
            return None;
        }
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let degrees = values.len() as u64 - 1;
        let deviation = if degrees == 0 { 0.0 } else { (squares / degrees as f64).sqrt() };
        let half_width =
            (degrees > 0).then(|| two_sided_quantile(confidence, degrees) * deviation / count.sqrt());
        Some(Estimate { count: values.len() as u64, mean, deviation, half_width })
    }

    /// Whether a value lies within the interval.
    pub fn contains(&self, value: f64) -> bool {
        self.half_width.is_some_and(|half_width| (value - self.mean).abs() <= half_width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Law, "Simulation Modeling and Analysis", the example of section 4.5: from 1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55,
    /// 0.50, 1.09 the mean is 1.34, the variance 0.17, and the 90 % interval 1.34 ± 0.24.
    #[test]
    fn an_interval_as_in_the_textbook() {
        let values = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09];
        let estimate = Estimate::of(&values, 0.9).expect("there are values");
        assert!((estimate.mean - 1.34).abs() < 0.005, "{estimate:?}");
        assert!((estimate.deviation * estimate.deviation - 0.17).abs() < 0.005, "{estimate:?}");
        assert!((estimate.half_width.unwrap() - 0.24).abs() < 0.005, "{estimate:?}");
        assert!(estimate.contains(1.2) && !estimate.contains(1.6));
    }

    #[test]
    fn one_value_has_no_interval_and_none_no_mean() {
        assert_eq!(Estimate::of(&[], 0.95), None);
        let single = Estimate::of(&[3.0], 0.95).expect("there is a value");
        assert_eq!((single.mean, single.half_width), (3.0, None));
        assert!(!single.contains(3.0));
    }
}
