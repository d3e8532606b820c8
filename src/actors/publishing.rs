//! What a producer publishes, when, and how.

use super::{Arrivals, Retries, Template, Trace};
use std::rc::Rc;

/// What a producer asks of the broker for its messages. Confirms and transactions exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishingMode {
    /// Nothing: it will not know what became of them.
    Plain,
    /// A confirm for each (`"confirms": true`, that is `confirm.select`).
    Confirms {
        /// So many it lets go without a confirm; what is due meanwhile waits (`"in_flight"`).
        in_flight: Option<u64>,
    },
    /// Transactions (`"transactions": n`, that is `tx.select`).
    Transactions {
        /// After so many messages it sends `tx.commit` and awaits the answer.
        messages: u64,
    },
}

/// What a producer publishes, and how.
#[derive(Clone, Debug)]
pub struct Publishing {
    /// When.
    pub arrivals: Arrivals,
    /// What a recorded trace says of each message, if the rhythm is one's.
    pub trace: Option<Trace>,
    /// What, in turn; at least one.
    pub templates: Rc<[Template]>,
    /// How many messages at most.
    pub limit: Option<u64>,
    /// What it asks of the broker for them.
    pub mode: PublishingMode,
    /// What it does when they are not confirmed. Only with confirms.
    pub retries: Option<Retries>,
}

/// Why a message is published now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The rhythm wants it.
    Due,
    /// The rhythm wanted it earlier, and it was held back.
    HeldBack,
    /// Somebody wants it, besides the rhythm.
    Besides,
}
