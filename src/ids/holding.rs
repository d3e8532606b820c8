//! What holds names, so that the others can be forgotten.
//!
//! A type that holds names names all its fields to [`holds_names!`], also those without names: a field that is
//! added later and not named there does not compile, and neither does one of a type that does not say what it
//! holds.

use super::Name;
use litemap::LiteMap;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// Something that may hold names.
pub trait HoldsNames {
    /// Calls `visit` with every name that is held, as often as it is.
    fn visit_names(&self, visit: &mut dyn FnMut(Name));
}

/// `Type { field, field }` with every field of the type: it holds what they hold.
macro_rules! holds_names {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl $crate::ids::HoldsNames for $type {
            fn visit_names(&self, visit: &mut dyn FnMut($crate::ids::Name)) {
                let $type { $($field),* } = self;
                $($crate::ids::HoldsNames::visit_names($field, visit);)*
            }
        }
    };
}
pub(crate) use holds_names;

/// Types that hold no names.
macro_rules! nameless {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::ids::HoldsNames for $type {
            fn visit_names(&self, _: &mut dyn FnMut($crate::ids::Name)) {}
        }
    )*};
}
pub(crate) use nameless;

nameless!(
    (),
    bool,
    u8,
    u16,
    u32,
    u64,
    usize,
    i64,
    String,
    Rc<[u8]>,
    crate::time::Time,
    crate::time::Deadline,
    crate::time::Span
);

impl HoldsNames for Name {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        visit(*self);
    }
}

/// Those that hold what is in them.
macro_rules! holds_what_is_in_it {
    ($($container:ident)*) => {$(
        impl<T: HoldsNames> HoldsNames for $container<T> {
            fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
                self.iter().for_each(|held| held.visit_names(visit));
            }
        }
    )*};
}

holds_what_is_in_it!(Option Vec VecDeque);

/// Maps hold what their keys and values hold.
macro_rules! holds_keys_and_values {
    ($($map:ident)*) => {$(
        impl<K: HoldsNames, V: HoldsNames> HoldsNames for $map<K, V> {
            fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
                for (key, value) in self.iter() {
                    key.visit_names(visit);
                    value.visit_names(visit);
                }
            }
        }
    )*};
}

holds_keys_and_values!(BTreeMap LiteMap);

impl<T: HoldsNames> HoldsNames for Rc<T> {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        T::visit_names(self, visit);
    }
}

impl<T: HoldsNames> HoldsNames for Box<T> {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        T::visit_names(self, visit);
    }
}

impl<A: HoldsNames, B: HoldsNames> HoldsNames for (A, B) {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        self.0.visit_names(visit);
        self.1.visit_names(visit);
    }
}
