//! Arrows: what goes from one line of a sequence diagram to another.

use super::table::{Came, Sent, client_of};
use crate::facts::{ClientName, Event, Place, Shape};
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
    /// A TCP segment: its flags, and how many octets of its stream it carries.
    Segment(Name, u64),
    /// A datagram of so many octets.
    Datagram(u64),
    /// Nothing but the message.
    Nothing,
}

/// Where something is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostWhere {
    /// It was not even sent.
    AtStart,
    /// On the link.
    OnTheWay,
    /// At its end, where nobody listens.
    AtEnd,
}

impl LostWhere {
    /// The name in JavaScript.
    pub const fn name(self) -> &'static str {
        match self {
            LostWhere::AtStart => "start",
            LostWhere::OnTheWay => "way",
            LostWhere::AtEnd => "end",
        }
    }
}

/// What became of something that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It arrives, or is on its way.
    Arrives,
    /// It waits where it was sent from, because the link does not take it.
    Waits,
    /// It is lost.
    Lost {
        /// When.
        at: Time,
        /// Where.
        place: LostWhere,
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
    /// The delivery that it answers, or the number of a frame.
    pub(super) tag: Option<u64>,
    /// Whether something says that it is there.
    pub(super) has_come: bool,
}

impl Arrow {
    pub(super) fn new(what: &Sent, sent: Time, step: u64) -> Arrow {
        let waits = what.arrives == Time::UNKNOWN;
        Arrow {
            from: what.from,
            to: what.to,
            sent,
            departs: if waits { Time::UNKNOWN } else { sent },
            arrives: what.arrives,
            label: what.label,
            message: what.message,
            shape: what.shape,
            routing_key: what.routing_key,
            publisher: what.publisher,
            outcome: if waits { Outcome::Waits } else { Outcome::Arrives },
            retransmissions: 0,
            step,
            fact: None,
            tag: what.tag,
            has_come: false,
        }
    }

    /// When it is over; later than everything while nobody knows.
    pub(super) fn end(&self) -> Time {
        match self.outcome {
            Outcome::Lost { at, .. } => at,
            Outcome::Waits => Time::UNKNOWN,
            Outcome::Arrives => self.arrives,
        }
    }

    /// The last moment of it that is known.
    pub(super) fn known_end(&self) -> Time {
        let end = self.end();
        if end == Time::UNKNOWN { self.sent } else { end }
    }

    /// Whether it may come to its end now.
    pub(super) fn is_open(&self, now: Time) -> bool {
        !self.has_come && (self.end() == now || self.arrives == Time::UNKNOWN)
    }

    /// Whether what was heard is what a fact says to be sent.
    pub(super) fn is_said_by(&self, sent: &Sent) -> bool {
        let method = match (self.label, sent.label) {
            (Label::Method("basic.get-ok"), Label::Method("basic.deliver")) => true,
            // A fact that names its method in the run's own words names what was just said.
            (Label::Method(_), Label::Named(_)) => true,
            (own, said) => own == said,
        };
        let way = client_of(self.from, self.to);
        self.fact.is_none()
            && method
            && way == client_of(sent.from, sent.to)
            && self.arrives == sent.arrives
            && (sent.tag.is_none() || self.tag == sent.tag)
    }

    pub(super) fn is_meant(&self, came: &Came) -> bool {
        let way = client_of(self.from, self.to);
        match *came {
            Came::Published(message) => {
                self.message == Some(message)
                    && matches!(way, Some((_, true)))
                    && self.shape == Some(Shape::Message)
            }
            Came::Delivered(message, client) => {
                self.message == Some(message)
                    && way == Some((client, false))
                    && !matches!(self.shape, Some(Shape::Confirm | Shape::NotConfirmed))
            }
            Came::Answered(message) => {
                let is_answer = matches!(self.shape, Some(Shape::Acknowledgement | Shape::Refusal));
                self.message == Some(message) && is_answer
            }
            Came::Method(client, Some(tag)) => way == Some((client, true)) && self.tag == Some(tag),
            Came::Method(client, None) => {
                way == Some((client, true)) && self.message.is_none() && self.shape.is_none()
            }
        }
    }

    /// Whether it is a frame, and not what is written in frames.
    pub(super) fn is_frame(&self) -> bool {
        self.shape == Some(Shape::Packet)
    }

    /// Whether it goes over the link from one node to another; the broker is whoever is not the client.
    pub(super) fn goes(&self, [from, to]: [ClientName; 2]) -> bool {
        match (self.from, self.to) {
            (Place::Client(own_from), Place::Client(own_to)) => own_from == from && own_to == to,
            _ => client_of(self.from, self.to)
                .is_some_and(|(client, is_to_broker)| client == if is_to_broker { from } else { to }),
        }
    }

    /// Whether it is what parts were lost of.
    pub(super) fn loses(&self, &(client, arrives, _): &(ClientName, Time, u64)) -> bool {
        arrives == self.arrives && client_of(self.from, self.to).is_some_and(|way| way.0 == client)
    }
}
