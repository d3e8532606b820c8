//! Two forks side by side: where their facts first differ, and what each has come to at the same time.

use super::forking::ForkError;
use super::forks::{ForkId, Logged};
use super::sweep::{Measure, measures};
use super::{Picture, Simulation, World};
use crate::facts::{Fact, FactsHash};
use crate::ids::Names;
use crate::time::Time;
use serde::Serialize;
use std::collections::VecDeque;

/// The first difference is looked for in so many steps of each.
const MOST_STEPS: u64 = 1_000_000;

/// The first fact of a fork that the other does not have in its place.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Its index.
    pub index: u64,
    /// The fact.
    pub fact: Fact,
    /// The table of names of that fork, then.
    pub names: Names,
}

/// A value of both.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// The node that it belongs to, by its id in the picture; empty for the whole run.
    pub node: String,
    /// Its name, as in a sweep: `waiting_mean_us`.
    pub name: String,
    /// Of the first and the second; nothing where one has none.
    pub values: [Option<f64>; 2],
}

/// Two forks side by side.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The last moment that they have in common.
    pub common: (Time, u64),
    /// Both are compared up to there.
    pub until: Time,
    /// The first fact that differs in each; none where its facts are over, or where nothing differs.
    pub first: [Option<Difference>; 2],
    /// Whether a difference was looked for up to the end.
    pub is_complete: bool,
    /// How many facts each has.
    pub facts: [u64; 2],
    /// What each has come to.
    pub values: Vec<Compared>,
}

/// A run from a state on with the commands of a fork, an event or a command at a time.
struct Repeat<'a> {
    world: World,
    log: &'a [Logged],
    until: Time,
    fresh: VecDeque<(u64, Fact)>,
}

impl Repeat<'_> {
    /// Carries out the next command or event. Says whether there was one.
    fn advance(&mut self) -> bool {
        let next = self.log.get(self.world.commands);
        if let Some(next) = next.filter(|next| next.steps == self.world.steps && next.time <= self.until) {
            self.world.carry_out_logged(next);
        } else if self.world.next_event().is_some_and(|next| next <= self.until) {
            self.world.step();
        } else {
            return false;
        }
        self.fresh.extend(self.world.recorder.drain());
        true
    }

    /// The next fact, if there is another one up to the end.
    fn next_fact(&mut self) -> Option<(u64, Fact)> {
        while self.fresh.is_empty() {
            if !self.advance() {
                return None;
            }
        }
        self.fresh.pop_front()
    }

    fn finish(mut self) -> World {
        while self.advance() {}
        self.world.now = self.world.now.max(self.until);
        self.world
    }
}

/// Whether two facts say the same, each in the names of its own run.
fn are_same(one: (&Fact, &Names), other: (&Fact, &Names)) -> bool {
    let hash = |(fact, names): (&Fact, &Names)| {
        let mut hash = FactsHash::new();
        hash.take(fact, names);
        hash.value()
    };
    hash(one) == hash(other)
}

impl Simulation {
    /// Compares two forks up to a time, or up to where both have been.
    ///
    /// # Errors
    /// When one of them is not there, or the run records numbers only.
    pub fn compare(
        &mut self,
        one: ForkId,
        other: ForkId,
        until: Option<Time>,
    ) -> Result<Comparison, ForkError> {
        if !self.keeps_facts() {
            return Err(ForkError::NumbersOnly);
        }
        let mut reached = [Time::START; 2];
        for (reached, id) in reached.iter_mut().zip([one, other]) {
            *reached = self.forks.get(id).ok_or(ForkError::Unknown(id.0))?.horizon.time;
        }
        let common = self.forks.common(one, other);
        let until = until.unwrap_or(reached[0].min(reached[1]));
        let (first, is_complete) = match one == other || until < common.time {
            true => ([None, None], true),
            false => self.first_difference([one, other], common.position.steps, until),
        };
        let [(facts, values), (other_facts, other_values)] =
            [one, other].map(|id| self.outcome_of(self.repeat(id, until).finish()));
        Ok(Comparison {
            common: (common.time.min(until), common.position.steps),
            until,
            first,
            is_complete,
            facts: [facts, other_facts],
            values: beside(values, &other_values),
        })
    }

    /// The way of a fork to a time, from the nearest checkpoint.
    fn repeat(&self, id: ForkId, until: Time) -> Repeat<'_> {
        let world = self.checkpoints.before_time(&self.forks.lineage_of(id), until).clone();
        self.repeat_from(id, world, until)
    }

    fn repeat_from(&self, id: ForkId, mut world: World, until: Time) -> Repeat<'_> {
        world.close_taps();
        let log = self.forks.get(id).map_or(&[][..], |fork| &fork.log);
        Repeat { world, log, until, fresh: VecDeque::new() }
    }

    fn first_difference(
        &self,
        ids: [ForkId; 2],
        common_steps: u64,
        until: Time,
    ) -> ([Option<Difference>; 2], bool) {
        let start = self.checkpoints.before_step(&self.forks.lineage_of(ids[0]), common_steps);
        let [mut one, mut other] = ids.map(|id| self.repeat_from(id, start.clone(), until));
        let last = common_steps.saturating_add(MOST_STEPS);
        while one.world.steps < last && other.world.steps < last {
            let (first, second) = (one.next_fact(), other.next_fact());
            let is_same = match (&first, &second) {
                (Some((_, first)), Some((_, second))) => {
                    are_same((first, &one.world.names), (second, &other.world.names))
                }
                (None, None) => return ([None, None], true),
                _ => false,
            };
            if !is_same {
                let of = |found: Option<(u64, Fact)>, run: &Repeat| {
                    found.map(|(index, fact)| Difference { index, fact, names: run.world.names.clone() })
                };
                return ([of(first, &one), of(second, &other)], true);
            }
        }
        ([None, None], false)
    }

    /// How many facts a state has behind it, and the measures up to there.
    fn outcome_of(&self, world: World) -> (u64, Vec<Measure>) {
        let picture = Picture::of(&self.scenario, &world);
        (world.recorder.count(), measures(&world.report(&picture, &|_| None, &|_| true)))
    }
}

/// The values of one in order, with those of the other; what only the other has comes last.
fn beside(one: Vec<Measure>, other: &[Measure]) -> Vec<Compared> {
    let is_same = |one: &Measure, other: &Measure| one.node == other.node && one.name == other.name;
    let only_other: Vec<Compared> = other
        .iter()
        .filter(|other| !one.iter().any(|one| is_same(one, other)))
        .map(|other| Compared {
            node: other.node.clone(),
            name: other.name.to_string(),
            values: [None, other.value],
        })
        .collect();
    let both = one.into_iter().map(|one| {
        let beside = other.iter().find(|other| is_same(&one, other)).and_then(|other| other.value);
        Compared { values: [one.value, beside], node: one.node, name: one.name.into_owned() }
    });
    both.chain(only_other).collect()
}
