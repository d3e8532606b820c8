//! Saved states to go back to, in a budget of memory.
//!
//! They are evenly spaced in steps. When they take more than the budget, every other one is dropped and the spacing is
//! doubled: so their memory stays bounded however long a run is, and no moment is further away than one spacing. Near
//! the moment at which the run was last there are dense ones beside them, for steps back and short ways.
//!
//! A checkpoint belongs to the fork in which it was saved, and is one of every fork that left that later.

use super::forks::{ForkId, Gone};
use super::world::World;
use crate::ids::MessageId;
use crate::time::Time;
use litemap::LiteMap;
use std::collections::VecDeque;

/// So many steps lie between checkpoints at first.
const FIRST_SPACING: u64 = 64;
/// A state is not saved more often than after a step for so many of its octets: so saving costs but a part of what
/// the steps do.
const OCTETS_FOR_A_STEP: u64 = 128;
/// The octets that all of them may take.
const BUDGET: u64 = 64 * 1024 * 1024;
/// They may take more only if there are so few.
const FEWEST: usize = 8;
/// So many dense ones are kept, that far apart.
const DENSE: usize = 8;
const DENSE_SPACING: u64 = 4_096;

/// A fork, and steps since the start.
type Place = (ForkId, u64);

#[derive(Debug)]
struct Saved {
    world: World,
    octets: u64,
}

/// How much memory checkpoints take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CheckpointUsage {
    /// How many there are, without that of the start.
    pub count: usize,
    /// What they take, in octets, about.
    pub octets: u64,
    /// What they may take.
    pub budget: u64,
    /// So many steps lie between two of them.
    pub spacing: u64,
}

/// Checkpoints of all forks. The state at the start is always among them.
#[derive(Debug)]
pub(super) struct Checkpoints {
    budget: u64,
    spacing: u64,
    octets: u64,
    start: World,
    saved: LiteMap<Place, Box<Saved>>,
    /// The dense ones, the oldest first.
    dense: VecDeque<Place>,
}

impl Checkpoints {
    /// The checkpoint of the start alone.
    pub fn new(start: World) -> Checkpoints {
        Checkpoints {
            budget: BUDGET,
            spacing: FIRST_SPACING,
            octets: 0,
            start,
            saved: LiteMap::new(),
            dense: VecDeque::new(),
        }
    }

    /// Sets what they may take.
    pub fn set_budget(&mut self, budget: u64) {
        self.budget = budget;
        self.keep_within();
    }

    /// What they take.
    pub fn usage(&self) -> CheckpointUsage {
        let Checkpoints { budget, spacing, octets, .. } = *self;
        CheckpointUsage { count: self.saved.len(), octets, budget, spacing }
    }

    /// Saves the state if a checkpoint is due there. `lineage` is that of the fork of the state.
    #[inline]
    pub fn offer(&mut self, lineage: &[(ForkId, u64)], world: &World) {
        if world.steps().is_multiple_of(self.spacing.min(DENSE_SPACING)) {
            self.save(lineage, world);
        }
    }

    /// How many steps there are to the next state that is to be offered.
    pub fn steps_to_next(&self, world: &World) -> u64 {
        let spacing = self.spacing.min(DENSE_SPACING);
        spacing - world.steps() % spacing
    }

    #[inline(never)]
    fn save(&mut self, lineage: &[(ForkId, u64)], world: &World) {
        let steps = world.steps();
        // The oldest of those that are the same run at that moment.
        let owner = lineage.iter().take_while(|(_, limit)| steps <= *limit).last();
        let Some(place) = owner.map(|(fork, _)| (*fork, steps)) else { return };
        if self.saved.contains_key(&place) {
            return;
        }
        let octets = world.checkpoint_octets();
        while self.spacing < octets / OCTETS_FOR_A_STEP {
            self.widen();
        }
        if !steps.is_multiple_of(self.spacing) {
            if octets * DENSE as u64 > self.budget / 4 || octets / OCTETS_FOR_A_STEP > DENSE_SPACING {
                return;
            }
            self.dense.push_back(place);
            if self.dense.len() > DENSE
                && let Some(oldest) = self.dense.pop_front()
            {
                self.forget(oldest);
            }
        }
        self.octets += octets;
        self.saved.insert(place, Box::new(Saved { world: world.clone(), octets }));
        self.keep_within();
    }

    fn forget(&mut self, place: Place) {
        if let Some(gone) = self.saved.remove(&place) {
            self.octets -= gone.octets;
        }
    }

    fn keep_within(&mut self) {
        while self.octets > self.budget && self.saved.len() > FEWEST {
            self.widen();
        }
    }

    /// Drops every other one.
    fn widen(&mut self) {
        self.spacing *= 2;
        let spacing = self.spacing;
        self.saved.retain(|(_, steps), _| steps.is_multiple_of(spacing));
        self.dense.clear();
        self.octets = self.saved.values().map(|saved| saved.octets).sum();
    }

    /// The last checkpoint of a fork for which `holds`, which holds for no state after one for which it does not.
    fn last(&self, lineage: &[(ForkId, u64)], holds: impl Fn(&World) -> bool) -> &World {
        let found = lineage.iter().find_map(|(fork, limit)| {
            let own = self.saved.iter().rev().filter(|((own, steps), _)| own == fork && steps <= limit);
            own.map(|(_, saved)| &saved.world).find(|world| holds(world))
        });
        found.unwrap_or(&self.start)
    }

    /// The last checkpoint that is not after the given number of steps.
    pub fn before_step(&self, lineage: &[(ForkId, u64)], steps: u64) -> &World {
        self.last(lineage, |world| world.steps() <= steps)
    }

    /// The last checkpoint that is not after `time`.
    pub fn before_time(&self, lineage: &[(ForkId, u64)], time: Time) -> &World {
        self.last(lineage, |world| world.now() <= time)
    }

    /// The last checkpoint before `time`, so that everything that happens at that moment comes after it.
    pub fn before_moment(&self, lineage: &[(ForkId, u64)], time: Time) -> &World {
        self.last(lineage, |world| world.now() < time)
    }

    /// The last checkpoint before a message was published.
    pub fn before_message(&self, lineage: &[(ForkId, u64)], message: MessageId) -> &World {
        self.last(lineage, |world| world.last_message < message.0)
    }

    /// The last checkpoint before the fact of an index.
    pub fn before_fact(&self, lineage: &[(ForkId, u64)], index: u64) -> &World {
        self.last(lineage, |world| world.recorder().count() <= index)
    }

    /// Forgets what is left of a fork.
    pub fn give_up(&mut self, gone: Gone) {
        let (id, heir) = match gone {
            Gone::Whole(id) => (id, None),
            Gone::Joined(id, heir, steps) => (id, Some((heir, steps))),
        };
        let places: Vec<Place> = self.saved.keys().filter(|(fork, _)| *fork == id).copied().collect();
        for place in places {
            match heir {
                Some((heir, steps)) if place.1 <= steps => {
                    let saved = self.saved.remove(&place).expect("it was found there");
                    self.saved.insert((heir, place.1), saved);
                }
                _ => self.forget(place),
            }
        }
        self.dense.retain(|place| self.saved.contains_key(place));
    }
}
