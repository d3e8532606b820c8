//! What the runs of a sweep come to: for each value and each measure a mean over the replications with its interval.

use super::{Measure, Unit, Variation};
use crate::facts::statistics::Estimate;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::Write;

/// A measure at one value of the field.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The value of the field that varies.
    pub value: String,
    /// The node.
    pub node: String,
    /// The measure.
    pub measure: Cow<'static, str>,
    /// Its unit.
    pub unit: Unit,
    /// Its mean over the replications that have it, and how far that can be trusted.
    pub estimate: Estimate,
    /// What queueing theory says.
    pub theory: Option<f64>,
}

/// What a sweep has come to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// The field that varies.
    pub path: String,
    /// The confidence of the intervals.
    pub confidence: f64,
    /// Measures, value by value.
    pub rows: Vec<Row>,
}

impl Outcome {
    pub(super) fn of(
        variation: Variation,
        replications: usize,
        results: &[Vec<Measure>],
        confidence: f64,
    ) -> Outcome {
        let mut rows = Vec::new();
        for (point, runs) in results.chunks(replications).enumerate() {
            // Runs have the same measures in the same order, unless clients have made queues in some of them.
            let key = |measure: &Measure| (measure.node.clone(), measure.name.clone());
            let mut known: Vec<(String, Cow<'static, str>)> = runs[0].iter().map(key).collect();
            for run in &runs[1..] {
                for (place, measure) in run.iter().enumerate() {
                    let is_this = |(node, name): &(String, Cow<'static, str>)| {
                        *node == measure.node && *name == measure.name
                    };
                    if !known.get(place).is_some_and(is_this) && !known.iter().any(is_this) {
                        known.push(key(measure));
                    }
                }
            }
            for (place, (node, name)) in known.into_iter().enumerate() {
                let same = |measure: &&Measure| measure.node == node && measure.name == name;
                let found: Vec<&Measure> = runs
                    .iter()
                    .filter_map(|run| run.get(place).filter(same).or_else(|| run.iter().find(same)))
                    .collect();
                let values: Vec<f64> = found.iter().filter_map(|measure| measure.value).collect();
                rows.extend(Estimate::of(&values, confidence).map(|estimate| Row {
                    value: variation.shown(point),
                    node: node.clone(),
                    measure: name.clone(),
                    unit: Unit::of(&name),
                    estimate,
                    theory: found.iter().find_map(|measure| measure.theory),
                }));
            }
        }
        Outcome { path: variation.path().to_owned(), confidence, rows }
    }

    /// As comma-separated values (RFC 4180), with a line of names. The ends of an interval are empty for a single
    /// replication, and `theory` where it says nothing.
    pub fn csv(&self) -> String {
        let mut csv = String::from("path,value,node,measure,replications,mean,low,high,deviation,theory\r\n");
        for row in &self.rows {
            let Estimate { count, mean, deviation, half_width } = row.estimate;
            let end = |sign: f64| half_width.map(|half_width| mean + sign * half_width);
            // Writing to a text cannot fail.
            let _ = write!(
                csv,
                "{},{},{},{},{count},{mean},{},{},{deviation},{}\r\n",
                quoted(&self.path),
                row.value,
                quoted(&row.node),
                row.measure,
                or_empty(end(-1.0)),
                or_empty(end(1.0)),
                or_empty(row.theory),
            );
        }
        csv
    }
}

fn or_empty(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// A text as a field: in quotation marks where it has one of those, a comma or the end of a line in it.
fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_joined_by_their_names_and_written_as_csv() {
        let run = |value, theory| {
            let node = "queue://a,b".to_owned();
            vec![Measure { node, name: "loss".into(), value: Some(value), theory }]
        };
        let variation = Variation::parse("a=1,2").expect("it has the form");
        let results = [run(1.0, Some(2.5)), run(3.0, Some(2.5)), run(5.0, None), Vec::new()];
        let outcome = Outcome::of(variation, 2, &results, 0.5);
        // With one degree of freedom the quartiles of Student's t are -1 and 1; the deviation of 1 and 3 is √2.
        let mut lines = outcome.csv().lines().map(str::to_owned).collect::<Vec<_>>().into_iter();
        assert_eq!(
            lines.next().as_deref(),
            Some("path,value,node,measure,replications,mean,low,high,deviation,theory")
        );
        let first = lines.next().expect("there is one");
        assert!(first.starts_with("a,1,\"queue://a,b\",loss,2,2,"), "{first}");
        assert!(first.ends_with(",2.5"), "{first}");
        let half_width = outcome.rows[0].estimate.half_width.expect("there are two");
        assert!((half_width - 1.0).abs() < 1e-12, "{half_width}");
        assert_eq!(lines.next().as_deref(), Some("a,2,\"queue://a,b\",loss,1,5,,,0,"));
        assert_eq!(lines.next(), None);
    }
}
