//! Places for things of one kind, each with a number, so that what stands for a thing is small.

/// The number of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(u32);

/// Things at places. A place that has become free is used again.
#[derive(Clone, Debug)]
pub struct Places<Thing> {
    places: Vec<Option<Thing>>,
    free: Vec<u32>,
}

impl<Thing> Places<Thing> {
    /// None yet.
    pub const fn new() -> Places<Thing> {
        Places { places: Vec::new(), free: Vec::new() }
    }

    /// Puts a thing at a place that is free.
    #[inline]
    pub fn put(&mut self, thing: Thing) -> Place {
        let Some(place) = self.free.pop() else {
            self.places.push(Some(thing));
            return Place((self.places.len() - 1) as u32);
        };
        self.places[place as usize] = Some(thing);
        Place(place)
    }

    /// How many places there are, in use or free.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// The thing at a place.
    pub fn get(&self, place: Place) -> Option<&Thing> {
        self.places.get(place.0 as usize)?.as_ref()
    }

    /// Takes the thing at a place, which is free then.
    #[inline]
    pub fn take(&mut self, place: Place) -> Option<Thing> {
        let thing = self.places.get_mut(place.0 as usize)?.take()?;
        self.free.push(place.0);
        Some(thing)
    }
}

impl<Thing> Default for Places<Thing> {
    fn default() -> Self {
        Places::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_free_is_used_again() {
        let mut places = Places::new();
        let [one, two] = ["one", "two"].map(|thing| places.put(thing));
        assert_eq!((places.take(one), places.take(one)), (Some("one"), None));
        let three = places.put("three");
        assert_eq!((three, places.count()), (one, 2));
        assert_eq!((places.get(two), places.get(three)), (Some(&"two"), Some(&"three")));
    }
}
