//! What the broker has to say, in the order in which it was said.

use super::Outgoing;
use crate::amqp::{Deliver, Message, Parcel};
use crate::ids::{HoldsNames, Name};
use std::collections::VecDeque;
use std::rc::Rc;

/// A delivery on its way out.
pub type OutgoingDelivery = Outgoing<(Deliver, Rc<Message>)>;

/// Commands for clients.
///
/// As a rule there is one, a delivery, which is fetched before anything else is said. It has a place of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Output {
    /// The first of all.
    lone: Option<OutgoingDelivery>,
    /// What was said after it.
    line: VecDeque<Outgoing<Parcel>>,
}

impl Output {
    /// A message is delivered.
    #[inline(always)]
    pub fn deliver(&mut self, delivery: OutgoingDelivery) {
        if self.lone.is_none() && self.line.is_empty() {
            self.lone = Some(delivery);
        } else {
            self.say(delivery.into());
        }
    }

    /// Something is said.
    #[inline(never)]
    pub fn say(&mut self, outgoing: Outgoing<Parcel>) {
        self.line.push_back(outgoing);
    }

    /// What was said first, of what was not fetched.
    #[inline(always)]
    pub fn next(&mut self) -> Option<Outgoing<Parcel>> {
        match self.lone.take() {
            Some(lone) => Some(lone.into()),
            None => self.line.pop_front(),
        }
    }

    /// The same if it is a delivery, and all there is.
    #[inline(always)]
    pub fn take_lone(&mut self) -> Option<OutgoingDelivery> {
        if self.line.is_empty() { self.lone.take() } else { None }
    }

    /// Whether all of it was fetched.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.lone.is_none() && self.line.is_empty()
    }

    /// All of it.
    pub fn line(&mut self) -> &mut VecDeque<Outgoing<Parcel>> {
        if let Some(lone) = self.lone.take() {
            self.line.push_front(lone.into());
        }
        &mut self.line
    }
}

impl From<OutgoingDelivery> for Outgoing<Parcel> {
    #[inline(always)]
    fn from(delivery: OutgoingDelivery) -> Outgoing<Parcel> {
        let Outgoing { connection, channel, command: (deliver, message), is_settled } = delivery;
        Outgoing { connection, channel, command: Parcel::Deliver(deliver, message), is_settled }
    }
}

impl HoldsNames for Output {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        if let Some(Outgoing { command: (deliver, message), .. }) = &self.lone {
            deliver.visit_names(visit);
            message.visit_names(visit);
        }
        self.line.visit_names(visit);
    }
}
