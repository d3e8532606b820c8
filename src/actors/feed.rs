//! A feed: lines of text in order, such as a chat or the prices of a ticker, that can be had in three ways:
//! by asking again and again, by asking and waiting (RFC 6202 section 2), and over a WebSocket (RFC 6455).
//!
//! | request | answer |
//! | --- | --- |
//! | `GET path?since=N` | 200 and the lines behind line N: `[{"n":8,"text":"…"}]` |
//! | `GET path?since=N&wait=MS` | the same as soon as there is one, or an empty list after so many milliseconds |
//! | `POST path` | 201; the body is a new line |
//! | a WebSocket | each new line as a message of its own; each message that comes is a new line |

use super::Rhythm;
use crate::fifo::Fifo;
use crate::ids::MessageId;
use crate::realtime::engine_io::{Timers, target};
use crate::realtime::http::{Headers, Request, Response};
use crate::realtime::socket_io::Value;
use crate::realtime::websocket::{self, Message};
use crate::realtime::{ExchangeId, Input, Output, Service};
use crate::time::{Span, Time};

/// What happened to a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedEvent {
    /// The feed itself has made a line.
    Made {
        /// The message that it is.
        message: MessageId,
        /// What it says.
        text: String,
    },
    /// A line has come from a browser.
    Taken {
        /// With which request, or over which WebSocket.
        exchange: ExchangeId,
        /// The message that it is.
        message: MessageId,
    },
    /// The feed has a line no more.
    Forgotten {
        /// The message that it was.
        message: MessageId,
        /// Its number.
        number: u64,
    },
    /// These lines go out, in this order: with an answer, or one over a WebSocket.
    Sent {
        /// With which.
        exchange: ExchangeId,
        /// The messages.
        messages: Vec<MessageId>,
    },
}

#[derive(Clone, Debug)]
struct Line {
    number: u64,
    text: String,
    message: MessageId,
}

/// A request that waits for lines behind this one.
#[derive(Clone, Debug)]
struct Held {
    exchange: ExchangeId,
    since: u64,
}

/// A feed with its lines and those who wait for them.
#[derive(Clone, Debug)]
pub struct Feed {
    keeps: usize,
    texts: Vec<String>,
    rhythm: Option<Rhythm>,
    lines: Fifo<Line>,
    count: u64,
    made: u64,
    held: Vec<Held>,
    timers: Timers<ExchangeId>,
    sockets: Vec<ExchangeId>,
    last_message: u32,
    events: Fifo<FeedEvent>,
    output: Fifo<Output>,
}

impl Feed {
    /// A feed without lines that keeps the newest so many. Of its own accord it says these texts in turn.
    pub fn new(keeps: usize, texts: Vec<String>, rhythm: Option<Rhythm>) -> Feed {
        Feed {
            keeps,
            texts,
            rhythm,
            lines: Fifo::new(),
            count: 0,
            made: 0,
            held: Vec::new(),
            timers: Timers::default(),
            sockets: Vec::new(),
            last_message: 0,
            events: Fifo::new(),
            output: Fifo::new(),
        }
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<FeedEvent> {
        self.events.pop_front()
    }

    /// How many lines there were, and how many of them it has.
    pub fn lines(&self) -> (u64, usize) {
        (self.count, self.lines.len())
    }

    /// How many requests wait, and how many WebSockets are open.
    pub fn waiting(&self) -> (usize, usize) {
        (self.held.len(), self.sockets.len())
    }

    /// Whether it has the line that is this message.
    pub fn has(&self, message: MessageId) -> bool {
        self.lines.iter().any(|line| line.message == message)
    }

    /// The messages that are the lines behind this one.
    pub fn behind(&self, since: u64) -> impl Iterator<Item = MessageId> {
        self.lines.iter().filter(move |line| line.number > since).map(|line| line.message)
    }

    /// Its rhythm, if it has one.
    pub fn rhythm(&mut self) -> Option<&mut Rhythm> {
        self.rhythm.as_mut()
    }

    /// The number of the newest message, from which new ones are counted; it is lent by whoever counts them all.
    pub fn last_message(&mut self) -> &mut u32 {
        &mut self.last_message
    }

    /// Makes the next of its own lines.
    pub fn make(&mut self) {
        if self.texts.is_empty() {
            return;
        }
        let text = self.texts[(self.made % self.texts.len() as u64) as usize].clone();
        self.made += 1;
        self.make_line(text);
    }

    /// Makes a line.
    pub fn make_line(&mut self, text: String) {
        let message = self.next_message();
        self.events.push_back(FeedEvent::Made { message, text: text.clone() });
        self.keep(text, message);
        self.tell();
    }

    /// Something has reached the feed; `message` is the message that it brings, if that is known.
    pub fn handle_message(&mut self, input: Input, now: Time, message: Option<MessageId>) {
        match input {
            Input::Request { exchange, request } if websocket::is_asked_for(&request) => {
                self.sockets.push(exchange);
                self.output.push_back(Output::Accept { exchange });
            }
            Input::Request { exchange, request } => self.request(exchange, &request, now, message),
            Input::Message { exchange, message: Message::Text(text) } => self.take(exchange, text, message),
            Input::Message { .. } => {}
            Input::Gone { exchange } => {
                self.sockets.retain(|each| *each != exchange);
                self.release(exchange);
            }
        }
    }

    fn request(&mut self, exchange: ExchangeId, request: &Request, now: Time, message: Option<MessageId>) {
        match request.method.as_str() {
            "GET" => {}
            "POST" => {
                let text = String::from_utf8_lossy(&request.body).into_owned();
                self.take(exchange, text, message);
                let made = Value::object([("n".to_owned(), Value::Number(self.count as f64))]);
                return self.respond(exchange, 201, made.to_json());
            }
            _ => {
                let response = Response::of_text(405, "lines are fetched by GET and made by POST\n");
                return self.output.push_back(Output::Respond { exchange, response });
            }
        }
        let (_, parameters) = target::split(&request.target);
        let number = |name| target::parameter(&parameters, name).and_then(|text| text.parse::<u64>().ok());
        // Who asks for what is behind a line that is not there yet has heard it from an earlier life of the feed.
        let since = number("since").filter(|since| *since <= self.count).unwrap_or(0);
        match number("wait") {
            Some(wait) if since >= self.count => {
                self.held.push(Held { exchange, since });
                self.timers.set(exchange, now + Span::from_ms(wait));
            }
            _ => self.answer(exchange, since),
        }
    }

    /// A browser has sent a line.
    fn take(&mut self, exchange: ExchangeId, text: String, message: Option<MessageId>) {
        let message = message.unwrap_or_else(|| self.next_message());
        self.events.push_back(FeedEvent::Taken { exchange, message });
        self.keep(text, message);
        self.tell();
    }

    fn keep(&mut self, text: String, message: MessageId) {
        self.count += 1;
        self.lines.push_back(Line { number: self.count, text, message });
        while self.lines.len() > self.keeps
            && let Some(Line { number, message, .. }) = self.lines.pop_front()
        {
            self.events.push_back(FeedEvent::Forgotten { message, number });
        }
    }

    /// There is a new line: whoever waits gets it.
    fn tell(&mut self) {
        for Held { exchange, since } in std::mem::take(&mut self.held) {
            self.timers.clear(&exchange);
            self.answer(exchange, since);
        }
        let Some(line) = self.lines.last() else { return };
        let (text, messages) = (line.value().to_json(), vec![line.message]);
        for exchange in self.sockets.clone() {
            self.events.push_back(FeedEvent::Sent { exchange, messages: messages.clone() });
            self.output.push_back(Output::Send { exchange, message: Message::Text(text.clone()) });
        }
    }

    fn answer(&mut self, exchange: ExchangeId, since: u64) {
        let lines: Vec<&Line> = self.lines.iter().filter(|line| line.number > since).collect();
        let body = Value::Array(lines.iter().map(|line| line.value()).collect()).to_json();
        let messages = lines.iter().map(|line| line.message).collect();
        self.events.push_back(FeedEvent::Sent { exchange, messages });
        self.respond(exchange, 200, body);
    }

    fn respond(&mut self, exchange: ExchangeId, status: u16, body: String) {
        let headers: Headers =
            [("Content-Type", "application/json"), ("Cache-Control", "no-store")].into_iter().collect();
        let response = Response { status, headers, body: body.into_bytes() };
        self.output.push_back(Output::Respond { exchange, response });
    }

    fn release(&mut self, exchange: ExchangeId) -> Option<Held> {
        self.timers.clear(&exchange);
        let place = self.held.iter().position(|held| held.exchange == exchange)?;
        Some(self.held.remove(place))
    }

    fn next_message(&mut self) -> MessageId {
        self.last_message += 1;
        MessageId(self.last_message)
    }
}

impl Line {
    fn value(&self) -> Value {
        let number = Value::Number(self.number as f64);
        Value::object([("n".to_owned(), number), ("text".to_owned(), Value::from(self.text.clone()))])
    }
}

impl Service for Feed {
    fn handle(&mut self, now: Time, input: Input) {
        self.handle_message(input, now, None);
    }

    fn next_timeout(&self) -> Option<Time> {
        let rhythm = self.rhythm.as_ref().and_then(Rhythm::next);
        [rhythm, self.timers.next()].into_iter().flatten().min()
    }

    fn handle_timeout(&mut self, now: Time) {
        while self.rhythm.as_mut().is_some_and(|rhythm| rhythm.take_due(now)) {
            self.make();
        }
        while let Some(exchange) = self.timers.take_due(now) {
            if let Some(held) = self.release(exchange) {
                self.answer(exchange, held.since);
            }
        }
    }

    /// What is to be done next. Events that were not fetched before are lost.
    fn poll_output(&mut self) -> Option<Output> {
        self.events.clear();
        self.output.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(feed: &mut Feed, number: u64, target: &str, ms: u64) {
        let (headers, body) = (Headers::default(), Vec::new());
        let request = Request { method: "GET".into(), target: target.into(), headers, body };
        let exchange = ExchangeId(number);
        feed.handle(Time::from_us(ms * 1_000), Input::Request { exchange, request });
    }

    fn answers(feed: &mut Feed) -> Vec<(u64, String)> {
        let outputs = std::iter::from_fn(|| feed.poll_output());
        let text = |output| match output {
            Output::Respond { exchange, response } => {
                Some((exchange.0, String::from_utf8_lossy(&response.body).into_owned()))
            }
            Output::Send { exchange, message: Message::Text(text) } => Some((exchange.0, text)),
            _ => None,
        };
        outputs.filter_map(text).collect()
    }

    #[test]
    fn lines_can_be_had_in_three_ways() {
        let mut feed = Feed::new(2, vec!["a".into(), "b".into()], None);
        get(&mut feed, 1, "/feed?since=0", 0);
        assert_eq!(answers(&mut feed), [(1, "[]".to_owned())]);
        get(&mut feed, 2, "/feed?since=0&wait=500", 0);
        let headers: Headers = [("Upgrade", "websocket")].into_iter().collect();
        let request = Request { method: "GET".into(), target: "/feed".into(), headers, body: Vec::new() };
        feed.handle(Time::START, Input::Request { exchange: ExchangeId(3), request });
        assert_eq!(answers(&mut feed), []);
        feed.make();
        let first = "{\"n\":1,\"text\":\"a\"}".to_owned();
        assert_eq!(answers(&mut feed), [(2, format!("[{first}]")), (3, first)]);
        get(&mut feed, 4, "/feed?since=1&wait=500", 100);
        assert_eq!(feed.next_timeout(), Some(Time::from_us(600_000)));
        feed.handle_timeout(Time::from_us(600_000));
        assert_eq!(answers(&mut feed), [(4, "[]".to_owned())]);
    }

    #[test]
    fn a_feed_forgets_the_oldest_of_too_many_lines() {
        let mut feed = Feed::new(2, vec!["a".into()], None);
        (0..3).for_each(|_| feed.make());
        let events: Vec<FeedEvent> = std::iter::from_fn(|| feed.poll_event()).collect();
        assert_eq!(events.last(), Some(&FeedEvent::Forgotten { message: MessageId(1), number: 1 }));
        get(&mut feed, 1, "/feed?since=0", 0);
        assert_eq!(answers(&mut feed)[0].1, "[{\"n\":2,\"text\":\"a\"},{\"n\":3,\"text\":\"a\"}]");
    }
}
