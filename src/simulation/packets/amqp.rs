//! AMQP on links that carry packets: the client's and the broker's side of each connection, on a stream.
//!
//! What clients and the broker say to each other goes through the very octets that real ones exchange. Which message
//! a content is does not stand in them: it is kept beside the stream, which keeps the order.

use super::World;
use crate::actors::{AmqpConnection, Life, Login, first_method};
use crate::amqp::wire::Credentials;
use crate::amqp::{ChannelNumber, Command, DeliveryTag, Method, Origin};
use crate::broker::{Broker, Context, Outgoing, Session, SessionHost, SessionSettings};
use crate::facts::{ClientName, Event, Rule};
use crate::ids::{ActorId, ConnectionId, MessageId, NodeId, StreamId};
use crate::realtime::websocket::Tunnel;
use crate::rng::Stream;
use crate::simulation::client::Actor;
use crate::simulation::nodes::Nodes;
use crate::simulation::streams::{Side, StreamEnd, StreamEvent};
use crate::simulation::world::Arrival;
use crate::time::Time;
use std::collections::VecDeque;

/// The port of AMQP (IANA).
const PORT: u16 = 5672;
/// The port on which AMQP through a WebSocket is taken: that of HTTP, as what stands before a broker for this has it.
const WEB_PORT: u16 = 80;

/// An AMQP connection between a client and the broker.
#[derive(Clone, Debug)]
pub(in crate::simulation) struct Line {
    client: ActorId,
    speaker: AmqpConnection,
    /// The client's and the broker's side of the WebSocket around it, if there is one.
    tunnels: Option<Box<[Tunnel; 2]>>,
    /// The broker's side, from when it accepts until it is gone.
    session: Option<Session>,
    connection: Option<ConnectionId>,
    /// What the client has said and the broker has not got, with the place of the octet behind it.
    said: VecDeque<(u64, Command)>,
    /// Octets that the client has written, and that the broker has got.
    written: u64,
    heard: u64,
    /// Which messages the contents are that the broker has not read yet.
    origins: VecDeque<Origin>,
    /// Contents that the broker has given out and the client has not read.
    told: VecDeque<Arrival>,
    /// The messages of those that are not written yet.
    unwritten: VecDeque<MessageId>,
    /// The messages that the client has got and not acknowledged.
    delivered: VecDeque<(DeliveryTag, MessageId)>,
    /// Up to which number confirms were written that mean all before them.
    confirmed_to: DeliveryTag,
}

impl Line {
    /// The next moment at which one of the two sides has something to do by itself.
    pub fn next_timeout(&self) -> Option<Time> {
        let session = self.session.as_ref().and_then(Session::next_timeout);
        session.into_iter().chain(self.speaker.next_timeout()).min()
    }
}

/// Says which message a content is: the next one of those that the client has sent.
struct Origins<'a>(&'a mut VecDeque<Origin>);

impl SessionHost for Origins<'_> {
    fn next_origin(&mut self, publisher: ClientName) -> Origin {
        self.0.pop_front().unwrap_or(Origin { publisher: publisher.0, ..Origin::UNKNOWN })
    }
}

const fn client_end(stream: StreamId) -> StreamEnd {
    StreamEnd { stream, side: Side::Opener }
}

const fn broker_end(stream: StreamId) -> StreamEnd {
    StreamEnd { stream, side: Side::Acceptor }
}

impl World {
    /// Whether a client speaks to the broker in packets.
    pub(in crate::simulation) fn is_on_line(&self, id: ActorId) -> bool {
        self.packets.as_ref().is_some_and(|packets| packets.are_joined(Nodes::of_client(id), Nodes::BROKER))
    }

    /// The broker takes connections.
    pub(in crate::simulation) fn take_lines(&mut self) {
        self.listen(Nodes::BROKER, PORT);
        if self.clients.iter().any(|client| client.is_on_websocket) {
            self.listen(Nodes::BROKER, WEB_PORT);
        }
    }

    /// The broker takes no more connections, and ends those that there are.
    pub(in crate::simulation) fn end_lines(&mut self) {
        self.stop_listening(Nodes::BROKER, PORT);
        self.stop_listening(Nodes::BROKER, WEB_PORT);
        let Some(packets) = &self.packets else { return };
        let streams: Vec<StreamId> = packets.lines.keys().copied().collect();
        for stream in streams {
            self.with_session(stream, |session, broker, cx, _| session.shut_down(broker, cx));
        }
    }

    /// A client opens a connection.
    pub(in crate::simulation) fn open_line(&mut self, id: ActorId) {
        let client = self.client(id);
        let (name, virtual_host) = (client.actor.name(), client.virtual_host);
        let (user, password) = self.login.clone();
        let login = Login { client: name, credentials: Credentials { user, password }, virtual_host };
        let is_on_websocket = client.is_on_websocket;
        let port = if is_on_websocket { WEB_PORT } else { PORT };
        let StreamEnd { stream, .. } = self.open_stream(Nodes::of_client(id), Nodes::BROKER, port);
        let owner = format!("websocket:{}:{}", self.names.text(name.0), stream.0);
        let tunnels = is_on_websocket.then(|| {
            let client = Tunnel::client(self.names.text(self.broker_name), Stream::new(self.seed, &owner));
            Box::new([client, Tunnel::server()])
        });
        self.client_mut(id).line = Some(stream);
        let line = Line {
            client: id,
            speaker: AmqpConnection::new(login),
            tunnels,
            session: None,
            connection: None,
            said: VecDeque::new(),
            written: 0,
            heard: 0,
            origins: VecDeque::new(),
            told: VecDeque::new(),
            unwritten: VecDeque::new(),
            delivered: VecDeque::new(),
            confirmed_to: 0,
        };
        if let Some(packets) = &mut self.packets {
            packets.lines.insert(stream, line);
        }
    }

    fn line(&mut self, stream: StreamId) -> Option<&mut Line> {
        self.packets.as_mut()?.lines.get_mut(&stream)
    }

    fn stir(&mut self, stream: StreamId) {
        if let Some(packets) = &mut self.packets {
            packets.stirred.push_back(stream);
        }
    }

    /// Lets the broker's side of a line do something, and carries what the broker then wants to say.
    fn with_session(
        &mut self,
        stream: StreamId,
        act: impl FnOnce(&mut Session, &mut Broker, &mut Context, &mut Origins),
    ) {
        let World { broker, names, recorder, now, packets, .. } = self;
        let line = packets.as_mut().and_then(|packets| packets.lines.get_mut(&stream));
        let Some((session, origins, client)) =
            line.and_then(|line| Some((line.session.as_mut()?, &mut line.origins, line.client)))
        else {
            return;
        };
        let cx = &mut Context { now: *now, names, facts: recorder };
        act(session, broker, cx, &mut Origins(origins));
        let connection = session.connection();
        if let Some(connection) = connection {
            self.by_connection.insert(connection, client);
            if let Some(line) = self.line(stream) {
                line.connection = Some(connection);
            }
            if self.client(client).line == Some(stream) {
                self.client_mut(client).connection = connection;
            }
        }
        self.carry_output();
        self.stir(stream);
    }

    /// Puts a command of a client on its line. When it arrives is for TCP to see.
    pub(in crate::simulation) fn send_on_line(
        &mut self,
        id: ActorId,
        channel: ChannelNumber,
        command: Command,
    ) {
        let Some(stream) = self.client(id).line else { return };
        let World { names, packets, .. } = self;
        let line = packets.as_mut().and_then(|packets| packets.lines.get_mut(&stream));
        let Some(line) = line else { return };
        line.speaker.say(names, channel, &command);
        let messages = line.concerns(&command);
        line.origins.extend(command.content.as_ref().map(|content| content.origin));
        self.flush_speaker(stream, Some((command, messages)));
    }

    /// Writes what the client's side of a line has to say: a command of the client's own, and what it says by itself.
    fn flush_speaker(&mut self, stream: StreamId, mut own: Option<(Command, Vec<MessageId>)>) {
        let now = self.now;
        let Some(line) = self.line(stream) else { return };
        let client = line.client;
        if line.tunnels.as_ref().is_some_and(|tunnels| !tunnels[0].is_open()) {
            return;
        }
        for (name, octets) in line.speaker.take_octets(now) {
            let Some(line) = self.line(stream) else { return };
            line.written += octets.len() as u64;
            let messages = match own.take_if(|(command, _)| command.method.name() == name) {
                Some((command, messages)) => {
                    let place = line.written;
                    line.said.push_back((place, command));
                    messages
                }
                None => Vec::new(),
            };
            self.record_said(Nodes::of_client(client), Nodes::BROKER, name);
            let octets = self.through_tunnel(client_end(stream), octets);
            self.write_named(client_end(stream), &octets, &messages, name);
        }
    }

    /// What goes onto the stream of some octets: the same, or a WebSocket's frame around them.
    fn through_tunnel(&mut self, end: StreamEnd, octets: Vec<u8>) -> Vec<u8> {
        let now = self.now;
        let tunnels = self.line(end.stream).and_then(|line| line.tunnels.as_mut());
        let Some(tunnels) = tunnels else { return octets };
        let tunnel = &mut tunnels[end.side as usize];
        tunnel.send(now, &octets);
        tunnel.take_octets()
    }

    /// What comes out of the stream at an end. The opening of a WebSocket around it is answered.
    fn out_of_tunnel(&mut self, end: StreamEnd, octets: &[u8]) -> Vec<u8> {
        let now = self.now;
        let tunnels = self.line(end.stream).and_then(|line| line.tunnels.as_mut());
        let Some(tunnels) = tunnels else { return octets.to_vec() };
        let tunnel = &mut tunnels[end.side as usize];
        let through = tunnel.receive(now, octets);
        let (answer, has_failed) = (tunnel.take_octets(), tunnel.has_failed());
        if !answer.is_empty() {
            self.say_of_tunnel(end, &answer, "101 Switching Protocols");
        }
        if has_failed {
            self.close_stream(end);
        }
        through
    }

    fn say_of_tunnel(&mut self, end: StreamEnd, octets: &[u8], what: &'static str) {
        if let (Some(sender), Some(receiver)) = (self.streams.node(end), self.streams.peer(end)) {
            let [sender, receiver] = [sender, receiver].map(|node| ClientName(self.nodes.get(node).name));
            let method = self.names.intern(what);
            self.record(Event::Said { sender, receiver, method });
        }
        self.write_stream(end, octets, None);
    }

    /// What is about the connection itself is a fact of its own.
    fn record_said(&mut self, sender: NodeId, receiver: NodeId, name: &'static str) {
        let is_about_connection = name.starts_with("connection.")
            || matches!(name, "protocol header" | "heartbeat" | "channel.open" | "channel.open-ok");
        if is_about_connection {
            let [sender, receiver] = [sender, receiver].map(|node| ClientName(self.nodes.get(node).name));
            let method = self.names.intern(name);
            self.record(Event::Said { sender, receiver, method });
        }
    }

    /// Gives a command of the broker to the session that it is for. Says whether it is for one.
    pub(in crate::simulation) fn give_to_session(&mut self, outgoing: &Outgoing) -> bool {
        let now = self.now;
        let Outgoing { connection, channel, command, is_settled } = outgoing;
        let Some(packets) = &mut self.packets else { return false };
        let own = packets.lines.iter_mut().find(|(_, line)| line.connection == Some(*connection));
        let Some((stream, line)) = own else { return false };
        let stream = *stream;
        if let Some(session) = &mut line.session {
            session.transmit(now, *channel, command.clone());
        }
        if let Some(content) = &command.content {
            line.unwritten.push_back(content.origin.message);
            line.told.push_back(Arrival { command: command.clone(), is_settled: *is_settled });
        }
        self.stir(stream);
        true
    }

    /// Writes what the broker's side of a line has to say, as long as its socket takes it.
    pub(super) fn pump_line(&mut self, stream: StreamId) {
        let (now, end) = (self.now, broker_end(stream));
        while self.streams.unsent(end) == 0 {
            let World { names, packets, .. } = self;
            let line = packets.as_mut().and_then(|packets| packets.lines.get_mut(&stream));
            let Some(session) = line.and_then(|line| line.session.as_mut()) else { return };
            let mut octets = Vec::new();
            // One command at a time.
            if !session.poll_transmit(now, names, &mut octets, 1) {
                break;
            }
            let name = first_method(&octets);
            let messages = self.messages_of(stream, name, &octets);
            let Some(line) = self.line(stream) else { return };
            let client = Nodes::of_client(line.client);
            self.record_said(Nodes::BROKER, client, name);
            let octets = self.through_tunnel(end, octets);
            self.write_named(end, &octets, &messages, name);
            self.push_writes(end);
        }
        let session = self.line(stream).and_then(|line| line.session.as_ref());
        let Some((has_sent, has_ended)) = session.map(|session| (session.has_sent(), session.has_ended()))
        else {
            return;
        };
        if has_sent {
            self.with_session(stream, |session, broker, cx, _| session.report_sent(broker, cx));
        } else if has_ended && self.streams.unsent(end) == 0 {
            self.close_stream(end);
        }
    }

    /// There is room again in the socket of an end.
    pub(in crate::simulation) fn line_has_room(&mut self, end: StreamEnd) {
        if end.side == Side::Acceptor && self.line(end.stream).is_some() {
            self.stir(end.stream);
        }
    }

    /// The messages that a command of the broker brings or is about.
    fn messages_of(&mut self, stream: StreamId, name: &str, octets: &[u8]) -> Vec<MessageId> {
        let Some(line) = self.line(stream) else { return Vec::new() };
        match (name, octets.get(11..20)) {
            ("basic.deliver" | "basic.return" | "basic.get-ok", _) => {
                line.unwritten.pop_front().into_iter().collect()
            }
            // Behind type, channel, size, class and method stands the tag, and behind it whether all before are meant.
            ("basic.ack" | "basic.nack", Some([tag @ .., bits])) => {
                let (client, confirmed_to) = (line.client, line.confirmed_to);
                let tag = tag.iter().fold(0, |number, octet| number << 8 | u64::from(*octet));
                let is_multiple = bits & 1 != 0;
                if is_multiple {
                    line.confirmed_to = tag;
                }
                let Actor::Producer(producer) = &self.client(client).actor else { return Vec::new() };
                producer.awaiting_between(if is_multiple { confirmed_to } else { tag.saturating_sub(1) }, tag)
            }
            _ => Vec::new(),
        }
    }

    /// One side of a line has something to do by itself.
    pub(super) fn line_timeout(&mut self) {
        let now = self.now;
        let Some(packets) = &self.packets else { return };
        let is_due = |line: &Line| line.next_timeout().is_some_and(|time| time <= now);
        let due = packets.lines.iter().find(|(_, line)| is_due(line));
        let Some((stream, is_client)) =
            due.map(|(stream, line)| (*stream, line.speaker.next_timeout().is_some_and(|time| time <= now)))
        else {
            return;
        };
        if !is_client {
            let was_open = self.has_open_session(stream);
            self.with_session(stream, |session, broker, cx, _| session.handle_timeout(broker, cx));
            if was_open && !self.has_open_session(stream) {
                self.record_client_gone(stream);
            }
            return;
        }
        let Some(line) = self.line(stream) else { return };
        line.speaker.handle_timeout(now);
        if line.speaker.has_failed() {
            let (node, peer) = self.ends_of(stream);
            let event = Event::ConnectionGivenUp { node, peer, rule: Rule::Heartbeat };
            self.record(event);
            self.line_is_over(stream, event);
            return self.abort_stream(client_end(stream));
        }
        self.flush_speaker(stream, None);
    }

    fn has_open_session(&mut self, stream: StreamId) -> bool {
        let session = self.line(stream).and_then(|line| line.session.as_ref());
        session.is_some_and(|session| session.connection().is_some())
    }

    fn record_client_gone(&mut self, stream: StreamId) {
        let Some(id) = self.line(stream).map(|line| line.client) else { return };
        let client = self.client(id).actor.name();
        self.record(Event::ConnectionLost { client });
    }

    /// The names of client and broker.
    fn ends_of(&mut self, stream: StreamId) -> (ClientName, ClientName) {
        let client = self.line(stream).map(|line| line.client);
        let client = client.map_or(ClientName(self.broker_name), |id| self.client(id).actor.name());
        (client, ClientName(self.broker_name))
    }

    /// Something happens to the stream of a line.
    pub(in crate::simulation) fn line_event(&mut self, end: StreamEnd, event: StreamEvent) {
        match end.side {
            Side::Opener => self.line_event_of_client(end.stream, event),
            Side::Acceptor => self.line_event_of_broker(end.stream, event),
        }
    }

    fn line_event_of_broker(&mut self, stream: StreamId, event: StreamEvent) {
        let now = self.now;
        match event {
            StreamEvent::Opened => {
                let connection = self.streams.connection(client_end(stream));
                let Some(packets) = &self.packets else { return };
                let peer = connection.and_then(|(host, number)| {
                    let host = packets.network.host(host);
                    let (_, port, _) = host.connections().find(|(each, ..)| *each == number)?;
                    Some(format!("{}:{port}", host.settings().address()))
                });
                let settings = SessionSettings::default();
                if let Some(line) = self.line(stream) {
                    line.session = Some(Session::new(now, &peer.unwrap_or_default(), settings));
                }
            }
            StreamEvent::Received { octets, .. } => {
                let octets = self.out_of_tunnel(broker_end(stream), &octets);
                self.lose_what_is_not_heard(stream, octets.len() as u64);
                self.with_session(stream, |session, broker, cx, origins| {
                    session.receive(broker, cx, origins, &octets);
                });
            }
            StreamEvent::Closed | StreamEvent::Broken(_) => {
                if self.has_open_session(stream) {
                    self.record_client_gone(stream);
                }
                self.with_session(stream, |session, broker, cx, _| session.disconnected(broker, cx));
                if let Some(line) = self.line(stream) {
                    line.session = None;
                }
                self.close_stream(broker_end(stream));
                self.lose_what_is_left(stream);
                self.forget_line(stream);
            }
            StreamEvent::Refused => {}
        }
    }

    /// What a client has said comes to a session that does not listen any more.
    fn lose_what_is_not_heard(&mut self, stream: StreamId, octets: u64) {
        let is_down = self.broker_is_back.is_some();
        let Some(line) = self.line(stream) else { return };
        line.heard += octets;
        let is_heard =
            line.session.as_ref().is_some_and(|session| session.connection().is_some()) && !is_down;
        let connection = line.connection;
        while let Some(line) = self.line(stream)
            && line.said.front().is_some_and(|(place, _)| *place <= line.heard)
            && let Some((_, command)) = line.said.pop_front()
        {
            if let (false, Some(connection)) = (is_heard, connection) {
                self.lose(connection, &command, Rule::ConnectionLost);
            }
        }
    }

    /// What a client has said and never comes to the broker.
    fn lose_what_is_left(&mut self, stream: StreamId) {
        let Some(line) = self.line(stream) else { return };
        let (said, connection) = (std::mem::take(&mut line.said), line.connection);
        let Some(connection) = connection else { return };
        for (_, command) in said {
            self.lose(connection, &command, Rule::ConnectionLost);
        }
    }

    fn line_event_of_client(&mut self, stream: StreamId, event: StreamEvent) {
        match event {
            StreamEvent::Opened => {
                let tunnels = self.line(stream).and_then(|line| line.tunnels.as_mut());
                if let Some(asked) = tunnels.map(|tunnels| tunnels[0].take_octets()) {
                    self.say_of_tunnel(client_end(stream), &asked, "GET with Upgrade: websocket");
                }
                self.flush_speaker(stream, None);
            }
            StreamEvent::Received { octets, .. } => {
                let octets = self.out_of_tunnel(client_end(stream), &octets);
                self.client_reads(stream, &octets);
            }
            StreamEvent::Refused => {
                let (client, _) = self.ends_of(stream);
                let event = Event::ConnectionRefused { client };
                if self.is_line_of_a_client(stream) {
                    self.record(event);
                }
                self.line_is_over(stream, event);
                if let Some(packets) = &mut self.packets {
                    packets.lines.remove(&stream);
                }
            }
            StreamEvent::Closed => {
                let (node, peer) = self.ends_of(stream);
                let event = Event::ConnectionReset { node, peer, rule: Rule::Closing };
                if self.is_line_of_a_client(stream) {
                    self.record(event);
                }
                self.line_is_over(stream, event);
                self.close_stream(client_end(stream));
            }
            StreamEvent::Broken(why) => {
                if let Some(event) = self.event_of_break(client_end(stream), why) {
                    self.line_is_over(stream, event);
                }
            }
        }
    }

    fn client_reads(&mut self, stream: StreamId, octets: &[u8]) {
        let World { names, packets, now, .. } = self;
        let line = packets.as_mut().and_then(|packets| packets.lines.get_mut(&stream));
        let Some(Line { speaker, told, client, delivered, .. }) = line else { return };
        let (mut heard, mut settled) = (Vec::new(), VecDeque::new());
        let mut next_origin = || {
            let arrival = told.pop_front();
            settled.push_back(arrival.as_ref().is_some_and(|arrival| arrival.is_settled));
            let origin = arrival.and_then(|arrival| arrival.command.content).map(|content| content.origin);
            origin.unwrap_or(Origin::UNKNOWN)
        };
        speaker.receive(*now, names, octets, &mut next_origin, &mut |channel, command| {
            heard.push((channel, command));
        });
        let id = *client;
        for (_, command) in &heard {
            if let (
                Method::BasicDeliver { delivery_tag, .. } | Method::BasicGetOk { delivery_tag, .. },
                Some(content),
            ) = (&command.method, &command.content)
            {
                delivered.push_back((*delivery_tag, content.origin.message));
            }
        }
        self.flush_speaker(stream, None);
        for (_, command) in heard {
            let is_settled = command.content.is_some() && settled.pop_front().unwrap_or(false);
            let is_close_ok = command.method == Method::ConnectionCloseOk {};
            let is_present = self.client(id).line == Some(stream);
            self.hear(id, is_present, &Arrival { command, is_settled });
            if is_close_ok {
                self.close_stream(client_end(stream));
            }
        }
        if self.line(stream).is_some_and(|line| line.speaker.has_failed()) {
            let (node, peer) = self.ends_of(stream);
            let event = Event::ConnectionReset { node, peer, rule: Rule::ConnectionLost };
            self.line_is_over(stream, event);
            self.abort_stream(client_end(stream));
        }
    }

    fn is_line_of_a_client(&mut self, stream: StreamId) -> bool {
        let Some(id) = self.line(stream).map(|line| line.client) else { return false };
        let client = self.client(id);
        client.line == Some(stream) && client.session.life() != Life::Down
    }

    /// A client loses its line because of what the event says, which is recorded already.
    fn line_is_over(&mut self, stream: StreamId, event: Event) {
        let Some(id) = self.line(stream).map(|line| line.client) else { return };
        if self.is_line_of_a_client(stream) {
            self.end_session_after(id, Life::Down, event, false);
            self.plan_recovery(id);
        }
        self.forget_what_was_told(stream, id);
        self.forget_line(stream);
    }

    fn forget_what_was_told(&mut self, stream: StreamId, id: ActorId) {
        let told = self.line(stream).map(|line| std::mem::take(&mut line.told)).unwrap_or_default();
        for arrival in told {
            self.ignore(id, &arrival);
        }
    }

    /// The process of a client dies: its system sends what it had written, and closes.
    pub(in crate::simulation) fn desert_line(&mut self, id: ActorId) {
        let Some(stream) = self.client_mut(id).line.take() else { return };
        self.forget_what_was_told(stream, id);
        self.desert_stream(client_end(stream));
    }

    /// A line is forgotten when neither side has anything more to do with it.
    fn forget_line(&mut self, stream: StreamId) {
        let is_over = |end| self.streams.node(end).is_none();
        if is_over(client_end(stream))
            && is_over(broker_end(stream))
            && let Some(packets) = &mut self.packets
        {
            packets.lines.remove(&stream);
        }
    }
}

impl Line {
    /// The messages that a command of the client is or is about.
    fn concerns(&mut self, command: &Command) -> Vec<MessageId> {
        let tag = match command.method {
            Method::BasicAck { delivery_tag, .. }
            | Method::BasicNack { delivery_tag, .. }
            | Method::BasicReject { delivery_tag, .. } => delivery_tag,
            _ => {
                let origin = command.content.as_ref().map(|content| content.origin.message);
                return origin.into_iter().collect();
            }
        };
        let is_multiple = matches!(command.method, Method::BasicAck { multiple: true, .. });
        let is_meant = |delivered: DeliveryTag| if is_multiple { delivered <= tag } else { delivered == tag };
        let meant = self.delivered.iter().filter(|(delivered, _)| is_meant(*delivered));
        let messages = meant.map(|(_, message)| *message).collect();
        self.delivered.retain(|(delivered, _)| !is_meant(*delivered));
        messages
    }
}
