//! One of several values: a routing key, a priority, the value of a header.

use super::Odds;
use crate::rng::Stream;
use std::rc::Rc;

/// How one of several is chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// One after the other, and again from the first.
    InTurn,
    /// By chance.
    ByChance(Odds),
}

/// Values, at least one, and how one of them is chosen.
#[derive(Clone, Debug)]
pub struct Choice<T> {
    values: Rc<[T]>,
    order: Order,
}

impl<T> Choice<T> {
    /// A choice among `values`, of which there are as many as the odds speak of.
    pub fn new(values: Rc<[T]>, order: Order) -> Choice<T> {
        Choice { values, order }
    }

    /// All that can be chosen.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// Chooses for the time of that number, counted from 0.
    pub fn choose(&self, time: u64, stream: &mut Stream) -> &T {
        let place = match &self.order {
            Order::InTurn => (time % self.values.len() as u64) as usize,
            Order::ByChance(odds) => odds.draw(stream),
        };
        &self.values[place]
    }
}
