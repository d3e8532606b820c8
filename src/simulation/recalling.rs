//! Any moment, and any facts, of a run: what is not at hand is made again from the nearest checkpoint.

use super::checkpoints::CheckpointUsage;
use super::replay::Position;
use super::{Simulation, World};
use crate::facts::Fact;
use crate::ids::MessageId;
use crate::time::Time;
use std::ops::{ControlFlow, Range};

impl Simulation {
    /// Goes to the state after so many steps, at a time before the next one: one of the states at a time at which
    /// several things happen. Commands that the log has for that moment are carried out.
    pub fn seek_to(&mut self, time: Time, steps: u64) {
        self.begin_seek_to(time, steps);
        self.run_to_step_at_most(time, steps, u64::MAX);
    }

    /// Goes to a state from which [`Simulation::run_to_step_at_most`] leads there.
    pub fn begin_seek_to(&mut self, time: Time, steps: u64) {
        self.stopped_by = None;
        let nearest = self.checkpoints.before_step(self.forks.lineage(), steps);
        if steps < self.world.steps || time < self.world.now || nearest.steps > self.world.steps {
            self.go_back_to(nearest.clone());
        }
    }

    /// Goes forward to the state after so many steps, at a time before the next one, but takes at most `most_steps`.
    /// Says whether it got there, or nothing is left to happen.
    pub fn run_to_step_at_most(&mut self, time: Time, steps: u64, most_steps: u64) -> bool {
        let last = steps.min(self.world.steps.saturating_add(most_steps));
        while self.world.steps < last {
            if !self.take_step() {
                break;
            }
        }
        let is_there = self.world.steps == steps || self.world.steps < last;
        if is_there {
            self.stand_at(time);
        }
        self.redraw();
        is_there
    }

    /// Carries out what the log has up to a time before the next event, and lets time pass.
    pub(super) fn stand_at(&mut self, time: Time) {
        let latest = self.world.next_event().map_or(time, |next| next.min(time));
        self.carry_out_due(Some(latest));
        self.world.now = self.world.now.max(latest);
        self.store_facts();
        self.redraw();
    }

    /// The facts with indices in a range, up to now, each with its index. Those that are not remembered are made
    /// again.
    pub fn facts_between(&self, wanted: Range<u64>) -> Vec<(u64, Fact)> {
        let wanted = wanted.start..wanted.end.min(self.world.recorder.count());
        let known = self.facts.range();
        let is_known = wanted.start >= known.start && wanted.end <= known.end;
        if is_known || !self.keeps_facts() {
            let facts = self.facts.between(wanted.start, wanted.end);
            return facts.map(|(index, fact)| (index, *fact)).collect();
        }
        let mut facts = Vec::new();
        self.replay_until(self.before_fact(wanted.start), self.position(), u64::MAX, &mut |_, seen| {
            let fresh = seen.indexed().filter(|(index, _)| wanted.contains(index));
            facts.extend(fresh.map(|(index, fact)| (index, *fact)));
            match seen.first_fact + seen.facts.len() as u64 >= wanted.end {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        facts
    }

    /// How much memory saved states take.
    pub fn checkpoint_usage(&self) -> CheckpointUsage {
        self.checkpoints.usage()
    }

    /// Sets how much they may take, in octets.
    pub fn set_checkpoint_budget(&mut self, octets: u64) {
        self.checkpoints.set_budget(octets);
    }

    /// Takes up a state of the present run, an earlier one or a later one in which it has been.
    pub(super) fn go_back_to(&mut self, world: World) {
        self.restore(world);
        // Nobody has listened on the way that was left out.
        let here = self.position();
        if self.listener.as_ref().is_some_and(|listener| listener.has_missed(here)) {
            self.listener = None;
            self.world.tap = None;
        }
        self.redraw();
        self.facts_taken = self.facts_taken.min(self.world.recorder.count());
    }

    /// How far the present run has ever come.
    pub(super) fn horizon(&self) -> Position {
        self.forks.current().horizon.position
    }
}

// The nearest checkpoints of the present fork.
impl Simulation {
    pub(super) fn before_step(&self, steps: u64) -> World {
        self.checkpoints.before_step(self.forks.lineage(), steps).clone()
    }

    pub(super) fn before_time(&self, time: Time) -> World {
        self.checkpoints.before_time(self.forks.lineage(), time).clone()
    }

    pub(super) fn before_moment(&self, time: Time) -> World {
        self.checkpoints.before_moment(self.forks.lineage(), time).clone()
    }

    pub(super) fn before_message(&self, message: MessageId) -> World {
        self.checkpoints.before_message(self.forks.lineage(), message).clone()
    }

    pub(super) fn before_fact(&self, index: u64) -> World {
        self.checkpoints.before_fact(self.forks.lineage(), index).clone()
    }
}
