//! How many messages a run takes in a second, natively, recording numbers or everything.
//! `cargo bench --bench throughput -- DOCUMENT MESSAGES SEED [everything]` prints a line of JSON, as the peers in
//! `benches/peers` do.

// Time is what this is about.
#![allow(clippy::disallowed_types)]

use queuescope::facts::Recording;
use queuescope::simulation::Simulation;
use queuescope::simulation::numbers::Report;
use queuescope::time::Time;
use std::time::Instant;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let [document, messages, seed, rest @ ..] = words.as_slice() else {
        println!("cargo bench --bench throughput -- DOCUMENT MESSAGES SEED [everything]");
        return;
    };
    let text = std::fs::read_to_string(document).expect("DOCUMENT is the path of a scenario");
    let messages: u64 = messages.parse().expect("MESSAGES is a whole number");
    let seed: u64 = seed.parse().expect("SEED is a whole number");
    let recording = if rest.is_empty() { Recording::Numbers } else { Recording::Everything };
    // Once for a fifth of the messages, so that memory and caches are warm.
    run(&text, messages / 5, seed + 1, recording);
    let (seconds, steps, report) = run(&text, messages, seed, recording);
    let finished: u64 = report.consumers.iter().map(|consumer| consumer.finished).sum();
    let waiting = report.queues.first().and_then(|queue| queue.waiting.mean).unwrap_or_default();
    let service = 1_000.0;
    println!(
        "{{\"messages\": {finished}, \"seconds\": {seconds}, \"steps\": {steps}, \"mean_wait\": {}}}",
        waiting / service
    );
}

/// Runs until so many messages are published, on average.
fn run(text: &str, messages: u64, seed: u64, recording: Recording) -> (f64, u64, Report) {
    let mut simulation = Simulation::recording(text, Some(seed), recording).expect("DOCUMENT is a scenario");
    let rate: f64 = (simulation.scenario().producers.iter())
        .map(|producer| producer.arrivals.poisson_rate().expect("its producers are Poisson processes"))
        .sum();
    let until = Time::from_us((messages as f64 / rate * 1e6) as u64);
    let start = Instant::now();
    simulation.run_until(until);
    (start.elapsed().as_secs_f64(), simulation.world().steps(), simulation.numbers())
}
