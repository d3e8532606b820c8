//! What runs out when.

use crate::time::Time;

/// Moments by key; of equal ones the first that was set comes first. They are few: a list in their order.
#[derive(Clone, Debug)]
pub struct Timers<K>(Vec<(Time, K)>);

impl<K> Default for Timers<K> {
    fn default() -> Timers<K> {
        Timers(Vec::new())
    }
}

impl<K: PartialEq> Timers<K> {
    /// Sets the moment of a key, in place of an earlier one.
    pub fn set(&mut self, key: K, at: Time) {
        self.clear(&key);
        let place = self.0.partition_point(|(due, _)| *due <= at);
        self.0.insert(place, (at, key));
    }

    /// Forgets a key.
    pub fn clear(&mut self, key: &K) {
        if let Some(place) = self.0.iter().position(|(_, each)| each == key) {
            self.0.remove(place);
        }
    }

    /// Whether a moment is set for a key.
    pub fn is_set(&self, key: &K) -> bool {
        self.0.iter().any(|(_, each)| each == key)
    }

    /// The first moment.
    pub fn next(&self) -> Option<Time> {
        self.0.first().map(|(at, _)| *at)
    }

    /// Takes the first key whose moment has come.
    pub fn take_due(&mut self, now: Time) -> Option<K> {
        let is_due = self.0.first().is_some_and(|(at, _)| *at <= now);
        is_due.then(|| self.0.remove(0).1)
    }
}
