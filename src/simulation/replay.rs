//! The way from an earlier state to the present once more, with somebody listening at the links.

use super::tap::Carried;
use super::{Simulation, World};
use crate::facts::Fact;
use crate::network::Occurrence;
use std::ops::ControlFlow;

/// What went over the links in a step, and the facts of that step.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Methods that were handed over whole.
    pub carried: Vec<Carried>,
    /// What the network had to tell where packets are carried.
    pub told: Vec<Occurrence>,
    pub facts: Vec<Fact>,
    /// The index of the first of them among all facts.
    pub first_fact: u64,
}

impl Seen {
    /// The facts, each with its index.
    pub fn indexed(&self) -> impl DoubleEndedIterator<Item = (u64, &Fact)> {
        self.facts.iter().enumerate().map(|(place, fact)| (self.first_fact + place as u64, fact))
    }
}

/// How far a run has come: each step and each command leads to another position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    /// Steps taken.
    pub steps: u64,
    /// Commands of the log carried out.
    pub commands: usize,
    /// Facts recorded.
    pub facts: u64,
}

impl Position {
    /// Beyond every other.
    pub const LAST: Position = Position { steps: u64::MAX, commands: usize::MAX, facts: u64::MAX };
}

impl World {
    pub(super) fn position(&self) -> Position {
        Position { steps: self.steps, commands: self.commands, facts: self.recorder.count() }
    }

    /// Opens the taps, and hands out what they have given since the last time.
    fn take_seen(&mut self) -> Seen {
        let told = self.packets.as_mut().and_then(|packets| packets.tap.replace(Vec::new()));
        let facts: Vec<Fact> = self.recorder.drain().map(|(_, fact)| fact).collect();
        Seen {
            carried: self.tap.replace(Vec::new()).unwrap_or_default(),
            told: told.unwrap_or_default(),
            first_fact: self.recorder.count() - facts.len() as u64,
            facts,
        }
    }

    /// Closes the taps.
    pub(super) fn close_taps(&mut self) {
        self.tap = None;
        if let Some(packets) = &mut self.packets {
            packets.tap = None;
        }
    }
}

impl Simulation {
    /// How far the run has come at present.
    pub(super) fn position(&self) -> Position {
        self.world.position()
    }

    /// Repeats the events and the logged commands between a checkpoint and the present, at most so many steps.
    /// `see` gets what went onto the links in each step, with the state after it. Says whether the present was
    /// reached.
    pub(super) fn replay(&self, world: World, most_steps: u64, mut see: impl FnMut(&World, &Seen)) -> bool {
        self.replay_until(world, self.position(), most_steps, &mut |world, seen| {
            if !seen.carried.is_empty() || !seen.told.is_empty() {
                see(world, seen);
            }
            ControlFlow::Continue(())
        })
    }

    /// Repeats the events and the logged commands from a checkpoint up to a position, at most so many steps. `see`
    /// gets what each of them did, if it did something, and may end it. Says whether the position was reached.
    pub(super) fn replay_until(
        &self,
        mut world: World,
        until: Position,
        most_steps: u64,
        see: &mut dyn FnMut(&World, &Seen) -> ControlFlow<()>,
    ) -> bool {
        // At the start the tap has what was said before anything happened.
        let before = world.take_seen();
        if see(&world, &before).is_break() {
            return false;
        }
        let last = until.steps.min(world.steps.saturating_add(most_steps));
        loop {
            while world.commands < until.commands
                && let Some(next) = self.log().get(world.commands)
                && next.steps == world.steps
            {
                world.carry_out_logged(next);
            }
            if hand_over(&mut world, see).is_break() {
                return false;
            }
            if world.steps >= last || !world.step() {
                return world.steps == until.steps;
            }
            if hand_over(&mut world, see).is_break() {
                return false;
            }
        }
    }
}

fn hand_over(world: &mut World, see: &mut dyn FnMut(&World, &Seen) -> ControlFlow<()>) -> ControlFlow<()> {
    let seen = world.take_seen();
    if seen.carried.is_empty() && seen.told.is_empty() && seen.facts.is_empty() {
        return ControlFlow::Continue(());
    }
    see(world, &seen)
}
