//! AMQP on links that carry packets: the client's and the broker's side of each connection, on a stream.
//!
//! What clients and the broker say to each other goes through the very octets that real ones exchange. Which message
//! a content is does not stand in them: it is kept beside the stream, which keeps the order.

use super::World;
use crate::actors::{AmqpConnection, Login};
use crate::amqp::wire::Credentials;
use crate::amqp::{Command, DeliveryTag, Method, Origin};
use crate::broker::{Session, SessionHost};
use crate::facts::{ClientName, Event, Rule};
use crate::ids::{ActorId, ConnectionId, MessageId, NodeId, StreamId};
use crate::parts;
use crate::realtime::websocket::Tunnel;
use crate::rng::Stream;
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
    pub(super) client: ActorId,
    pub(super) speaker: AmqpConnection,
    /// Whether the client says and hears nothing more on it.
    pub(super) is_left: bool,
    /// The client's and the broker's side of the WebSocket around it, if there is one.
    pub(super) tunnels: Option<Box<[Tunnel; 2]>>,
    /// The broker's side, from when it accepts until it is gone.
    pub(super) session: Option<Session>,
    pub(super) connection: Option<ConnectionId>,
    /// What the client has said and the broker has not got, with the place of the octet behind it.
    pub(super) said: VecDeque<(u64, Command)>,
    /// Octets that the client has written, and that the broker has got.
    pub(super) written: u64,
    pub(super) heard: u64,
    /// Which messages the contents are that the broker has not read yet.
    pub(super) origins: VecDeque<Origin>,
    /// Contents that the broker has given out and the client has not read.
    pub(super) told: VecDeque<Arrival>,
    /// The messages of those that are not written yet.
    pub(super) unwritten: VecDeque<MessageId>,
    /// The messages that the client has got and not acknowledged.
    pub(super) delivered: VecDeque<(DeliveryTag, MessageId)>,
    /// Up to which number confirms were written that mean all before them.
    pub(super) confirmed_to: DeliveryTag,
}

impl Line {
    /// The next moment at which one of the two sides has something to do by itself.
    pub fn next_timeout(&self) -> Option<Time> {
        let session = self.session.as_ref().and_then(Session::next_timeout);
        session.into_iter().chain(self.next_timeout_of_client()).min()
    }

    /// That of the client's side.
    fn next_timeout_of_client(&self) -> Option<Time> {
        self.speaker.next_timeout().filter(|_| !self.is_left)
    }
}

/// Says which message a content is: the next one of those that the client has sent.
pub(super) struct Origins<'a>(pub(super) &'a mut VecDeque<Origin>);

impl SessionHost for Origins<'_> {
    fn next_origin(&mut self, publisher: ClientName) -> Origin {
        self.0.pop_front().unwrap_or(Origin { publisher: publisher.0, ..Origin::UNKNOWN })
    }
}

pub(super) const fn client_end(stream: StreamId) -> StreamEnd {
    StreamEnd { stream, side: Side::Opener }
}

pub(super) const fn broker_end(stream: StreamId) -> StreamEnd {
    StreamEnd { stream, side: Side::Acceptor }
}

impl World {
    /// Whether a client speaks to the broker in packets.
    pub(in crate::simulation) fn is_on_line(&self, id: ActorId) -> bool {
        let packets = self.packets.as_ref().filter(|_| parts::PACKETS);
        packets.is_some_and(|packets| packets.are_joined(Nodes::of_client(id), Nodes::BROKER))
    }

    /// The broker takes connections.
    pub(in crate::simulation) fn take_lines(&mut self) {
        if !parts::PACKETS {
            return;
        }
        self.listen(Nodes::BROKER, PORT);
        if self.clients.iter().any(|client| client.is_on_websocket) {
            self.listen(Nodes::BROKER, WEB_PORT);
        }
    }

    /// The broker takes no more connections, and ends those that there are: with a word, or in a crash without one.
    pub(in crate::simulation) fn end_lines(&mut self, is_crash: bool) {
        if !parts::PACKETS {
            return;
        }
        self.stop_listening(Nodes::BROKER, PORT);
        self.stop_listening(Nodes::BROKER, WEB_PORT);
        let Some(packets) = &self.packets else { return };
        let streams: Vec<StreamId> = packets.lines.keys().copied().collect();
        for stream in streams {
            if is_crash {
                self.with_session(stream, |session, broker, cx, _| session.disconnected(broker, cx));
                if let Some(line) = self.line(stream) {
                    line.session = None;
                }
                self.desert_stream(broker_end(stream));
                self.lose_what_is_left(stream);
            } else {
                self.with_session(stream, |session, broker, cx, _| session.shut_down(broker, cx));
            }
        }
    }

    /// A client opens a connection.
    pub(in crate::simulation) fn open_line(&mut self, id: ActorId) {
        let client = self.client(id);
        let (name, virtual_host) = (client.actor.name(), client.virtual_host);
        let (user, password) = match &client.login {
            Some(login) => (login.user.clone(), login.password.clone()),
            None => self.login.clone(),
        };
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
            is_left: false,
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
        let World { packets, streams, .. } = self;
        if let Some(packets) = packets {
            // Those whose streams are over have nothing more to do.
            packets.lines.retain(|stream, _| streams.port(*stream).is_some());
            packets.lines.insert(stream, line);
        }
    }

    pub(super) fn line(&mut self, stream: StreamId) -> Option<&mut Line> {
        self.packets.as_mut()?.lines.get_mut(&stream)
    }

    pub(super) fn stir(&mut self, stream: StreamId) {
        if let Some(packets) = &mut self.packets {
            packets.stirred.push_back(stream);
        }
    }

    /// What is about the connection itself is a fact of its own.
    pub(super) fn record_said(&mut self, sender: NodeId, receiver: NodeId, name: &'static str) {
        let is_about_connection = name.starts_with("connection.")
            || matches!(name, "protocol header" | "heartbeat" | "channel.open" | "channel.open-ok");
        if is_about_connection {
            let [sender, receiver] = [sender, receiver].map(|node| ClientName(self.nodes.get(node).name));
            let method = self.names.intern(name);
            self.record(Event::Said { sender, receiver, method });
        }
    }

    /// One side of a line has something to do by itself.
    pub(super) fn line_timeout(&mut self) {
        let now = self.now;
        let Some(packets) = &self.packets else { return };
        let is_due = |line: &Line| line.next_timeout().is_some_and(|time| time <= now);
        let due = packets.lines.iter().find(|(_, line)| is_due(line));
        let Some((stream, is_client)) = due
            .map(|(stream, line)| (*stream, line.next_timeout_of_client().is_some_and(|time| time <= now)))
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

    /// The names of client and broker.
    pub(super) fn ends_of(&mut self, stream: StreamId) -> (ClientName, ClientName) {
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
}

impl Line {
    /// The messages that a command of the client is or is about.
    pub(super) fn concerns(&mut self, command: &Command) -> Vec<MessageId> {
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
