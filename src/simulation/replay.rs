//! The way from an earlier state to the present once more, with somebody listening at the links.

use super::tap::Carried;
use super::{Simulation, World};

impl Simulation {
    /// Repeats the events and the logged commands between a checkpoint and the present, at most so many steps.
    /// `see` gets what went onto the links in each step, with the state after it. Says whether the present was
    /// reached.
    pub(super) fn replay(
        &self,
        mut world: World,
        most_steps: u64,
        mut see: impl FnMut(&World, Vec<Carried>),
    ) -> bool {
        // At the start the tap has what was said before anything happened.
        let before = world.tap.replace(Vec::new());
        see(&world, before.unwrap_or_default());
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

    /// Facts are left aside: these are known already.
    fn hand_over(&self, world: &mut World, see: &mut impl FnMut(&World, Vec<Carried>)) {
        world.recorder.drain().for_each(drop);
        if let Some(carried) = world.tap.replace(Vec::new())
            && !carried.is_empty()
        {
            see(world, carried);
        }
    }
}
