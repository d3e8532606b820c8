//! The broker's side of an AMQP connection in packets: a session of the broker on each stream.

use super::World;
use super::line::{Origins, broker_end, client_end};
use crate::actors::first_method;
use crate::broker::{Broker, Context, Outgoing, Session, SessionSettings};
use crate::facts::{Event, Rule};
use crate::ids::{MessageId, StreamId};
use crate::simulation::client::Actor;
use crate::simulation::nodes::Nodes;
use crate::simulation::streams::{Side, StreamEnd, StreamEvent};
use crate::simulation::world::Arrival;

impl World {
    /// Lets the broker's side of a line do something, and carries what the broker then wants to say.
    pub(super) fn with_session(
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
    pub(super) fn messages_of(&mut self, stream: StreamId, name: &str, octets: &[u8]) -> Vec<MessageId> {
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

    pub(super) fn has_open_session(&mut self, stream: StreamId) -> bool {
        let session = self.line(stream).and_then(|line| line.session.as_ref());
        session.is_some_and(|session| session.connection().is_some())
    }

    pub(super) fn record_client_gone(&mut self, stream: StreamId) {
        let Some(id) = self.line(stream).map(|line| line.client) else { return };
        let client = self.client(id).actor.name();
        self.record(Event::ConnectionLost { client });
    }

    pub(super) fn line_event_of_broker(&mut self, stream: StreamId, event: StreamEvent) {
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
            }
            StreamEvent::Refused => {}
        }
    }

    /// What a client has said comes to a session that does not listen any more.
    pub(super) fn lose_what_is_not_heard(&mut self, stream: StreamId, octets: u64) {
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
    pub(super) fn lose_what_is_left(&mut self, stream: StreamId) {
        let Some(line) = self.line(stream) else { return };
        let (said, connection) = (std::mem::take(&mut line.said), line.connection);
        let Some(connection) = connection else { return };
        for (_, command) in said {
            self.lose(connection, &command, Rule::ConnectionLost);
        }
    }
}
