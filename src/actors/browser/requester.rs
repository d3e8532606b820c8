//! A program that makes single requests: a page with a button, or one that looks for something now and then.

use crate::fifo::Fifo;
use crate::realtime::http::{Headers, Request};
use crate::realtime::{CallerOutput, ExchangeId};

/// A request to be made, again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRequest {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The body; none when it is empty.
    pub body: String,
}

/// Makes its requests in turn, each when it is asked to.
#[derive(Clone, Debug)]
pub struct Requester {
    headers: Headers,
    requests: Vec<PlannedRequest>,
    count: u64,
    output: Fifo<CallerOutput>,
}

impl Requester {
    /// A program with these requests; each of them has these header fields.
    pub fn new(headers: Headers, requests: Vec<PlannedRequest>) -> Requester {
        Requester { headers, requests, count: 0, output: Fifo::new() }
    }

    pub(super) fn has_acts(&self) -> bool {
        !self.requests.is_empty()
    }

    /// Makes the next request. Says whether there is one.
    pub fn ask_next(&mut self) -> bool {
        let place = self.count.checked_rem(self.requests.len() as u64);
        let Some(planned) = place.map(|place| self.requests[place as usize].clone()) else { return false };
        self.count += 1;
        let PlannedRequest { method, target, body } = planned;
        let (headers, body) = (self.headers.clone(), body.into_bytes());
        let (exchange, request) = (ExchangeId(self.count), Request { method, target, headers, body });
        self.output.push_back(CallerOutput::Request { exchange, request });
        true
    }

    pub(super) fn poll_output(&mut self) -> Option<CallerOutput> {
        self.output.pop_front()
    }
}
