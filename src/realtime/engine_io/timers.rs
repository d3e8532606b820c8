//! What runs out when.

use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet};

/// Moments by key; of equal ones the first that was set comes first.
#[derive(Clone, Debug)]
pub struct Timers<K> {
    due: BTreeSet<(Time, u64, K)>,
    set: BTreeMap<K, (Time, u64)>,
    count: u64,
}

impl<K: Clone + Ord> Default for Timers<K> {
    fn default() -> Timers<K> {
        Timers { due: BTreeSet::new(), set: BTreeMap::new(), count: 0 }
    }
}

impl<K: Clone + Ord> Timers<K> {
    /// Sets the moment of a key, in place of an earlier one.
    pub fn set(&mut self, key: K, at: Time) {
        self.clear(&key);
        self.count += 1;
        self.due.insert((at, self.count, key.clone()));
        self.set.insert(key, (at, self.count));
    }

    /// Forgets a key.
    pub fn clear(&mut self, key: &K) {
        if let Some((at, count)) = self.set.remove(key) {
            self.due.remove(&(at, count, key.clone()));
        }
    }

    /// Whether a moment is set for a key.
    pub fn is_set(&self, key: &K) -> bool {
        self.set.contains_key(key)
    }

    /// The first moment.
    pub fn next(&self) -> Option<Time> {
        self.due.first().map(|(at, _, _)| *at)
    }

    /// Takes the first key whose moment has come.
    pub fn take_due(&mut self, now: Time) -> Option<K> {
        let (at, _, key) = self.due.first()?;
        if *at > now {
            return None;
        }
        let key = key.clone();
        self.clear(&key);
        Some(key)
    }
}
