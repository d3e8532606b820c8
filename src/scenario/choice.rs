//! A choice among several values, as documents give it: of routing keys, priorities, headers.

use super::ScenarioError;
use super::distribution::{weight, weighted};
use super::reader::Reader;
use crate::actors::{Odds, Order};
use serde_json::Value;

/// So many values there may be in one choice.
const MOST_VALUES: usize = 10_000;

/// A choice among values.
///
/// | form | what comes |
/// | --- | --- |
/// | `{"cycle": [a, b]}` | one after the other |
/// | `{"uniform": [a, b]}` | each as probably as another |
/// | `{"weighted": [{"value": a, "weight": 3}, …]}` | each in proportion to its weight |
/// | `{"zipf": {"values": [a, b], "exponent": 1.0}}` | the k-th in proportion to 1/k^exponent |
///
/// In texts `{1..20}` stands for the numbers from 1 to 20: `"user.{1..20}"` is twenty values.
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceDocument {
    /// The values, at least one.
    pub values: Vec<Value>,
    /// How one of them is chosen.
    pub order: Order,
}

impl ChoiceDocument {
    /// `check` complains of a value that cannot be one.
    pub(super) fn read(
        field: &Reader,
        check: &dyn Fn(&Reader) -> Result<(), ScenarioError>,
    ) -> Result<ChoiceDocument, ScenarioError> {
        let (kind, of) = field.choice()?;
        let mut values = Vec::new();
        let mut add = |entry: Reader| {
            let before = values.len();
            check(&entry)?;
            expand(entry.raw()?, &mut values);
            match values.len() {
                0..=MOST_VALUES => Ok(values.len() - before),
                _ => entry.invalid(format!("with this there are more than {MOST_VALUES} values")),
            }
        };
        let order = match kind {
            "cycle" => {
                of.entries()?.try_for_each(|entry| add(entry).map(drop))?;
                Order::InTurn
            }
            "uniform" => {
                of.entries()?.try_for_each(|entry| add(entry).map(drop))?;
                Order::ByChance(Odds::Even(values.len()))
            }
            "weighted" => {
                let mut weights = Vec::new();
                for entry in of.entries()? {
                    entry.only(&["value", "weight"])?;
                    let weight = weight(&entry.required("weight")?)?;
                    let count = add(entry.required("value")?)?;
                    weights.extend(std::iter::repeat_n(weight / count as f64, count));
                }
                if weights.is_empty() { Order::InTurn } else { Order::ByChance(weighted(&of, weights)?) }
            }
            "zipf" => {
                of.only(&["values", "exponent"])?;
                let exponent =
                    of.field("exponent", 1.0, |exponent| exponent.number((0.0, 20.0), "from 0 to 20"))?;
                of.required("values")?.entries()?.try_for_each(|entry| add(entry).map(drop))?;
                Order::ByChance(Odds::zipf(values.len(), exponent))
            }
            _ => return of.invalid("there are the kinds cycle, uniform, weighted and zipf"),
        };
        if values.is_empty() {
            return of.invalid("there must be at least one value here");
        }
        Ok(ChoiceDocument { values, order })
    }
}

/// All that a value stands for; of what is too much only the beginning.
fn expand(value: Value, values: &mut Vec<Value>) {
    let Value::String(text) = value else { return values.push(value) };
    match range(&text) {
        None => values.push(Value::String(text)),
        Some((before, numbers, after)) => {
            for number in numbers {
                if values.len() > MOST_VALUES {
                    return;
                }
                expand(Value::String(format!("{before}{number}{after}")), values);
            }
        }
    }
}

/// The first `{a..b}` in a text, and what stands around it.
fn range(text: &str) -> Option<(&str, std::ops::RangeInclusive<u64>, &str)> {
    let mut begin = 0;
    while let Some(open) = text[begin..].find('{').map(|open| begin + open) {
        let inner = &text[open + 1..];
        let numbers = inner.split_once('}').and_then(|(inner, after)| {
            let (first, last) = inner.split_once("..")?;
            Some((first.parse::<u64>().ok()?..=last.parse::<u64>().ok()?, after))
        });
        if let Some((numbers, after)) = numbers.filter(|(numbers, _)| !numbers.is_empty()) {
            return Some((&text[..open], numbers, after));
        }
        begin = open + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_numbers_stands_for_all_of_them() {
        let expanded = |text: &str| {
            let mut values = Vec::new();
            expand(text.into(), &mut values);
            values
        };
        assert_eq!(expanded("user.{8..10}"), ["user.8", "user.9", "user.10"]);
        assert_eq!(expanded("{1..2}.{1..2}"), ["1.1", "1.2", "2.1", "2.2"]);
        for plain in ["user", "{}", "{a..b}", "{2..1}", "{1..2", "{1.2}"] {
            assert_eq!(expanded(plain), [plain]);
        }
        assert!(expanded("{1..100000}.{1..100000}").len() <= MOST_VALUES + 1);
    }
}
