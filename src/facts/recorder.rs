//! Where rooms leave their facts.

use super::numbers::Numbers;
use super::{Event, Fact, FactsHash, Motion};
use crate::ids::Names;
use crate::parts;
use crate::time::Time;

/// What a run records. It is chosen when the run starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recording {
    /// Every fact: for the picture, the log and `facts_hash`.
    #[default]
    Everything,
    /// What is counted and nothing else, for long runs: no facts, no hash, nothing that moves.
    Numbers,
}

/// Takes every event in: hashes it, lets the moving picture read it, and holds it until it is drained. Where
/// only numbers are recorded it keeps no event. What is counted and measured it has in any case. It is part of every checkpoint.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    recording: Recording,
    step: u64,
    count: u64,
    hash: FactsHash,
    motion: Motion,
    numbers: Numbers,
    fresh: Vec<Fact>,
}

impl Recorder {
    /// A recorder that has recorded nothing yet.
    pub fn new(recording: Recording) -> Recorder {
        Recorder { recording, ..Recorder::default() }
    }

    /// What it records.
    pub fn recording(&self) -> Recording {
        self.recording
    }

    /// Whether facts are kept, so that it is worth finding out what only they tell.
    #[inline(always)]
    pub fn keeps_facts(&self) -> bool {
        parts::FACTS && self.recording == Recording::Everything
    }

    /// The step to which facts belong from now on.
    #[inline(always)]
    pub fn begin_step(&mut self, step: u64) {
        self.step = step;
    }

    /// Takes an event in.
    ///
    /// It is compiled into its callers, and the event is copied for the one branch that keeps it: so the compiler
    /// leaves out the making of an event that nobody keeps.
    #[inline(always)]
    pub fn record(&mut self, time: Time, names: &Names, event: Event) {
        self.numbers.read(&event);
        if self.keeps_facts() {
            let kept = event;
            self.keep(time, names, &kept);
        }
    }

    #[inline(never)]
    fn keep(&mut self, time: Time, names: &Names, event: &Event) {
        self.fresh.push(Fact { time, step: self.step, event: *event });
        self.count += 1;
        if let Some(fact) = self.fresh.last() {
            self.hash.take(fact, names);
            self.motion.read(fact);
        }
    }

    /// How many facts there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The hash over all of them; none where they are not recorded.
    pub fn hash(&self) -> Option<&FactsHash> {
        self.keeps_facts().then_some(&self.hash)
    }

    /// What is counted and measured.
    pub fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// The same, for whoever counts and measures.
    #[inline(always)]
    pub fn numbers_mut(&mut self) -> &mut Numbers {
        &mut self.numbers
    }

    /// What a copy of it takes, in octets, about.
    pub fn octets(&self) -> u64 {
        self.motion.octets() + self.numbers.octets() + (self.fresh.len() * size_of::<Fact>()) as u64
    }

    /// What moves.
    pub fn motion(&self) -> &Motion {
        &self.motion
    }

    /// The facts that were not handed out yet, with the index of the first.
    pub fn fresh(&self) -> (u64, &[Fact]) {
        (self.count - self.fresh.len() as u64, &self.fresh)
    }

    /// They are handed out.
    pub fn forget_fresh(&mut self) {
        self.fresh.clear();
    }

    /// Hands out the facts since the last call, each with its index.
    pub fn drain(&mut self) -> impl Iterator<Item = (u64, Fact)> {
        let first = self.count - self.fresh.len() as u64;
        self.fresh.drain(..).enumerate().map(move |(place, fact)| (first + place as u64, fact))
    }
}
