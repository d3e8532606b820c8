//! What a run comes to, as a list of single values.

use crate::simulation::numbers::{Distribution, Report, Theory};
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;

/// One value of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measure {
    /// The node that it belongs to, by its id in the picture; empty for the whole run.
    pub node: String,
    /// Its name: `waiting_mean_us`. What is in microseconds ends in `_us`, what is counted in a second in `_per_s`.
    pub name: Cow<'static, str>,
    /// The value; nothing when the run has none, because nothing was there to measure.
    pub value: Option<f64>,
    /// What queueing theory says of it, where it says something.
    pub theory: Option<f64>,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Simulated time.
    Microseconds,
    /// Messages in a second of simulated time.
    PerSecond,
    /// A part of a whole, 1 being all of it.
    Share,
    /// Messages.
    Messages,
}

impl Unit {
    /// The unit of the measure of that name.
    pub fn of(measure: &str) -> Unit {
        match measure {
            "utilisation" | "loss" => Unit::Share,
            _ if measure.ends_with("_us") => Unit::Microseconds,
            _ if measure.ends_with("_per_s") => Unit::PerSecond,
            _ => Unit::Messages,
        }
    }
}

impl Measure {
    /// A measure as it was serialized; nothing when it is none.
    pub fn from_json(value: &Value) -> Option<Measure> {
        Some(Measure {
            node: value.get("node")?.as_str()?.to_owned(),
            name: value.get("name")?.as_str()?.to_owned().into(),
            value: value.get("value").and_then(Value::as_f64),
            theory: value.get("theory").and_then(Value::as_f64),
        })
    }
}

/// All values of a run, in an order that depends on nothing but the nodes that there are.
pub fn measures(report: &Report) -> Vec<Measure> {
    let mut list = List { node: String::new(), measures: Vec::new() };
    list.distribution(
        ["delay_mean_us", "delay_p50_us", "delay_p95_us", "delay_p99_us", "delay_max_us"],
        &report.delay,
    );
    list.counts([
        ("unroutable", report.counts.unroutable),
        ("returned", report.counts.returned),
        ("lost", report.counts.lost),
    ]);
    for producer in &report.producers {
        list.node.clone_from(&producer.id);
        list.add("published_per_s", producer.published_rate, None);
    }
    for queue in &report.queues {
        list.node.clone_from(&queue.id);
        let model = match &queue.theory {
            Theory::Model { utilisation, loss, throughput, waiting, sojourn, ready, number, .. } => {
                [utilisation, loss, throughput, waiting, sojourn, ready, number].map(|value| Some(*value))
            }
            Theory::None(_) => [None; 7],
        };
        let [utilisation, loss, throughput, waiting, sojourn, ready, number] = model;
        list.add("utilisation", queue.utilisation, utilisation);
        list.add("arrivals_per_s", queue.arrival_rate, None);
        list.add("throughput_per_s", queue.throughput, throughput);
        list.add("loss", queue.loss, loss);
        list.add("ready_mean", queue.ready.mean, ready);
        list.add("ready_max", queue.ready.most.map(|most| most as f64), None);
        list.add("unacknowledged_mean", queue.unacknowledged.mean, None);
        let all = queue.ready.mean.zip(queue.unacknowledged.mean);
        list.add("number_mean", all.map(|(ready, unacknowledged)| ready + unacknowledged), number);
        list.add("waiting_mean_us", queue.waiting.mean, waiting);
        let names = ["waiting_p50_us", "waiting_p95_us", "waiting_p99_us", "waiting_max_us"];
        list.quantiles(names, &queue.waiting);
        list.add("sojourn_mean_us", queue.sojourn.mean, sojourn);
        let names = ["sojourn_p50_us", "sojourn_p95_us", "sojourn_p99_us", "sojourn_max_us"];
        list.quantiles(names, &queue.sojourn);
        list.add("service_mean_us", queue.service.mean, None);
        list.counts([
            ("redelivered", queue.counts.redelivered),
            ("requeued", queue.counts.requeued),
            ("rejected", queue.counts.rejected),
            ("expired", queue.counts.expired),
            ("over_length", queue.counts.over_length),
            ("refused", queue.counts.refused),
            ("dead_lettered", queue.counts.dead_lettered),
        ]);
    }
    for consumer in &report.consumers {
        list.node.clone_from(&consumer.id);
        list.add("utilisation", consumer.utilisation, None);
        list.add("throughput_per_s", consumer.throughput, None);
        list.add("service_mean_us", consumer.service.mean, None);
    }
    list.measures
}

struct List {
    node: String,
    measures: Vec<Measure>,
}

impl List {
    fn add(&mut self, name: &'static str, value: Option<f64>, theory: Option<f64>) {
        self.measures.push(Measure { node: self.node.clone(), name: name.into(), value, theory });
    }

    fn counts<const N: usize>(&mut self, counts: [(&'static str, u64); N]) {
        counts.into_iter().for_each(|(name, count)| self.add(name, Some(count as f64), None));
    }

    fn distribution(&mut self, [mean, rest @ ..]: [&'static str; 5], distribution: &Distribution) {
        self.add(mean, distribution.mean, None);
        self.quantiles(rest, distribution);
    }

    fn quantiles(&mut self, names: [&'static str; 4], distribution: &Distribution) {
        let Distribution { p50, p95, p99, max, .. } = *distribution;
        for (name, value) in names.into_iter().zip([p50, p95, p99, max]) {
            self.add(name, value.map(|value| value as f64), None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Catalogue;
    use crate::simulation::Simulation;

    #[test]
    fn every_measure_has_its_name() {
        let text = include_str!("../../../scenarios/work-queue.json");
        let simulation = Simulation::from_text(text, None).expect("it is a good document");
        let catalogue = Catalogue::english();
        let all = measures(&simulation.numbers());
        let keys = all.iter().map(|measure| format!("measure.{}", measure.name));
        let missing: Vec<String> = keys.filter(|key| !catalogue.sentences.contains_key(key)).collect();
        assert!(all.len() > 20 && missing.is_empty(), "no name for {missing:?}");
    }
}
