//! How long 10,000 messages take at packet depth: ten hosts, 20 ms, one frame in a hundred lost; what it costs to build
//! the stack of a copied host again, and to go back in the simulation. `cargo bench --bench network` prints all.

// Time is what this is about.
#![allow(clippy::disallowed_types)]

#[path = "../tests/network/messages.rs"]
mod messages;

use messages::Messages;
use queuescope::network::LinkSettings;
use queuescope::simulation::Simulation;
use queuescope::time::{Span, Time};
use std::time::Instant;

/// The same through the simulation, from documents.
const DOCUMENTS: [(&str, &str); 3] = [
    ("TCP", include_str!("scenarios/ten-hosts-tcp.json")),
    ("UDP", include_str!("scenarios/ten-hosts-udp.json")),
    ("AMQP in TCP", include_str!("scenarios/ten-hosts-amqp.json")),
];

fn main() {
    network();
    for (name, text) in DOCUMENTS {
        simulation(name, text);
    }
}

fn simulation(name: &str, text: &str) {
    let start = Instant::now();
    let mut simulation = Simulation::from_text(text, None).expect("it is a good document");
    let end = Time::from_us(simulation.scenario().until_us);
    simulation.run_until(end);
    let (hash, took) = (simulation.facts_hash(), start.elapsed());
    let facts = simulation.world().recorder().count();
    println!("{name} through the simulation: {took:?}, {} steps, {facts} facts", simulation.world().steps());
    let start = Instant::now();
    assert!(simulation.step_back());
    println!("  a step back: {:?}", start.elapsed());
    let mut longest = Span::ZERO.as_us();
    for part in (0..10).rev() {
        let start = Instant::now();
        simulation.seek(Time::from_us(part * 700_000));
        longest = longest.max(start.elapsed().as_micros() as u64);
    }
    println!("  the longest of ten seeks back: {longest} µs");
    let start = Instant::now();
    simulation.seek(end);
    println!("  to the end again: {:?}", start.elapsed());
    assert_eq!(simulation.facts_hash(), hash, "and all is as it was");
    let start = Instant::now();
    let octets = simulation.capture(None).expect("all links carry packets").len();
    println!("  its capture: {octets} octets in {:?}", start.elapsed());
}

fn network() {
    let link = LinkSettings { loss: 0.01, ..LinkSettings::with_latency(Span::from_ms(20)) };
    let mut messages = Messages::new(1, 10, 1_000, &link, false);
    let start = Instant::now();
    messages.run(Span::from_ms(600_000));
    let took = start.elapsed();
    assert!(messages.is_done());
    println!("{} frames in {took:?}, {:?} for each", messages.frames, took / messages.frames as u32);
    println!("their hash: {:#018x}", messages.hash());
    let (inputs, octets) = messages.network.host(messages.server).log_size();
    println!("the server's log: {inputs} inputs, {octets} octets in frames");
    let start = Instant::now();
    let mut copy = messages.clone();
    println!("a copy of everything: {:?}", start.elapsed());
    let start = Instant::now();
    let (now, server) = (copy.now, copy.server);
    copy.network.with_host(now, server, |host| host.handle_timeout(now));
    let took = start.elapsed();
    println!("the server's stack built again: {took:?}, {:?} for each input", took / inputs as u32);
}
