//! HTTP long polling: one GET always waits, one POST at a time brings packets.

use super::transport::State;
use super::{Client, Turn, Work};
use crate::realtime::engine_io::{Packet, from_payload, to_payload};
use crate::realtime::http::Response;
use crate::realtime::{CallerOutput, ExchangeId};

impl Client {
    fn poll(&mut self) {
        let exchange = self.next_exchange();
        self.transport.poll = Some(exchange);
        self.transport.is_polling = true;
        let transport = self.transport.clone();
        let request = self.request("GET", &transport, None);
        self.output.push_back(CallerOutput::Request { exchange, request });
    }

    pub(super) fn post(&mut self, packets: &[Packet]) {
        let exchange = self.next_exchange();
        self.transport.post = Some(exchange);
        self.transport.is_writable = false;
        let transport = self.transport.clone();
        let request = self.request("POST", &transport, Some(to_payload(packets)));
        self.output.push_back(CallerOutput::Request { exchange, request });
    }

    pub(super) fn response(&mut self, exchange: ExchangeId, response: &Response) {
        if response.status != 200 {
            self.request_failed(exchange);
            return;
        }
        if self.transport.post == Some(exchange) {
            self.transport.post = None;
            self.transport.is_writable = true;
            if !self.is_closed() {
                self.drained();
                self.pause();
            }
            return;
        }
        self.transport.poll = None;
        if !self.is_closed() {
            let payload = String::from_utf8_lossy(&response.body);
            self.work.extend(from_payload(&payload).into_iter().map(Work::Packet));
            self.work.push_back(Work::Polled);
        }
    }

    /// All packets of a poll have been read: on to the next.
    pub(super) fn polled(&mut self) {
        self.transport.is_polling = false;
        match self.transport.state {
            State::Open => self.poll(),
            State::Pausing => self.pause(),
            State::Opening | State::Paused | State::Closed => {}
        }
    }

    /// A request was not answered, or not with 200.
    pub(super) fn request_failed(&mut self, exchange: ExchangeId) {
        let is_poll = self.transport.poll == Some(exchange);
        self.turns.push_back(Turn::Failed(if is_poll { "xhr poll error" } else { "xhr post error" }));
    }
}
