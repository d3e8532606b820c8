//! A server that is spoken to by hand.

use queuescope::realtime::http::{Request, Response};
use queuescope::realtime::socket_io::server::{Event, Server, ServerOptions};
use queuescope::realtime::websocket::Message;
use queuescope::realtime::{ExchangeId, Input, Output, Service};
use queuescope::rng::Stream;
use queuescope::time::{Span, Time};

#[derive(Clone)]
pub struct Driver {
    pub server: Server,
    pub now: Time,
    pub events: Vec<Event>,
    count: u64,
}

impl Driver {
    pub fn new(options: ServerOptions) -> Driver {
        let server = Server::new(options, Stream::new(1, "server"));
        Driver { server, now: Time::START, events: Vec::new(), count: 0 }
    }

    /// Makes a request; gives its number and what the server did.
    pub fn request(&mut self, method: &str, query: &str, body: &str) -> (ExchangeId, Vec<Output>) {
        let headers = Default::default();
        let target = format!("/socket.io/?{query}");
        let request = Request { method: method.to_owned(), target, headers, body: body.into() };
        self.put(request)
    }

    /// Asks for a WebSocket.
    pub fn websocket(&mut self, query: &str) -> (ExchangeId, Vec<Output>) {
        let headers = [("Upgrade", "websocket"), ("Connection", "Upgrade")].into_iter().collect();
        let target = format!("/socket.io/?{query}");
        self.put(Request { method: "GET".to_owned(), target, headers, body: Vec::new() })
    }

    fn put(&mut self, request: Request) -> (ExchangeId, Vec<Output>) {
        self.count += 1;
        let exchange = ExchangeId(self.count);
        (exchange, self.give(Input::Request { exchange, request }))
    }

    pub fn text(&mut self, exchange: ExchangeId, text: &str) -> Vec<Output> {
        self.give(Input::Message { exchange, message: Message::Text(text.to_owned()) })
    }

    pub fn give(&mut self, input: Input) -> Vec<Output> {
        self.server.handle(self.now, input);
        self.drain()
    }

    /// Lets time pass.
    pub fn pass(&mut self, span: Span) -> Vec<Output> {
        let end = self.now + span;
        let mut output = Vec::new();
        while let Some(at) = self.server.next_timeout().filter(|at| *at <= end) {
            self.now = at;
            self.server.handle_timeout(at);
            output.extend(self.drain());
        }
        self.now = end;
        output
    }

    pub fn drain(&mut self) -> Vec<Output> {
        self.events.extend(std::iter::from_fn(|| self.server.poll_event()));
        std::iter::from_fn(|| self.server.poll_output()).collect()
    }

    /// Begins a session by polling; gives its identifier.
    pub fn session(&mut self) -> String {
        let (_, output) = self.request("GET", "EIO=4&transport=polling", "");
        let body = body(&output[0]);
        body.split('"').nth(3).expect("the handshake begins with the identifier").to_owned()
    }
}

/// The response that an output is.
pub fn response(output: &Output) -> &Response {
    match output {
        Output::Respond { response, .. } => response,
        other => panic!("{other:?} is no response"),
    }
}

pub fn body(output: &Output) -> String {
    String::from_utf8(response(output).body.clone()).expect("bodies are texts")
}

/// The text that an output sends.
pub fn sent(output: &Output) -> &str {
    match output {
        Output::Send { message: Message::Text(text), .. } => text,
        other => panic!("{other:?} is no text"),
    }
}
