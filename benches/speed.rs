//! How long a message takes in simulations that record nothing but numbers, and in one that records everything.
//!
//! `cargo bench --bench speed [-- NAME...]` prints nanoseconds for each message, the best of several rounds.

use queuescope::facts::Recording;
use queuescope::simulation::Simulation;
use queuescope::time::Time;
use serde_json::{Value, json};

const ROUNDS: usize = 5;

/// V8 does not replace a function while it runs, so the page goes forward in slices; so does this.
const STEPS: u64 = 10_000;

struct Case {
    name: &'static str,
    document: Value,
    messages: u64,
    recording: Recording,
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|each| !each.starts_with('-')).collect();
    for case in cases() {
        if !wanted.is_empty() && !wanted.iter().any(|each| each == case.name) {
            continue;
        }
        let text = case.document.to_string();
        let best = (0..ROUNDS).map(|_| round(&text, &case)).fold(f64::INFINITY, f64::min);
        println!("{:12} {best:8.1} ns per message", case.name);
    }
}

fn round(text: &str, case: &Case) -> f64 {
    let mut simulation = Simulation::recording(text, None, case.recording).expect("it is a good document");
    let clock = Clock::start();
    while !simulation.run_at_most(Time::UNKNOWN, STEPS) {}
    clock.elapsed_ns() / case.messages as f64
}

/// The time that this process was at work, where Linux tells it, and else the time that went by.
#[expect(clippy::disallowed_types, reason = "a benchmark is about real time")]
struct Clock(std::time::Instant, Option<f64>);

#[expect(clippy::disallowed_types, reason = "a benchmark is about real time")]
impl Clock {
    fn start() -> Clock {
        Clock(std::time::Instant::now(), at_work_ns())
    }

    fn elapsed_ns(&self) -> f64 {
        let at_work = self.1.zip(at_work_ns()).map(|(before, after)| after - before);
        at_work.unwrap_or_else(|| self.0.elapsed().as_nanos() as f64)
    }
}

fn at_work_ns() -> Option<f64> {
    std::fs::read_to_string("/proc/self/schedstat").ok()?.split_whitespace().next()?.parse().ok()
}

fn cases() -> Vec<Case> {
    let case = |name, document: Value, recording| {
        let producers = document["producers"].as_array().expect("there are some");
        let messages = producers.iter().map(|producer| producer["limit"].as_u64().expect("it has one")).sum();
        Case { name, document, messages, recording }
    };
    vec![
        case("w1", one_queue(1, 800.0, 1_000_000), Recording::Numbers),
        case("w1-all", one_queue(1, 800.0, 200_000), Recording::Everything),
        case("w2", one_queue(4, 3_600.0, 1_000_000), Recording::Numbers),
        case("w3", many_queues(1_000, 100, 1_000, 1_000), Recording::Numbers),
        case("pending-10", many_queues(5, 1, 5, 100_000), Recording::Numbers),
        case("pending-100000", many_queues(50_000, 100, 50_000, 20), Recording::Numbers),
    ]
}

/// A Poisson producer, a direct exchange, a queue, and consumers that work a millisecond on each message, at the mean.
fn one_queue(consumers: usize, per_second: f64, messages: u64) -> Value {
    let consumers: Vec<Value> = (0..consumers).map(|number| consumer(number, "orders", 1_000)).collect();
    json!({
        "queuescope": 1,
        "title": "One queue",
        "broker": { "definitions": {
            "exchanges": [{ "name": "orders", "type": "direct" }],
            "queues": [{ "name": "orders" }],
            "bindings": [{ "source": "orders", "destination": "orders", "destination_type": "queue",
                "routing_key": "order" }],
        } },
        "producers": [{
            "id": "producer",
            "arrivals": { "poisson": { "per_second": per_second } },
            "limit": messages,
            "messages": [{ "exchange": "orders", "routing_key": "order", "body": "an order" }],
        }],
        "consumers": consumers,
    })
}

/// Producers that publish to queues in turn through a topic exchange, and consumers that are at work for 0.95 of
/// their time.
fn many_queues(producers: usize, queues: usize, consumers: usize, messages: u64) -> Value {
    let mean_us = 100_000;
    let per_second = 0.95 * 1e6 / f64::from(mean_us) * consumers as f64 / producers as f64;
    let consumers: Vec<Value> =
        (0..consumers).map(|number| consumer(number, &format!("q{}", number % queues), mean_us)).collect();
    let producers: Vec<Value> = (0..producers)
        .map(|number| {
            json!({
                "id": format!("producer {number}"),
                "arrivals": { "poisson": { "per_second": per_second } },
                "limit": messages,
                "messages": [{ "exchange": "all", "routing_key": format!("shop.{}.order", number % queues),
                    "body": "an order" }],
            })
        })
        .collect();
    let queue = |number| json!({ "name": format!("q{number}") });
    let binding = |number| {
        json!({ "source": "all", "destination": format!("q{number}"), "destination_type": "queue",
            "routing_key": format!("*.{number}.#") })
    };
    json!({
        "queuescope": 1,
        "title": "Many queues",
        "broker": { "definitions": {
            "exchanges": [{ "name": "all", "type": "topic" }],
            "queues": (0..queues).map(queue).collect::<Vec<_>>(),
            "bindings": (0..queues).map(binding).collect::<Vec<_>>(),
        } },
        "producers": producers,
        "consumers": consumers,
    })
}

fn consumer(number: usize, queue: &str, mean_us: u32) -> Value {
    json!({ "id": format!("consumer {number}"), "queue": queue, "prefetch": 1,
        "service": { "exponential": { "mean_us": mean_us } } })
}
