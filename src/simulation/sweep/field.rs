//! The fields of a document that are worth varying.

use super::variation::tidy;
use crate::facts::{Parameter, Sentence};
use serde::Serialize;
use serde_json::Value;

/// So many fields are offered at the most.
const MOST: usize = 200;

/// A field, and values to begin with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweepField {
    /// Where it stands, as a [`Variation`](super::Variation) writes it.
    pub path: String,
    /// What it is, in words.
    pub name: Sentence,
    /// Its value; nothing where the document leaves it out.
    pub value: Option<f64>,
    /// The first and the last of a range that tells something, as they are written.
    pub range: [String; 2],
}

/// The fields of a document of either form that are worth varying, in its order: none when it is not JSON.
pub fn fields(text: &str) -> Vec<SweepField> {
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    let mut offer = Offer(Vec::new());
    for (number, producer) in entries(&document, "/producers") {
        offer.producer(&format!("producers[{number}]"), producer);
    }
    for (number, consumer) in entries(&document, "/consumers") {
        offer.consumer(&format!("consumers[{number}]"), consumer);
    }
    for (pointer, path) in
        [("/broker/definitions/queues", "broker.definitions.queues"), ("/queues", "queues")]
    {
        for (number, queue) in entries(&document, pointer) {
            offer.queue(&format!("{path}[{number}]"), queue);
        }
    }
    for (number, link) in entries(&document, "/links") {
        offer.link(&format!("links[{number}]"), link);
    }
    offer.0.truncate(MOST);
    offer.0
}

fn entries<'a>(document: &'a Value, pointer: &str) -> impl Iterator<Item = (usize, &'a Value)> {
    document.pointer(pointer).and_then(Value::as_array).into_iter().flatten().enumerate()
}

struct Offer(Vec<SweepField>);

impl Offer {
    fn add(&mut self, key: &'static str, path: String, node: &str, value: Option<f64>, range: [f64; 2]) {
        let name = Sentence { key, parameters: vec![("node", Parameter::Text(node.to_owned()))] };
        let written = |number: f64| match number.fract() == 0.0 {
            true => (number as u64).to_string(),
            false => tidy(number).to_string(),
        };
        self.0.push(SweepField { path, name, value, range: range.map(written) });
    }

    /// A number that is there, from half of it to one and a half.
    fn around(&mut self, key: &'static str, path: String, node: &str, value: Option<&Value>) {
        if let Some(value) = value.and_then(Value::as_f64) {
            // A value that is written as a whole number stays one.
            let whole =
                |number: f64| if value.fract() == 0.0 && value >= 2.0 { number.round() } else { number };
            self.add(key, path, node, Some(value), [whole(value * 0.5), whole(value * 1.5)]);
        }
    }

    fn producer(&mut self, path: &str, producer: &Value) {
        let node = text(producer, "id");
        for (kind, field, key) in
            [("poisson", "per_second", "sweep.rate"), ("constant", "interval_us", "sweep.interval")]
        {
            let value = producer.pointer(&format!("/arrivals/{kind}/{field}"));
            self.around(key, format!("{path}.arrivals.{kind}.{field}"), node, value);
        }
        self.around("sweep.in-flight", format!("{path}.in_flight"), node, producer.get("in_flight"));
        self.add("sweep.producers", format!("count({path})"), node, Some(1.0), [1.0, 5.0]);
    }

    fn consumer(&mut self, path: &str, consumer: &Value) {
        let node = text(consumer, "id");
        let prefetch = consumer.get("prefetch").and_then(Value::as_f64);
        self.add("sweep.prefetch", format!("{path}.prefetch"), node, prefetch, [1.0, 10.0]);
        for (kind, field) in [
            ("exponential", "mean_us"),
            ("constant", "duration_us"),
            ("log_normal", "mean_us"),
            ("uniform", "most_us"),
            ("pareto", "least_us"),
        ] {
            let value = consumer.pointer(&format!("/service/{kind}/{field}"));
            self.around("sweep.service", format!("{path}.service.{kind}.{field}"), node, value);
        }
        self.add("sweep.consumers", format!("count({path})"), node, Some(1.0), [1.0, 5.0]);
    }

    fn queue(&mut self, path: &str, queue: &Value) {
        let node = text(queue, "name");
        for (argument, key, range) in [
            ("x-max-length", "sweep.max-length", [1.0, 20.0]),
            ("x-message-ttl", "sweep.message-ttl", [500.0, 5_000.0]),
        ] {
            let value = queue.pointer(&format!("/arguments/{argument}")).and_then(Value::as_f64);
            self.add(key, format!("{path}.arguments.{argument}"), node, value, range);
        }
    }

    fn link(&mut self, path: &str, link: &Value) {
        let ends =
            link.get("between").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let node = ends.collect::<Vec<_>>().join(" – ");
        let number = |name: &str| link.get(name).and_then(Value::as_f64);
        let latency = number("latency_us");
        let most = latency.filter(|latency| *latency > 0.0).map_or(100_000.0, |latency| latency * 2.0);
        self.add("sweep.latency", format!("{path}.latency_us"), &node, latency, [0.0, most]);
        self.add("sweep.loss", format!("{path}.loss"), &node, number("loss"), [0.0, 0.2]);
    }
}

fn text<'a>(entry: &'a Value, name: &str) -> &'a str {
    entry.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Catalogue;
    use crate::simulation::sweep::Sweep;

    /// What is offered can be run, and has a name.
    #[test]
    fn every_field_that_is_offered_can_be_varied() {
        let (catalogue, mut count) = (Catalogue::english(), 0);
        for text in [
            include_str!("../../../scenarios/work-queue.json"),
            include_str!("../../../scenarios/full-queues.json"),
            include_str!("../../../scenarios/flaky-link.json"),
            include_str!("../../../tests/conformance/definitions/rich-vhost-shop.json"),
        ] {
            for field in fields(text) {
                count += 1;
                assert!(catalogue.sentences.contains_key(field.name.key), "{}", field.name.key);
                let [from, to] = &field.range;
                let vary = format!("{}={from}..{to}:3", field.path);
                if field.path.contains("x-m") && text.contains("\"x-queue-type\"") {
                    continue;
                }
                let sweep = Sweep::new(text, &vary, 1, None);
                assert!(sweep.is_ok(), "{vary}: {}", sweep.expect_err("it is not"));
            }
        }
        assert!(count > 20, "{count}");
        assert_eq!(fields("{"), []);
    }
}
