//! How a consumer works: for how long, when it acknowledges, what it does with certain messages.

use super::Distribution;
use crate::amqp::Body;
use crate::ids::Name;
use std::rc::Rc;

/// How a consumer acknowledges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledgement {
    /// When the work is done (`"manual"`).
    Manual,
    /// Not at all: the broker takes a message for done when it is sent (`"automatic"`).
    Automatic,
    /// When the work begins (`"before"`).
    Before,
    /// Not at all, and the broker waits for it (`"never"`).
    Never,
    /// After so many messages, all at once (`{"batch": n}`, that is `basic.ack` with `multiple`).
    Batch(u64),
}

impl Acknowledgement {
    /// Its name, as documents give it.
    pub const fn name(self) -> &'static str {
        match self {
            Acknowledgement::Manual => "manual",
            Acknowledgement::Automatic => "automatic",
            Acknowledgement::Before => "before",
            Acknowledgement::Never => "never",
            Acknowledgement::Batch(_) => "batch",
        }
    }

    /// How many messages a batch has.
    pub const fn batch(self) -> Option<u64> {
        match self {
            Acknowledgement::Batch(size) => Some(size),
            _ => None,
        }
    }

    /// Whether the message is done with before the work ends: then there is nothing more to say about it.
    pub fn is_before_the_work(self) -> bool {
        matches!(self, Acknowledgement::Automatic | Acknowledgement::Before)
    }
}

/// What a consumer does when its work on a message is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It acknowledges as it always does.
    Acknowledge,
    /// `basic.nack` with `requeue` (`"requeue"`).
    Requeue,
    /// `basic.reject` without `requeue` (`"reject"`).
    Reject,
    /// It crashes before it can acknowledge (`"crash"`).
    Crash,
    /// It acknowledges, and once more (`"ack_twice"`).
    AcknowledgeTwice,
    /// It says nothing (`"none"`).
    Nothing,
}

impl Answer {
    /// Whether the broker is told something.
    pub fn speaks(self) -> bool {
        !matches!(self, Answer::Crash | Answer::Nothing)
    }
}

/// What a consumer does with certain messages. Conditions that are absent hold for every message.
#[derive(Clone, Debug)]
pub struct AnswerRule {
    /// Those with this routing key.
    pub routing_key: Option<Name>,
    /// Those with this body.
    pub body: Option<Body>,
    /// Those that were delivered before, or were not.
    pub redelivered: Option<bool>,
    /// This share of them, by chance.
    pub share: Option<f64>,
    /// What it does.
    pub answer: Answer,
    /// The conditions in words.
    pub reason: Name,
}

/// How a consumer works.
#[derive(Clone, Debug)]
pub struct Habits {
    /// How long it works on a message.
    pub service: Distribution,
    /// How many microseconds each octet of the body adds to that.
    pub per_octet_us: f64,
    /// When it acknowledges.
    pub acknowledgement: Acknowledgement,
    /// The prefetch limit that it asks for; 0 is none.
    pub prefetch: u16,
    /// What it does with certain messages; the first that applies holds.
    pub answers: Rc<[AnswerRule]>,
    /// Whether it acknowledges without work what was worked on before under the same name (an idempotent consumer).
    pub skips_repeated: bool,
}
