//! What happened over time.

use super::theory::{Model, line};
use super::{Chart, Drawing, Line};
use crate::facts::numbers::{Bin, QueueNumbers};
use crate::simulation::client::Actor;
use crate::simulation::history::Row;
use crate::simulation::sweep::Unit;
use std::rc::Rc;

/// The name of a series in the catalogue, and its value for stretches that are so long together.
type Series<'a, S> = (&'static str, &'a dyn Fn(&[S], f64) -> f64);

/// Rates have so many points at the most: single messages would stand out as peaks in shorter stretches.
const MOST_RATES: usize = 48;

impl Drawing<'_> {
    /// How many messages were in a queue.
    pub(super) fn depth(&mut self, queue: &QueueNumbers, model: Option<&Model>) {
        let timeline = queue.timeline(self.simulation.now());
        let width = timeline.width().as_us() as f64;
        let mean = |area: fn(&Bin) -> u64| move |bins: &[Bin], width: f64| sum(bins, area) / width;
        let most = |bins: &[Bin], _: f64| bins.iter().map(|bin| bin.most_ready).max().unwrap_or(0) as f64;
        let lines = line(model, "line.theory-ready", |model| model.waiting_number);
        let series: [Series<Bin>; 3] = [
            ("series.ready", &mean(|bin| bin.ready_area)),
            ("series.unacknowledged", &mean(|bin| bin.unacknowledged_area)),
            ("series.most-ready", &most),
        ];
        self.over_time("chart.depth", Unit::Messages, timeline.bins(), width, &series, lines);
    }

    /// What came into a queue and what left it.
    pub(super) fn flow(&mut self, queue: &QueueNumbers, model: Option<&Model>) {
        let timeline = queue.timeline(self.simulation.now());
        let width = timeline.width().as_us() as f64;
        let rate = |count: fn(&Bin) -> u64| move |bins: &[Bin], width: f64| sum(bins, count) * 1e6 / width;
        let lines = line(model, "line.theory-throughput", |model| model.throughput);
        let series: [Series<Bin>; 2] = [
            ("series.arrived", &rate(|bin| bin.arrived)),
            ("series.acknowledged", &rate(|bin| bin.acknowledged)),
        ];
        self.over_time("chart.flow", Unit::PerSecond, timeline.bins(), width, &series, lines);
    }

    /// What a producer published.
    pub(super) fn producer(&mut self, place: usize, has_confirms: bool) {
        let published = per_second(move |row| row.clients[place].done);
        let confirmed = per_second(move |row| row.clients[place].more);
        let series: [Series<Step>; 2] = [("series.published", &published), ("series.confirmed", &confirmed)];
        let count = 1 + usize::from(has_confirms);
        self.of_history("chart.publishing", Unit::PerSecond, &series[..count], Vec::new());
    }

    /// For how long a consumer worked, and what it was done with.
    pub(super) fn consumer(&mut self, place: usize, model: Option<&Model>) {
        let busy = move |steps: &[Step], width: f64| gain(steps, |row| row.clients[place].more) / width;
        let lines = line(model, "line.theory-utilisation", |model| model.utilisation);
        self.of_history("chart.utilisation", Unit::Share, &[("series.utilisation", &busy)], lines);
        let done = per_second(move |row| row.clients[place].done);
        self.of_history("chart.work", Unit::PerSecond, &[("series.finished", &done)], Vec::new());
    }

    /// What happened in the whole run.
    pub(super) fn whole(&mut self) {
        let clients = self.simulation.world().clients().iter().enumerate();
        let producers: Vec<usize> = clients
            .filter(|(_, client)| matches!(client.actor, Actor::Producer(_)))
            .map(|(place, _)| place)
            .collect();
        let published = per_second(move |row| producers.iter().map(|place| row.clients[*place].done).sum());
        let delivered = per_second(|row| row.delivered);
        let acknowledged = per_second(|row| row.acknowledged);
        let lost = per_second(|row| row.lost);
        let series: [Series<Step>; 4] = [
            ("series.published", &published),
            ("series.delivered", &delivered),
            ("series.acknowledged", &acknowledged),
            ("series.lost", &lost),
        ];
        self.of_history("chart.run", Unit::PerSecond, &series, Vec::new());
    }

    fn of_history(&mut self, key: &'static str, unit: Unit, series: &[Series<Step>], lines: Vec<Line>) {
        let history = self.simulation.world().history_now();
        let rows = history.rows();
        let before = |place: usize| place.checked_sub(1).map(|before| rows[before].clone());
        let steps: Vec<Step> =
            rows.iter().enumerate().map(|(place, row)| (before(place), row.clone())).collect();
        self.over_time(key, unit, &steps, history.width().as_us() as f64, series, lines);
    }

    /// A chart of stretches of time, of which several become one point when there are more than points. What is left
    /// behind the last full one is not shown yet.
    fn over_time<S>(
        &mut self,
        key: &'static str,
        unit: Unit,
        stretches: &[S],
        width: f64,
        series: &[Series<S>],
        lines: Vec<Line>,
    ) {
        let most = if unit == Unit::Messages { self.most } else { self.most.min(MOST_RATES) };
        let together = stretches.len().div_ceil(most).max(1);
        let parts: Vec<&[S]> = stretches.chunks_exact(together).collect();
        let length = together as f64 * width;
        let middles = (0..parts.len()).map(|place| (place as f64 + 0.5) * length);
        let mut columns = vec![middles.collect::<Vec<f64>>()];
        for (_, value) in series {
            columns.push(parts.iter().map(|part| value(part, length)).collect());
        }
        let chart = Chart {
            key,
            is_distribution: false,
            unit,
            at: 0,
            points: 0,
            width: length,
            series: series.iter().map(|(key, _)| *key).collect(),
            lines,
            beyond: 0.0,
        };
        self.add(chart, &columns);
    }
}

/// What was counted before a stretch, if it is not the first, and at its end.
type Step = (Option<Rc<Row>>, Rc<Row>);

/// By how much a counter has risen.
fn gain(steps: &[Step], count: impl Fn(&Row) -> u64) -> f64 {
    let before = steps.first().and_then(|step| step.0.as_deref()).map_or(0, &count);
    let after = steps.last().map_or(0, |step| count(&step.1));
    // A queue that is declared again counts from 0.
    after.saturating_sub(before) as f64
}

fn per_second(count: impl Fn(&Row) -> u64) -> impl Fn(&[Step], f64) -> f64 {
    move |steps, width| gain(steps, &count) * 1e6 / width
}

fn sum(bins: &[Bin], value: fn(&Bin) -> u64) -> f64 {
    bins.iter().map(value).sum::<u64>() as f64
}
