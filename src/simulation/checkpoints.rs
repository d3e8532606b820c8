//! Saved states to go back to.
//!
//! They are evenly spaced in steps. When there are too many, every other one is dropped and the spacing is
//! doubled, so that their number stays bounded however long a run is, and no moment is further away than one
//! spacing.

use super::world::World;
use crate::ids::MessageId;
use crate::time::Time;

/// So many steps lie between checkpoints at first.
const FIRST_SPACING: u64 = 64;
/// So many checkpoints are kept at the most.
const MOST: usize = 64;

/// Checkpoints in the order of their steps. The state at the start is always among them.
#[derive(Debug)]
pub struct Checkpoints {
    spacing: u64,
    saved: Vec<World>,
}

impl Checkpoints {
    /// The checkpoint of the start alone.
    pub fn new(start: World) -> Checkpoints {
        Checkpoints { spacing: FIRST_SPACING, saved: vec![start] }
    }

    /// Saves the state if a checkpoint is due there.
    pub fn offer(&mut self, world: &World) {
        let newest = self.saved.last().map_or(0, World::steps);
        if world.steps() < newest + self.spacing || !world.steps().is_multiple_of(self.spacing) {
            return;
        }
        if self.saved.len() == MOST {
            self.spacing *= 2;
            let spacing = self.spacing;
            self.saved.retain(|saved| saved.steps().is_multiple_of(spacing));
            return self.offer(world);
        }
        self.saved.push(world.clone());
    }

    /// The last checkpoint that is not after the given number of steps.
    pub fn before_step(&self, steps: u64) -> World {
        let place = self.saved.partition_point(|saved| saved.steps() <= steps);
        // The start has taken no step, so there is always one.
        self.saved[place.max(1) - 1].clone()
    }

    /// The last checkpoint that is not after `time`.
    pub fn before_time(&self, time: Time) -> World {
        let place = self.saved.partition_point(|saved| saved.now() <= time);
        self.saved[place.max(1) - 1].clone()
    }

    /// The last checkpoint before `time`, so that everything that happens at that moment comes after it.
    pub fn before_moment(&self, time: Time) -> World {
        let place = self.saved.partition_point(|saved| saved.now() < time);
        self.saved[place.max(1) - 1].clone()
    }

    /// The last checkpoint before a message was published.
    pub fn before_message(&self, message: MessageId) -> World {
        let place = self.saved.partition_point(|saved| saved.last_message < message.0);
        self.saved[place.max(1) - 1].clone()
    }

    /// Forgets what comes after the given number of steps: another future begins there.
    pub fn truncate(&mut self, steps: u64) {
        self.saved.retain(|saved| saved.steps() <= steps);
    }
}
