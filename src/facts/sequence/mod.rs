//! Sequence diagrams, as data read from facts: time runs down, each thing has a line of its own, what is sent is
//! an arrow from one line to another, and what stays somewhere is a bar on a line.
//!
//! Facts know of messages. The methods that only open, close and set things up are no facts of their own; who
//! listens at the links hands them in too ([`SequenceReader::hear`]).

mod reader;
mod table;

pub use reader::{SequenceReader, Spoken};

use super::{Event, Place, Shape};
use crate::ids::{MessageId, Name};
use crate::time::Time;

/// What stands on an arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// The name of a method.
    Method(&'static str),
    /// The same, of a method that a fact names.
    Named(Name),
    /// The key by which an exchange routes.
    RoutingKey(Name),
    /// A dead letter, with its key.
    DeadLetter(Name),
    /// Nothing but the message.
    Nothing,
}

/// What became of something that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It arrives, or is on its way.
    Arrives,
    /// It waits where it was sent from, because the link does not take it.
    Waits,
    /// It is lost, and where: not even sent, or at its end, where nobody listens.
    Lost {
        /// When.
        at: Time,
        /// Whether it got to the other end.
        is_at_end: bool,
    },
}

/// Something that goes from one line to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    /// The line it leaves.
    pub from: Place,
    /// The line it leads to.
    pub to: Place,
    /// When it was handed to the link.
    pub sent: Time,
    /// When it goes on its way: later than that where the link was down. [`Time::UNKNOWN`] while it waits.
    pub departs: Time,
    /// When it is there. [`Time::UNKNOWN`] while nobody knows.
    pub arrives: Time,
    /// What stands on it.
    pub label: Label,
    /// The message that it brings, or is about.
    pub message: Option<MessageId>,
    /// How it is drawn; nothing for a method that has to do with no message.
    pub shape: Option<Shape>,
    /// The routing key of the message; empty where it is about one only.
    pub routing_key: Name,
    /// The client that published the message, or says something about it.
    pub publisher: Name,
    /// What became of it.
    pub outcome: Outcome,
    /// So many transmissions of parts of it were lost and done again.
    pub retransmissions: u64,
    /// The step in which it was sent.
    pub step: u64,
    /// The fact that says so, by its index, and what happened.
    pub fact: Option<(u64, Event)>,
    /// The delivery that it answers.
    tag: Option<u64>,
    /// Whether something says that it is there.
    has_come: bool,
}

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
