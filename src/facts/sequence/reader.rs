//! Reads facts, one after the other, into arrows, stays and marks.

use super::table::{self, Came, Change, LinkChange, Sent};
use super::{Arrow, Extract, Label, Mark, Outcome, Place, Shape, Stay, StayKind};
use crate::facts::{ClientName, Fact, Motion};
use crate::ids::{MessageId, Name};
use crate::time::Time;
use std::collections::VecDeque;

/// So many arrows are kept, and so many stays and marks. Older ones are forgotten.
const MOST: usize = 4_000;

/// A method that went onto a client's link, as a listener there hears it.
#[derive(Clone, Copy, Debug)]
pub struct Spoken {
    /// Whose link.
    pub client: ClientName,
    /// Whether the client says it, or the broker.
    pub is_to_broker: bool,
    /// Its name.
    pub method: &'static str,
    /// When.
    pub sent: Time,
    /// When it arrives; [`Time::UNKNOWN`] when it waits for its link.
    pub arrives: Time,
    /// The delivery that it answers, of an acknowledgement.
    pub tag: Option<u64>,
    /// The step in which it is sent.
    pub step: u64,
}

/// Takes facts in, in their order, and what is heard on links before the facts of the same step.
#[derive(Debug)]
pub struct SequenceReader {
    only: Option<MessageId>,
    arrows: VecDeque<Arrow>,
    /// So many of the first arrows are over.
    over: usize,
    lasting: VecDeque<Stay>,
    ended: VecDeque<Stay>,
    marks: VecDeque<Mark>,
    /// What was lost of something that is sent at this instant and not read yet.
    retransmissions: Vec<(ClientName, Time, u64)>,
    /// All that was before is forgotten, or was never read.
    known_from: Time,
    has_forgotten: bool,
}

impl SequenceReader {
    /// A reader of everything from a moment on, or of what has to do with one message.
    pub fn new(only: Option<MessageId>, known_from: Time) -> SequenceReader {
        SequenceReader {
            only,
            arrows: VecDeque::new(),
            over: 0,
            lasting: VecDeque::new(),
            ended: VecDeque::new(),
            marks: VecDeque::new(),
            retransmissions: Vec::new(),
            known_from,
            has_forgotten: false,
        }
    }

    /// From when on everything is known.
    pub fn known_from(&self) -> Time {
        self.known_from
    }

    /// Takes in what is on its way when the reading begins.
    pub fn begin_with(&mut self, motion: &Motion, now: Time) {
        let under_way = motion.on_their_way(now);
        self.arrows.extend(under_way.map(|moved| Arrow::new(&table::sent_by(moved, None), moved.departs, 0)));
    }

    /// Takes in a message that stays somewhere when the reading begins.
    pub fn begin_stay(&mut self, place: Place, message: MessageId, kind: StayKind, now: Time) {
        if self.is_wanted(Some(message)) {
            self.lasting.push_back(Stay { place, message, kind, from: now, until: None, fact: None });
            self.forget();
        }
    }

    /// Takes in what goes onto a link. A fact that tells more of it comes later.
    pub fn hear(&mut self, spoken: &Spoken) {
        if self.only.is_some() {
            // What turned out to be about other messages, or about none.
            self.arrows.retain(|arrow| arrow.sent == spoken.sent || arrow.message == self.only);
            self.over = 0;
        }
        let client = Place::Client(spoken.client);
        let (from, to) = if spoken.is_to_broker { (client, Place::Broker) } else { (Place::Broker, client) };
        let sent = Sent {
            from,
            to,
            arrives: spoken.arrives,
            label: Label::Method(spoken.method),
            message: None,
            shape: None,
            routing_key: Name::EMPTY,
            publisher: spoken.client.0,
            tag: spoken.tag,
        };
        self.add_arrow(Arrow::new(&sent, spoken.sent, spoken.step));
    }

    /// Takes a fact in.
    pub fn read(&mut self, index: u64, fact: &Fact) {
        while self.arrows.get(self.over).is_some_and(|arrow| arrow.end() < fact.time) {
            self.over += 1;
        }
        if let Some(change) = table::link(&fact.event) {
            self.read_link(fact, &change);
        }
        if let Some(change) = table::change(&fact.event) {
            self.read_change(index, fact, &change);
        }
        if let Some((came, is_heard)) = table::came(&fact.event) {
            self.read_coming(fact.time, &came, is_heard);
        }
        if let Some(sent) = table::sent(fact) {
            self.read_sent(index, fact, &sent);
        }
        if let Some((place, kind)) = table::mark(&fact.event) {
            let (time, message) = (fact.time, fact.event.message());
            if self.is_wanted(message) || message.is_none() {
                let fact = (index, fact.event);
                self.marks.push_back(Mark { place, time, kind, message, fact });
                self.forget();
            }
        }
    }

    /// What is known of a time, its ends included, in the order in which it began. Of a reader for one message,
    /// what happens besides is what happens to things that have to do with it.
    pub fn extract(&self, from: Time, to: Time) -> Extract {
        let is_of_message = |message: Option<MessageId>| self.only.is_none_or(|only| message == Some(only));
        let arrows: Vec<Arrow> = (self.arrows.iter())
            .filter(|arrow| arrow.sent <= to && arrow.end() >= from && is_of_message(arrow.message))
            .copied()
            .collect();
        let mut stays: Vec<Stay> = (self.ended.iter().chain(&self.lasting))
            .filter(|stay| stay.from <= to && stay.until.is_none_or(|until| until >= from))
            .copied()
            .collect();
        stays.sort_by_key(|stay| (stay.from, stay.fact));
        let concerns = |place: Place| {
            self.only.is_none()
                || arrows.iter().any(|arrow| arrow.from == place || arrow.to == place)
                || stays.iter().any(|stay| stay.place == place)
        };
        let first = arrows.iter().map(|arrow| arrow.sent).chain(stays.iter().map(|stay| stay.from)).min();
        let last = arrows.iter().map(Arrow::known_end).max();
        let last = stays.iter().map(|stay| stay.until.unwrap_or(to)).max().max(last);
        let is_meanwhile = |time: Time| {
            self.only.is_none()
                || (first.is_some_and(|first| first <= time) && last.is_some_and(|last| time <= last))
        };
        let marks = (self.marks.iter())
            .filter(|mark| (from..=to).contains(&mark.time))
            .filter(|mark| match mark.message {
                Some(_) => is_of_message(mark.message),
                None => concerns(mark.place) && is_meanwhile(mark.time),
            })
            .copied()
            .collect();
        let is_cut = from < self.known_from || self.has_forgotten && from == self.known_from;
        Extract { arrows, stays, marks, is_cut }
    }

    fn is_wanted(&self, message: Option<MessageId>) -> bool {
        self.only.is_none() || message == self.only
    }

    fn read_sent(&mut self, index: u64, fact: &Fact, sent: &Sent) {
        let known = self.arrows.iter_mut().rev().take_while(|arrow| arrow.sent == fact.time);
        // Of several that look alike the facts come in the order in which they were said.
        let said = known.filter(|arrow| arrow.is_said_by(sent)).last();
        let fact_of_it = Some((index, fact.event));
        if let Some(arrow) = said {
            (arrow.from, arrow.to, arrow.fact) = (sent.from, sent.to, fact_of_it);
            (arrow.message, arrow.shape) = (sent.message, sent.shape);
            (arrow.routing_key, arrow.publisher) = (sent.routing_key, sent.publisher);
            arrow.tag = sent.tag.or(arrow.tag);
            return;
        }
        if !self.is_wanted(sent.message) {
            return;
        }
        self.add_arrow(Arrow { fact: fact_of_it, ..Arrow::new(sent, fact.time, fact.step) });
    }

    fn add_arrow(&mut self, mut arrow: Arrow) {
        let own = self.retransmissions.iter().position(|lost| arrow.loses(lost));
        if let Some(own) = own {
            arrow.retransmissions = self.retransmissions.remove(own).2;
        }
        self.arrows.push_back(arrow);
        self.forget();
    }

    fn read_link(&mut self, fact: &Fact, change: &LinkChange) {
        let waiting = self.arrows.iter_mut().filter(|arrow| arrow.outcome == Outcome::Waits);
        match *change {
            LinkChange::Sends(client, is_to_broker, arrives) => {
                let way = Some((client, is_to_broker));
                for arrow in waiting.filter(|arrow| table::client_of(arrow.from, arrow.to) == way) {
                    (arrow.departs, arrow.arrives) = (fact.time, arrives);
                    arrow.outcome = Outcome::Arrives;
                }
            }
            LinkChange::Breaks(client) => {
                let is_its = |arrow: &&mut Arrow| {
                    table::client_of(arrow.from, arrow.to).is_some_and(|way| way.0 == client)
                };
                for arrow in waiting.filter(is_its) {
                    arrow.outcome = Outcome::Lost { at: fact.time, is_at_end: false };
                }
            }
            LinkChange::Loses(client, arrives, count) => {
                let lost = (client, arrives, count);
                let said = self.arrows.iter_mut().rev().take_while(|arrow| arrow.sent == fact.time);
                match said.filter(|arrow| arrow.retransmissions == 0 && arrow.loses(&lost)).last() {
                    Some(arrow) => arrow.retransmissions = count,
                    None => self.retransmissions.push(lost),
                }
            }
        }
    }

    fn read_change(&mut self, index: u64, fact: &Fact, change: &Change) {
        match *change {
            Change::Begins(place, message, kind) => {
                self.end_stay(place, message, fact.time);
                if self.is_wanted(Some(message)) {
                    let (from, until, fact) = (fact.time, None, Some(index));
                    self.lasting.push_back(Stay { place, message, kind, from, until, fact });
                    self.forget();
                }
            }
            Change::Ends(place, message) => self.end_stay(place, message, fact.time),
            Change::AllEnd(place) => {
                while let Some(message) = self.lasting.iter().find(|stay| stay.place == place) {
                    self.end_stay(place, message.message, fact.time);
                }
            }
        }
    }

    /// What took no time was no stay.
    fn end_stay(&mut self, place: Place, message: MessageId, now: Time) {
        let found = self.lasting.iter().position(|stay| stay.message == message && stay.place == place);
        if let Some(stay) = found.and_then(|found| self.lasting.remove(found))
            && stay.from < now
        {
            self.ended.push_back(Stay { until: Some(now), ..stay });
            self.forget();
        }
    }

    fn read_coming(&mut self, now: Time, came: &Came, is_heard: bool) {
        let mut open = self.arrows.range_mut(self.over..).filter(|arrow| arrow.is_open(now));
        let Some(arrow) = open.find(|arrow| arrow.is_meant(came)) else { return };
        arrow.has_come = true;
        if !is_heard {
            // What waited and is given up was not even sent.
            let is_at_end = !matches!(arrow.outcome, Outcome::Waits | Outcome::Lost { .. });
            arrow.outcome = Outcome::Lost { at: now, is_at_end };
        } else if arrow.arrives == Time::UNKNOWN {
            (arrow.departs, arrow.arrives, arrow.outcome) = (arrow.sent, now, Outcome::Arrives);
        }
    }

    /// Keeps everything within its bounds.
    fn forget(&mut self) {
        let mut forgotten = None;
        if self.arrows.len() > MOST {
            forgotten = self.arrows.pop_front().map(|arrow| arrow.sent);
            self.over = self.over.saturating_sub(1);
        }
        for stays in [&mut self.lasting, &mut self.ended] {
            if stays.len() > MOST {
                forgotten = forgotten.max(stays.pop_front().map(|stay| stay.until.unwrap_or(stay.from)));
            }
        }
        if self.marks.len() > MOST {
            forgotten = forgotten.max(self.marks.pop_front().map(|mark| mark.time));
        }
        if let Some(forgotten) = forgotten {
            self.known_from = self.known_from.max(forgotten);
            self.has_forgotten = true;
        }
    }
}

impl Arrow {
    fn new(what: &Sent, sent: Time, step: u64) -> Arrow {
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
    fn end(&self) -> Time {
        match self.outcome {
            Outcome::Lost { at, .. } => at,
            Outcome::Waits => Time::UNKNOWN,
            Outcome::Arrives => self.arrives,
        }
    }

    /// The last moment of it that is known.
    fn known_end(&self) -> Time {
        let end = self.end();
        if end == Time::UNKNOWN { self.sent } else { end }
    }

    /// Whether it may come to its end now.
    fn is_open(&self, now: Time) -> bool {
        !self.has_come && (self.end() == now || self.arrives == Time::UNKNOWN)
    }

    /// Whether what was heard is what a fact says to be sent.
    fn is_said_by(&self, sent: &Sent) -> bool {
        let method = match (self.label, sent.label) {
            (Label::Method("basic.get-ok"), Label::Method("basic.deliver")) => true,
            // A fact that names its method in the run's own words names what was just said.
            (Label::Method(_), Label::Named(_)) => true,
            (own, said) => own == said,
        };
        let way = table::client_of(self.from, self.to);
        self.fact.is_none()
            && method
            && way == table::client_of(sent.from, sent.to)
            && self.arrives == sent.arrives
            && (sent.tag.is_none() || self.tag == sent.tag)
    }

    fn is_meant(&self, came: &Came) -> bool {
        let way = table::client_of(self.from, self.to);
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

    /// Whether it is what parts were lost of.
    fn loses(&self, &(client, arrives, _): &(ClientName, Time, u64)) -> bool {
        arrives == self.arrives && table::client_of(self.from, self.to).is_some_and(|way| way.0 == client)
    }
}
