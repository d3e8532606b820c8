//! What is counted and measured of a run.

use super::driver::{POISON, WORK_QUEUE};
use super::recording::documents;
use queuescope::facts::{Event, Recording};
use queuescope::ids::{ActorId, QueueId};
use queuescope::simulation::numbers::{QueueReport, Report, Theory};
use queuescope::simulation::{Actor, Simulation};
use queuescope::time::Time;
use std::collections::BTreeMap;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn start(text: &str, recording: Recording) -> Simulation {
    Simulation::recording(text, None, recording).expect("it is a good document")
}

fn run(text: &str, us: u64) -> Report {
    let mut simulation = start(text, Recording::Numbers);
    simulation.run_until(Time::from_us(us));
    simulation.numbers()
}

/// A queue with one consumer at utilisation 0.8, its parts as the test wants them.
fn single(queue: &str, producer: &str, consumer: &str, rest: &str) -> String {
    format!(
        r#"{{
          "queuescope": 1,
          "broker": {{ "definitions": {{ "queues": [{{ "name": "jobs"{queue} }}] }} }},
          "producers": [{{
            "id": "P", "messages": [{{ "routing_key": "jobs" }}],
            "arrivals": {{ "poisson": {{ "per_second": 800 }} }}{producer}
          }}],
          "consumers": [{{
            "id": "C", "queue": "jobs", "prefetch": 1,
            "service": {{ "exponential": {{ "mean_us": 1000 }} }}{consumer}
          }}]{rest}
        }}"#
    )
}

fn queue(report: &Report) -> &QueueReport {
    report.queues.first().expect("there is a queue")
}

#[test]
fn both_ways_of_recording_come_to_the_same_numbers() {
    for (name, text) in documents() {
        let numbers = |recording| {
            let mut simulation = start(text, recording);
            simulation.run_until(Time::from_us(20_000_000));
            simulation.numbers()
        };
        assert_eq!(numbers(Recording::Numbers), numbers(Recording::Everything), "{name}");
    }
}

/// The levels are what the broker has, and the counts what the facts say, at every moment of every scenario.
#[test]
fn numbers_agree_with_the_state_and_with_the_facts() {
    for (name, text) in documents() {
        let mut simulation = start(text, Recording::Everything);
        let mut published = BTreeMap::new();
        let mut counts: BTreeMap<_, [u64; 6]> = BTreeMap::new();
        for _ in 0..5_000 {
            let is_over = !simulation.step();
            for (_, fact) in simulation.take_facts(usize::MAX) {
                let (queue, place) = match fact.event {
                    Event::Published { producer, .. } => {
                        *published.entry(producer).or_insert(0) += 1;
                        continue;
                    }
                    Event::Queued { queue, .. } => (queue, 0),
                    Event::Delivered { queue, redelivered, .. } => {
                        counts.entry(queue).or_default()[5] += u64::from(redelivered);
                        (queue, 1)
                    }
                    Event::Acknowledged { queue, .. } | Event::StreamAcknowledged { queue, .. } => (queue, 2),
                    Event::Requeued { queue, .. } => (queue, 3),
                    Event::DeadLettered { queue, .. } => (queue, 4),
                    _ => continue,
                };
                counts.entry(queue).or_default()[place] += 1;
            }
            let numbers = simulation.world().recorder().numbers();
            for (id, queue) in simulation.world().broker().queues() {
                let depth =
                    numbers.queues().find(|(known, _)| *known == id).map(|(_, numbers)| numbers.depth());
                let measured = depth.map_or((0, 0), |depth| (depth.ready(), depth.unacknowledged()));
                let at = simulation.world().steps();
                assert_eq!(measured, (queue.ready_count(), queue.unacknowledged), "{name}: {id:?} at {at}");
            }
            if is_over {
                break;
            }
        }
        let numbers = simulation.world().recorder().numbers();
        let mut measured: BTreeMap<_, [u64; 6]> = BTreeMap::new();
        for (_, queue) in numbers.queues() {
            let count = queue.counts();
            let all = measured.entry(queue.name()).or_default();
            let own = [
                count.arrived,
                count.delivered,
                count.acknowledged,
                count.requeued,
                count.dead_lettered,
                count.redelivered,
            ];
            all.iter_mut().zip(own).for_each(|(all, own)| *all += own);
        }
        measured.retain(|_, counts| *counts != [0; 6]);
        assert_eq!(measured, counts, "{name}");
        for (place, client) in simulation.world().clients().iter().enumerate() {
            let numbers = numbers.client(ActorId(place as u32)).expect("every client has some");
            match &client.actor {
                Actor::Producer(producer) => {
                    let published = published.get(&producer.name()).copied().unwrap_or(0);
                    assert_eq!(numbers.published, published, "{name}");
                }
                Actor::Consumer(consumer) => assert_eq!(numbers.finished, consumer.finished(), "{name}"),
            }
        }
    }
}

#[test]
fn numbers_go_back_with_the_run() {
    let mut simulation = start(POISON, Recording::Everything);
    simulation.run_until(Time::from_us(30_000_000));
    for at in [7_654_321, 29_999_999, 1, 15_000_000] {
        simulation.seek(Time::from_us(at));
        assert_eq!(simulation.numbers(), run(POISON, at), "{at}");
    }
}

/// By hand: constant arrivals every 10 ms, services of 4 ms, a link of 3 ms from the producer.
#[test]
fn a_steady_run_has_the_numbers_that_are_worked_out_by_hand() {
    let text = single("", "", "", r#", "links": [{ "between": ["P", "broker"], "latency_us": 3000 }]"#)
        .replace(r#""poisson": { "per_second": 800 }"#, r#""constant": { "interval_us": 10000 }"#)
        .replace(r#""exponential": { "mean_us": 1000 }"#, r#""constant": { "duration_us": 4000 }"#);
    let report = run(&text, 1_000_000);
    let queue = queue(&report);
    assert_eq!(
        (report.producers[0].published, queue.counts.arrived, queue.counts.acknowledged),
        (100, 99, 99)
    );
    assert_eq!((queue.waiting.mean, queue.waiting.max), (Some(0.0), Some(0)));
    assert_eq!((queue.service.mean, queue.sojourn.mean), (Some(4_000.0), Some(4_000.0)));
    assert_eq!((queue.service.deviation, queue.service.p99), (Some(0.0), Some(4_000)));
    assert_eq!(report.delay.mean, Some(7_000.0));
    assert_eq!(queue.utilisation, Some(0.396), "99 services of 4 ms in a second");
    assert_eq!(queue.unacknowledged.mean, Some(0.396));
    assert_eq!((queue.ready.mean, queue.ready.most), (Some(0.0), Some(0)));
    assert_eq!(report.producers[0].published_rate, Some(100.0));
    let little = queue.little.expect("there were messages");
    assert!(little.residual.abs() < 1e-12, "{little:?}");
    let arrived: u64 = queue.timeline.bins.iter().map(|bin| bin.arrived).sum();
    assert!(queue.timeline.bins.len() >= 128 && arrived >= 98, "{arrived}");
    let area: u64 = queue.timeline.bins.iter().map(|bin| bin.unacknowledged_area).sum();
    let covered = queue.timeline.width * queue.timeline.bins.len() as u64;
    assert!(covered <= 1_000_000 && area <= 396_000 && area + 4_000 * 2 >= 396 * covered / 1_000, "{area}");
}

#[test]
fn what_was_before_the_end_of_the_warm_up_does_not_count() {
    let text = single("", "", "", r#", "warm_up_us": 2000000"#);
    let (all, after) = (run(&single("", "", "", ""), 10_000_000), run(&text, 10_000_000));
    assert_eq!((after.from, after.to), (2_000_000, 10_000_000));
    let before = run(&single("", "", "", ""), 2_000_000);
    let part = queue(&all).counts.since(&queue(&before).counts);
    assert_eq!(queue(&after).counts, part);
    assert_eq!(after.producers[0].published, all.producers[0].published - before.producers[0].published);
    assert_eq!(queue(&after).timeline, queue(&all).timeline, "the timeline shows the warm-up too");
    let rate = queue(&after).arrival_rate.expect("time has passed");
    assert_eq!(rate, part.arrived as f64 / 8.0);
}

#[test]
fn littles_law_holds_in_a_long_run() {
    let report = run(&single("", "", "", ""), 200_000_000);
    let little = queue(&report).little.expect("there were messages");
    assert!(little.residual.abs() < 0.001, "{little:?}");
    let settled = queue(&report).settled.expect("it is long enough");
    assert!(
        settled.half_width.is_some_and(|width| (settled.mean - 4_000.0).abs() < 2.0 * width),
        "{settled:?}"
    );
}

/// `theory.`: the reason, or the model's name.
fn fit(text: &str) -> String {
    let simulation = start(text, Recording::Numbers);
    match simulation.fit(QueueId(0)).map(Theory::from) {
        Some(Theory::Model { name, .. }) => name,
        Some(Theory::None(why)) => why.key.to_owned(),
        None => "there is no queue".to_owned(),
    }
}

#[test]
fn a_model_is_named_where_it_applies_and_else_the_reason() {
    let other = |service: &str, id: &str| {
        format!(r#" }}, {{ "id": "{id}", "queue": "jobs", "prefetch": 1, "service": {service}"#)
    };
    let exponential = r#"{ "exponential": { "mean_us": 1000 } }"#;
    let full = r#", "arguments": { "x-max-length": 3, "x-overflow": "reject-publish" }"#;
    let deterministic = single("", "", "", "")
        .replace(r#""exponential": { "mean_us": 1000 }"#, r#""constant": { "duration_us": 1000 }"#);
    let cases = [
        (single("", "", "", ""), "M/M/1"),
        (single("", "", &other(exponential, "C2"), ""), "M/M/2"),
        (single(full, "", "", ""), "M/M/1/4"),
        (single(full, "", &other(exponential, "C2"), ""), "M/M/2/5"),
        (deterministic, "M/D/1"),
        (single("", r#", "confirms": true"#, "", ""), "M/M/1"),
        (single("", "", "", r#", "links": [{ "between": ["P", "broker"], "latency_us": 100 }]"#), "M/M/1"),
        (
            single("", "", "", r#", "links": [{ "between": ["C", "broker"], "latency_us": 100 }]"#),
            "theory.link-to-consumer",
        ),
        (
            single("", "", &other(r#"{ "constant": { "duration_us": 1000 } }"#, "C2"), ""),
            "theory.services-differ",
        ),
        (single(r#", "arguments": { "x-max-length": 3 }"#, "", "", ""), "theory.overflow"),
        (single(r#", "arguments": { "x-message-ttl": 3 }"#, "", "", ""), "theory.expiry"),
        (single(r#", "arguments": { "x-max-priority": 3 }"#, "", "", ""), "theory.priorities"),
        (single("", r#", "limit": 10"#, "", ""), "theory.limit"),
        (single("", r#", "confirms": true, "in_flight": 2"#, "", ""), "theory.held-back"),
        (single("", "", r#", "acknowledgement": "automatic""#, ""), "theory.acknowledgement"),
        (single("", "", "", "").replace(r#""prefetch": 1"#, r#""prefetch": 2"#), "theory.prefetch"),
        (
            single("", "", "", r#", "schedule": [{ "at_us": 5, "command": "pause", "node": "C" }]"#),
            "theory.interventions",
        ),
        (single("", "", "", "").replace(": 800 ", ": 1000 "), "theory.unstable"),
        (WORK_QUEUE.to_owned(), "theory.link-to-consumer"),
    ];
    for (text, expected) in cases {
        assert_eq!(fit(&text), expected, "{text}");
    }
}
