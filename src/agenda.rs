//! The agenda: pending events in time order, first in first out among equal times.
//!
//! It is a radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, "Faster algorithms for the shortest path problem", 1990):
//! time never goes back, so events are kept by the highest bit in which their time differs from that of the last one
//! taken, and only those in the lowest group are looked at again. What is due at that very time stands in a line of
//! its own, which is all that events without a delay ever see. Entering order needs no number: equal times are always
//! in the same group, and no group is ever reordered.

use crate::ids::{HoldsNames, Name};
use crate::time::Time;
use std::collections::VecDeque;

/// Pending events.
#[derive(Clone, Debug)]
pub struct Agenda<Event> {
    /// When the event was due that was taken last.
    now: Time,
    /// What is due then, in the order of entering.
    due: VecDeque<Event>,
    /// What is due later, by the number of the highest bit in which its time differs from `now`.
    later: [Group; BITS],
    /// Which groups have something in them, a bit for each.
    filled: u64,
    /// The events in the groups.
    events: Vec<Option<Event>>,
    /// Places there that are free.
    free: Vec<u32>,
}

const BITS: usize = u64::BITS as usize;

/// Events whose times differ from the present in the same highest bit, in the order of entering.
#[derive(Clone, Debug, Default)]
struct Group {
    /// The earliest time among them, when there are some.
    least: Time,
    entries: Vec<Entry>,
}

/// When an event is due, and its place among the events.
#[derive(Clone, Copy, Debug)]
struct Entry {
    time: Time,
    place: u32,
}

impl<Event> Agenda<Event> {
    /// An agenda with nothing on it.
    pub fn new() -> Agenda<Event> {
        Agenda {
            now: Time::START,
            due: VecDeque::new(),
            later: std::array::from_fn(|_| Group::default()),
            filled: 0,
            events: Vec::new(),
            free: Vec::new(),
        }
    }

    /// How many events it has room for, in use or free.
    pub fn places(&self) -> usize {
        self.events.len() + self.due.len()
    }

    /// Enters an event. Among events of the same time the one that was entered first is first. One for a time before
    /// that of the last event taken is due at once.
    #[inline]
    pub fn enter(&mut self, time: Time, event: Event) {
        if time <= self.now {
            return self.due.push_back(event);
        }
        let place = match self.free.pop() {
            Some(place) => {
                self.events[place as usize] = Some(event);
                place
            }
            None => {
                self.events.push(Some(event));
                (self.events.len() - 1) as u32
            }
        };
        self.sort_in(Entry { time, place });
    }

    /// When the next event is due.
    #[inline]
    pub fn next_time(&self) -> Option<Time> {
        if !self.due.is_empty() {
            return Some(self.now);
        }
        let lowest = self.lowest()?;
        Some(self.later[lowest].least)
    }

    /// Takes the next event.
    #[inline]
    pub fn take(&mut self) -> Option<(Time, Event)> {
        if self.due.is_empty() {
            return self.advance();
        }
        self.due.pop_front().map(|event| (self.now, event))
    }

    /// Goes on to the next time at which something is due, and takes the first that is due then.
    fn advance(&mut self) -> Option<(Time, Event)> {
        let lowest = self.lowest()?;
        self.filled &= self.filled - 1;
        self.now = self.later[lowest].least;
        let mut entries = std::mem::take(&mut self.later[lowest].entries);
        let mut first = None;
        for entry in entries.drain(..) {
            if entry.time > self.now {
                // It agrees with the present in more bits than before.
                self.sort_in(entry);
                continue;
            }
            let event = self.events[entry.place as usize].take();
            self.free.push(entry.place);
            match first {
                None => first = event,
                Some(_) => self.due.extend(event),
            }
        }
        self.later[lowest].entries = entries;
        first.map(|event| (self.now, event))
    }

    fn lowest(&self) -> Option<usize> {
        (self.filled != 0).then(|| self.filled.trailing_zeros() as usize)
    }

    #[inline]
    fn sort_in(&mut self, entry: Entry) {
        let number = (entry.time.as_us() ^ self.now.as_us()).ilog2();
        let group = &mut self.later[number as usize];
        let bit = 1 << number;
        group.least = if self.filled & bit == 0 { entry.time } else { group.least.min(entry.time) };
        self.filled |= bit;
        group.entries.push(entry);
    }
}

impl<Event> Default for Agenda<Event> {
    fn default() -> Self {
        Agenda::new()
    }
}

impl<Event: HoldsNames> HoldsNames for Agenda<Event> {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        self.due.visit_names(visit);
        self.events.visit_names(visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;
    use std::collections::BTreeMap;

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

    /// Against a map from (time, number of entering), which has the order that is asked for by its definition.
    #[test]
    fn it_agrees_with_an_ordered_map_whatever_comes() {
        for seed in 0..50 {
            let mut stream = Stream::new(seed, "agenda");
            let mut draw = |below: f64| (stream.unit() * below) as u64;
            let (mut agenda, mut expected) = (Agenda::new(), BTreeMap::new());
            let mut now = 0;
            for number in 0..2_000_u64 {
                let reach = [1_u64, 3, 1_000, 1 << 40][draw(4.0) as usize];
                let time = now + draw(reach as f64);
                agenda.enter(Time::from_us(time), number);
                expected.insert((time, number), number);
                for _ in 0..draw(3.0) {
                    let first = expected.pop_first();
                    assert_eq!(agenda.next_time().map(Time::as_us), first.map(|((time, _), _)| time));
                    let taken = agenda.take().map(|(time, event)| (time.as_us(), event));
                    assert_eq!(taken, first.map(|((time, _), event)| (time, event)));
                    now = taken.map_or(now, |(time, _)| time);
                }
            }
            let rest: Vec<u64> = std::iter::from_fn(|| agenda.take().map(|(_, event)| event)).collect();
            assert_eq!(rest, expected.into_values().collect::<Vec<u64>>());
        }
    }
}
