//! Where rooms leave their facts.

use super::{Event, Fact, FactsHash, Motion};
use crate::ids::Names;
use crate::time::Time;

/// Takes every event in: hashes it, lets the moving picture read it, and holds it until it is drained.
/// It is part of every checkpoint.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    step: u64,
    count: u64,
    hash: FactsHash,
    motion: Motion,
    fresh: Vec<Fact>,
}

impl Recorder {
    /// The step to which facts belong from now on.
    pub fn begin_step(&mut self, step: u64) {
        self.step = step;
    }

    /// Takes an event in.
    pub fn record(&mut self, time: Time, names: &Names, event: Event) {
        let fact = Fact { time, step: self.step, event };
        self.hash.take(&fact, names);
        self.motion.read(&fact);
        self.count += 1;
        self.fresh.push(fact);
    }

    /// How many facts there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The hash over all of them.
    pub fn hash(&self) -> &FactsHash {
        &self.hash
    }

    /// What moves.
    pub fn motion(&self) -> &Motion {
        &self.motion
    }

    /// Hands out the facts since the last call, each with its index.
    pub fn drain(&mut self) -> impl Iterator<Item = (u64, Fact)> {
        let first = self.count - self.fresh.len() as u64;
        self.fresh.drain(..).enumerate().map(move |(place, fact)| (first + place as u64, fact))
    }
}
