//! The way from an earlier state to a later one once more, with somebody listening at the links.

use super::tap::Carried;
use super::{Simulation, World};
use crate::facts::Fact;
use std::ops::ControlFlow;

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

impl World {
    pub(super) fn position(&self) -> Position {
        Position { steps: self.steps, commands: self.commands, facts: self.recorder.count() }
    }
}

/// What a step or a command did.
pub(super) struct Seen<'a> {
    /// The state after it.
    pub world: &'a World,
    /// What went onto the links.
    pub carried: Vec<Carried>,
    /// The facts, each with its index.
    pub facts: Vec<(u64, Fact)>,
}

impl Simulation {
    /// How far the run has come at present.
    pub(super) fn position(&self) -> Position {
        self.world.position()
    }

    /// Repeats the events and the logged commands from a checkpoint up to a position, at most so many steps. `see`
    /// gets what each of them did, and may end it. Says whether the position was reached.
    pub(super) fn replay(
        &self,
        mut world: World,
        until: Position,
        most_steps: u64,
        see: &mut dyn FnMut(Seen) -> ControlFlow<()>,
    ) -> bool {
        // At the start the tap has what was said before anything happened.
        let carried = world.tap.replace(Vec::new()).unwrap_or_default();
        if see(Seen { world: &world, carried, facts: Vec::new() }).is_break() {
            return false;
        }
        let last = until.steps.min(world.steps.saturating_add(most_steps));
        loop {
            while world.commands < until.commands
                && let Some(next) = self.log.get(world.commands)
                && next.steps == world.steps
            {
                world.now = next.time;
                world.commands += 1;
                world.carry_out(&next.command);
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

fn hand_over(world: &mut World, see: &mut dyn FnMut(Seen) -> ControlFlow<()>) -> ControlFlow<()> {
    let facts: Vec<(u64, Fact)> = world.recorder.drain().collect();
    let carried = world.tap.replace(Vec::new()).unwrap_or_default();
    if facts.is_empty() && carried.is_empty() {
        return ControlFlow::Continue(());
    }
    see(Seen { world, carried, facts })
}
