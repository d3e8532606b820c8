//! The marks on the timeline of a run: how often what happened when.

use super::Simulation;
use super::conditions::Watched;
use crate::facts::{Happening, KINDS, Tallies};
use crate::time::Time;
use std::ops::ControlFlow;

/// For each column so many numbers: a count for each kind of [`Happening::ALL`], and how many breakpoints of a time
/// and stops at a breakpoint there are.
pub const MARKS_PER_COLUMN: usize = KINDS + 1;

/// At most so many columns are handed out at once.
const MOST_COLUMNS: usize = 16_384;

impl Simulation {
    /// What happened in a span of time, as far as the present run has ever come, spread over columns:
    /// [`MARKS_PER_COLUMN`] numbers for each. Where a column is shorter than what is kept of a long run
    /// ([`Simulation::mark_width`]), counts stand where such a stretch begins.
    pub fn marks(&self, from: Time, to: Time, columns: usize) -> Vec<u32> {
        let columns = columns.clamp(1, MOST_COLUMNS);
        let counts = self.forks.current().tallies.columns(from, to, columns);
        let mut marks = Vec::with_capacity(columns * MARKS_PER_COLUMN);
        for column in counts.chunks(KINDS) {
            marks.extend_from_slice(column);
            marks.push(0);
        }
        let span = u128::from(to.as_us().saturating_sub(from.as_us())).max(1);
        let stops = self.forks.current().stops.iter().copied();
        for time in self.breakpoints.iter().filter_map(Watched::time).chain(stops) {
            if time >= from && time <= to {
                let along = u128::from(time.as_us() - from.as_us()) * columns as u128 / span;
                marks[(along as usize).min(columns - 1) * MARKS_PER_COLUMN + KINDS] += 1;
            }
        }
        marks
    }

    /// The names of the numbers of a column.
    pub fn mark_kinds() -> [&'static str; MARKS_PER_COLUMN] {
        std::array::from_fn(|place| Happening::ALL.get(place).map_or("breakpoint", |kind| kind.name()))
    }

    /// How fine marks are, in microseconds.
    pub fn mark_width(&self) -> u64 {
        self.forks.current().tallies.width().as_us()
    }

    /// The tallies of the run up to the present, for a fork that leaves here.
    pub(super) fn tallies_up_to_now(&self) -> Tallies {
        let mut tallies = self.forks.current().tallies.clone();
        let end = self.position();
        let from = tallies.cut(self.world.now, end.facts);
        self.replay_until(self.before_moment(from), end, u64::MAX, &mut |_, seen| {
            seen.facts.iter().filter(|fact| fact.time >= from).for_each(|fact| tallies.count_again(fact));
            ControlFlow::Continue(())
        });
        tallies
    }
}
