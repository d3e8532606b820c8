//! How long 10,000 messages take at packet depth: ten hosts, 20 ms, one frame in a hundred lost; and what it costs to
//! build the stack of a copied host again. `cargo bench --bench network` prints both.

// Time is what this is about.
#![allow(clippy::disallowed_types)]

#[path = "../tests/network/messages.rs"]
mod messages;

use messages::Messages;
use queuescope::network::LinkSettings;
use queuescope::time::Span;
use std::time::Instant;

fn main() {
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
