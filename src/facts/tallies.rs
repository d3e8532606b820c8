//! How often what happened when: a bounded number of tallies of equal length, for the marks on a timeline.

use super::{Fact, Happening};
use crate::time::{Span, Time};

/// So many kinds are counted.
pub const KINDS: usize = Happening::ALL.len();

/// A tally is so long at first.
const FIRST_WIDTH: Span = Span::from_ms(1);
/// When there would be more, each two become one.
const MOST: usize = 2_048;

/// Counts of each kind in stretches of time from the start on. Their length doubles when there are too many, so memory
/// stays bounded however long a run is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tallies {
    width: Span,
    counts: Vec<[u32; KINDS]>,
    /// The index of the next fact: those before are counted.
    next: u64,
}

impl Default for Tallies {
    fn default() -> Self {
        Tallies { width: FIRST_WIDTH, counts: Vec::new(), next: 0 }
    }
}

impl Tallies {
    /// How long a tally is.
    pub fn width(&self) -> Span {
        self.width
    }

    /// Counts a fact, unless it is counted already.
    #[inline]
    pub fn take(&mut self, index: u64, fact: &Fact) {
        if index < self.next {
            return;
        }
        self.next = index + 1;
        if let Some(kind) = Happening::of(&fact.event) {
            self.count(fact.time, kind);
        }
    }

    #[inline(never)]
    fn count(&mut self, time: Time, kind: Happening) {
        let mut place = self.place(time);
        while place >= MOST {
            self.widen();
            place = self.place(time);
        }
        if place >= self.counts.len() {
            self.counts.resize(place + 1, [0; KINDS]);
        }
        let count = &mut self.counts[place][kind as usize];
        *count = count.saturating_add(1);
    }

    fn place(&self, time: Time) -> usize {
        usize::try_from(time.as_us() / self.width.as_us()).unwrap_or(usize::MAX)
    }

    fn widen(&mut self) {
        let join = |pair: &[[u32; KINDS]]| {
            let second = pair.get(1).copied().unwrap_or_default();
            std::array::from_fn(|kind| pair[0][kind].saturating_add(second[kind]))
        };
        self.counts = self.counts.chunks(2).map(join).collect();
        self.width = Span::from_us(self.width.as_us() * 2);
    }

    /// Forgets everything from the beginning of the tally of a moment on, and says when that is: what was counted
    /// between the two, and before the fact of that index, is to be counted again.
    pub fn cut(&mut self, time: Time, next: u64) -> Time {
        let place = self.place(time);
        self.counts.truncate(place);
        self.next = next;
        Time::from_us(place as u64 * self.width.as_us())
    }

    /// Counts a fact once more that was forgotten by a cut.
    pub fn count_again(&mut self, fact: &Fact) {
        if let Some(kind) = Happening::of(&fact.event) {
            self.count(fact.time, kind);
        }
    }

    /// The counts in a span of time, up to `now`, spread over so many columns: for each column the counts of each kind
    /// in the order of [`Happening::ALL`]. A tally counts where it begins.
    pub fn columns(&self, from: Time, to: Time, columns: usize) -> Vec<u32> {
        let mut spread = vec![0_u32; columns * KINDS];
        let span = u128::from(to.as_us().saturating_sub(from.as_us())).max(1);
        let first = self.place(from);
        for (place, counts) in self.counts.iter().enumerate().skip(first) {
            let begin = place as u64 * self.width.as_us();
            if begin > to.as_us() || columns == 0 {
                break;
            }
            let along = u128::from(begin.saturating_sub(from.as_us())) * columns as u128 / span;
            let column = (along as usize).min(columns - 1);
            for (kind, count) in counts.iter().enumerate() {
                let sum = &mut spread[column * KINDS + kind];
                *sum = sum.saturating_add(*count);
            }
        }
        spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{ClientName, Event};
    use crate::ids::Name;

    fn pause(us: u64) -> Fact {
        Fact { time: Time::from_us(us), step: 1, event: Event::Paused { client: ClientName(Name::EMPTY) } }
    }

    #[test]
    fn nothing_is_lost_when_tallies_become_longer() {
        let mut tallies = Tallies::default();
        (0..100_000).for_each(|index| tallies.take(index, &pause(index * 997)));
        tallies.take(5, &pause(5 * 997));
        assert!(tallies.counts.len() <= MOST);
        let columns = tallies.columns(Time::START, Time::from_us(100_000 * 997), 100);
        let each: Vec<u32> =
            columns.chunks(KINDS).map(|column| column[Happening::Intervention as usize]).collect();
        assert_eq!(each.iter().sum::<u32>(), 100_000);
        assert!(each.iter().all(|count| (900..=1_100).contains(count)), "{each:?}");
    }

    #[test]
    fn what_is_cut_can_be_counted_again() {
        let mut tallies = Tallies::default();
        (0..10).for_each(|index| tallies.take(index, &pause(index * 300)));
        let again = tallies.cut(Time::from_us(1_500), 6);
        assert_eq!(again, Time::from_us(1_000));
        (4..6).for_each(|index| tallies.count_again(&pause(index * 300)));
        let columns = tallies.columns(Time::START, Time::from_us(10_000), 1);
        assert_eq!(columns[Happening::Intervention as usize], 6);
    }
}
