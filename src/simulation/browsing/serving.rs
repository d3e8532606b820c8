//! The servers' side: what reaches them, and what they want done.

use super::World;
use super::going::Going;
use super::host::Served;
use super::passage::Way;
use super::traffic::{packet_in_text, packets_in_body};
use crate::actors::PathServer;
use crate::facts::{Event, Rule};
use crate::ids::{MessageId, StreamId};
use crate::realtime::connection::{Connection, ConnectionSettings, Ending};
use crate::realtime::websocket::Message;
use crate::realtime::{ExchangeId, Input, Output, Service};
use crate::simulation::streams::{Side, StreamEnd, StreamEvent};
use crate::time::Time;

impl World {
    /// Something has run out at a host.
    pub(in crate::simulation) fn host_due(&mut self, host: usize) {
        let now = self.now;
        self.browsing.hosts[host].entered = None;
        if self.browsing.hosts[host].next_timeout().is_some_and(|due| due <= now) {
            self.with_site(host, |site| site.handle_timeout(now));
        }
        let wires = self.browsing.wires.iter_mut();
        let late = wires.filter(|(_, wire)| {
            wire.host == host && wire.next_server_timeout().is_some_and(|due| due <= now)
        });
        let mut streams = Vec::new();
        for (stream, wire) in late {
            if let Some(server) = &mut wire.server {
                server.handle_timeout(now);
            }
            streams.push(*stream);
        }
        self.settle_host(host, streams);
    }

    /// Something has come to the server's end of a stream.
    pub(in crate::simulation) fn host_stream_event(&mut self, stream: StreamId, event: StreamEvent) {
        let now = self.now;
        let Some(wire) = self.browsing.wires.get_mut(&stream) else { return };
        let host = wire.host;
        match (event, &mut wire.server) {
            (StreamEvent::Opened, _) => {
                // The numbers of a host's connections are those of their streams.
                let settings = ConnectionSettings::default();
                wire.server = Some(Connection::new(now, stream.0, settings));
            }
            (StreamEvent::Received { octets, .. }, Some(server)) => {
                self.browsing.hosts[host].octets_received += octets.len() as u64;
                server.handle_bytes(now, &octets);
            }
            (StreamEvent::Closed | StreamEvent::Broken(_), Some(server)) => server.handle_end(),
            _ => return,
        }
        self.settle_host(host, vec![stream]);
    }

    /// Tells what happened at a host, and carries between its servers and these connections until neither has anything
    /// to say.
    pub(super) fn settle_host(&mut self, host: usize, mut talking: Vec<StreamId>) {
        let mut concerned = talking.clone();
        loop {
            while let Some((place, event)) = self.with_site(host, crate::actors::Site::poll_event) {
                self.site_event(host, place, event);
            }
            // What the servers want done about an input comes before the next input.
            if let Some(output) = self.with_site(host, Service::poll_output) {
                if let Some(stream) = self.site_output(host, output) {
                    for list in [&mut talking, &mut concerned] {
                        if !list.contains(&stream) {
                            list.push(stream);
                        }
                    }
                }
                continue;
            }
            let Some(&stream) = talking.first() else { break };
            let server = self.browsing.wires.get_mut(&stream).and_then(|wire| wire.server.as_mut());
            match server.and_then(Connection::poll_input) {
                Some(input) => self.site_input(host, stream, input),
                None => drop(talking.remove(0)),
            }
        }
        for stream in concerned {
            self.write_server(stream, &[], "WebSocket frame");
            self.finish_server(stream);
        }
        self.tell_what_is_held(host);
        self.enter_host_timeout(host);
    }

    fn site_input(&mut self, host: usize, stream: StreamId, input: Input) {
        let now = self.now;
        let Some(wire) = self.browsing.wires.get_mut(&stream) else { return };
        let guest = wire.guest;
        let exchange = exchange_of_input(&input);
        let said = match &input {
            Input::Request { request, .. } => {
                let message = wire.coming.pop_front().unwrap_or(MessageId(0));
                let said = (request.method == "POST").then(|| wire.hear(Way::ToServer)).flatten();
                let session = self.session_in(&request.target);
                let served =
                    Served { stream, place: None, message, session, is_websocket: false, is_held: false };
                let own = &mut self.browsing.hosts[host];
                own.requests += 1;
                own.exchanges.insert(exchange, served);
                said
            }
            Input::Message { .. } => wire.hear(Way::ToServer),
            Input::Gone { .. } => {
                let own = &mut self.browsing.hosts[host];
                own.due.retain(|(each, _)| *each != exchange);
                if own.exchanges.remove(&exchange).is_some_and(|served| served.is_websocket) {
                    let mut lost: Vec<_> =
                        wire.give_up(Way::ToServer).map(|message| (Way::ToServer, message)).collect();
                    // What was sent when the browser had left already and nobody knew.
                    if wire.is_client_done {
                        lost.extend(wire.give_up(Way::ToBrowser).map(|message| (Way::ToBrowser, message)));
                    }
                    lost.into_iter().for_each(|(way, message)| {
                        self.lose_on_the_way(guest, way, message, Rule::WebSocketPromises);
                    });
                }
                None
            }
        };
        let is_request = matches!(input, Input::Request { .. });
        let is_text = matches!(&input, Input::Message { message: Message::Text(_) | Message::Binary(_), .. });
        self.with_site(host, |site| site.handle_message(now, input, said));
        let own = &mut self.browsing.hosts[host];
        if is_request {
            let place = own.site.place_of(exchange);
            if let Some(served) = own.exchanges.get_mut(&exchange) {
                served.place = place;
            }
        }
        // An echo sends back what has come.
        if let (Some(message), true) = (said, self.is_echo(host, exchange) && (is_text || is_request)) {
            self.line_taken(host, guest, message);
            self.browsing.hosts[host].due.push_back((exchange, vec![message]));
        }
    }

    fn is_echo(&self, host: usize, exchange: ExchangeId) -> bool {
        let own = &self.browsing.hosts[host];
        let place = own.exchanges.get(&exchange).and_then(|served| served.place);
        matches!(place.and_then(|place| own.site.server(place)), Some(PathServer::Echo(_)))
    }

    /// A line has come to a server.
    pub(super) fn line_taken(&mut self, host: usize, guest: usize, message: MessageId) {
        let (by, from) = (self.name_of_host(host), self.name_of_guest(guest));
        let (event, after) = (self.browsing.event_of(message), self.age_of(message));
        self.record(Event::EventReceived { by, from, message, event, after });
    }

    /// Gives what the servers want done to the connection that it is for. Says which that is.
    fn site_output(&mut self, host: usize, output: Output) -> Option<StreamId> {
        let now = self.now;
        let exchange = exchange_of_output(&output);
        let stream = StreamId(Connection::number_of(exchange));
        let served = *self.browsing.hosts[host].exchanges.get(&exchange)?;
        let due = match &output {
            Output::Respond { .. } | Output::Send { .. } => self.browsing.hosts[host].take_due(exchange),
            _ => Vec::new(),
        };
        let (status, seen, what) = match &output {
            Output::Respond { response, .. } => {
                (Some(response.status), packets_in_body(&response.body), "response")
            }
            Output::Accept { .. } => (Some(101), Vec::new(), "response"),
            Output::Send { message: Message::Text(text), .. } => {
                (None, packet_in_text(text).into_iter().collect(), "WebSocket frame")
            }
            _ => (None, Vec::new(), "WebSocket frame"),
        };
        let is_accepted = matches!(output, Output::Accept { .. });
        let wire = self.browsing.wires.get_mut(&stream)?;
        let (guest, server) = (wire.guest, wire.server.as_mut()?);
        server.handle_output(now, output);
        let session = served.session.or_else(|| self.session_at(host, served.place, exchange));
        let seen = if self.speaks_socket_io(guest) { seen } else { Vec::new() };
        let going = self.carry_packets(guest, session, Way::ToBrowser, &seen);
        let request = status.map(|_| served.message);
        let lines = due.iter().copied().chain(going.iter().filter_map(Going::message));
        let messages: Vec<MessageId> = request.into_iter().chain(lines).collect();
        let (octets, arrives) = self.write_server(stream, &messages, what);
        if let Some(status) = status {
            let (server, browser, message) =
                (self.name_of_host(host), self.name_of_guest(guest), served.message);
            let status = status.into();
            self.record(Event::ResponseSent { server, browser, message, status, octets, arrives });
            let exchanges = &mut self.browsing.hosts[host].exchanges;
            match exchanges.get_mut(&exchange) {
                Some(served) if is_accepted => (served.is_websocket, served.is_held) = (true, false),
                _ => drop(exchanges.remove(&exchange)),
            }
        }
        self.tell_what_goes(guest, Way::ToBrowser, going, arrives);
        self.lines_sent(stream, (host, guest), due, arrives);
        Some(stream)
    }

    /// Lines of a server go onto a connection.
    fn lines_sent(
        &mut self,
        stream: StreamId,
        (host, guest): (usize, usize),
        lines: Vec<MessageId>,
        arrives: Time,
    ) {
        for message in lines {
            if let Some(wire) = self.browsing.wires.get_mut(&stream) {
                wire.say(Way::ToBrowser, message);
            }
            let (from, to) = (self.name_of_host(host), self.name_of_guest(guest));
            let event = self.browsing.event_of(message);
            self.record(Event::EventSent { from, to, message, event, attempt: 1, arrives });
        }
    }

    /// Writes what a server has to say on a connection. Says how many octets, and when the last of them arrive.
    fn write_server(&mut self, stream: StreamId, messages: &[MessageId], what: &'static str) -> (u64, Time) {
        let (mut count, mut arrives, mut messages) = (0, Time::UNKNOWN, messages);
        let end = StreamEnd { stream, side: Side::Acceptor };
        while let Some(wire) = self.browsing.wires.get_mut(&stream)
            && let Some(octets) = wire.server.as_mut().and_then(Connection::poll_bytes)
        {
            count += octets.len() as u64;
            self.browsing.hosts[wire.host].octets_sent += octets.len() as u64;
            arrives = self.write_named(end, &octets, std::mem::take(&mut messages), what);
        }
        (count, arrives)
    }

    /// Ends the server's side of a connection, if that is to be ended.
    fn finish_server(&mut self, stream: StreamId) {
        let Some(wire) = self.browsing.wires.get_mut(&stream).filter(|wire| !wire.is_server_done) else {
            return;
        };
        let Some(ending) = wire.server.as_ref().and_then(Connection::ending) else { return };
        wire.is_server_done = true;
        let end = StreamEnd { stream, side: Side::Acceptor };
        match ending {
            Ending::AfterBytes => self.close_stream(end),
            Ending::AtOnce => self.abort_stream(end),
        }
        self.forget_wire(stream);
    }

    /// Requests that came and were not answered at once are held.
    fn tell_what_is_held(&mut self, host: usize) {
        let mut held = Vec::new();
        for (_, served) in &mut self.browsing.hosts[host].exchanges {
            if !served.is_held && !served.is_websocket && served.place.is_some() {
                served.is_held = true;
                held.push(*served);
            }
        }
        for Served { stream, message, .. } in held {
            let Some(guest) = self.browsing.wires.get(&stream).map(|wire| wire.guest) else { continue };
            let (server, browser) = (self.name_of_host(host), self.name_of_guest(guest));
            self.record(Event::RequestHeld { server, browser, message, rule: Rule::LongPolling });
        }
    }

    /// The session whose WebSocket an exchange is, at a Socket.IO server.
    fn session_at(
        &mut self,
        host: usize,
        place: Option<usize>,
        exchange: ExchangeId,
    ) -> Option<crate::ids::Name> {
        let PathServer::SocketIo(server) = self.browsing.hosts[host].site.server(place?)? else {
            return None;
        };
        let sid = server.server().engine().session_of(exchange)?.to_owned();
        Some(self.names.intern(&sid))
    }
}

fn exchange_of_input(input: &Input) -> ExchangeId {
    match input {
        Input::Request { exchange, .. } | Input::Message { exchange, .. } | Input::Gone { exchange } => {
            *exchange
        }
    }
}

fn exchange_of_output(output: &Output) -> ExchangeId {
    match output {
        Output::Respond { exchange, .. }
        | Output::Accept { exchange }
        | Output::Send { exchange, .. }
        | Output::Close { exchange, .. }
        | Output::Abort { exchange } => *exchange,
    }
}
