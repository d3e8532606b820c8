//! The biography of a message: the facts about it, from its first on.
//!
//! The newest facts are remembered. What came before is made again: the part of the run since the message was
//! published is repeated, up to where memory begins.

use super::Simulation;
use super::listening::read;
use crate::facts::{Event, Extract, Fact, SequenceReader};
use crate::ids::MessageId;
use crate::time::Time;
use std::ops::ControlFlow;

/// So many steps after the publishing are repeated, at most.
const MOST_STEPS: u64 = 200_000;

/// The facts about a message, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Biography {
    /// Each with its index among all facts.
    pub facts: Vec<(u64, Fact)>,
    /// Whether these are all.
    pub is_complete: bool,
}

impl Simulation {
    /// What happened to a message up to the present, or up to another moment. What is later than the present is
    /// known where the simulation was there before it went back, and happens again. Empty when the message is not
    /// published by then.
    pub fn biography(&self, message: MessageId, until: Option<Time>) -> Biography {
        let until = until.unwrap_or(self.world.now);
        let end = if until > self.world.now { self.horizon } else { self.position() };
        let is_meant = |index: u64, fact: &Fact| {
            index < end.facts && fact.time <= until && fact.event.message() == Some(message)
        };
        let known = self.facts.range();
        let remembered = self.facts.between(0, end.facts).filter(|(index, fact)| is_meant(*index, fact));
        let remembered: Vec<(u64, Fact)> = remembered.map(|(index, fact)| (index, *fact)).collect();
        let begins = matches!(remembered.first(), Some((_, Fact { event: Event::Published { .. }, .. })));
        if (begins || known.start == 0) && end.facts <= known.end {
            return Biography { facts: remembered, is_complete: true };
        }
        // Where memory goes up to the end, only what was before it is wanted.
        let (wanted, remembered) =
            if end.facts <= known.end { (known.start, remembered) } else { (end.facts, Vec::new()) };
        let (mut facts, mut is_at_end) = (Vec::new(), false);
        let start = self.checkpoints.before_message(message);
        let is_all = self.replay(start, end, MOST_STEPS, &mut |seen| {
            let early = seen.facts.into_iter().filter(|(index, _)| *index < wanted);
            facts.extend(early.filter(|(index, fact)| is_meant(*index, fact)));
            is_at_end = seen.world.recorder.count() >= wanted || seen.world.now > until;
            if is_at_end { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        facts.extend(remembered);
        Biography { facts, is_complete: is_all || is_at_end }
    }

    /// What has to do with a message up to a moment, and whether it is all.
    pub(super) fn extract_of(&self, message: MessageId, until: Time) -> Extract {
        let end = if until > self.world.now { self.horizon } else { self.position() };
        let start = self.checkpoints.before_message(message);
        let mut reader = SequenceReader::new(Some(message), Time::START);
        let is_all = self.replay(start, end, MOST_STEPS, &mut |seen| {
            if seen.world.now > until {
                return ControlFlow::Break(());
            }
            read(&mut reader, seen.world, &seen.carried, &seen.facts);
            ControlFlow::Continue(())
        });
        let mut extract = reader.extract(Time::START, until);
        extract.is_cut |= !is_all && until >= self.world.now;
        extract
    }
}
