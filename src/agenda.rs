//! The agenda: pending events in time order, first in first out among equal times.

use crate::ids::{HoldsNames, Name};
use crate::time::Time;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Pending events.
#[derive(Clone, Debug)]
pub struct Agenda<Event> {
    heap: BinaryHeap<Entry<Event>>,
    entered: u64,
}

#[derive(Clone, Debug)]
struct Entry<Event> {
    time: Time,
    number: u64,
    event: Event,
}

impl<Event> Agenda<Event> {
    /// An agenda with nothing on it.
    pub fn new() -> Agenda<Event> {
        Agenda { heap: BinaryHeap::new(), entered: 0 }
    }

    /// Enters an event. Among events of the same time the one that was entered first is first.
    pub fn enter(&mut self, time: Time, event: Event) {
        self.heap.push(Entry { time, number: self.entered, event });
        self.entered += 1;
    }

    /// When the next event is due.
    pub fn next_time(&self) -> Option<Time> {
        self.heap.peek().map(|entry| entry.time)
    }

    /// Takes the next event.
    pub fn take(&mut self) -> Option<(Time, Event)> {
        self.heap.pop().map(|entry| (entry.time, entry.event))
    }
}

impl<Event> Default for Agenda<Event> {
    fn default() -> Self {
        Agenda::new()
    }
}

/// The heap has its greatest on top, so the earliest entry is the greatest.
impl<Event> Ord for Entry<Event> {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.time, other.number).cmp(&(self.time, self.number))
    }
}

impl<Event> PartialOrd for Entry<Event> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<Event> PartialEq for Entry<Event> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<Event> Eq for Entry<Event> {}

impl<Event: HoldsNames> HoldsNames for Agenda<Event> {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        self.heap.iter().for_each(|entry| entry.event.visit_names(visit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_time_order_and_first_in_first_out_among_equal_times() {
        let mut agenda = Agenda::new();
        for (number, us) in [30, 10, 20, 10, 30, 10].into_iter().enumerate() {
            agenda.enter(Time::from_us(us), number);
        }
        assert_eq!(agenda.next_time(), Some(Time::from_us(10)));
        let order: Vec<usize> = std::iter::from_fn(|| agenda.take().map(|(_, event)| event)).collect();
        assert_eq!(order, [1, 3, 5, 2, 0, 4]);
    }
}
