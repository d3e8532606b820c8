//! Reads facts, one after the other, into arrows, stays and marks.

use super::table::{self, Came, Change, Sent};
use super::{Arrow, Extract, Label, LostWhere, Mark, Outcome, Place, Stay, StayKind};
use crate::facts::{ClientName, Fact, Motion, Shape};
use crate::ids::{MessageId, Name};
use crate::time::Time;

/// So many arrows are kept, and so many stays and marks. When there are more, the older half is forgotten.
const MOST: usize = 8_000;

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
    pub(super) arrows: Vec<Arrow>,
    /// So many of the first arrows are over.
    pub(super) over: usize,
    stays: Vec<Stay>,
    /// So many of the first stays are over.
    ended: usize,
    marks: Vec<Mark>,
    /// What was said on connections about themselves, and is in no segment yet.
    pub(super) said: Vec<([ClientName; 2], Name)>,
    /// What was lost of something that is sent at this instant and not read yet.
    pub(super) retransmissions: Vec<(ClientName, Time, u64)>,
    /// All that was before is forgotten, or was never read.
    known_from: Time,
    has_forgotten: bool,
}

impl SequenceReader {
    /// A reader of everything from a moment on, or of what has to do with one message.
    pub fn new(only: Option<MessageId>, known_from: Time) -> SequenceReader {
        SequenceReader {
            only,
            arrows: Vec::new(),
            over: 0,
            stays: Vec::new(),
            ended: 0,
            marks: Vec::new(),
            said: Vec::new(),
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
        self.add_stay(Stay { place, message, kind, from: now, until: None, fact: None });
    }

    /// Takes in what goes onto a link. A fact that tells more of it comes later.
    pub fn hear(&mut self, spoken: &Spoken) {
        self.leave_others(spoken.sent);
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
        self.leave_others(fact.time);
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
                self.marks.push(Mark { place, time, kind, message, fact });
                self.forget();
            }
        }
    }

    /// What is known of a time, its ends included, in the order in which it began. Of a reader for one message,
    /// what happens besides is what happens to things that have to do with it.
    pub fn extract(&self, from: Time, to: Time) -> Extract {
        let mut extract = Extract {
            is_cut: from < self.known_from || self.has_forgotten && from == self.known_from,
            ..Extract::default()
        };
        // What has no message belongs to one only while that is somewhere there.
        let (mut places, mut first, mut last) = (Vec::new(), to, from);
        for arrow in &self.arrows {
            if arrow.sent <= to && arrow.end() >= from && self.is_wanted(arrow.message) {
                extract.arrows.push(*arrow);
                places.extend([arrow.from, arrow.to]);
                (first, last) = (first.min(arrow.sent), last.max(arrow.known_end()));
            }
        }
        for stay in &self.stays {
            let until = stay.until.unwrap_or(to);
            if stay.from <= to && until >= from && stay.until != Some(stay.from) {
                extract.stays.push(*stay);
                places.push(stay.place);
                (first, last) = (first.min(stay.from), last.max(until));
            }
        }
        for mark in &self.marks {
            let is_wanted = self.is_wanted(mark.message)
                || mark.message.is_none()
                    && (first..=last).contains(&mark.time)
                    && places.contains(&mark.place);
            if (from..=to).contains(&mark.time) && is_wanted {
                extract.marks.push(*mark);
            }
        }
        extract
    }

    /// Leaves out what turned out to be about other messages than the one that is wanted, or about none.
    fn leave_others(&mut self, now: Time) {
        let is_other = |arrow: &Arrow| arrow.sent < now && arrow.message != self.only;
        if self.only.is_some() && self.arrows.last().is_some_and(is_other) {
            self.arrows.retain(|arrow| !is_other(arrow));
            self.over = 0;
        }
    }

    pub(super) fn is_wanted(&self, message: Option<MessageId>) -> bool {
        self.only.is_none() || message == self.only
    }

    fn read_sent(&mut self, index: u64, fact: &Fact, sent: &Sent) {
        // Of several that look alike the facts come in the order in which they were said.
        let begin = self.arrows.partition_point(|arrow| arrow.sent < fact.time);
        let said = self.arrows[begin..].iter().position(|arrow| arrow.is_said_by(sent));
        let fact_of_it = Some((index, fact.event));
        if let Some(said) = said {
            // Among what is said at the same moment it stands in the order of the facts.
            let heard = self.arrows.remove(begin + said);
            self.arrows.push(Arrow {
                label: heard.label,
                tag: sent.tag.or(heard.tag),
                retransmissions: heard.retransmissions,
                fact: fact_of_it,
                ..Arrow::new(sent, fact.time, fact.step)
            });
            return;
        }
        // Which message a frame carries is said after it.
        if !self.is_wanted(sent.message) && sent.shape != Some(Shape::Packet) {
            return;
        }
        self.add_arrow(Arrow { fact: fact_of_it, ..Arrow::new(sent, fact.time, fact.step) });
    }

    fn add_arrow(&mut self, mut arrow: Arrow) {
        if let Some(said) = self.said_in(&arrow) {
            arrow.label = said;
        }
        let own = self.retransmissions.iter().position(|lost| arrow.loses(lost));
        if let Some(own) = own {
            arrow.retransmissions = self.retransmissions.remove(own).2;
        }
        self.arrows.push(arrow);
        self.forget();
    }

    fn read_change(&mut self, index: u64, fact: &Fact, change: &Change) {
        match *change {
            Change::Begins(place, message, kind) => {
                self.end_stays(place, Some(message), fact.time);
                self.add_stay(Stay { place, message, kind, from: fact.time, until: None, fact: Some(index) });
            }
            Change::Ends(place, message) => self.end_stays(place, Some(message), fact.time),
            Change::AllEnd(place) => self.end_stays(place, None, fact.time),
        }
    }

    fn add_stay(&mut self, stay: Stay) {
        if self.is_wanted(Some(stay.message)) {
            self.stays.push(stay);
            self.forget();
        }
    }

    /// Ends the stay of one message at a place, or of all.
    fn end_stays(&mut self, place: Place, message: Option<MessageId>, now: Time) {
        for stay in self.stays.iter_mut().skip(self.ended) {
            let is_meant = message.is_none_or(|message| stay.message == message);
            if is_meant && stay.until.is_none() && stay.place == place {
                stay.until = Some(now);
                if message.is_some() {
                    break;
                }
            }
        }
        while self.stays.get(self.ended).is_some_and(|stay| stay.until.is_some()) {
            self.ended += 1;
        }
        // What took no time was no stay.
        if self.stays.last().is_some_and(|stay| stay.until == Some(stay.from)) {
            self.stays.pop();
            self.ended = self.ended.min(self.stays.len());
        }
    }

    fn read_coming(&mut self, now: Time, came: &Came, is_heard: bool) {
        let mut open = self.arrows.iter_mut().skip(self.over);
        let found = open.find(|arrow| arrow.is_open(now) && arrow.is_meant(came));
        let Some(arrow) = found else { return };
        arrow.has_come = true;
        if !is_heard {
            // What waited and is given up was not even sent.
            let is_sent = !matches!(arrow.outcome, Outcome::Waits | Outcome::Lost { .. });
            let place = if is_sent { LostWhere::AtEnd } else { LostWhere::AtStart };
            arrow.outcome = Outcome::Lost { at: now, place };
        } else if arrow.arrives == Time::UNKNOWN {
            (arrow.departs, arrow.arrives, arrow.outcome) = (arrow.sent, now, Outcome::Arrives);
        }
    }

    /// Keeps everything within its bounds.
    fn forget(&mut self) {
        let half = MOST / 2;
        let forgotten = if self.arrows.len() > MOST {
            self.over = self.over.saturating_sub(half);
            self.arrows.drain(..half).next_back().map(|arrow| arrow.sent)
        } else if self.stays.len() > MOST {
            self.ended = self.ended.saturating_sub(half);
            self.stays.drain(..half).filter_map(|stay| stay.until.or(Some(stay.from))).max()
        } else if self.marks.len() > MOST {
            self.marks.drain(..half).next_back().map(|mark| mark.time)
        } else {
            return;
        };
        self.known_from = self.known_from.max(forgotten.unwrap_or(Time::START));
        self.has_forgotten = true;
    }
}
