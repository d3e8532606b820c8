//! The agenda: pending events in time order, first in first out among equal times.
//!
//! Three lines, each for what it does best. What is due at the present stands in a queue of its own, which is all that
//! events without a delay ever see. A handful of what comes next is kept sorted: a run with a few actors never needs
//! more. All else is in a radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, "Faster algorithms for the shortest path
//! problem", 1990): time never goes back, so events are kept by the highest bit in which their time differs from one
//! that is past, and only those in the lowest group are looked at again. Entering order needs no number: equal times
//! are always in the same line, and no line reorders them.

use crate::ids::{HoldsNames, Name};
use crate::time::Time;
use std::collections::VecDeque;

/// Pending events.
#[derive(Clone, Debug)]
pub struct Agenda<Event> {
    /// When the event was due that was taken last.
    now: Time,
    /// What was entered for that time since then, in the order of entering.
    due: VecDeque<Event>,
    /// What comes next, the earliest last; among equal times the one entered first is last.
    near: Vec<Entry<Event>>,
    /// All that is due before this time is in the two lines above, and all that is due from then on below.
    horizon: Time,
    /// What is due later, by the number of the highest bit in which its time differs from `base`.
    far: [Group<Event>; BITS],
    /// Which groups have something in them, a bit for each.
    filled: u64,
    /// A time before all those in the groups.
    base: Time,
}

const BITS: usize = u64::BITS as usize;

/// So many events are kept sorted.
const NEAR: usize = 32;

/// Later than every event.
const NEVER: Time = Time::from_us(u64::MAX);

/// Events whose times differ from the base in the same highest bit, in the order of entering.
#[derive(Clone, Debug)]
struct Group<Event> {
    /// The earliest time among them, when there are some.
    least: Time,
    entries: Vec<Entry<Event>>,
}

/// An event, and when it is due.
#[derive(Clone, Copy, Debug)]
struct Entry<Event> {
    time: Time,
    event: Event,
}

impl<Event: Copy> Agenda<Event> {
    /// An agenda with nothing on it.
    pub fn new() -> Agenda<Event> {
        Agenda {
            now: Time::START,
            due: VecDeque::new(),
            near: Vec::new(),
            horizon: NEVER,
            far: std::array::from_fn(|_| Group { least: NEVER, entries: Vec::new() }),
            filled: 0,
            base: Time::START,
        }
    }

    /// How many events are on it.
    pub fn count(&self) -> usize {
        self.due.len() + self.near.len() + self.far.iter().map(|group| group.entries.len()).sum::<usize>()
    }

    /// Enters an event. Among events of the same time the one that was entered first is first. One for a time before
    /// that of the last event taken is due at once.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn enter(&mut self, time: Time, event: Event) {
        if time > self.now && time < self.horizon && self.near.len() < NEAR {
            return self.sort_in(Entry { time, event });
        }
        self.enter_elsewhere(Entry { time, event });
    }

    /// Enters an event that is due at once, or for which the sorted line has no room.
    #[inline(never)]
    fn enter_elsewhere(&mut self, entry: Entry<Event>) {
        match entry.time <= self.now {
            true => self.due.push_back(entry.event),
            false => self.enter_far(entry),
        }
    }

    /// When the next event is due.
    #[inline]
    pub fn next_time(&self) -> Option<Time> {
        if !self.due.is_empty() {
            return Some(self.now);
        }
        match self.near.last() {
            Some(next) => Some(next.time),
            None => self.lowest().map(|lowest| self.far[lowest].least),
        }
    }

    /// Whether something is due at that time or before.
    #[inline(always)]
    pub fn is_due(&self, time: Time) -> bool {
        match self.near.last() {
            Some(next) if self.due.is_empty() => next.time <= time,
            None if self.due.is_empty() && self.filled == 0 => false,
            _ => self.is_other_due(time),
        }
    }

    #[inline(never)]
    fn is_other_due(&self, time: Time) -> bool {
        self.next_time().is_some_and(|next| next <= time)
    }

    /// Takes the next event.
    #[inline]
    pub fn take(&mut self) -> Option<(Time, Event)> {
        self.take_until(NEVER)
    }

    /// Takes the next event, if it is due at that time or before.
    #[inline]
    pub fn take_until(&mut self, until: Time) -> Option<(Time, Event)> {
        let event = *self.next_until(until)?;
        Some((self.pass(), event))
    }

    /// The next event, if it is due at that time or before. [`Self::pass`] takes it then: it can be looked at where it is,
    /// without a copy of all of it.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn next_until(&mut self, until: Time) -> Option<&Event> {
        if !self.is_next_near() && !self.finds_next(until) {
            return None;
        }
        match self.near.last() {
            Some(next) if self.is_next_near() => (next.time <= until).then_some(&next.event),
            _ => self.due.front(),
        }
    }

    /// Whether what comes next is in the sorted line. What was entered before its time came goes before what was entered
    /// since.
    #[inline(always)]
    fn is_next_near(&self) -> bool {
        self.near.last().is_some_and(|next| self.due.is_empty() || next.time <= self.now)
    }

    /// Takes the event that [`Self::next_until`] has found. Says when it was due.
    #[inline(always)]
    pub fn pass(&mut self) -> Time {
        if !self.is_next_near() {
            self.due.pop_front();
        } else if let Some(next) = self.near.pop() {
            self.now = next.time;
        }
        self.now
    }

    /// Whether there is something that is due at that time or before, which is not in the sorted line. Unless it is due at
    /// the present, it is brought there.
    #[inline(never)]
    fn finds_next(&mut self, until: Time) -> bool {
        if !self.due.is_empty() {
            return self.now <= until;
        }
        match self.lowest() {
            Some(lowest) if self.far[lowest].least <= until => self.bring_near(lowest),
            _ => return false,
        }
        true
    }

    /// Brings what comes next from the lowest group into the sorted line, which is empty. It is taken then, so that
    /// nothing is ever entered for a time before the base.
    fn bring_near(&mut self, lowest: usize) {
        self.filled &= self.filled - 1;
        let least = self.far[lowest].least;
        self.base = least;
        let mut entries = std::mem::take(&mut self.far[lowest].entries);
        let takes_all = entries.len() <= NEAR;
        for entry in entries.drain(..) {
            if takes_all || entry.time == least {
                self.sort_in(entry);
            } else {
                // It agrees with the base in more bits than before.
                self.put_in_group(entry);
            }
        }
        self.far[lowest].entries = entries;
        self.horizon = self.lowest().map_or(NEVER, |lowest| self.far[lowest].least);
    }

    /// Puts an event into the sorted line, before those that are due later. It is written where it stays, and never read
    /// again at once: processors wait for what was just written in parts.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn sort_in(&mut self, entry: Entry<Event>) {
        let mut place = self.near.len();
        self.near.push(entry);
        // Which of two comes first is as good as chance. So that no processor has to guess it, each is written to the place
        // that the comparison gives.
        if let [one, _] = self.near[..] {
            let own = usize::from(one.time > entry.time);
            self.near[own] = entry;
            self.near[1 - own] = one;
            return;
        }
        if place == 0 || self.near[place - 1].time > entry.time {
            return;
        }
        while place > 0 && self.near[place - 1].time <= entry.time {
            self.near[place] = self.near[place - 1];
            place -= 1;
        }
        self.near[place] = entry;
    }

    /// Enters an event for which the sorted line has no room.
    #[inline(never)]
    fn enter_far(&mut self, entry: Entry<Event>) {
        if entry.time < self.horizon {
            // What is due at the present and not taken yet cannot go: then the line grows.
            if self.near[self.near.len() / 2].time > self.now {
                self.move_away();
            }
            if entry.time < self.horizon {
                return self.sort_in(entry);
            }
        }
        self.horizon = self.horizon.min(entry.time);
        self.put_in_group(entry);
    }

    /// Moves the later half of the sorted line into the groups, and all that is due at the same time with it.
    fn move_away(&mut self) {
        self.horizon = self.near[self.near.len() / 2].time;
        let stays = self.near.partition_point(|entry| entry.time >= self.horizon);
        let near = self.near.split_off(stays);
        for entry in std::mem::replace(&mut self.near, near).into_iter().rev() {
            self.put_in_group(entry);
        }
    }

    fn lowest(&self) -> Option<usize> {
        (self.filled != 0).then(|| self.filled.trailing_zeros() as usize)
    }

    #[inline]
    fn put_in_group(&mut self, entry: Entry<Event>) {
        let number = (entry.time.as_us() ^ self.base.as_us()).ilog2();
        let group = &mut self.far[number as usize];
        let bit = 1 << number;
        group.least = if self.filled & bit == 0 { entry.time } else { group.least.min(entry.time) };
        self.filled |= bit;
        group.entries.push(entry);
    }
}

impl<Event: Copy> Default for Agenda<Event> {
    fn default() -> Self {
        Agenda::new()
    }
}

impl<Event: HoldsNames> HoldsNames for Agenda<Event> {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        self.due.visit_names(visit);
        let far = self.far.iter().flat_map(|group| &group.entries);
        self.near.iter().chain(far).for_each(|entry| entry.event.visit_names(visit));
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
