//! What is drawn has the distribution that it should have, by the formulas of textbooks.
//!
//! Seeds are fixed, so nothing here is left to chance; the bounds are those that chance would leave once in a thousand
//! seeds or more rarely.

use queuescope::actors::{Arrivals, Bursts, Distribution, Odds, Ramp};
use queuescope::rng::Stream;
use queuescope::time::Span;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const DRAWS: usize = 100_000;

fn draws(distribution: &Distribution) -> Vec<f64> {
    let mut stream = Stream::new(11, "draws");
    (0..DRAWS).map(|_| distribution.draw(&mut stream) as f64).collect()
}

fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    (mean, values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count)
}

/// Kolmogorov's and Smirnov's statistic: how far the share of values up to x is from `below(x)` at the most.
fn distance(mut values: Vec<f64>, below: impl Fn(f64) -> f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let count = values.len() as f64;
    let each = values.iter().enumerate().map(|(place, value)| {
        let expected = below(*value);
        ((place + 1) as f64 / count - expected).abs().max((expected - place as f64 / count).abs())
    });
    each.fold(0.0, f64::max)
}

/// The statistic is above this for one sample of so many values in a thousand.
fn once_in_a_thousand(count: usize) -> f64 {
    1.95 / libm::sqrt(count as f64)
}

const MEAN: f64 = 200_000.0;

#[test]
fn every_distribution_has_its_mean_and_its_variance() {
    // Mean and variance: of a uniform one on whole numbers (a + b)/2 and ((b - a + 1)² - 1)/12; of an exponential one
    // m and m²; of Pareto's αm/(α - 1) and αm²/((α - 1)²(α - 2)).
    let shape = 5.0;
    let cases = [
        (Distribution::Constant(1_234), 1_234.0, 0.0),
        (Distribution::Exponential { mean: MEAN }, MEAN, MEAN * MEAN),
        (Distribution::Uniform { least: 10, most: 19 }, 14.5, 99.0 / 12.0),
        (Distribution::log_normal(MEAN, 150_000.0), MEAN, 150_000.0 * 150_000.0),
        (
            Distribution::Pareto { least: 100_000.0, shape },
            100_000.0 * shape / 4.0,
            1e10 * shape / (16.0 * 3.0),
        ),
        (Distribution::Empirical([10, 40].into(), Odds::weighted([3.0, 1.0].into_iter())), 17.5, 168.75),
        (Distribution::Empirical([1, 2, 3].into(), Odds::Even(3)), 2.0, 2.0 / 3.0),
    ];
    for (distribution, mean, variance) in cases {
        let near = |found: f64, expected: f64, share: f64| (found - expected).abs() <= share * expected;
        assert!(near(distribution.mean(), mean, 1e-9), "{distribution:?}: {}", distribution.mean());
        assert!(
            near(distribution.variance(), variance, 1e-9),
            "{distribution:?}: {}",
            distribution.variance()
        );
        let (drawn_mean, drawn_variance) = moments(&draws(&distribution));
        assert!((drawn_mean - mean).abs() <= 0.02 * libm::sqrt(variance), "{distribution:?}: {drawn_mean}");
        assert!(near(drawn_variance, variance, 0.1), "{distribution:?}: {drawn_variance}");
    }
    let heavy = Distribution::Pareto { least: 1.0, shape: 1.0 };
    assert_eq!((heavy.mean(), heavy.variance()), (f64::INFINITY, f64::INFINITY));
}

#[test]
fn every_continuous_distribution_has_its_distribution_function() {
    let bound = once_in_a_thousand(DRAWS);
    let exponential =
        distance(draws(&Distribution::Exponential { mean: MEAN }), |x| 1.0 - libm::exp(-x / MEAN));
    assert!(exponential < bound, "{exponential}");
    let (least, most) = (50_000, 950_000);
    let uniform = distance(draws(&Distribution::Uniform { least, most }), |x| {
        (x - least as f64) / (most - least) as f64
    });
    assert!(uniform < bound, "{uniform}");
    let pareto =
        distance(draws(&Distribution::Pareto { least: 1e5, shape: 1.5 }), |x| 1.0 - libm::pow(1e5 / x, 1.5));
    assert!(pareto < bound, "{pareto}");
    // The logarithm of a log-normal number with the mean m and the deviation d has the variance ln(1 + (d/m)²).
    let (mean, deviation) = (MEAN, MEAN);
    let variance = libm::log(1.0 + (deviation / mean) * (deviation / mean));
    let location = libm::log(mean) - variance / 2.0;
    let log_normal = distance(draws(&Distribution::log_normal(mean, deviation)), |x| {
        0.5 * (1.0 + libm::erf((libm::log(x) - location) / libm::sqrt(2.0 * variance)))
    });
    assert!(log_normal < bound, "{log_normal}");
}

/// Pearson's statistic, the sum of (found - expected)²/expected over `DRAWS` draws.
fn chi_square(odds: &Odds, expected: &[f64]) -> f64 {
    let mut stream = Stream::new(5, "odds");
    let mut counts = vec![0.0; expected.len()];
    (0..DRAWS).for_each(|_| counts[odds.draw(&mut stream)] += 1.0);
    let whole: f64 = expected.iter().sum();
    let each = counts.iter().zip(expected).map(|(count, weight)| {
        let expected = weight / whole * DRAWS as f64;
        (count - expected) * (count - expected) / expected
    });
    each.sum()
}

#[test]
fn choices_come_in_proportion_to_their_weights() {
    // The 99.9 % points of the chi-square distribution with 9 and with 3 degrees of freedom.
    let (nine, three) = (27.88, 16.27);
    let even = chi_square(&Odds::Even(10), &[1.0; 10]);
    assert!(even < nine, "{even}");
    let weighted = chi_square(&Odds::weighted([1.0, 2.0, 3.0, 4.0].into_iter()), &[1.0, 2.0, 3.0, 4.0]);
    assert!(weighted < three, "{weighted}");
    let zipf: Vec<f64> = (1..=10).map(|rank| 1.0 / f64::from(rank)).collect();
    let found = chi_square(&Odds::zipf(10, 1.0), &zipf);
    assert!(found < nine, "{found}");
    let never = Odds::weighted([0.0, 1.0, 0.0].into_iter());
    let mut stream = Stream::new(5, "never");
    assert!((0..1_000).all(|_| never.draw(&mut stream) == 1));
}

/// The moments of the first events, in microseconds since the beginning.
fn moments_of(arrivals: &mut Arrivals, count: usize) -> Vec<u64> {
    let mut stream = Stream::new(3, "arrivals");
    let mut now = 0;
    let spans = std::iter::from_fn(|| arrivals.next(&mut stream)).take(count);
    spans
        .map(|span| {
            now += span.as_us();
            now
        })
        .collect()
}

#[test]
fn bursts_of_fixed_lengths_are_counted_out() {
    let [interval, on, off] = [250_000, 1_000_000, 2_000_000].map(Distribution::Constant);
    let mut bursts = Arrivals::Bursts(Box::new(Bursts::new(interval, on, off)));
    let expected = [250, 500, 750, 1_000, 3_250, 3_500, 3_750, 4_000, 6_250].map(|ms| ms * 1_000);
    assert_eq!(moments_of(&mut bursts, 9), expected);
    assert_eq!(bursts.per_second(), Some(4.0 / 3.0));
}

/// A. Kuczura's interrupted Poisson process with rate λ in bursts, that end at rate γ and begin at rate ω: the mean
/// span is (γ + ω)/(λω), the squared coefficient of variation 1 + 2λγ/(γ + ω)².
#[test]
fn bursts_of_exponential_lengths_are_an_interrupted_poisson_process() {
    let exponential = |mean: f64| Distribution::Exponential { mean };
    let bursts = Bursts::new(exponential(50_000.0), exponential(500_000.0), exponential(2_000_000.0));
    let mut arrivals = Arrivals::Bursts(Box::new(bursts));
    let (lambda, gamma, omega) = (20.0, 2.0, 0.5);
    let mut stream = Stream::new(3, "arrivals");
    let spans: Vec<f64> = (0..400_000)
        .map(|_| arrivals.next(&mut stream).expect("there is always another").as_us() as f64 / 1e6)
        .collect();
    let (mean, variance) = moments(&spans);
    let expected = (gamma + omega) / (lambda * omega);
    assert!((mean / expected - 1.0).abs() < 0.03, "mean {mean}, expected {expected}");
    let variation = 1.0 + 2.0 * lambda * gamma / ((gamma + omega) * (gamma + omega));
    let found = variance / (mean * mean);
    assert!((found / variation - 1.0).abs() < 0.05, "variation {found}, expected {variation}");
}

/// With a rate that grows from 0 to b in T the integral is bt²/(2T): the n-th message comes at √(2nT/b).
#[test]
fn a_steady_ramp_comes_where_the_integral_of_the_rate_says() {
    let over = Span::from_us(10_000_000);
    let mut ramp = Arrivals::Ramp(Box::new(Ramp::new(0.0, 10.0, over, false)));
    let found = moments_of(&mut ramp, 52);
    for (number, us) in (1..=50u32).zip(&found) {
        let expected = libm::sqrt(2.0 * f64::from(number)) * 1e6;
        assert!((*us as f64 - expected).abs() <= 1.0, "{number}: {us}, expected {expected}");
    }
    assert_eq!(found[49..], [10_000_000, 10_100_000, 10_200_000], "then the rate stays");
    // Down to nothing: half of 10.1/s · 10 s, and no more.
    let mut down = Arrivals::Ramp(Box::new(Ramp::new(10.1, 0.0, over, false)));
    assert_eq!(moments_of(&mut down, 1_000).len(), 50);
    let mut stays = Arrivals::Ramp(Box::new(Ramp::new(5.0, 5.0, Span::ZERO, false)));
    assert_eq!(moments_of(&mut stays, 3), [200_000, 400_000, 600_000]);
}

/// The integral of the rate between two events of an inhomogeneous Poisson process is exponentially distributed with
/// the mean 1 (time rescaling; E. Brown and others, Neural Computation 14, 2002).
#[test]
fn a_poisson_ramp_is_an_inhomogeneous_poisson_process() {
    let (from, to, over) = (2.0, 50.0, 1_000.0);
    let ramp = Ramp::new(from, to, Span::from_us(1_000_000_000), true);
    let mut arrivals = Arrivals::Ramp(Box::new(ramp));
    let times: Vec<f64> = moments_of(&mut arrivals, 30_000).into_iter().map(|us| us as f64 / 1e6).collect();
    assert!(times.last().is_some_and(|last| *last > over), "it goes beyond the end of the ramp");
    let integral = |t: f64| match t < over {
        true => from * t + (to - from) * t * t / (2.0 * over),
        false => (from + to) / 2.0 * over + to * (t - over),
    };
    let before = [0.0].into_iter().chain(times.iter().copied());
    let grown: Vec<f64> =
        times.iter().zip(before).map(|(t, before)| integral(*t) - integral(before)).collect();
    let found = distance(grown, |x| 1.0 - libm::exp(-x));
    assert!(found < once_in_a_thousand(30_000), "{found}");
}
