//! A link: what one side sends, the other side has later, and in the same order.

use crate::time::{Span, Time};

/// Which way something goes on a client's link to the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the client.
    ToBroker,
    /// To the client.
    ToClient,
}

/// A link between a client and the broker. It carries whole methods, in the order in which they were sent, as
/// the TCP connection below AMQP does.
#[derive(Clone, Debug)]
pub struct Link {
    latency: Span,
    newest_arrivals: [Time; 2],
}

impl Link {
    /// A link with the given delay in each direction.
    pub fn new(latency: Span) -> Link {
        Link { latency, newest_arrivals: [Time::START; 2] }
    }

    /// The delay in each direction.
    pub fn latency(&self) -> Span {
        self.latency
    }

    /// Sends something; says when it arrives.
    pub fn carry(&mut self, now: Time, direction: Direction) -> Time {
        let newest = &mut self.newest_arrivals[direction as usize];
        *newest = (now + self.latency).max(*newest);
        *newest
    }
}
