//! Quantiles of Student's t distribution and of the normal distribution.

use std::f64::consts::FRAC_2_PI;

/// From here on the normal distribution stands for Student's: they differ by less than 0.001 %.
const MANY: u64 = 100_000;

/// The value that a variable with Student's t distribution exceeds, upwards or downwards, with the probability
/// `1 - confidence`: for a confidence of 0.95 and 10 degrees of freedom 2.228. `degrees` is at least 1, `confidence`
/// above 0 and below 1.
pub fn two_sided_quantile(confidence: f64, degrees: u64) -> f64 {
    let inside = |t: f64| central_probability(t, degrees.clamp(1, MANY));
    // The interval [low, high] is halved until no number lies between.
    let (mut low, mut high) = (0.0, 1.0);
    while inside(high) < confidence && high < 1e300 {
        high *= 2.0;
    }
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return high;
        }
        if inside(middle) < confidence {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The probability that the variable is between -t and t: the finite sums of Abramowitz and Stegun, "Handbook of
/// Mathematical Functions", 26.7.3 and 26.7.4.
fn central_probability(t: f64, degrees: u64) -> f64 {
    let theta = libm::atan2(t, (degrees as f64).sqrt());
    let hypotenuse = (t * t + degrees as f64).sqrt();
    let (sine, cosine) = (t / hypotenuse, (degrees as f64).sqrt() / hypotenuse);
    let square = cosine * cosine;
    let is_odd = degrees % 2 == 1;
    // 1 + 1/2 cos² + (1·3)/(2·4) cos⁴ + … for even degrees, cos (1 + 2/3 cos² + …) for odd ones.
    let (mut sum, mut term, mut number) = (0.0, if is_odd { cosine } else { 1.0 }, u64::from(is_odd));
    let terms = if is_odd { (degrees - 1) / 2 } else { degrees / 2 };
    for _ in 0..terms {
        sum += term;
        number += 2;
        term *= square * (number - 1) as f64 / number as f64;
        if term < sum * f64::EPSILON / 4.0 {
            break;
        }
    }
    if is_odd { FRAC_2_PI * (theta + sine * sum) } else { sine * sum }.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    /// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, "Critical Values of the Student's t Distribution"
    /// (upper tails of 0.025 and 0.005; the last line is the normal distribution's).
    #[test]
    fn quantiles_are_those_of_the_published_table() {
        let table = [
            (1, 12.706, 63.657),
            (2, 4.303, 9.925),
            (3, 3.182, 5.841),
            (4, 2.776, 4.604),
            (5, 2.571, 4.032),
            (10, 2.228, 3.169),
            (19, 2.093, 2.861),
            (20, 2.086, 2.845),
            (29, 2.045, 2.756),
            (30, 2.042, 2.750),
            (60, 2.000, 2.660),
            (99, 1.984, 2.626),
            (100, 1.984, 2.626),
            (u64::MAX, 1.960, 2.576),
        ];
        for (degrees, five_percent, one_percent) in table {
            for (confidence, published) in [(0.95, five_percent), (0.99, one_percent)] {
                let found = two_sided_quantile(confidence, degrees);
                assert!((found - published).abs() <= 0.000_5, "{degrees} {confidence}: {found}");
            }
        }
    }

    /// For one and two degrees the distribution function has a closed form: tan(πp/2) and p √(2 / (1 - p²)).
    #[test]
    fn quantiles_are_exact_where_there_is_a_formula() {
        for p in [0.1, 0.5, 0.9, 0.99, 0.999_9] {
            let one = libm::tan(PI * p / 2.0);
            assert!((two_sided_quantile(p, 1) / one - 1.0).abs() < 1e-9, "{p}");
            let two = p * (2.0 / (1.0 - p * p)).sqrt();
            assert!((two_sided_quantile(p, 2) / two - 1.0).abs() < 1e-9, "{p}");
        }
    }
}
