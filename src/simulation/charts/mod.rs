//! Charts: what a node, or the whole run, has come to over time and how its times are distributed, as series of
//! numbers that a page draws and does not have to understand. What a series is and what its unit is stands here; the
//! words for it stand in the catalogue.
//!
//! A chart has as many points as are asked for at the most, and never more than the timelines behind it have bins, so
//! it stays small however long a run is.

mod spread;
mod theory;
mod timelines;

use super::Simulation;
use super::client::Actor;
use super::sweep::{Measure, Unit, measures};
use crate::facts::statistics::Histogram;
use crate::facts::{QueueName, Sentence};
use crate::ids::{ActorId, QueueId};
use serde::Serialize;
use std::borrow::Cow;

/// All charts of a node.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Charts {
    /// The present, in microseconds.
    pub now: u64,
    /// When the window of the distributions and of the single values began. What is drawn over time begins at the start.
    pub from: u64,
    /// The charts.
    pub charts: Vec<Chart>,
    /// What queueing theory has to say: which model applies, or why none does; nothing where it is not asked.
    pub theory: Option<Sentence>,
    /// Single values, each with its theory where there is one.
    pub values: Vec<Value>,
    /// The numbers of all charts: of each the points of the first axis, and then each series.
    #[serde(skip)]
    pub numbers: Vec<f64>,
}

/// Series with an axis in common.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chart {
    /// Its name in the catalogue: `chart.depth`.
    pub key: &'static str,
    /// Whether it is a distribution: the first axis is the value then, and not the time.
    pub is_distribution: bool,
    /// The unit of the second axis. That of the first is always microseconds.
    pub unit: Unit,
    /// Where its numbers begin among all.
    pub at: usize,
    /// How many points it has. A point stands for the stretch around it.
    pub points: usize,
    /// How long such a stretch is, in microseconds.
    pub width: f64,
    /// The names of its series in the catalogue: `series.ready`.
    pub series: Vec<&'static str>,
    /// Lines across it.
    pub lines: Vec<Line>,
    /// The share of values that are too large for the chart.
    pub beyond: f64,
}

/// A line across a chart: at a value of the second axis, or of the first where the chart is a distribution.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Its name in the catalogue: `line.p95`.
    pub key: &'static str,
    /// The model that says so; nothing where it was measured.
    pub model: Option<String>,
    /// The value.
    pub value: f64,
}

/// A single value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Value {
    /// The measure, `waiting_mean_us`; its name stands in the catalogue under `measure.`.
    pub measure: Cow<'static, str>,
    /// Its unit.
    pub unit: Unit,
    /// The value; nothing when there was nothing to measure.
    pub value: Option<f64>,
    /// What queueing theory says.
    pub theory: Option<f64>,
}

impl Simulation {
    /// The charts of a producer, a queue or a consumer by its id in the picture, and of the whole run for any other
    /// text, with at most so many points each.
    pub fn charts(&self, node: &str, most_points: usize) -> Charts {
        let report = self.numbers_of(node);
        let mut drawing =
            Drawing { simulation: self, most: most_points.clamp(2, 10_000), charts: Charts::default() };
        (drawing.charts.now, drawing.charts.from) = (report.to, report.from);
        let known = !(report.queues.is_empty() && report.producers.is_empty() && report.consumers.is_empty());
        drawing.draw(node, known);
        let own = if known { node } else { "" };
        let own = measures(&report).into_iter().filter(|measure| measure.node == own);
        drawing.charts.values = own.map(Value::from).collect();
        drawing.charts
    }
}

impl From<Measure> for Value {
    fn from(measure: Measure) -> Value {
        let Measure { name, value, theory, .. } = measure;
        Value { unit: Unit::of(&name), measure: name, value, theory }
    }
}

/// Charts in the making.
struct Drawing<'a> {
    simulation: &'a Simulation,
    /// The most points.
    most: usize,
    charts: Charts,
}

impl Drawing<'_> {
    fn draw(&mut self, node: &str, is_known: bool) {
        let world = self.simulation.world();
        let numbers = world.recorder().numbers();
        if !is_known {
            self.whole();
            return self.distribution("chart.delay", numbers.delays(), Vec::new());
        }
        if let Some((id, queue)) =
            numbers.queues().find(|(_, queue)| super::queue_id(world.names(), queue.name()) == node)
        {
            let model = self.theory(id);
            self.depth(queue, model.as_ref());
            self.flow(queue, model.as_ref());
            self.distribution(
                "chart.waiting",
                queue.waiting(),
                theory::mean(model.as_ref(), |model| model.waiting),
            );
            self.distribution(
                "chart.sojourn",
                queue.sojourn(),
                theory::mean(model.as_ref(), |model| model.sojourn),
            );
            let services = numbers.services_at(queue.name());
            return self.distribution("chart.service", &services, Vec::new());
        }
        for (place, client) in world.clients().iter().enumerate() {
            if self.simulation.picture().client_id(client.actor.name().0) != Some(node) {
                continue;
            }
            match &client.actor {
                Actor::Producer(producer) => self.producer(place, producer.confirms() != (0, 0)),
                Actor::Consumer(consumer) => {
                    let model = self.queue_of(consumer.queue()).and_then(|id| self.theory(id));
                    self.consumer(place, model.as_ref());
                    let empty = Histogram::default();
                    let own = numbers.client(ActorId(place as u32));
                    let services = own.and_then(|client| numbers.services_of(client)).unwrap_or(&empty);
                    self.distribution("chart.service", services, Vec::new());
                }
            }
        }
    }

    fn queue_of(&self, name: QueueName) -> Option<QueueId> {
        let mut queues = self.simulation.world().broker().queues();
        queues.find(|(_, queue)| queue.name == name).map(|(id, _)| id)
    }

    /// Adds a chart with these points, each with the values of all series.
    fn add(&mut self, mut chart: Chart, columns: &[Vec<f64>]) {
        chart.at = self.charts.numbers.len();
        chart.points = columns.first().map_or(0, Vec::len);
        columns.iter().for_each(|column| self.charts.numbers.extend(column));
        self.charts.charts.push(chart);
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::Catalogue;

    #[test]
    fn everything_that_is_drawn_has_its_words() {
        let catalogue = Catalogue::english();
        let sources = [
            include_str!("mod.rs"),
            include_str!("timelines.rs"),
            include_str!("spread.rs"),
            include_str!("theory.rs"),
        ];
        let is_key = |text: &&str| {
            ["chart.", "series.", "line.", "theory."]
                .iter()
                .any(|room| text.strip_prefix(room).is_some_and(|rest| !rest.is_empty() && rest != "rs"))
        };
        let keys = sources.iter().flat_map(|source| source.split('"')).filter(is_key);
        let missing: Vec<&str> = keys.filter(|key| !catalogue.sentences.contains_key(*key)).collect();
        assert!(missing.is_empty(), "no words for {missing:?}");
    }
}
