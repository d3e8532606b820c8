//! Memory that was used and will be again, so that it is not asked for with every message.

use super::connection::Unacknowledged;
use crate::amqp::Message;
use crate::ids::{HoldsNames, Name};
use std::fmt;
use std::rc::Rc;

/// So many places for messages are kept.
const MOST: usize = 32;

/// What is kept for use. A copy of the broker begins with nothing.
#[derive(Default)]
pub(super) struct Spare {
    deliveries: Vec<Unacknowledged>,
    messages: Vec<Rc<Message>>,
}

impl Spare {
    /// An empty list.
    #[inline]
    pub fn deliveries(&mut self) -> Vec<Unacknowledged> {
        std::mem::take(&mut self.deliveries)
    }

    /// The broker is done with deliveries.
    #[inline]
    pub fn take_back(&mut self, mut deliveries: Vec<Unacknowledged>) {
        for delivery in deliveries.drain(..) {
            self.take_message(delivery.message.message);
        }
        self.deliveries = deliveries;
    }

    /// The broker is done with a copy of a message.
    #[inline(always)]
    pub fn take_message(&mut self, mut message: Rc<Message>) {
        if self.messages.len() < MOST && Rc::get_mut(&mut message).is_some() {
            self.messages.push(message);
        }
    }

    /// A message that nobody has any more, to become another one.
    #[inline(always)]
    pub fn message(&mut self) -> Option<Rc<Message>> {
        self.messages.pop()
    }
}

impl Clone for Spare {
    fn clone(&self) -> Spare {
        Spare::default()
    }
}

/// What is kept is no part of the state: it shows as nothing.
impl fmt::Debug for Spare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spare")
    }
}

/// Nobody reads what is kept.
impl HoldsNames for Spare {
    fn visit_names(&self, _: &mut dyn FnMut(Name)) {}
}
