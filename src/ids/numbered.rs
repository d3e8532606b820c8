//! Things by their numbers.

use super::{HoldsNames, Name};
use std::marker::PhantomData;
use std::ops::Index;

/// A number that counts things of its kind from 0 on, and is not given to another.
pub trait Number: Copy {
    /// The thing of that place in the count.
    fn of_place(place: usize) -> Self;

    /// Its place in the count.
    fn place(self) -> usize;
}

/// Things by numbers that were given out one after the other. It finds a thing at once, and keeps the place of one
/// that is gone; so it is for what comes to be often and goes seldom.
#[derive(Clone, Debug)]
pub struct ByNumber<Key, Thing> {
    places: Vec<Option<Thing>>,
    key: PhantomData<Key>,
}

impl<Key: Number, Thing> ByNumber<Key, Thing> {
    /// Nothing yet.
    pub const fn new() -> ByNumber<Key, Thing> {
        ByNumber { places: Vec::new(), key: PhantomData }
    }

    /// The thing of that number.
    #[inline(always)]
    pub fn get(&self, key: &Key) -> Option<&Thing> {
        self.places.get(key.place())?.as_ref()
    }

    /// The thing of that number, to be changed.
    #[inline(always)]
    pub fn get_mut(&mut self, key: &Key) -> Option<&mut Thing> {
        self.places.get_mut(key.place())?.as_mut()
    }

    /// Puts a thing there.
    pub fn insert(&mut self, key: Key, thing: Thing) {
        let place = key.place();
        if place >= self.places.len() {
            self.places.resize_with(place + 1, || None);
        }
        self.places[place] = Some(thing);
    }

    /// Takes the thing of that number out.
    pub fn remove(&mut self, key: &Key) -> Option<Thing> {
        self.places.get_mut(key.place())?.take()
    }

    /// Those that are there, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (Key, &Thing)> {
        let numbered = self.places.iter().enumerate();
        numbered.filter_map(|(place, thing)| Some((Key::of_place(place), thing.as_ref()?)))
    }

    /// The same, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (Key, &mut Thing)> {
        let numbered = self.places.iter_mut().enumerate();
        numbered.filter_map(|(place, thing)| Some((Key::of_place(place), thing.as_mut()?)))
    }

    /// The numbers of those that are there, in order.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.iter().map(|(key, _)| key)
    }

    /// Those that are there, in the order of their numbers.
    pub fn values(&self) -> impl Iterator<Item = &Thing> {
        self.places.iter().flatten()
    }
}

impl<Key: Number, Thing> Default for ByNumber<Key, Thing> {
    fn default() -> Self {
        ByNumber::new()
    }
}

/// For those of which it is known that they are there.
impl<Key: Number, Thing> Index<&Key> for ByNumber<Key, Thing> {
    type Output = Thing;

    #[inline(always)]
    fn index(&self, key: &Key) -> &Thing {
        self.get(key).expect("it is there")
    }
}

impl<Key, Thing: HoldsNames> HoldsNames for ByNumber<Key, Thing> {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        self.places.visit_names(visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::QueueId;

    #[test]
    fn the_place_of_what_is_gone_stays_empty() {
        let mut things = ByNumber::new();
        things.insert(QueueId(2), "two");
        things.insert(QueueId(0), "zero");
        assert_eq!(things.remove(&QueueId(0)), Some("zero"));
        assert_eq!((things.get(&QueueId(0)), things.get(&QueueId(9))), (None, None));
        assert_eq!(things.iter().collect::<Vec<_>>(), [(QueueId(2), &"two")]);
    }
}
