//! Sequence diagrams, as data read from facts: time runs down, each thing has a line of its own, what is sent is
//! an arrow from one line to another, and what stays somewhere is a bar on a line.
//!
//! Facts know of messages. The methods that only open, close and set things up are no facts of their own; who
//! listens at the links hands them in too ([`SequenceReader::hear`]).

mod arrow;
mod links;
mod reader;
mod table;

pub use arrow::{Arrow, Label, LostWhere, Outcome};
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
    /// In a queue, as a dead letter that is published and not confirmed yet.
    Kept,
    /// The broker keeps it until a transaction is committed, or does not read it yet.
    Held,
    /// A server keeps a request until there is something to answer (RFC 6202, long polling).
    Unanswered,
}

impl StayKind {
    /// The name in JavaScript.
    pub const fn name(self) -> &'static str {
        match self {
            StayKind::Ready => "ready",
            StayKind::Unacknowledged => "unacknowledged",
            StayKind::Buffered => "buffered",
            StayKind::Work => "work",
            StayKind::Kept => "kept",
            StayKind::Held => "held",
            StayKind::Unanswered => "unanswered",
        }
    }

    /// The key of its sentence in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            StayKind::Ready => "stay.ready",
            StayKind::Unacknowledged => "stay.unacknowledged",
            StayKind::Buffered => "stay.buffered",
            StayKind::Work => "stay.work",
            StayKind::Kept => "stay.kept",
            StayKind::Held => "stay.held",
            StayKind::Unanswered => "stay.unanswered",
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{ClientName, ExchangeName, Fact, QueueName, Rule};
    use crate::ids::Name;

    const MESSAGE: MessageId = MessageId(1);
    const PRODUCER: ClientName = ClientName(Name(1));
    const CONSUMER: ClientName = ClientName(Name(6));
    const EXCHANGE: ExchangeName = ExchangeName { virtual_host: Name(2), name: Name(3) };
    const QUEUE: QueueName = QueueName { virtual_host: Name(2), name: Name(4) };

    fn published(message: MessageId, arrives: Time) -> Event {
        Event::Published { producer: PRODUCER, message, exchange: EXCHANGE, routing_key: Name(5), arrives }
    }

    fn read(events: &[(u64, Event)]) -> Extract {
        let mut reader = SequenceReader::new(None, Time::START);
        for (index, (us, event)) in events.iter().enumerate() {
            reader.read(index as u64, &Fact { time: Time::from_us(*us), step: *us, event: *event });
        }
        reader.extract(Time::START, Time::from_us(1_000_000))
    }

    #[test]
    fn where_nobody_knows_when_it_arrives_the_arrival_says_so() {
        let received = Event::Received { message: MESSAGE, exchange: EXCHANGE };
        let extract = read(&[(100, published(MESSAGE, Time::UNKNOWN)), (170, received)]);
        let arrow = extract.arrows[0];
        assert_eq!(
            (arrow.departs, arrow.arrives, arrow.outcome),
            (Time::from_us(100), Time::from_us(170), Outcome::Arrives)
        );
    }

    #[test]
    fn what_waits_for_a_link_is_lost_where_it_waits_when_the_connection_breaks() {
        let breaks = Event::ConnectionTimedOut { client: PRODUCER, rule: Rule::RetransmissionLimit };
        let lost = Event::PublishingLost {
            message: MESSAGE,
            producer: PRODUCER,
            exchange: EXCHANGE,
            rule: Rule::ConnectionLost,
        };
        let extract = read(&[(100, published(MESSAGE, Time::UNKNOWN)), (900, breaks), (900, lost)]);
        assert_eq!(
            extract.arrows[0].outcome,
            Outcome::Lost { at: Time::from_us(900), place: LostWhere::AtStart }
        );
    }

    #[test]
    fn a_crash_ends_all_that_a_consumer_has_and_nothing_of_the_queue() {
        let (queue, consumer) = (QUEUE, CONSUMER);
        let queued = |message| Event::Queued { message, queue, ready: 1 };
        let taken = |message| Event::Taken { message, consumer, buffered: 1 };
        let extract = read(&[
            (10, queued(MESSAGE)),
            (20, taken(MESSAGE)),
            (20, taken(MessageId(2))),
            (30, Event::WorkBegan { consumer, message: MESSAGE, ends: Time::from_us(90) }),
            (50, Event::Crashed { client: consumer }),
        ]);
        let stays: Vec<_> = extract
            .stays
            .iter()
            .map(|stay| (stay.message.0, stay.kind, stay.from.as_us(), stay.until.map(Time::as_us)))
            .collect();
        let expected = [
            (1, StayKind::Ready, 10, None),
            (1, StayKind::Buffered, 20, Some(30)),
            (2, StayKind::Buffered, 20, Some(50)),
            (1, StayKind::Work, 30, Some(50)),
        ];
        assert_eq!(stays, expected);
        assert_eq!(extract.marks[0].kind, MarkKind::Down);
    }

    #[test]
    fn a_reader_forgets_the_oldest_and_says_so() {
        let mut reader = SequenceReader::new(None, Time::START);
        for number in 1..=10_000u32 {
            let (time, step) = (Time::from_us(number.into()), number.into());
            let event = published(MessageId(number), time);
            reader.read(number.into(), &Fact { time, step, event });
        }
        let whole = reader.extract(Time::START, Time::from_us(10_000));
        assert!(whole.is_cut && whole.arrows.len() <= 8_000);
        assert_eq!(whole.arrows.last().map(|arrow| arrow.message), Some(Some(MessageId(10_000))));
        let late = reader.extract(Time::from_us(9_000), Time::from_us(10_000));
        assert!(!late.is_cut);
        assert_eq!(late.arrows.len(), 1_001);
    }
}
