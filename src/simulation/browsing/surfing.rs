//! The browsers' side: what their programs want done, and what comes back to them.

use super::going::Going;
use super::passage::Way;
use super::traffic::{packet_in_text, packets_in_body};
use super::wire::{Asked, Wire};
use super::{HTTP, World};
use crate::actors::Program;
use crate::facts::{Event, Rule};
use crate::ids::{MessageId, Name, StreamId};
use crate::realtime::connection::{ClientConnection, ClientEvent, ClientSettings, Ending};
use crate::realtime::engine_io::target;
use crate::realtime::http::Request;
use crate::realtime::websocket::Message;
use crate::realtime::{Caller, CallerInput, CallerOutput, ExchangeId};
use crate::rng::Stream;
use crate::simulation::streams::StreamEvent;
use crate::time::Time;

/// Browsers have so many connections to a server for requests at a time; what is more waits
/// (RFC 9112 section 9.4 leaves the number to them).
const MOST_CONNECTIONS: usize = 6;

impl World {
    /// Something has run out in a browser.
    pub(in crate::simulation) fn guest_due(&mut self, guest: usize) {
        let now = self.now;
        self.browsing.guests[guest].entered = None;
        if self.browsing.guests[guest].next_timeout().is_some_and(|due| due <= now) {
            self.with_browser(guest, |browser| browser.handle_timeout(now));
        }
        let wires = self.browsing.wires.iter_mut();
        let late = wires.filter(|(_, wire)| {
            wire.guest == guest && wire.next_client_timeout().is_some_and(|due| due <= now)
        });
        let mut streams = Vec::new();
        for (stream, wire) in late {
            wire.client.handle_timeout(now);
            streams.push(*stream);
        }
        streams.into_iter().for_each(|stream| self.pump_client(stream));
        self.settle_guest(guest);
    }

    /// Tells what happened in a browser, and does what its program wants, until nothing is left.
    pub(super) fn settle_guest(&mut self, guest: usize) {
        loop {
            while let Some(event) = self.with_browser(guest, crate::actors::Browser::poll_event) {
                self.browser_event(guest, event);
            }
            match self.with_browser(guest, Caller::poll_output) {
                Some(output) => self.browser_output(guest, output),
                None => break,
            }
        }
        self.enter_guest_timeout(guest);
    }

    fn browser_output(&mut self, guest: usize, output: CallerOutput) {
        match output {
            CallerOutput::Request { exchange, request } => self.ask(guest, exchange, request),
            CallerOutput::Open { exchange, request } => self.ask_for_websocket(guest, exchange, request),
            CallerOutput::Send { exchange, message } => self.send_over(guest, exchange, &message),
            CallerOutput::Close { exchange, close } => {
                let Some(stream) = self.websocket_of(guest, exchange) else { return };
                let now = self.now;
                let Some(wire) = self.browsing.wires.get_mut(&stream) else { return };
                if wire.is_open_websocket {
                    wire.client.close(now, close.as_ref());
                    self.write_client(stream, &[], "close frame");
                    self.finish_client(stream);
                } else {
                    // It is given up before it has become one.
                    wire.websocket = None;
                    let asked = std::mem::take(&mut wire.asked);
                    for Asked { message, .. } in asked {
                        self.request_failed(guest, message);
                    }
                    self.end_client(stream, Ending::AtOnce);
                    self.with_browser(guest, |browser| browser.handle(now, CallerInput::Gone { exchange }));
                }
            }
        }
    }

    /// Makes a request on a free connection, or a new one, or keeps it for later.
    pub(super) fn ask(&mut self, guest: usize, exchange: ExchangeId, request: Request) {
        match self.free_wire(guest) {
            Some(stream) => self.ask_on(stream, exchange, request, false),
            None if self.may_connect(guest) => {
                let stream = self.connect_guest(guest);
                self.ask_on(stream, exchange, request, false);
            }
            None => self.browsing.guests[guest].queued.push_back((exchange, request)),
        }
    }

    pub(super) fn free_wire(&self, guest: usize) -> Option<StreamId> {
        let mut wires = self.browsing.wires.iter();
        wires.find(|(_, wire)| wire.guest == guest && wire.is_free()).map(|(stream, _)| *stream)
    }

    pub(super) fn may_connect(&self, guest: usize) -> bool {
        let own = self.browsing.wires.values().filter(|wire| wire.guest == guest && wire.is_for_requests());
        own.count() < MOST_CONNECTIONS
    }

    /// Asks for a WebSocket, on a connection of its own. Where something takes the wish out of the request, an
    /// ordinary one reaches the server (RFC 9110 section 7.6.1).
    fn ask_for_websocket(&mut self, guest: usize, exchange: ExchangeId, request: Request) {
        let is_blocked = self.browsing.browsers[guest].blocks_websocket;
        let stream = self.connect_guest(guest);
        if let Some(wire) = self.browsing.wires.get_mut(&stream) {
            wire.websocket = Some(exchange);
        }
        self.ask_on(stream, exchange, request, !is_blocked);
    }

    fn connect_guest(&mut self, guest: usize) -> StreamId {
        let own = &self.browsing.guests[guest];
        let (from, host, proof) = (own.node, own.host, own.proof);
        let end = self.open_stream(from, self.node_of_host(host), HTTP);
        let settings = ClientSettings {
            host: self.names.text(self.name_of_host(host).0).to_owned(),
            ..ClientSettings::default()
        };
        let owner = format!("{}:{}", self.names.text(self.name_of_guest(guest).0), end.stream.0);
        let client = ClientConnection::new(settings, Stream::new(self.browsing.seed, &owner));
        self.browsing.wires.insert(end.stream, Wire::new((guest, proof), host, end, client));
        end.stream
    }

    fn ask_on(&mut self, stream: StreamId, exchange: ExchangeId, request: Request, is_websocket: bool) {
        let message = self.next_message();
        let (now, method) = (self.now, self.names.intern(&request.method));
        let target = self.names.intern(&shown(&request.target));
        let session = self.session_in(&request.target);
        let body = request.body.clone();
        let Some(wire) = self.browsing.wires.get_mut(&stream) else { return };
        let guest = wire.guest;
        let asked =
            if is_websocket { wire.client.open(request, &[]) } else { wire.client.send_request(request) };
        // What programs ask for can be written: paths and methods were read with the document.
        let Ok(number) = asked else { return };
        wire.asked.push(Asked { number, exchange, message, at: now, is_websocket });
        wire.coming.push_back(message);
        let own = &mut self.browsing.guests[guest];
        own.counts.requests += 1;
        let said = own.take_said(exchange);
        let packets = if self.speaks_socket_io(guest) { packets_in_body(&body) } else { Vec::new() };
        let going = self.carry_packets(guest, session, Way::ToServer, &packets);
        let messages: Vec<MessageId> =
            [message].into_iter().chain(said).chain(going.iter().filter_map(Going::message)).collect();
        let (octets, arrives) = self.write_client(stream, &messages, "request");
        let (browser, server) = (self.name_of_guest(guest), self.server_of(guest));
        self.record(Event::RequestSent { browser, server, message, method, target, octets, arrives });
        if let Some(said) = said {
            self.line_sent(stream, said, arrives);
        }
        self.tell_what_goes(guest, Way::ToServer, going, arrives);
    }

    /// A browser sends a message over its WebSocket.
    fn send_over(&mut self, guest: usize, exchange: ExchangeId, message: &Message) {
        let now = self.now;
        let Some(stream) = self.websocket_of(guest, exchange) else { return };
        let Some(wire) = self.browsing.wires.get_mut(&stream) else { return };
        wire.client.send(now, message);
        let said = self.browsing.guests[guest].take_said(exchange);
        let seen = match message {
            Message::Text(text) if self.speaks_socket_io(guest) => packet_in_text(text),
            _ => None,
        };
        let session = self.session_of_exchange(guest, exchange);
        let going = self.carry_packets(guest, session, Way::ToServer, seen.as_slice());
        let messages: Vec<MessageId> =
            said.into_iter().chain(going.iter().filter_map(Going::message)).collect();
        let (_, arrives) = self.write_client(stream, &messages, "WebSocket frame");
        if let Some(said) = said {
            self.line_sent(stream, said, arrives);
        }
        self.tell_what_goes(guest, Way::ToServer, going, arrives);
    }

    /// A line of a browser goes onto its connection.
    fn line_sent(&mut self, stream: StreamId, message: MessageId, arrives: Time) {
        let Some(wire) = self.browsing.wires.get_mut(&stream) else { return };
        wire.say(Way::ToServer, message);
        let guest = wire.guest;
        self.browsing.guests[guest].counts.sent += 1;
        let (from, to, event) =
            (self.name_of_guest(guest), self.server_of(guest), self.browsing.event_of(message));
        self.record(Event::EventSent { from, to, message, event, attempt: 1, arrives });
    }

    /// Writes what a browser has to say on a connection. Says how many octets, and when the last of them arrive.
    fn write_client(&mut self, stream: StreamId, messages: &[MessageId], what: &'static str) -> (u64, Time) {
        let (mut count, mut arrives, mut messages) = (0, Time::UNKNOWN, messages);
        while let Some(wire) = self.browsing.wires.get_mut(&stream)
            && let Some(octets) = wire.client.poll_bytes()
        {
            let (end, guest) = (wire.end, wire.guest);
            count += octets.len() as u64;
            self.browsing.guests[guest].counts.octets_sent += octets.len() as u64;
            arrives = self.write_named(end, &octets, std::mem::take(&mut messages), what);
        }
        (count, arrives)
    }

    /// Something has come to the browser's end of a stream.
    pub(in crate::simulation) fn guest_stream_event(&mut self, stream: StreamId, event: StreamEvent) {
        let now = self.now;
        let Some(wire) = self.browsing.wires.get_mut(&stream).filter(|wire| !wire.is_client_done) else {
            return;
        };
        let guest = wire.guest;
        match event {
            StreamEvent::Opened => return,
            StreamEvent::Received { octets, .. } => {
                self.browsing.guests[guest].counts.octets_received += octets.len() as u64;
                wire.client.handle_bytes(now, &octets);
            }
            StreamEvent::Refused | StreamEvent::Closed | StreamEvent::Broken(_) => wire.client.handle_end(),
        }
        self.pump_client(stream);
        self.settle_guest(guest);
    }

    /// Hands to a browser what its side of a connection has learnt.
    fn pump_client(&mut self, stream: StreamId) {
        while let Some(wire) = self.browsing.wires.get_mut(&stream)
            && let Some(event) = wire.client.poll_event()
        {
            let guest = wire.guest;
            let Some(input) = self.client_event(stream, event) else { continue };
            let was_probing = self.is_probing(guest);
            let now = self.now;
            self.browsing.guests[guest].hears = Some(stream);
            self.with_browser(guest, |browser| browser.handle(now, input));
            self.settle_guest(guest);
            self.browsing.guests[guest].hears = None;
            self.probe_ended(guest, was_probing);
        }
        self.write_client(stream, &[], "WebSocket frame");
        self.finish_client(stream);
    }

    fn client_event(&mut self, stream: StreamId, event: ClientEvent) -> Option<CallerInput> {
        let now = self.now;
        let wire = self.browsing.wires.get_mut(&stream)?;
        let guest = wire.guest;
        let mut take = |number: u64| {
            let place = wire.asked.iter().position(|asked| asked.number == number)?;
            Some(wire.asked.remove(place))
        };
        match event {
            ClientEvent::Response { request, response } => {
                let Asked { exchange, message, at, .. } = take(request)?;
                wire.websocket = None;
                let (status, after) = (response.status.into(), Time::START + (now - at));
                self.browsing.guests[guest].counts.responses += 1;
                let (browser, server) = (self.name_of_guest(guest), self.server_of(guest));
                self.record(Event::ResponseReceived { browser, server, message, status, after });
                Some(CallerInput::Response { exchange, response })
            }
            ClientEvent::Opened { request, .. } => {
                let Asked { exchange, message, at, .. } = take(request)?;
                wire.is_open_websocket = true;
                let (browser, server) = (self.name_of_guest(guest), self.server_of(guest));
                let after = Time::START + (now - at);
                self.browsing.guests[guest].counts.responses += 1;
                self.record(Event::ResponseReceived { browser, server, message, status: 101, after });
                self.record(Event::WebSocketOpened { browser, server, rule: Rule::WebSocketHandshake });
                Some(CallerInput::Opened { exchange })
            }
            ClientEvent::Message(Message::Ping(_) | Message::Pong(_)) => None,
            ClientEvent::Message(message) => {
                Some(CallerInput::Message { exchange: wire.websocket?, message })
            }
            ClientEvent::Lost { request } => {
                let Asked { exchange, message, is_websocket, .. } = take(request)?;
                if is_websocket {
                    wire.websocket = None;
                }
                self.request_failed(guest, message);
                Some(CallerInput::Gone { exchange })
            }
            ClientEvent::Ended { .. } => {
                let exchange = wire.websocket.take()?;
                Some(CallerInput::Gone { exchange })
            }
        }
    }

    pub(super) fn request_failed(&mut self, guest: usize, message: MessageId) {
        let (browser, server) = (self.name_of_guest(guest), self.server_of(guest));
        self.record(Event::RequestFailed { browser, server, message, rule: Rule::RequestAndResponse });
    }

    fn websocket_of(&self, guest: usize, exchange: ExchangeId) -> Option<StreamId> {
        let mut wires = self.browsing.wires.iter();
        let own = wires.find(|(_, wire)| wire.guest == guest && wire.websocket == Some(exchange));
        own.map(|(stream, _)| *stream)
    }

    pub(super) fn speaks_socket_io(&self, guest: usize) -> bool {
        matches!(self.browsing.guests[guest].browser.program(), Program::SocketIo(_))
    }

    /// The session that a request names.
    pub(super) fn session_in(&mut self, of: &str) -> Option<Name> {
        let (_, parameters) = target::split(of);
        target::parameter(&parameters, "sid").map(|sid| self.names.intern(sid))
    }

    /// The session whose WebSocket it is.
    fn session_of_exchange(&mut self, guest: usize, exchange: ExchangeId) -> Option<Name> {
        let Program::SocketIo(client) = self.browsing.guests[guest].browser.program() else { return None };
        let sid = client.manager().session_of(exchange)?.to_owned();
        Some(self.names.intern(&sid))
    }

    fn is_probing(&self, guest: usize) -> bool {
        let Program::SocketIo(client) = self.browsing.guests[guest].browser.program() else { return false };
        client.manager().engine().is_some_and(|engine| engine.is_probing())
    }

    /// An attempt to change the transport is over; if it did not come to that, a fact says so.
    fn probe_ended(&mut self, guest: usize, was_probing: bool) {
        let Program::SocketIo(client) = self.browsing.guests[guest].browser.program() else { return };
        let engine = client.manager().engine();
        let stays = |engine: &crate::realtime::engine_io::client::Client| {
            use crate::realtime::engine_io::TransportName;
            !engine.is_probing() && !engine.is_closed() && engine.transport() == TransportName::Polling
        };
        if was_probing && engine.is_some_and(stays) {
            let (browser, server) = (self.name_of_guest(guest), self.server_of(guest));
            self.record(Event::UpgradeFailed { browser, server, rule: Rule::TransportUpgrade });
        }
    }
}

/// The part of a target that tells what is asked for; the rest are numbers that differ each time.
fn shown(of: &str) -> String {
    let (path, parameters) = target::split(of);
    match target::parameter(&parameters, "transport") {
        Some(transport) => format!("{path}?transport={transport}"),
        None => path.to_owned(),
    }
}
