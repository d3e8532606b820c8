//! What links do to arrows: what waits goes, what is sent in frames is there with the last of them, frames are lost.

use super::table::LinkChange;
use super::{Arrow, Label, LostWhere, Outcome, SequenceReader, table};
use crate::facts::{ClientName, Fact};
use crate::ids::{MessageId, Name};
use crate::time::{Span, Time};

/// So many of the last arrows are looked at for how long a frame usually takes.
const NEAR: usize = 200;

impl SequenceReader {
    pub(super) fn read_link(&mut self, fact: &Fact, change: &LinkChange) {
        let now = fact.time;
        match *change {
            LinkChange::Sends(client, is_to_broker, arrives) => {
                let way = Some((client, is_to_broker));
                for arrow in self.waiting().filter(|arrow| table::client_of(arrow.from, arrow.to) == way) {
                    arrow.goes_at(now, arrives);
                }
            }
            LinkChange::Breaks(client) => {
                let is_its = |arrow: &&mut Arrow| {
                    table::client_of(arrow.from, arrow.to).is_some_and(|way| way.0 == client)
                };
                for arrow in self.waiting().filter(is_its) {
                    arrow.outcome = Outcome::Lost { at: now, place: LostWhere::AtStart };
                }
            }
            LinkChange::Loses(client, arrives, count) => {
                let lost = (client, arrives, count);
                let said = self.arrows.iter_mut().rev().take_while(|arrow| arrow.sent == now);
                match said.filter(|arrow| arrow.retransmissions == 0 && arrow.loses(&lost)).last() {
                    Some(arrow) => arrow.retransmissions = count,
                    None => self.retransmissions.push(lost),
                }
            }
            LinkChange::Says(link, method) => self.said.push((link, method)),
            LinkChange::Carries(link, frame, what, message) => self.name_frame(link, frame, what, message),
            LinkChange::Completes(link, frame, what, message, arrives) => {
                self.name_frame(link, frame, what, message);
                self.complete(link, message, now, arrives);
            }
            LinkChange::Replaces(link, message) => {
                let is_it = |arrow: &Arrow| {
                    arrow.outcome == Outcome::Waits && arrow.message == Some(message) && arrow.goes(link)
                };
                if let Some(place) = self.arrows.iter().rposition(is_it) {
                    self.arrows.remove(place);
                    self.over = self.over.min(place);
                }
            }
            LinkChange::LosesFrame(link, frame) => self.lose_frame(link, frame, now),
        }
    }

    /// What was said on a connection about itself stands on the segment that carries it.
    pub(super) fn said_in(&mut self, arrow: &Arrow) -> Option<Label> {
        let Label::Segment(_, 1..) = arrow.label else { return None };
        let place = self.said.iter().position(|(link, _)| arrow.goes(*link))?;
        let (link, method) = self.said.remove(place);
        // What is said together goes together.
        self.said.retain(|(other, _)| *other != link);
        Some(Label::Named(method))
    }

    fn waiting(&mut self) -> impl Iterator<Item = &mut Arrow> {
        self.arrows.iter_mut().filter(|arrow| arrow.outcome == Outcome::Waits && !arrow.is_frame())
    }

    /// A frame bears the name of the method that is in it.
    fn name_frame(&mut self, link: [ClientName; 2], frame: u64, what: Name, message: MessageId) {
        let is_wanted = self.is_wanted(Some(message));
        let mut near = self.arrows.iter_mut().rev().take(NEAR);
        let found = near.find(|arrow| arrow.is_frame() && arrow.tag == Some(frame) && arrow.goes(link));
        if let Some(arrow) = found.filter(|_| message.0 > 0 && is_wanted) {
            (arrow.label, arrow.message) = (Label::Named(what), Some(message));
        }
    }

    /// TCP keeps order: with the last octets of a message everything has gone that was sent before it on the link.
    fn complete(&mut self, link: [ClientName; 2], message: MessageId, now: Time, arrives: Time) {
        let is_waiting =
            |arrow: &Arrow| arrow.outcome == Outcome::Waits && !arrow.is_frame() && arrow.goes(link);
        let last = self.arrows.iter().rposition(|arrow| is_waiting(arrow) && arrow.message == Some(message));
        if arrives != Time::UNKNOWN {
            let gone = self.arrows.iter_mut().take(last.map_or(0, |last| last + 1));
            gone.filter(|arrow| is_waiting(arrow)).for_each(|arrow| arrow.goes_at(now, arrives));
        }
    }

    /// Nobody says where on the link: it is drawn half-way of what frames usually take.
    fn lose_frame(&mut self, link: [ClientName; 2], frame: u64, now: Time) {
        let near = self.arrows.iter().rev().take(NEAR);
        let mut arrived =
            near.filter(|arrow| arrow.is_frame() && arrow.arrives != Time::UNKNOWN && arrow.goes(link));
        let usual = arrived.next().map_or(Span::ZERO, |arrow| arrow.arrives - arrow.departs);
        let half = Span::from_us(usual.as_us() / 2);
        let mut near = self.arrows.iter_mut().rev().take(NEAR);
        let found = near.find(|arrow| arrow.is_frame() && arrow.tag == Some(frame) && arrow.goes(link));
        if let Some(arrow) = found {
            arrow.departs = arrow.sent;
            arrow.outcome = Outcome::Lost { at: now + half, place: LostWhere::OnTheWay };
        }
    }
}

impl Arrow {
    fn goes_at(&mut self, departs: Time, arrives: Time) {
        (self.departs, self.arrives, self.outcome) = (departs, arrives, Outcome::Arrives);
    }
}
