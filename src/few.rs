//! A map of few things, as a rule of one.

use crate::ids::{HoldsNames, Name};
use std::ops::Index;

/// Things by their keys, in the order of the keys.
///
/// The first has its place in the map itself: so the one thing that most of these maps have is found without going
/// anywhere else in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Few<Key, Thing> {
    first: Option<(Key, Thing)>,
    others: Vec<(Key, Thing)>,
}

impl<Key: Ord + Copy, Thing> Few<Key, Thing> {
    /// Nothing yet.
    pub const fn new() -> Few<Key, Thing> {
        Few { first: None, others: Vec::new() }
    }

    /// The thing of that key.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn get(&self, key: &Key) -> Option<&Thing> {
        match &self.first {
            Some((found, thing)) if found == key => Some(thing),
            _ => self.get_other(key),
        }
    }

    #[inline(never)]
    fn get_other(&self, key: &Key) -> Option<&Thing> {
        self.place(key).ok().map(|place| &self.others[place].1)
    }

    /// The thing of that key, to be changed.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn get_mut(&mut self, key: &Key) -> Option<&mut Thing> {
        match &mut self.first {
            Some((found, thing)) if found == key => Some(thing),
            _ => get_other_mut(&mut self.others, key),
        }
    }

    fn place(&self, key: &Key) -> Result<usize, usize> {
        self.others.binary_search_by_key(key, |(found, _)| *found)
    }

    /// Whether there is one of that key.
    pub fn contains_key(&self, key: &Key) -> bool {
        self.get(key).is_some()
    }

    /// Puts a thing there. Says what was there before.
    pub fn insert(&mut self, key: Key, thing: Thing) -> Option<Thing> {
        if let Some(there) = self.get_mut(&key) {
            return Some(std::mem::replace(there, thing));
        }
        if self.first.as_ref().is_some_and(|(first, _)| *first < key) {
            let place = self.place(&key).unwrap_or_else(|place| place);
            self.others.insert(place, (key, thing));
        } else if let Some(second) = self.first.replace((key, thing)) {
            self.others.insert(0, second);
        }
        None
    }

    /// Takes a thing out.
    pub fn remove(&mut self, key: &Key) -> Option<Thing> {
        if let Some((_, thing)) = self.first.take_if(|(first, _)| first == key) {
            self.first = (!self.others.is_empty()).then(|| self.others.remove(0));
            return Some(thing);
        }
        self.place(key).ok().map(|place| self.others.remove(place).1)
    }

    /// Takes all of them out.
    pub fn clear(&mut self) {
        self.first = None;
        self.others.clear();
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.others.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// All of them with their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Key, &Thing)> {
        self.first.iter().chain(&self.others).map(|(key, thing)| (key, thing))
    }

    /// The same, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Key, &mut Thing)> {
        self.first.iter_mut().chain(&mut self.others).map(|(key, thing)| (&*key, thing))
    }

    /// Their keys.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.iter().map(|(key, _)| key)
    }

    /// All of them.
    pub fn values(&self) -> impl Iterator<Item = &Thing> {
        self.iter().map(|(_, thing)| thing)
    }

    /// The same, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Thing> {
        self.iter_mut().map(|(_, thing)| thing)
    }
}

impl<Key, Thing> IntoIterator for Few<Key, Thing> {
    type Item = (Key, Thing);
    type IntoIter = std::iter::Chain<std::option::IntoIter<(Key, Thing)>, std::vec::IntoIter<(Key, Thing)>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.others)
    }
}

#[inline(never)]
fn get_other_mut<'a, Key: Ord + Copy, Thing>(
    others: &'a mut [(Key, Thing)],
    key: &Key,
) -> Option<&'a mut Thing> {
    let place = others.binary_search_by_key(key, |(found, _)| *found).ok()?;
    Some(&mut others[place].1)
}

impl<Key: Ord + Copy, Thing> Default for Few<Key, Thing> {
    fn default() -> Few<Key, Thing> {
        Few::new()
    }
}

/// For those of which it is known that they are there.
impl<Key: Ord + Copy, Thing> Index<&Key> for Few<Key, Thing> {
    type Output = Thing;

    #[cfg_attr(not(feature = "small"), inline(always))]
    fn index(&self, key: &Key) -> &Thing {
        self.get(key).expect("it is there")
    }
}

impl<Key: HoldsNames, Thing: HoldsNames> HoldsNames for Few<Key, Thing> {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        for (key, thing) in self.first.iter().chain(&self.others) {
            key.visit_names(visit);
            thing.visit_names(visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;
    use std::collections::BTreeMap;

    /// Against the standard library's map, whatever is done to it.
    #[test]
    fn it_agrees_with_an_ordered_map() {
        let mut stream = Stream::new(1, "few");
        let mut draw = |below: f64| (stream.unit() * below) as u64;
        let (mut few, mut expected) = (Few::new(), BTreeMap::new());
        for number in 0..5_000 {
            let key = draw(6.0) as u16;
            if draw(2.0) == 0 {
                assert_eq!(few.insert(key, number), expected.insert(key, number));
            } else {
                assert_eq!(few.remove(&key), expected.remove(&key));
            }
            assert!(few.iter().eq(expected.iter()) && few.len() == expected.len());
            let key = draw(6.0) as u16;
            assert_eq!((few.get(&key), few.is_empty()), (expected.get(&key), expected.is_empty()));
            assert_eq!(few.get_mut(&key), expected.get_mut(&key));
        }
    }
}
