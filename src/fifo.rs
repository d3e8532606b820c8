//! A queue of few things.

use std::ops::{Deref, DerefMut};

/// What is put in at the back and taken out at the front. It is made for a handful of things: taking one out moves the
/// others, which costs less in wasm than a ring buffer for each type of thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fifo<T>(Vec<T>);

impl<T> Fifo<T> {
    /// An empty one.
    pub const fn new() -> Fifo<T> {
        Fifo(Vec::new())
    }

    /// Puts something in.
    pub fn push_back(&mut self, thing: T) {
        self.0.push(thing);
    }

    /// Takes out what was put in first.
    pub fn pop_front(&mut self) -> Option<T> {
        if self.0.is_empty() { None } else { Some(self.0.remove(0)) }
    }
}

impl<T> Default for Fifo<T> {
    fn default() -> Fifo<T> {
        Fifo::new()
    }
}

impl<T> Deref for Fifo<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T> DerefMut for Fifo<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T> IntoIterator for Fifo<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Fifo<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T> FromIterator<T> for Fifo<T> {
    fn from_iter<I: IntoIterator<Item = T>>(things: I) -> Fifo<T> {
        Fifo(things.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_first_goes_first() {
        let mut fifo: Fifo<u8> = [1, 2].into_iter().collect();
        fifo.push_back(3);
        assert_eq!(fifo.pop_front(), Some(1));
        assert_eq!(fifo.iter().copied().collect::<Vec<u8>>(), [2, 3]);
        assert_eq!((fifo.pop_front(), fifo.pop_front(), fifo.pop_front()), (Some(2), Some(3), None));
    }
}
