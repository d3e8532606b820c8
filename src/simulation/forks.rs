//! Forks: the runs that left another at some moment, as a tree of command logs.
//!
//! A fork is a command log, and the moment at which it left its parent; up to there both are the same run. The state
//! of a simulation belongs to one fork, the present one. A command that is given in the past makes a fork, and the old
//! future stays where it was.
//!
//! There are at most [`Forks::MOST`] of them. When another one comes, the one goes that was visited longest ago, of
//! those that nobody has left and that the present one does not descend from; where there is none, the oldest ancestor
//! of the present one goes, and what is left of it becomes the beginning of its child.

use super::Command;
use super::replay::Position;
use crate::facts::{Sentence, Tallies};
use crate::time::Time;
use std::collections::VecDeque;
use std::rc::Rc;

/// So many stops at breakpoints are remembered for the timeline.
const MOST_STOPS: usize = 256;

/// A command in the log: what, and exactly when.
#[derive(Clone, Debug)]
pub struct Logged {
    /// What.
    pub command: Rc<Command>,
    /// The command as JSON, if it was given in that form.
    pub source: Option<Rc<str>>,
    /// When.
    pub time: Time,
    /// The number of steps taken before it, which tells it apart among equal times.
    pub steps: u64,
    /// Whether it has been checked at that moment. One of a log that somebody else has made has not.
    pub is_checked: bool,
}

/// The number of a fork. It is not given to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForkId(pub u32);

/// Where a fork left its parent, and how far it has come: everything up to there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reached {
    pub position: Position,
    pub time: Time,
}

impl Reached {
    /// Whether a state is at or before that moment.
    pub fn includes(&self, other: &Reached) -> bool {
        other.position <= self.position && other.time <= self.time
    }
}

/// A run.
#[derive(Debug)]
pub(super) struct Fork {
    pub id: ForkId,
    pub parent: Option<ForkId>,
    /// Where it left its parent; the start for what has none.
    pub left: Reached,
    /// All commands from the start on.
    pub log: Vec<Logged>,
    /// How far it has ever come.
    pub horizon: Reached,
    /// What somebody calls it; empty when nobody has named it.
    pub label: String,
    /// What happened first there and not in its parent.
    pub because: Option<Sentence>,
    /// How often what happened when, as far as it has ever come.
    pub tallies: Tallies,
    /// Where it has stopped at breakpoints.
    pub stops: VecDeque<Time>,
    /// The number of the last visit.
    visited: u64,
}

impl Fork {
    /// It has come to a state.
    #[inline]
    pub fn reach(&mut self, here: Reached) {
        self.horizon.position = self.horizon.position.max(here.position);
        self.horizon.time = self.horizon.time.max(here.time);
    }

    /// It has stopped at a breakpoint.
    pub fn note_stop(&mut self, time: Time) {
        if self.stops.contains(&time) {
            return;
        }
        if self.stops.len() == MOST_STOPS {
            self.stops.pop_front();
        }
        self.stops.push_back(time);
    }
}

/// What becomes of a fork that is no longer kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gone {
    /// Nothing is left of it.
    Whole(ForkId),
    /// Up to so many steps it is the beginning of another one now.
    Joined(ForkId, ForkId, u64),
}

/// The tree of forks, of which one is the present one.
#[derive(Debug)]
pub(super) struct Forks {
    /// In the order of their ids.
    forks: Vec<Fork>,
    current: ForkId,
    next_id: u32,
    visits: u64,
    /// The present fork and its ancestors, each with the number of steps up to which it is the same run.
    lineage: Vec<(ForkId, u64)>,
}

impl Forks {
    /// So many forks are kept at the most.
    pub const MOST: usize = 64;

    /// A run that nobody has left.
    pub fn new() -> Forks {
        let root = Fork {
            id: ForkId(0),
            parent: None,
            left: Reached::default(),
            log: Vec::new(),
            horizon: Reached::default(),
            label: String::new(),
            because: None,
            tallies: Tallies::default(),
            stops: VecDeque::new(),
            visited: 0,
        };
        Forks {
            forks: vec![root],
            current: ForkId(0),
            next_id: 1,
            visits: 0,
            lineage: vec![(ForkId(0), u64::MAX)],
        }
    }

    /// All forks, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = &Fork> {
        self.forks.iter()
    }

    /// The number of the present one.
    pub fn current_id(&self) -> ForkId {
        self.current
    }

    /// A fork of that number.
    pub fn get(&self, id: ForkId) -> Option<&Fork> {
        self.forks.binary_search_by_key(&id, |fork| fork.id).ok().map(|place| &self.forks[place])
    }

    pub fn get_mut(&mut self, id: ForkId) -> Option<&mut Fork> {
        self.forks.binary_search_by_key(&id, |fork| fork.id).ok().map(|place| &mut self.forks[place])
    }

    /// The present one.
    pub fn current(&self) -> &Fork {
        self.get(self.current).expect("the present fork is never given up")
    }

    pub fn current_mut(&mut self) -> &mut Fork {
        self.get_mut(self.current).expect("the present fork is never given up")
    }

    /// The present fork and its ancestors, each with the number of steps up to which its states are also those of the
    /// present fork.
    pub fn lineage(&self) -> &[(ForkId, u64)] {
        &self.lineage
    }

    /// The lineage of any fork.
    pub fn lineage_of(&self, id: ForkId) -> Vec<(ForkId, u64)> {
        let (mut lineage, mut next, mut steps) = (Vec::new(), Some(id), u64::MAX);
        while let Some(fork) = next.and_then(|id| self.get(id)) {
            lineage.push((fork.id, steps));
            steps = steps.min(fork.left.position.steps);
            next = fork.parent;
        }
        lineage
    }

    /// The fork to which a moment of the present one belongs: itself, or the ancestor that it had not left by then.
    fn owner(&self, here: &Reached) -> ForkId {
        let mut fork = self.current();
        while let Some(parent) = fork.parent.and_then(|parent| self.get(parent))
            && fork.left.includes(here)
        {
            fork = parent;
        }
        fork.id
    }

    /// A fork leaves at a moment of the present one, and becomes the present one; `tallies` are those up to there. Says
    /// which ones are no longer kept.
    pub fn leave(&mut self, here: Reached, label: String, tallies: Tallies) -> Vec<Gone> {
        let owner = self.owner(&here);
        let log = self.current().log[..here.position.commands].to_vec();
        let id = ForkId(self.next_id);
        self.next_id += 1;
        self.forks.push(Fork {
            id,
            parent: Some(owner),
            left: here,
            log,
            horizon: here,
            label,
            because: None,
            tallies,
            stops: self.current().stops.iter().copied().filter(|time| *time <= here.time).collect(),
            visited: 0,
        });
        self.visit(id);
        let mut gone = Vec::new();
        while self.forks.len() > Forks::MOST {
            gone.push(self.give_one_up());
        }
        self.lineage = self.lineage_of(id);
        gone
    }

    /// Another fork is the present one from now on.
    pub fn visit(&mut self, id: ForkId) {
        self.visits += 1;
        let visits = self.visits;
        self.current = id;
        self.current_mut().visited = visits;
        self.lineage = self.lineage_of(id);
    }

    /// The last moment that two forks have in common.
    pub fn common(&self, one: ForkId, other: ForkId) -> Reached {
        let whole = Reached { position: Position::LAST, time: Time::from_us(u64::MAX) };
        let path = |id: ForkId| {
            let (mut path, mut next, mut limit) = (Vec::new(), Some(id), whole);
            while let Some(fork) = next.and_then(|id| self.get(id)) {
                path.push((fork.id, limit));
                limit = limit.min(fork.left);
                next = fork.parent;
            }
            path
        };
        let (one, other) = (path(one), path(other));
        let meeting = one.iter().find_map(|(id, limit)| {
            let (_, other) = other.iter().find(|(each, _)| each == id)?;
            Some(*limit.min(other))
        });
        // All descend from one, so they meet.
        meeting.unwrap_or_default()
    }

    fn give_one_up(&mut self) -> Gone {
        let is_ancestor = |fork: &Fork| self.lineage.iter().any(|(id, _)| *id == fork.id);
        let children = |fork: &Fork| self.forks.iter().filter(|each| each.parent == Some(fork.id)).count();
        let leaves = self.forks.iter().filter(|fork| !is_ancestor(fork) && children(fork) == 0);
        if let Some(oldest) = leaves.min_by_key(|fork| fork.visited).map(|fork| fork.id) {
            self.forks.retain(|fork| fork.id != oldest);
            return Gone::Whole(oldest);
        }
        // Without leaves beside it the tree is the line of ancestors of the present fork.
        let root = self.forks[0].id;
        let child = self.forks.iter_mut().find(|fork| fork.parent == Some(root));
        let child = child.expect("the present one is not the root, which would have no other forks");
        let steps = child.left.position.steps;
        (child.parent, child.left) = (None, Reached::default());
        let id = child.id;
        self.forks.remove(0);
        Gone::Joined(root, id, steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(steps: u64) -> Reached {
        Reached { position: Position { steps, commands: 0, facts: steps }, time: Time::from_us(steps) }
    }

    #[test]
    fn forks_of_forks_have_in_common_what_was_before_the_first_left() {
        let mut forks = Forks::new();
        forks.current_mut().horizon = at(100);
        forks.leave(at(50), String::new(), Tallies::default());
        forks.current_mut().horizon = at(90);
        forks.leave(at(70), String::new(), Tallies::default());
        assert_eq!(forks.lineage(), [(ForkId(2), u64::MAX), (ForkId(1), 70), (ForkId(0), 50)]);
        forks.visit(ForkId(0));
        forks.leave(at(60), String::new(), Tallies::default());
        assert_eq!(forks.common(ForkId(2), ForkId(3)), at(50));
        assert_eq!(forks.common(ForkId(0), ForkId(3)), at(60));
        assert_eq!(forks.common(ForkId(1), ForkId(2)), at(70));
        // What leaves before its ancestor left has the ancestor's parent as its own.
        forks.visit(ForkId(2));
        forks.leave(at(20), String::new(), Tallies::default());
        assert_eq!(forks.current().parent, Some(ForkId(0)));
    }

    #[test]
    fn the_one_goes_that_was_visited_longest_ago_and_the_present_one_stays() {
        let mut forks = Forks::new();
        let mut gone = Vec::new();
        for _ in 0..Forks::MOST {
            forks.visit(ForkId(0));
            gone.extend(forks.leave(at(10), String::new(), Tallies::default()));
        }
        assert_eq!(gone, [Gone::Whole(ForkId(1))]);
        assert_eq!(forks.iter().count(), Forks::MOST);
    }

    #[test]
    fn where_everything_is_an_ancestor_the_oldest_becomes_the_beginning_of_its_child() {
        let mut forks = Forks::new();
        let gone: Vec<Gone> = (1..=Forks::MOST as u64)
            .flat_map(|number| forks.leave(at(number * 10), String::new(), Tallies::default()))
            .collect();
        assert_eq!(gone, [Gone::Joined(ForkId(0), ForkId(1), 10)]);
        assert_eq!(forks.get(ForkId(1)).map(|fork| fork.parent), Some(None));
        assert_eq!(forks.lineage().len(), Forks::MOST);
    }
}
