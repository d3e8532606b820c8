//! The table of names.

use super::Name;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// The table of names. A number keeps its meaning for as long as something holds it: in a simulation for ever, in
/// a gateway, which serves clients that make up names for days, until a [`sweep`](Names::sweep) does not find it.
#[derive(Clone, Debug)]
pub struct Names {
    /// Copies share it until one of them has a new name.
    by_text: Rc<BTreeMap<Rc<str>, Name>>,
    texts: Vec<Option<Rc<str>>>,
    /// The length of each text as a u32 and its beginning.
    heads: Vec<[u8; HEAD]>,
    /// Numbers without a text, the one that has been so for the longest time first.
    free: VecDeque<Name>,
    /// What the names since the last sweep take, in octets, about.
    grown: usize,
    sweep_above: usize,
}

/// So many octets are before the beginning of a text, and so many are there with that.
const LENGTH: usize = 4;
const HEAD: usize = 16;

/// What a name takes beside its text, in octets, about.
const OVERHEAD: usize = 100;

/// A sweep is not worth its while for less, in octets.
const SWEEP_ABOVE: usize = 8 * 1024 * 1024;

/// A sweep also waits until the new names take so many octets for each that it will visit: thus it costs no more
/// than making them did.
const OCTETS_FOR_A_VISIT: usize = 8;

/// So many numbers rest before the first is given out again. Whoever has kept one of them by mistake is then
/// caught, and does not speak of something else.
const RESTING: usize = 1_024;

impl Names {
    /// A table that knows [`Name::EMPTY`] alone.
    pub fn new() -> Names {
        let empty: Rc<str> = "".into();
        Names {
            by_text: Rc::new(BTreeMap::from([(empty.clone(), Name::EMPTY)])),
            texts: vec![Some(empty)],
            heads: vec![[0; HEAD]],
            free: VecDeque::new(),
            grown: 0,
            sweep_above: SWEEP_ABOVE,
        }
    }

    /// The number of `text`, a new one if the table did not know it.
    pub fn intern(&mut self, text: &str) -> Name {
        if let Some(&name) = self.by_text.get(text) {
            return name;
        }
        self.grown += text.len() + OVERHEAD;
        let text: Rc<str> = text.into();
        let name = match self.free.len() > RESTING {
            true => self.free.pop_front().expect("there are some"),
            false => {
                self.texts.push(None);
                self.heads.push([0; HEAD]);
                Name((self.texts.len() - 1) as u32)
            }
        };
        self.heads[name.index()] = head_of(&text);
        self.texts[name.index()] = Some(text.clone());
        Rc::make_mut(&mut self.by_text).insert(text, name);
        name
    }

    /// The number of `text`, if the table knows it.
    pub fn find(&self, text: &str) -> Option<Name> {
        self.by_text.get(text).copied()
    }

    /// The text behind a number that this table gave out and that was held at every sweep since.
    pub fn text(&self, name: Name) -> &str {
        let text = self.texts[name.index()].as_deref();
        debug_assert!(text.is_some(), "{name:?} was not held, and is used");
        text.unwrap_or("")
    }

    /// The length of a text (u32, little-endian) and the text, for one that is short: as many of the octets as are
    /// told. Nothing for a longer one.
    #[inline]
    pub(crate) fn short(&self, name: Name) -> Option<(&[u8; HEAD], usize)> {
        let head = self.heads.get(name.index())?;
        // A longer one is not there with its length.
        let length = usize::from(head[0]);
        (length <= HEAD - LENGTH).then_some((head, LENGTH + length))
    }

    /// Whether there is a text behind the number.
    pub fn knows(&self, name: Name) -> bool {
        self.texts.get(name.index()).is_some_and(Option::is_some)
    }

    /// How many names there are.
    pub fn count(&self) -> usize {
        self.by_text.len()
    }

    /// Whether there are so many new names since the last [`sweep`](Self::sweep) that another is worth its while.
    pub fn want_sweep(&self) -> bool {
        self.grown > self.sweep_above
    }

    /// Forgets every name that nothing holds. `visit_held` calls what it is given with each name that is held
    /// anywhere ([`HoldsNames`](super::HoldsNames)).
    pub fn sweep(&mut self, visit_held: impl FnOnce(&mut dyn FnMut(Name))) {
        let mut is_held = vec![false; self.texts.len()];
        is_held[Name::EMPTY.index()] = true;
        let mut visits = 0;
        visit_held(&mut |name| {
            is_held[name.index()] = true;
            visits += 1;
        });
        let by_text = Rc::make_mut(&mut self.by_text);
        for (place, text) in self.texts.iter_mut().enumerate() {
            if !is_held[place]
                && let Some(text) = text.take()
            {
                by_text.remove(&text);
                self.free.push_back(Name(place as u32));
            }
        }
        self.grown = 0;
        self.sweep_above = SWEEP_ABOVE.max(visits * OCTETS_FOR_A_VISIT);
    }
}

fn head_of(text: &str) -> [u8; HEAD] {
    let mut head = [u8::MAX; HEAD];
    if text.len() <= HEAD - LENGTH {
        head[..LENGTH].copy_from_slice(&(text.len() as u32).to_le_bytes());
        head[LENGTH..LENGTH + text.len()].copy_from_slice(text.as_bytes());
    }
    head
}

impl Default for Names {
    fn default() -> Self {
        Names::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_the_same_number() {
        let mut names = Names::new();
        let orders = names.intern("orders");
        assert_eq!(names.intern("orders"), orders);
        assert_ne!(names.intern("invoices"), orders);
        assert_eq!(names.text(orders), "orders");
        assert_eq!(names.find(""), Some(Name::EMPTY));
        assert_eq!(names.find("never seen"), None);
    }

    #[test]
    fn what_is_held_outlives_a_sweep_and_numbers_are_used_again() {
        let mut names = Names::new();
        let orders = names.intern("orders");
        for turn in 0..100 {
            for number in 0..1_000 {
                names.intern(&format!("{turn} {number}"));
            }
            names.sweep(|visit| visit(orders));
            assert_eq!((names.count(), names.text(orders), names.text(Name::EMPTY)), (2, "orders", ""));
        }
        assert_eq!(names.find("0 0"), None);
        assert!(names.texts.len() <= 2 + 1_000 + RESTING, "{} numbers", names.texts.len());
    }

    #[test]
    #[should_panic(expected = "was not held, and is used")]
    fn a_name_that_was_not_held_is_caught_in_debug_builds() {
        let mut names = Names::new();
        let forgotten = names.intern("forgotten");
        names.sweep(|_| {});
        for number in 0..RESTING {
            names.intern(&number.to_string());
        }
        let _ = names.text(forgotten);
    }
}
