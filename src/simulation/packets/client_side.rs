//! A client's side of an AMQP connection in packets: what it says, what it hears, and how it loses it.

use super::World;
use super::line::{Line, client_end};
use crate::actors::Life;
use crate::amqp::{ChannelNumber, Command, Method, Origin};
use crate::facts::{Event, Rule};
use crate::ids::{ActorId, MessageId, StreamId};
use crate::simulation::nodes::Nodes;
use crate::simulation::streams::StreamEvent;
use crate::simulation::world::Arrival;
use std::collections::VecDeque;

impl World {
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
    pub(super) fn flush_speaker(&mut self, stream: StreamId, mut own: Option<(Command, Vec<MessageId>)>) {
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

    pub(super) fn line_event_of_client(&mut self, stream: StreamId, event: StreamEvent) {
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

    pub(super) fn client_reads(&mut self, stream: StreamId, octets: &[u8]) {
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

    pub(super) fn is_line_of_a_client(&mut self, stream: StreamId) -> bool {
        let Some(id) = self.line(stream).map(|line| line.client) else { return false };
        let client = self.client(id);
        client.line == Some(stream) && client.session.life() != Life::Down
    }

    /// A client loses its line because of what the event says, which is recorded already.
    pub(super) fn line_is_over(&mut self, stream: StreamId, event: Event) {
        let Some(id) = self.line(stream).map(|line| line.client) else { return };
        if self.is_line_of_a_client(stream) {
            self.end_session_after(id, Life::Down, event, false);
            self.plan_recovery(id);
        }
        self.leave_line(stream, id);
    }

    /// A client says and hears nothing more on a line. What was on its way to it is never read.
    pub(super) fn leave_line(&mut self, stream: StreamId, id: ActorId) {
        let Some(line) = self.line(stream) else { return };
        line.is_left = true;
        let told = std::mem::take(&mut line.told);
        for arrival in told {
            self.ignore(id, &arrival);
        }
    }

    /// The process of a client dies: its system sends what it had written, and closes.
    pub(in crate::simulation) fn desert_line(&mut self, id: ActorId) {
        let Some(stream) = self.client_mut(id).line.take() else { return };
        self.leave_line(stream, id);
        self.desert_stream(client_end(stream));
    }

    /// A client's side of a line resets it, as when somebody kills its connection (`ss --kill`, `tcpkill`). The broker
    /// learns of it when the reset comes; if that is lost, when what it says next is answered with another one, or when
    /// it misses the client's heartbeats.
    pub(in crate::simulation) fn reset_line(&mut self, id: ActorId) {
        let client = self.client(id);
        let (Some(stream), client) = (client.line, client.actor.name()) else { return };
        let event = Event::ConnectionAborted { client, rule: Rule::Reset };
        self.record(event);
        self.line_is_over(stream, event);
        self.abort_stream(client_end(stream));
    }
}
