//! A Socket.IO client and a Socket.IO server with nothing but octets between them.

use queuescope::actors::Site;
use queuescope::realtime::connection::{Call, ClientSettings, Connection, ConnectionSettings, Ending};
use queuescope::realtime::engine_io::TransportName;
use queuescope::realtime::socket_io::client::{Event, Manager, ManagerOptions, SocketOptions};
use queuescope::realtime::socket_io::{Emission, Value};
use queuescope::realtime::{Caller, CallerOutput, ExchangeId, Output, Service};
use queuescope::rng::Stream;
use queuescope::scenario;
use queuescope::simulation::declared_site;
use queuescope::time::{Span, Time};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ECHO: &str = include_str!("../../src/terminal/gateway/echo.json");

/// A TCP connection: both its ends.
struct Line {
    call: Call,
    connection: Connection,
}

/// A client, a server, and the connections between them, on which octets go this many at a time.
struct World {
    now: Time,
    client: Manager,
    site: Site,
    lines: Vec<Line>,
    line_count: u32,
    piece: usize,
    events: Vec<Event>,
}

impl World {
    fn new(piece: usize) -> World {
        let (_, scenario) = scenario::read(ECHO).expect("it is right");
        let mut client = Manager::new(ManagerOptions::default(), Stream::new(1, "client"), Time::START);
        client.socket("/", SocketOptions::default());
        let site = declared_site(&scenario.servers, 1);
        World { now: Time::START, client, site, lines: vec![], line_count: 0, piece, events: vec![] }
    }

    /// Carries until nobody has anything to say.
    fn settle(&mut self) {
        loop {
            self.events.extend(std::iter::from_fn(|| self.client.poll_event()));
            let mut has_moved = false;
            while let Some(output) = self.client.poll_output() {
                self.call(output);
                has_moved = true;
            }
            while let Some(output) = self.site.poll_output() {
                let number = Connection::number_of(exchange(&output));
                let line = self.lines.iter_mut().find(|line| line.connection.number() == number);
                line.expect("it is there").connection.handle_output(self.now, output);
                has_moved = true;
            }
            for line in &mut self.lines {
                // One input at a time, so that what is done about it comes before the next one.
                if let Some(input) = line.connection.poll_input() {
                    self.site.handle(self.now, input);
                    has_moved = true;
                } else if let Some(input) = line.call.poll_input() {
                    self.client.handle(self.now, input);
                    has_moved = true;
                } else {
                    has_moved |= line.carry(self.now, self.piece);
                }
            }
            self.lines.retain(|line| line.connection.ending().is_none() || line.call.ending().is_none());
            if !has_moved {
                return;
            }
        }
    }

    fn call(&mut self, output: CallerOutput) {
        let is_websocket = matches!(output, CallerOutput::Open { .. });
        match output {
            CallerOutput::Request { exchange, request } | CallerOutput::Open { exchange, request } => {
                let random = Stream::new(exchange.0, "masks");
                let settings = ClientSettings::default();
                let call = Call::new(exchange, request, is_websocket, settings, random);
                let connection = Connection::new(self.now, self.line_count, ConnectionSettings::default());
                self.lines.push(Line { call: call.expect("it can be written"), connection });
                self.line_count += 1;
            }
            CallerOutput::Send { exchange, message } => {
                if let Some(line) = self.line(exchange) {
                    line.call.send(Time::START, &message);
                }
            }
            CallerOutput::Close { exchange, close } => {
                if let Some(line) = self.line(exchange) {
                    line.call.close(Time::START, close.as_ref());
                }
            }
        }
    }

    fn line(&mut self, exchange: ExchangeId) -> Option<&mut Line> {
        self.lines.iter_mut().find(|line| line.call.exchange() == exchange)
    }

    fn pass(&mut self, span: Span) {
        let end = self.now + span;
        self.settle();
        loop {
            let timeouts = [self.client.next_timeout(), self.site.next_timeout()];
            let Some(due) = timeouts.into_iter().flatten().min().filter(|due| *due <= end) else { break };
            self.now = due;
            if self.client.next_timeout().is_some_and(|time| time <= due) {
                self.client.handle_timeout(due);
            }
            if self.site.next_timeout().is_some_and(|time| time <= due) {
                self.site.handle_timeout(due);
            }
            self.settle();
        }
        self.now = end;
    }

    fn emit(&mut self, name: &str, values: impl IntoIterator<Item = Value>) {
        self.client.set_now(self.now);
        self.client.emit("/", Emission::new(name, values));
        self.settle();
    }
}

impl Line {
    /// Carries what both ends have to say; gives whether there was something.
    fn carry(&mut self, now: Time, piece: usize) -> bool {
        let there = std::iter::from_fn(|| self.call.poll_bytes()).flatten().collect::<Vec<u8>>();
        let back = std::iter::from_fn(|| self.connection.poll_bytes()).flatten().collect::<Vec<u8>>();
        there.chunks(piece).for_each(|octets| self.connection.handle_bytes(now, octets));
        back.chunks(piece).for_each(|octets| self.call.handle_bytes(now, octets));
        let is_over = |ending: Option<Ending>| ending.is_some();
        let (call_is_over, server_is_over) = (is_over(self.call.ending()), is_over(self.connection.ending()));
        if call_is_over && !server_is_over {
            self.connection.handle_end();
        }
        if server_is_over && !call_is_over {
            self.call.handle_end();
        }
        !there.is_empty() || !back.is_empty() || call_is_over != server_is_over
    }
}

fn exchange(output: &Output) -> ExchangeId {
    match output {
        Output::Respond { exchange, .. }
        | Output::Accept { exchange }
        | Output::Send { exchange, .. }
        | Output::Close { exchange, .. }
        | Output::Abort { exchange } => *exchange,
    }
}

#[test]
fn a_client_connects_by_polling_changes_to_websocket_and_gets_its_messages_back() {
    for piece in [1, 7, usize::MAX] {
        let mut world = World::new(piece);
        world.pass(Span::from_ms(1));
        let upgrade = Event::Upgrade { transport: TransportName::WebSocket };
        assert!(world.events.contains(&upgrade), "{:?}", world.events);
        assert_eq!(world.lines.len(), 1, "the WebSocket is left");
        world.events.clear();
        let values = [Value::from("text"), Value::Binary(vec![0, 255]), Value::from(1.5)];
        world.emit("message", values.clone());
        let message = Event::Message {
            namespace: "/".to_owned(),
            values: [Value::from("message-back")].into_iter().chain(values).collect(),
            ack: None,
        };
        assert_eq!(world.events, [message]);
        // The server pings every 300 ms and wants an answer within 200 ms.
        world.events.clear();
        world.pass(Span::from_ms(3_000));
        assert!(world.client.is_connected("/"));
        assert!(world.events.iter().filter(|event| **event == Event::Ping).count() >= 9);
        world.client.disconnect("/");
        world.pass(Span::from_ms(1));
        assert_eq!(world.lines.len(), 0, "nothing is left");
    }
}
