//! A program that asks a feed for new lines, again and again (RFC 6202 section 2).

use super::{BrowserEvent, lines_in, next_message};
use crate::fifo::Fifo;
use crate::realtime::http::{Headers, Request};
use crate::realtime::{CallerInput, CallerOutput, ExchangeId};
use crate::time::{Span, Time};

/// How long a program waits before it asks again when it got no answer.
const RETRY: Span = Span::from_ms(1_000);

/// How a program asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Short polling: once in a while; the answer comes at once.
    Interval(Span),
    /// Long polling: the server may wait so long for something to answer, and then it is asked again at once.
    AtServer(Span),
}

/// Asks for lines, and says some.
#[derive(Clone, Debug)]
pub struct Poller {
    path: String,
    headers: Headers,
    waiting: Waiting,
    lines: Vec<String>,
    said: u64,
    /// The number of the newest line that it has.
    since: u64,
    count: u64,
    asked: Option<ExchangeId>,
    next: Option<Time>,
    events: Fifo<BrowserEvent>,
    output: Fifo<CallerOutput>,
}

impl Poller {
    /// A program that asks the feed of that path from now on, and says these lines in turn when it is asked to.
    pub fn new(path: String, headers: Headers, waiting: Waiting, lines: Vec<String>, now: Time) -> Poller {
        Poller {
            path,
            headers,
            waiting,
            lines,
            said: 0,
            since: 0,
            count: 0,
            asked: None,
            next: Some(now),
            events: Fifo::new(),
            output: Fifo::new(),
        }
    }

    /// How it asks.
    pub fn waiting(&self) -> Waiting {
        self.waiting
    }

    /// The number of the newest line that it has.
    pub fn since(&self) -> u64 {
        self.since
    }

    /// Whether it has asked and awaits the answer.
    pub fn is_asking(&self) -> bool {
        self.asked.is_some()
    }

    pub(super) fn has_acts(&self) -> bool {
        !self.lines.is_empty()
    }

    /// Says the next of its lines, in a request of its own. Says whether there is one.
    pub fn say_next(&mut self, last: &mut u32) -> bool {
        let place = self.said.checked_rem(self.lines.len() as u64);
        let Some(text) = place.map(|place| self.lines[place as usize].clone()) else { return false };
        self.said += 1;
        self.say(text, last);
        true
    }

    /// Says a line.
    pub fn say(&mut self, text: String, last: &mut u32) {
        let mut headers = self.headers.clone();
        headers.add("Content-Type", "text/plain; charset=UTF-8");
        let body = text.clone().into_bytes();
        let request = Request { method: "POST".to_owned(), target: self.path.clone(), headers, body };
        let exchange = self.next_exchange();
        self.events.push_back(BrowserEvent::Said { exchange, message: next_message(last), text });
        self.output.push_back(CallerOutput::Request { exchange, request });
    }

    fn ask(&mut self) {
        let target = match self.waiting {
            Waiting::Interval(_) => format!("{}?since={}", self.path, self.since),
            Waiting::AtServer(most) => {
                format!("{}?since={}&wait={}", self.path, self.since, most.as_us() / 1_000)
            }
        };
        let headers = self.headers.clone();
        let request = Request { method: "GET".to_owned(), target, headers, body: Vec::new() };
        let exchange = self.next_exchange();
        self.asked = Some(exchange);
        self.output.push_back(CallerOutput::Request { exchange, request });
    }

    fn next_exchange(&mut self) -> ExchangeId {
        self.count += 1;
        ExchangeId(self.count)
    }

    pub(super) fn handle(&mut self, now: Time, input: &CallerInput) {
        match input {
            CallerInput::Response { exchange, response } if self.asked == Some(*exchange) => {
                self.asked = None;
                let (count, newest) = if response.status == 200 { lines_in(&response.body) } else { (0, 0) };
                if count > 0 {
                    self.since = newest;
                    self.events.push_back(BrowserEvent::Heard { exchange: *exchange, count });
                }
                match self.waiting {
                    Waiting::AtServer(_) if response.status == 200 => self.ask(),
                    Waiting::AtServer(_) => self.next = Some(now + RETRY),
                    Waiting::Interval(_) => {}
                }
            }
            CallerInput::Gone { exchange } if self.asked == Some(*exchange) => {
                self.asked = None;
                if let Waiting::AtServer(_) = self.waiting {
                    self.next = Some(now + RETRY);
                }
            }
            _ => {}
        }
    }

    pub(super) fn next_timeout(&self) -> Option<Time> {
        self.next
    }

    pub(super) fn handle_timeout(&mut self, now: Time) {
        if self.next.is_none_or(|next| next > now) {
            return;
        }
        // An interval goes on in any case; while an answer is awaited, nothing is asked.
        self.next = match self.waiting {
            Waiting::Interval(interval) => Some(now + interval),
            Waiting::AtServer(_) => None,
        };
        if self.asked.is_none() {
            self.ask();
        }
    }

    pub(super) fn poll_event(&mut self) -> Option<BrowserEvent> {
        self.events.pop_front()
    }

    pub(super) fn poll_output(&mut self) -> Option<CallerOutput> {
        self.output.pop_front()
    }
}
