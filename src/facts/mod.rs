//! Facts: what happened, when, to which message, and the rule behind it; and what is read from them.
//!
//! Rooms that decide something hand an [`Event`] to the [`Recorder`] and never look back. The log, the
//! moving messages and `facts_hash` are read from facts alone.

mod catalogue;
mod event;
mod field;
mod happening;
mod hash;
mod leg;
mod motion;
mod moves;
mod moving_item;
pub mod numbers;
mod packet_moves;
mod recorder;
mod rule;
mod sentence;
mod sequence;
pub mod statistics;
mod store;
mod tallies;
pub mod theory;
mod web_moves;

pub use catalogue::Catalogue;
pub use event::Event;
pub use field::{ClientName, ExchangeName, Field, QueueName};
pub use happening::Happening;
pub use hash::FactsHash;
pub use leg::{Leg, Place, Shape};
pub use motion::Motion;
pub use moving_item::MovingItem;
pub use recorder::{Recorder, Recording};
pub use rule::Rule;
pub(crate) use sentence::shown_exchange;
pub use sentence::{Parameter, Sentence};
pub use sequence::{
    Arrow, Extract, Label, LostWhere, Mark, MarkKind, Outcome, SequenceReader, Spoken, Stay, StayKind,
};
pub use store::FactStore;
pub use tallies::{KINDS, Tallies};

use crate::time::Time;

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fact {
    /// When.
    pub time: Time,
    /// In which step of the simulation; what belongs to the set-up has step 0.
    pub step: u64,
    /// What.
    pub event: Event,
}
