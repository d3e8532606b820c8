//! The way from an earlier state to the present once more, with somebody listening at the links.

use super::tap::Carried;
use super::{Simulation, World};
use crate::facts::Fact;
use crate::network::Occurrence;

/// What went over the links in a step, and the facts of that step.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Methods that were handed over whole.
    pub carried: Vec<Carried>,
    /// What the network had to tell where packets are carried.
    pub told: Vec<Occurrence>,
    pub facts: Vec<Fact>,
}

impl World {
    /// Opens the taps, and hands out what they have given since the last time.
    fn take_seen(&mut self) -> Seen {
        let told = self.packets.as_mut().and_then(|packets| packets.tap.replace(Vec::new()));
        Seen {
            carried: self.tap.replace(Vec::new()).unwrap_or_default(),
            told: told.unwrap_or_default(),
            facts: self.recorder.drain().map(|(_, fact)| fact).collect(),
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
    /// Repeats the events and the logged commands between a checkpoint and the present, at most so many steps.
    /// `see` gets what went onto the links in each step, with the state after it. Says whether the present was
    /// reached.
    pub(super) fn replay(
        &self,
        mut world: World,
        most_steps: u64,
        mut see: impl FnMut(&World, &Seen),
    ) -> bool {
        // At the start the tap has what was said before anything happened.
        let before = world.take_seen();
        see(&world, &before);
        let last = self.world.steps.min(world.steps.saturating_add(most_steps));
        loop {
            while world.commands < self.world.commands
                && let Some(next) = self.log.get(world.commands)
                && next.steps == world.steps
            {
                world.now = next.time;
                world.commands += 1;
                world.carry_out(&next.command);
            }
            self.hand_over(&mut world, &mut see);
            if world.steps >= last || !world.step() {
                return world.steps == self.world.steps;
            }
            self.hand_over(&mut world, &mut see);
        }
    }

    fn hand_over(&self, world: &mut World, see: &mut impl FnMut(&World, &Seen)) {
        let seen = world.take_seen();
        if !seen.carried.is_empty() || !seen.told.is_empty() {
            see(world, &seen);
        }
    }
}
