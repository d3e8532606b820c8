//! A distribution as documents give it: of work, of a burst, of a body's size. The kinds are listed at
//! [`ConsumerDocument::service`](super::ConsumerDocument::service); sizes have `octets` where spans have `us`, and
//! `{"constant": {"octets": 100}}`.

use super::ScenarioError;
use super::document::LARGEST_EXACT;
use super::reader::Reader;
use crate::actors::{Distribution, Odds};

/// What a distribution is of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    name: &'static str,
    constant: &'static str,
}

/// Microseconds.
pub(super) const SPAN: Unit = Unit { name: "us", constant: "duration_us" };
/// Octets.
pub(super) const SIZE: Unit = Unit { name: "octets", constant: "octets" };

pub(super) fn distribution(field: &Reader, unit: Unit) -> Result<Distribution, ScenarioError> {
    let (kind, of) = field.choice()?;
    let [mean, deviation, least, most, values] =
        ["mean", "deviation", "least", "most", "values"].map(|name| format!("{name}_{}", unit.name));
    let whole = |name: &str, least: u64| of.required_whole(name, (least, LARGEST_EXACT));
    match kind {
        "constant" => {
            of.only(&[unit.constant])?;
            Ok(Distribution::Constant(whole(unit.constant, 0)?))
        }
        "exponential" => {
            of.only(&[mean.as_str()])?;
            Ok(Distribution::Exponential { mean: whole(&mean, 0)? as f64 })
        }
        "uniform" => {
            of.only(&[least.as_str(), most.as_str()])?;
            let least = whole(&least, 0)?;
            let most = whole(&most, least)?;
            Ok(Distribution::Uniform { least, most })
        }
        "log_normal" => {
            of.only(&[mean.as_str(), deviation.as_str()])?;
            Ok(Distribution::log_normal(whole(&mean, 1)? as f64, whole(&deviation, 0)? as f64))
        }
        "pareto" => {
            of.only(&[least.as_str(), "shape"])?;
            let shape = of.required("shape")?.number((0.01, 1000.0), "from 0.01 to 1000")?;
            Ok(Distribution::Pareto { least: whole(&least, 1)? as f64, shape })
        }
        "empirical" => {
            of.only(&[values.as_str(), "weights"])?;
            let numbers = of.list(&values, |value| value.whole(0, LARGEST_EXACT))?;
            if numbers.is_empty() {
                return of.required(&values)?.invalid("there must be at least one value here");
            }
            let odds = match of.optional("weights")? {
                None => Odds::Even(numbers.len()),
                Some(weights) => odds(&weights, numbers.len())?,
            };
            Ok(Distribution::Empirical(numbers.into(), odds))
        }
        _ => {
            of.invalid("there are the kinds constant, exponential, uniform, log_normal, pareto and empirical")
        }
    }
}

/// Weights for so many values.
fn odds(field: &Reader, count: usize) -> Result<Odds, ScenarioError> {
    let weights = field.entries()?.map(|each| weight(&each)).collect::<Result<Vec<f64>, _>>()?;
    if weights.len() != count {
        return field.invalid(format!("there must be a weight for each of the {count} values here"));
    }
    weighted(field, weights)
}

/// A weight: how often something comes, in proportion to the others.
pub(super) fn weight(field: &Reader) -> Result<f64, ScenarioError> {
    field.number((0.0, 1e12), "from 0 to 1000000000000")
}

/// The odds of weights, which may not all be 0.
pub(super) fn weighted(field: &Reader, weights: Vec<f64>) -> Result<Odds, ScenarioError> {
    if weights.iter().all(|weight| *weight == 0.0) {
        return field.invalid("at least one weight must be above 0");
    }
    Ok(Odds::weighted(weights.into_iter()))
}
