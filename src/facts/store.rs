//! The facts that can still be read: a window that ends at the newest.

use super::Fact;
use std::collections::VecDeque;
use std::ops::Range;

/// Facts by their index, of which the oldest are forgotten when there are too many. A replay makes the same
/// facts again, so what stands here stays right when the simulation goes back.
#[derive(Debug)]
pub struct FactStore {
    first: u64,
    facts: VecDeque<Fact>,
    capacity: usize,
}

impl FactStore {
    /// A window of at most `capacity` facts.
    pub fn new(capacity: usize) -> FactStore {
        FactStore { first: 0, facts: VecDeque::new(), capacity }
    }

    /// The indices of the facts that are remembered.
    pub fn range(&self) -> Range<u64> {
        self.first..self.first + self.facts.len() as u64
    }

    /// Takes the fact with that index in, unless it is there. Indices come in order within a run; a replay
    /// that starts before the window begins a new one.
    pub fn put(&mut self, index: u64, fact: Fact) {
        let end = self.first + self.facts.len() as u64;
        if index < self.first || index > end {
            self.facts.clear();
            self.first = index;
        } else if index < end {
            return;
        }
        if self.facts.len() == self.capacity {
            self.facts.pop_front();
            self.first += 1;
        }
        self.facts.push_back(fact);
    }

    /// Takes facts in that follow each other, the first of them with that index; see [`FactStore::put`].
    pub fn put_all(&mut self, first: u64, facts: &[Fact]) {
        let end = self.first + self.facts.len() as u64;
        if first != end || facts.len() > self.capacity {
            return facts.iter().zip(first..).for_each(|(fact, index)| self.put(index, *fact));
        }
        let surplus = (self.facts.len() + facts.len()).saturating_sub(self.capacity);
        self.facts.drain(..surplus);
        self.first += surplus as u64;
        self.facts.extend(facts);
    }

    /// Forgets every fact from `index` on: another future begins there.
    pub fn truncate(&mut self, index: u64) {
        self.facts.truncate(index.saturating_sub(self.first) as usize);
    }

    /// The facts from `from` up to but not including `to`, as far as they are remembered, with their indices.
    pub fn between(&self, from: u64, to: u64) -> impl Iterator<Item = (u64, &Fact)> {
        let from = from.max(self.first);
        let skip = (from - self.first) as usize;
        let count = to.saturating_sub(from) as usize;
        self.facts
            .iter()
            .skip(skip)
            .take(count)
            .enumerate()
            .map(move |(place, fact)| (from + place as u64, fact))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{ClientName, Event};
    use crate::ids::Name;
    use crate::time::Time;

    fn fact(step: u64) -> Fact {
        Fact { time: Time::START, step, event: Event::Paused { client: ClientName(Name::EMPTY) } }
    }

    fn steps(store: &FactStore, from: u64, to: u64) -> Vec<u64> {
        store.between(from, to).map(|(_, fact)| fact.step).collect()
    }

    #[test]
    fn the_window_keeps_the_newest_and_ignores_what_it_has() {
        let mut store = FactStore::new(3);
        (0..5).for_each(|index| store.put(index, fact(index)));
        store.put(3, fact(99));
        assert_eq!(steps(&store, 0, 10), [2, 3, 4]);
        assert_eq!(steps(&store, 3, 4), [3]);
    }

    #[test]
    fn many_at_once_are_as_one_after_the_other() {
        let (mut store, mut expected) = (FactStore::new(5), FactStore::new(5));
        for (first, count) in [(0, 3), (3, 4), (5, 4), (9, 0), (9, 7), (2, 1), (3, 5)] {
            let facts: Vec<Fact> = (first..first + count).map(fact).collect();
            store.put_all(first, &facts);
            facts.into_iter().zip(first..).for_each(|(fact, index)| expected.put(index, fact));
            assert_eq!((store.range(), &store.facts), (expected.range(), &expected.facts));
        }
    }

    #[test]
    fn a_replay_from_before_the_window_begins_a_new_one() {
        let mut store = FactStore::new(3);
        (0..5).for_each(|index| store.put(index, fact(index)));
        store.put(1, fact(1));
        assert_eq!(steps(&store, 0, 10), [1]);
    }

    #[test]
    fn another_future_replaces_the_old_one() {
        let mut store = FactStore::new(10);
        (0..5).for_each(|index| store.put(index, fact(index)));
        store.truncate(2);
        store.put(2, fact(77));
        assert_eq!(steps(&store, 0, 10), [0, 1, 77]);
    }
}
