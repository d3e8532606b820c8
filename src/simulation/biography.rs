//! The biography of a message: the facts about it, from its first on.
//!
//! The newest facts are remembered. What came before is made again: the part of the run since the message was
//! published is repeated, up to where memory begins.

use super::listening::read;
use super::replay::Seen;
use super::{Actor, Client, Simulation, World};
use crate::facts::{Event, Extract, Fact, SequenceReader};
use crate::ids::MessageId;
use crate::time::Time;
use std::ops::ControlFlow;

/// So many steps after the publishing are repeated, at most.
const MOST_STEPS: u64 = 200_000;
/// After so many steps without a word of a message it is looked whether it is anywhere.
const STEPS_OF_SILENCE: u64 = 10_000;

/// Whether the life of a message is over, as far as a replay has come.
struct Life {
    message: MessageId,
    /// The last that happened to it.
    last: Option<Event>,
    /// When it is looked next whether it is anywhere.
    look_at: u64,
}

impl Life {
    fn new(message: MessageId) -> Life {
        Life { message, last: None, look_at: 0 }
    }

    /// Takes in what a step did. A message of which nothing was heard for long, and that is nowhere, has no more facts
    /// to come.
    fn is_over(&mut self, world: &World, seen: &Seen) -> bool {
        let own = seen.facts.iter().rfind(|fact| fact.event.message() == Some(self.message));
        if let Some(fact) = own {
            self.last = Some(fact.event);
            self.look_at = world.steps + STEPS_OF_SILENCE;
        }
        // What waits for a commit, or for the broker to read on, stands in no queue.
        let is_held = matches!(
            self.last,
            None | Some(Event::HeldForCommit { .. } | Event::NotRead { .. } | Event::AnswerHeld { .. })
        );
        if is_held || world.steps < self.look_at {
            return false;
        }
        self.look_at = world.steps + STEPS_OF_SILENCE;
        !world.has_anywhere(self.message)
    }
}

impl World {
    /// Whether a message, or word of it, is in the broker, with a client, or on its way.
    fn has_anywhere(&self, message: MessageId) -> bool {
        let is_awaited = |client: &Client| match &client.actor {
            Actor::Producer(producer) => producer.awaited_number(message).is_some(),
            Actor::Consumer(_) => false,
        };
        self.recorder.motion().is_moving(message, self.now)
            || self.clients.iter().any(is_awaited)
            || !self.whereabouts(message).is_empty()
    }
}

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
        let end = if until > self.world.now { self.horizon() } else { self.position() };
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
        let (mut facts, mut is_at_end, mut life) = (Vec::new(), false, Life::new(message));
        let start = self.before_message(message);
        let is_all = self.replay_until(start, end, MOST_STEPS, &mut |world, seen| {
            let is_over = life.is_over(world, seen);
            let early = seen.indexed().filter(|(index, fact)| *index < wanted && is_meant(*index, fact));
            facts.extend(early.map(|(index, fact)| (index, *fact)));
            is_at_end = is_over || world.recorder.count() >= wanted || world.now > until;
            if is_at_end { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        facts.extend(remembered);
        Biography { facts, is_complete: is_all || is_at_end }
    }

    /// What has to do with a message up to a moment, and whether it is all.
    pub(super) fn extract_of(&self, message: MessageId, until: Time) -> Extract {
        let end = if until > self.world.now { self.horizon() } else { self.position() };
        let start = self.before_message(message);
        let mut reader = SequenceReader::new(Some(message), Time::START);
        let (mut life, mut is_at_end) = (Life::new(message), false);
        let is_all = self.replay_until(start, end, MOST_STEPS, &mut |world, seen| {
            is_at_end = world.now > until || life.is_over(world, seen);
            if is_at_end {
                return ControlFlow::Break(());
            }
            read(&mut reader, world, &seen.carried, seen.indexed());
            ControlFlow::Continue(())
        });
        let mut extract = reader.extract(Time::START, until);
        extract.is_cut |= !is_all && !is_at_end;
        extract
    }
}
