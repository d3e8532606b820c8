//! What the native peers have in common: the workload's numbers, exponential draws, and how a run is timed and told.

use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::time::Instant;

/// The arrivals that there are during a service, on average: W1.
pub const UTILISATION: f64 = 0.8;

/// The mean service in the unit of the peer's clock: a millisecond in nanoseconds.
pub const SERVICE: f64 = 1e6;

/// Exponential draws.
pub struct Stream(Xoshiro256PlusPlus);

impl Stream {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Stream {
        Stream(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A draw with this mean, rounded, and at least 1.
    pub fn exponential(&mut self, mean: f64) -> u64 {
        let unit = (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        ((-mean * (1.0 - unit).ln()) as u64).max(1)
    }
}

/// Runs `simulate(messages, seed)`, which returns the mean wait in nanoseconds, with the arguments of the program: once
/// for a fifth of the messages, then timed. Prints a line of JSON.
pub fn measure(simulate: impl Fn(u64, u64) -> f64) {
    let mut arguments = std::env::args().skip(1).map(|word| word.parse().expect("MESSAGES SEED"));
    let (messages, seed) = (arguments.next().expect("MESSAGES"), arguments.next().expect("SEED"));
    simulate(messages / 5, seed + 1);
    let start = Instant::now();
    let mean_wait = simulate(messages, seed) / SERVICE;
    let seconds = start.elapsed().as_secs_f64();
    println!("{{\"messages\": {messages}, \"seconds\": {seconds}, \"mean_wait\": {mean_wait}}}");
}
