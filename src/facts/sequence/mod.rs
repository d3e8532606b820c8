//! Sequence diagrams, as data read from facts: time runs down, each thing has a line of its own, what is sent is
//! an arrow from one line to another, and what stays somewhere is a bar on a line.
//!
//! Facts know of messages. The methods that only open, close and set things up are no facts of their own; who
//! listens at the links hands them in too ([`SequenceReader::hear`]).

mod arrow;
mod reader;
mod table;

pub use arrow::{Arrow, Label, Outcome};
pub use reader::{SequenceReader, Spoken};

use super::{Event, Place};
use crate::ids::MessageId;
use crate::time::Time;

/// How a message stays somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StayKind {
    /// In a queue, ready.
    Ready,
    /// In a queue, delivered and not acknowledged.
    Unacknowledged,
    /// With a consumer that is not working on it yet.
    Buffered,
    /// A consumer works on it.
    Work,
    /// The broker keeps it until a transaction is committed, or does not read it yet.
    Held,
}

impl StayKind {
    /// The name in JavaScript.
    pub const fn name(self) -> &'static str {
        match self {
            StayKind::Ready => "ready",
            StayKind::Unacknowledged => "unacknowledged",
            StayKind::Buffered => "buffered",
            StayKind::Work => "work",
            StayKind::Held => "held",
        }
    }

    /// The key of its sentence in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            StayKind::Ready => "stay.ready",
            StayKind::Unacknowledged => "stay.unacknowledged",
            StayKind::Buffered => "stay.buffered",
            StayKind::Work => "stay.work",
            StayKind::Held => "stay.held",
        }
    }
}

/// A message that stays somewhere for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Where.
    pub place: Place,
    /// The message.
    pub message: MessageId,
    /// How.
    pub kind: StayKind,
    /// From when on.
    pub from: Time,
    /// Until when; nothing while it lasts.
    pub until: Option<Time>,
    /// The fact with which it begins, by its index; nothing where it began before the reading.
    pub fact: Option<u64>,
}

/// What a mark on a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// The time of a message is over.
    Expired,
    /// A message is gone.
    Lost,
    /// A client, a link or the broker is not there any more.
    Down,
    /// It is there again.
    Up,
    /// The broker closes a channel or a connection because of an error.
    Error,
    /// Something else that happens to the thing itself.
    Note,
}

impl MarkKind {
    /// The name in JavaScript.
    pub const fn name(self) -> &'static str {
        match self {
            MarkKind::Expired => "expired",
            MarkKind::Lost => "lost",
            MarkKind::Down => "down",
            MarkKind::Up => "up",
            MarkKind::Error => "error",
            MarkKind::Note => "note",
        }
    }
}

/// Something that happens on one line at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Where.
    pub place: Place,
    /// When.
    pub time: Time,
    /// What it is.
    pub kind: MarkKind,
    /// The message, if it is about one.
    pub message: Option<MessageId>,
    /// The fact, by its index, and what happened.
    pub fact: (u64, Event),
}

/// What is drawn of a time, in the order in which it began.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extract {
    /// What was sent.
    pub arrows: Vec<Arrow>,
    /// What stayed.
    pub stays: Vec<Stay>,
    /// What happened besides.
    pub marks: Vec<Mark>,
    /// Whether there was more, which is not known any more.
    pub is_cut: bool,
}
