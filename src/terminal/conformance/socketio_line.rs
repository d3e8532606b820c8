//! The simulated lines between clients and the server, with what the recorder's proxy sees on them.

use super::socketio_record::{Record, object};
use super::socketio_seen as seen;
use crate::realtime::http::{Request, Response};
use crate::realtime::socket_io::Value;
use crate::realtime::websocket::{Close, Message};
use crate::realtime::{CallerInput, ExchangeId, Input};
use crate::time::{Span, Time};
use std::collections::BTreeMap;

/// How long a side waits for the answer to its close frame (the `ws` package).
const CLOSE_TIMEOUT: Span = Span::from_ms(30_000);

/// Who makes a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The manager of that number.
    Manager(usize),
    /// Nobody but the scenario.
    Hand,
}

/// A side of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Client,
    Server,
}

#[derive(Clone, Debug, Default)]
pub struct Line {
    pub latency: Span,
    pub is_cut: bool,
    pub is_silent: bool,
    requests: u64,
}

/// A request with its response, or the WebSocket that it became.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// On whose line; without one the request goes to the server directly.
    pub line: String,
    pub caller: Caller,
    /// Its number with the caller.
    pub number: ExchangeId,
    n: u64,
    is_websocket: bool,
    has_sent_close: [bool; 2],
    has_ended: [bool; 2],
}

/// What arrives.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// A request has a connection. Every request has one of its own, so what is sent at the same time on a
    /// connection that is there already is first.
    Connected(Request),
    Request(Request),
    Response(Response),
    Accepted,
    Frame(Side, Message),
    /// The connection ends for a side.
    End(Side),
    /// A side has waited long enough for the answer to its close frame.
    Late(Side),
}

/// What is to be handed over.
pub enum Arrival {
    Server(Input),
    Client(usize, CallerInput),
    /// The answer to a request of the scenario.
    Hand(String, Response),
}

/// The lines and what is on its way on them.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    pub lines: BTreeMap<String, Line>,
    pub exchanges: BTreeMap<ExchangeId, Exchange>,
    exchange_count: u64,
    on_the_way: BTreeMap<(Time, u64), (ExchangeId, Delivery)>,
    count: u64,
}

impl Lines {
    pub fn next(&self) -> Option<Time> {
        self.on_the_way.keys().next().map(|(at, _)| *at)
    }

    fn put(&mut self, at: Time, exchange: ExchangeId, delivery: Delivery) {
        self.count += 1;
        self.on_the_way.insert((at, self.count), (exchange, delivery));
    }

    fn line(&self, exchange: ExchangeId) -> Line {
        let line = self.exchanges.get(&exchange).and_then(|exchange| self.lines.get(&exchange.line));
        line.cloned().unwrap_or_default()
    }

    /// Puts something on the line, unless nothing passes any more.
    fn send(&mut self, now: Time, exchange: ExchangeId, delivery: Delivery) {
        let line = self.line(exchange);
        if !line.is_silent {
            self.put(now + line.latency, exchange, delivery);
        }
    }

    pub fn request(&mut self, now: Time, line: &str, caller: Caller, number: ExchangeId, request: Request) {
        self.exchange_count += 1;
        let id = ExchangeId(self.exchange_count);
        let line = line.to_owned();
        let (has_sent_close, has_ended) = ([false; 2], [false; 2]);
        let exchange =
            Exchange { line, caller, number, n: 0, is_websocket: false, has_sent_close, has_ended };
        self.exchanges.insert(id, exchange);
        if self.line(id).is_cut {
            self.put(now, id, Delivery::End(Side::Client));
        } else {
            self.put(now, id, Delivery::Connected(request));
        }
    }

    /// The exchange that has a number with its caller.
    pub fn of_caller(&self, caller: Caller, number: ExchangeId) -> Option<ExchangeId> {
        let mut exchanges = self.exchanges.iter();
        exchanges.find(|(_, each)| each.caller == caller && each.number == number).map(|(id, _)| *id)
    }

    pub fn respond(&mut self, now: Time, exchange: ExchangeId, response: Response) {
        self.send(now, exchange, Delivery::Response(response));
    }

    pub fn accept(&mut self, now: Time, exchange: ExchangeId) {
        self.send(now, exchange, Delivery::Accepted);
    }

    pub fn message(&mut self, now: Time, exchange: ExchangeId, from: Side, message: Message) {
        let Some(each) = self.exchanges.get(&exchange) else { return };
        if each.has_ended == [false; 2] && !each.has_sent_close[from as usize] {
            self.send(now, exchange, Delivery::Frame(from, message));
        }
    }

    pub fn close(&mut self, now: Time, exchange: ExchangeId, from: Side, close: Option<Close>) {
        let Some(each) = self.exchanges.get_mut(&exchange) else { return };
        if !each.is_websocket && from == Side::Client {
            // It is given up before it has become one.
            each.has_ended[Side::Client as usize] = true;
            self.end_later(now, exchange, Side::Server);
        } else if !each.has_sent_close[from as usize] && each.has_ended == [false; 2] {
            each.has_sent_close[from as usize] = true;
            self.put(now + CLOSE_TIMEOUT, exchange, Delivery::Late(from));
            self.send(now, exchange, Delivery::Frame(from, Message::Close(close)));
        }
    }

    pub fn abort(&mut self, now: Time, exchange: ExchangeId) {
        if let Some(each) = self.exchanges.get_mut(&exchange) {
            each.has_ended[Side::Server as usize] = true;
            self.end_later(now, exchange, Side::Client);
        }
    }

    /// Tells a side that the other has ended the connection: twice the delay later, as the proxy does it.
    fn end_later(&mut self, now: Time, exchange: ExchangeId, side: Side) {
        let line = self.line(exchange);
        if !line.is_silent {
            self.put(now + line.latency + line.latency, exchange, Delivery::End(side));
        }
    }

    /// Breaks a line and all that is on it. What is on its way is still seen, but arrives nowhere.
    pub fn cut(&mut self, now: Time, name: &str) {
        if let Some(line) = self.lines.get_mut(name) {
            line.is_cut = true;
        }
        let ids: Vec<ExchangeId> = self.exchanges.keys().copied().collect();
        for id in ids {
            if self.exchanges.get(&id).is_some_and(|exchange| exchange.line == name) {
                self.put(now, id, Delivery::End(Side::Client));
                self.put(now, id, Delivery::End(Side::Server));
            }
        }
    }

    /// Whether the next to arrive follows this one at once on the same WebSocket: they are read together.
    fn follows(&self, now: Time, id: ExchangeId, from: Side) -> bool {
        let next = self.on_the_way.first_key_value().filter(|((at, _), _)| *at <= now);
        matches!(next, Some((_, (each, Delivery::Frame(side, message))))
            if *each == id && *side == from && !matches!(message, Message::Close(_)))
    }

    /// Takes what arrives next, and what is read together with it.
    pub fn take(&mut self, now: Time, record: &mut Record) -> Option<Vec<Arrival>> {
        let ((at, _), (id, delivery)) = self.on_the_way.first_key_value()?;
        let frames = match delivery {
            Delivery::Frame(from, _) if *at <= now => Some((*id, *from)),
            _ => None,
        };
        let mut arrivals = self.take_one(now, record)?;
        while frames.is_some_and(|(id, from)| self.follows(now, id, from)) {
            arrivals.extend(self.take_one(now, record).unwrap_or_default());
        }
        Some(arrivals)
    }

    /// Takes what arrives next and writes down what the proxy sees.
    fn take_one(&mut self, now: Time, record: &mut Record) -> Option<Vec<Arrival>> {
        let (key, _) = self.on_the_way.first_key_value().filter(|((at, _), _)| *at <= now)?;
        let key = *key;
        let (id, delivery) = self.on_the_way.remove(&key)?;
        let Some(exchange) = self.exchanges.get_mut(&id) else { return Some(Vec::new()) };
        let line = exchange.line.clone();
        let event = match &delivery {
            Delivery::Connected(_) => None,
            Delivery::Request(request) => {
                if let Some(line) = self.lines.get_mut(&line) {
                    line.requests += 1;
                    exchange.n = line.requests;
                }
                Some(seen::request(exchange.n, request))
            }
            Delivery::Response(response) => Some(seen::response(exchange.n, response)),
            Delivery::Accepted => {
                exchange.is_websocket = true;
                let n = Value::Number(exchange.n as f64);
                let status = Value::Number(101.0);
                let websocket = "websocket".into();
                Some(object([
                    ("http", "response".into()),
                    ("n", n),
                    ("status", status),
                    ("upgrade", websocket),
                ]))
            }
            Delivery::Frame(from, message) => Some(seen::frame(*from, message)),
            Delivery::End(_) | Delivery::Late(_) => None,
        };
        if let Some(event) = event.filter(|_| self.lines.contains_key(&line)) {
            record.wire(&line, event);
        }
        Some(self.arrive(now, id, delivery))
    }

    fn arrive(&mut self, now: Time, id: ExchangeId, delivery: Delivery) -> Vec<Arrival> {
        let Some(exchange) = self.exchanges.get_mut(&id) else { return Vec::new() };
        let [client_ended, server_ended] = exchange.has_ended;
        let (caller, number) = (exchange.caller, exchange.number);
        let to_client = |input: CallerInput| match caller {
            Caller::Manager(manager) => vec![Arrival::Client(manager, input)],
            Caller::Hand => Vec::new(),
        };
        match delivery {
            Delivery::Request(_) | Delivery::Frame(Side::Client, _) if server_ended => Vec::new(),
            Delivery::Response(_) | Delivery::Accepted | Delivery::Frame(Side::Server, _) if client_ended => {
                Vec::new()
            }
            Delivery::Connected(request) => {
                self.send(now, id, Delivery::Request(request));
                Vec::new()
            }
            Delivery::Request(request) => vec![Arrival::Server(Input::Request { exchange: id, request })],
            Delivery::Response(response) => {
                let line = exchange.line.clone();
                self.exchanges.remove(&id);
                match caller {
                    Caller::Manager(_) => to_client(CallerInput::Response { exchange: number, response }),
                    Caller::Hand => vec![Arrival::Hand(line, response)],
                }
            }
            Delivery::Accepted => to_client(CallerInput::Opened { exchange: number }),
            Delivery::Frame(from, Message::Close(close)) => {
                // It is answered with the same code, and the side that has both is done with the connection.
                let to = if from == Side::Client { Side::Server } else { Side::Client };
                self.close(now, id, to, close);
                self.end(now, id, to)
            }
            Delivery::Frame(Side::Client, message) => {
                vec![Arrival::Server(Input::Message { exchange: id, message })]
            }
            Delivery::Frame(Side::Server, message) => {
                to_client(CallerInput::Message { exchange: number, message })
            }
            Delivery::End(side) => self.end(now, id, side),
            Delivery::Late(side) => self.end(now, id, side),
        }
    }

    /// The connection ends for a side; the other learns of it.
    fn end(&mut self, now: Time, id: ExchangeId, side: Side) -> Vec<Arrival> {
        let Some(exchange) = self.exchanges.get_mut(&id) else { return Vec::new() };
        if std::mem::replace(&mut exchange.has_ended[side as usize], true) {
            return Vec::new();
        }
        let (caller, number) = (exchange.caller, exchange.number);
        match side {
            Side::Client => {
                self.end_later(now, id, Side::Server);
                match caller {
                    Caller::Manager(manager) => {
                        vec![Arrival::Client(manager, CallerInput::Gone { exchange: number })]
                    }
                    Caller::Hand => Vec::new(),
                }
            }
            Side::Server => {
                self.end_later(now, id, Side::Client);
                vec![Arrival::Server(Input::Gone { exchange: id })]
            }
        }
    }
}
