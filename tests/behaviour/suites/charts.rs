//! Charts: series over time, distributions, and what theory says beside them.

use super::driver::WORK_QUEUE;
use super::recording::documents;
use queuescope::facts::Recording;
use queuescope::simulation::Simulation;
use queuescope::simulation::charts::{Chart, Charts};
use queuescope::time::Time;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A message every 100 ms, of which each takes 40 ms: what the charts show follows.
fn steady(rest: &str) -> String {
    format!(
        r#"{{
          "queuescope": 1,
          "broker": {{ "definitions": {{ "queues": [{{ "name": "jobs" }}] }} }},
          "producers": [{{
            "id": "P", "messages": [{{ "routing_key": "jobs" }}], "confirms": true,
            "arrivals": {{ "constant": {{ "interval_us": 100000 }} }}
          }}],
          "consumers": [{{
            "id": "C", "queue": "jobs", "prefetch": 1, "service": {{ "constant": {{ "duration_us": 40000 }} }}
          }}]{rest}
        }}"#
    )
}

fn at(text: &str, us: u64) -> Simulation {
    let mut simulation = Simulation::recording(text, None, Recording::Everything).expect("a good document");
    simulation.run_until(Time::from_us(us));
    simulation
}

fn chart<'a>(charts: &'a Charts, key: &str) -> &'a Chart {
    charts.charts.iter().find(|chart| chart.key == key).unwrap_or_else(|| panic!("there is no {key}"))
}

fn column<'a>(charts: &'a Charts, chart: &Chart, series: &str) -> &'a [f64] {
    let place = 1 + chart.series.iter().position(|key| *key == series).expect("there is that series");
    &charts.numbers[chart.at + place * chart.points..][..chart.points]
}

/// What a rate comes to over the whole chart.
fn total(charts: &Charts, key: &str, series: &str) -> f64 {
    let chart = chart(charts, key);
    column(charts, chart, series).iter().sum::<f64>() * chart.width / 1e6
}

#[test]
fn rates_add_up_to_what_was_counted() {
    for (rest, most) in [("", 1_000), ("", 32), (r#", "warm_up_us": 3000000"#, 1_000)] {
        let simulation = at(&steady(rest), 8_192_000);
        let [producer, consumer, queue, whole] =
            ["producer:P", "consumer:C", "queue://jobs", ""].map(|node| simulation.charts(node, most));
        for (charts, key, series, late) in [
            (&producer, "chart.publishing", "series.published", 0.0),
            (&producer, "chart.publishing", "series.confirmed", 0.0),
            (&consumer, "chart.work", "series.finished", 40_000.0),
            (&queue, "chart.flow", "series.arrived", 0.0),
            (&queue, "chart.flow", "series.acknowledged", 40_000.0),
            (&whole, "chart.run", "series.published", 0.0),
            (&whole, "chart.run", "series.delivered", 0.0),
            (&whole, "chart.run", "series.acknowledged", 40_000.0),
        ] {
            let chart = chart(charts, key);
            let covered = chart.points as f64 * chart.width;
            assert!(chart.points <= most.min(48) && covered > 7_500_000.0, "{chart:?}");
            // The first comes after 100 ms; what happens at the end of a stretch belongs to the next.
            let expected = ((covered - late) / 100_000.0).ceil() - 1.0;
            let found = total(charts, key, series);
            assert!((found - expected).abs() < 1e-6, "{key} {series}: {found}, not {expected}");
        }
        assert_eq!(total(&whole, "chart.run", "series.lost"), 0.0);
        let utilisation = chart(&consumer, "chart.utilisation");
        let busy =
            column(&consumer, utilisation, "series.utilisation").iter().sum::<f64>() * utilisation.width;
        let covered = utilisation.points as f64 * utilisation.width;
        assert!((busy / covered - 0.4).abs() < 0.01, "{busy} of {covered}");
        assert!(chart(&queue, "chart.depth").points <= most);
    }
}

#[test]
fn a_distribution_has_its_percentiles_and_shares_that_add_up() {
    let simulation = at(&steady(""), 8_192_000);
    let charts = simulation.charts("consumer:C", 300);
    let service = chart(&charts, "chart.service");
    let shares = column(&charts, service, "series.share");
    assert!((shares.iter().sum::<f64>() + service.beyond - 1.0).abs() < 1e-9, "{shares:?}");
    for line in &service.lines {
        assert!((line.value - 40_000.0).abs() < 400.0, "{line:?}");
    }
    assert!(service.is_distribution && service.lines.len() == 4);
}

#[test]
fn charts_stay_small_and_follow_the_present() {
    for (name, text) in documents() {
        let mut simulation = Simulation::recording(text, None, Recording::Everything).expect(name);
        let nodes: Vec<String> = simulation.picture().nodes.iter().map(|node| node.id.clone()).collect();
        let all = |simulation: &Simulation| -> Vec<Charts> {
            nodes.iter().map(|node| simulation.charts(node, 100)).collect()
        };
        simulation.run_until(Time::from_us(7_000_000));
        let before = all(&simulation);
        simulation.run_until(Time::from_us(13_000_000));
        simulation.seek(Time::from_us(7_000_000));
        assert_eq!(all(&simulation), before, "{name}");
        assert!(before.iter().flat_map(|charts| &charts.charts).all(|chart| chart.points <= 100), "{name}");
    }
}

#[test]
fn theory_stands_beside_what_was_measured_or_says_why_not() {
    let poisson =
        steady("").replace(r#""constant": { "interval_us": 100000 }"#, r#""poisson": { "per_second": 10 }"#);
    let poisson = poisson.replace(r#""confirms": true,"#, "");
    let simulation = at(&poisson, 10_000_000);
    // M/D/1 at utilisation 0.4: the mean wait is ρs / 2(1 - ρ) = 13.33 ms, the mean sojourn 53.33 ms.
    let charts = simulation.charts("queue://jobs", 300);
    assert_eq!(charts.theory.as_ref().map(|sentence| sentence.key), Some("theory.applies"));
    for (key, mean) in [("chart.waiting", 13_333.3), ("chart.sojourn", 53_333.3)] {
        let line =
            chart(&charts, key).lines.iter().find(|line| line.model.is_some()).expect("there is a line");
        assert_eq!(line.model.as_deref(), Some("M/D/1"));
        assert!((line.value - mean).abs() < 0.1, "{line:?}");
    }
    let consumer = simulation.charts("consumer:C", 300);
    let lines = &chart(&consumer, "chart.utilisation").lines;
    assert!((lines[0].value - 0.4).abs() < 1e-9, "{lines:?}");
    let charts = at(WORK_QUEUE, 10_000_000).charts("queue://tasks", 300);
    let why = charts.theory.expect("it says why not");
    assert!(why.key.starts_with("theory.") && why.key != "theory.applies", "{why:?}");
    assert!(charts.charts.iter().flat_map(|chart| &chart.lines).all(|line| line.model.is_none()));
}
