//! Programs with plain sockets: what they send, and what they receive of it.
//!
//! Messages are numbered as all of the simulation are. Over TCP a message is octets in a stream, and only the program
//! knows where one ends; over UDP each is a datagram of its own ([`NumberedDatagram`]).

use super::World;
use super::nodes::Role;
use super::streams::{StreamEnd, StreamEvent};
use super::world::Pending;
use crate::facts::{ClientName, Event, Rule};
use crate::ids::{MessageId, NodeId};
use crate::network::host::{Host, HostError};
use crate::network::{HostNumber, NumberedDatagram};
use crate::parts::HasBrowsers;
use crate::scenario::{SendDocument, SocketDocument, SocketProtocol};
use crate::time::{Span, Time};
use litemap::LiteMap;
use std::collections::VecDeque;
use std::net::SocketAddrV4;
use std::rc::Rc;

/// The port from which datagrams are sent: the first dynamic one (RFC 6335 section 6).
const SENDING_PORT: u16 = 49_152;
/// A program whose socket has no room tries again after so long.
const PATIENCE: Span = Span::from_ms(1);
/// The filling of messages.
const FILLING: u8 = b'.';

/// A program with a socket.
#[derive(Clone, Debug)]
pub(super) struct PlainSocket {
    _proof: HasBrowsers,
    pub node: NodeId,
    pub protocol: SocketProtocol,
    /// Where it receives.
    pub port: Option<u16>,
    /// Where it sends.
    pub to: Option<(NodeId, u16)>,
    reads: Option<(usize, Span)>,
    closes: bool,
    sends: Rc<[SendDocument]>,
    /// The entry of the list from which it sends next, and how many of it are sent.
    next_send: (usize, u64),
    stream: Option<StreamEnd>,
    /// Datagrams for which there is no room in the socket.
    waiting: VecDeque<Rc<[u8]>>,
    /// Streams that others have opened to it.
    accepted: Vec<StreamEnd>,
    /// Whether the time for the next reading is on the agenda.
    will_read: bool,
    pub counts: SocketCounts,
}

/// What a program has sent and received.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SocketCounts {
    /// Messages that it has given to its socket.
    pub sent: u64,
    /// Messages that are complete here, each as often as it came.
    pub received: u64,
    pub octets_received: u64,
    /// How often it has received something.
    pub reads: u64,
    /// Messages that came after others that were sent later.
    pub late: Vec<MessageId>,
    /// Messages that came again.
    pub doubled: Vec<MessageId>,
    /// The newest that came from each sender, and what came at all: one bit each.
    newest: LiteMap<NodeId, MessageId>,
    seen: Vec<u64>,
}

impl SocketCounts {
    fn receive(&mut self, message: MessageId, sender: NodeId) {
        self.received += 1;
        let (word, bit) = (message.index() / 64, 1 << (message.index() % 64));
        if self.seen.len() <= word {
            self.seen.resize(word + 1, 0);
        }
        let newest = self.newest.entry(sender).or_insert(message);
        if self.seen[word] & bit != 0 {
            self.doubled.push(message);
        } else if message < *newest {
            self.late.push(message);
        }
        self.seen[word] |= bit;
        *newest = message.max(*newest);
    }
}

impl PlainSocket {
    /// The program of a document that has been checked.
    pub fn new(
        _proof: HasBrowsers,
        node: NodeId,
        to: Option<(NodeId, u16)>,
        document: &SocketDocument,
    ) -> PlainSocket {
        PlainSocket {
            _proof,
            node,
            protocol: document.protocol,
            port: document.port,
            to,
            reads: document.reads,
            closes: document.closes,
            sends: document.sends.iter().copied().collect(),
            next_send: (0, 0),
            stream: None,
            waiting: VecDeque::new(),
            accepted: Vec::new(),
            will_read: false,
            counts: SocketCounts::default(),
        }
    }

    /// When it sends next.
    fn next_due(&self) -> Option<Time> {
        let (entry, done) = self.next_send;
        let send = self.sends.get(entry)?;
        Some(Time::from_us(send.at_us.saturating_add(done.saturating_mul(send.interval_us))))
    }

    /// Takes the octets of the message that is due.
    fn take_due(&mut self) -> Option<usize> {
        let (entry, done) = self.next_send;
        let send = self.sends.get(entry)?;
        self.next_send = if done + 1 < send.count { (entry, done + 1) } else { (entry + 1, 0) };
        Some(send.octets)
    }
}

impl World {
    /// Programs receive, connect, and enter what they send.
    pub(super) fn start_sockets(&mut self) {
        for number in 0..self.sockets.len() {
            let PlainSocket { node, protocol, port, to, .. } = self.sockets[number];
            match (protocol, port, to) {
                (SocketProtocol::Tcp, Some(port), _) => self.listen(node, port),
                (SocketProtocol::Tcp, _, Some((peer, port))) => {
                    self.sockets[number].stream = Some(self.open_stream(node, peer, port));
                }
                (SocketProtocol::Udp, port, _) => self.bind(node, port.unwrap_or(SENDING_PORT)),
                _ => {}
            }
            self.enter_next_send(number);
        }
    }

    fn bind(&mut self, node: NodeId, port: u16) {
        let now = self.now;
        if let Some(packets) = &mut self.packets
            && let Some(host) = packets.host_of(node)
        {
            // A node has one socket, so the port is free.
            let _ = packets.network.with_host(now, host, |host| host.bind(now, port));
        }
    }

    fn enter_next_send(&mut self, number: usize) {
        if let Some(due) = self.sockets[number].next_due() {
            self.agenda.enter(due.max(self.now), Pending::SocketSends(number));
        }
    }

    /// A program gives its socket the next message.
    pub(super) fn socket_sends(&mut self, number: usize) {
        self.send_waiting(number);
        if self.sockets[number].next_due().is_none_or(|due| due > self.now) {
            return;
        }
        let Some(octets) = self.sockets[number].take_due() else { return };
        let PlainSocket { node, protocol, to, stream, closes, .. } = self.sockets[number];
        let Some((peer, _)) = to else { return };
        let message = self.next_message();
        self.sockets[number].counts.sent += 1;
        let [sender, receiver] = [node, peer].map(|node| ClientName(self.nodes.get(node).name));
        self.record(Event::SocketSends { message, sender, receiver, octets: octets as u64 });
        match (protocol, stream) {
            (SocketProtocol::Tcp, Some(end)) => {
                let mut text = format!("m{} ", message.0).into_bytes();
                text.resize(octets, FILLING);
                self.write_stream(end, &text, Some(message));
                if closes && self.sockets[number].next_due().is_none() {
                    self.close_stream(end);
                }
            }
            (SocketProtocol::Udp, _) => {
                let empty = NumberedDatagram { number: message.0.into(), sent: self.now, body: Vec::new() };
                let mut payload = empty.to_octets();
                payload.resize(octets.max(payload.len()), FILLING);
                self.sockets[number].waiting.push_back(payload.into());
                self.send_waiting(number);
            }
            _ => {}
        }
        self.enter_next_send(number);
    }

    /// Sends the datagrams that wait for room in the socket. There is none while many wait for the Ethernet address of
    /// their receiver.
    fn send_waiting(&mut self, number: usize) {
        let now = self.now;
        let Some(packets) = &mut self.packets else { return };
        let PlainSocket { node, to, waiting, .. } = &mut self.sockets[number];
        let Some((peer, port)) = *to else { return };
        let (Some(host), Some(peer)) = (packets.host_of(*node), packets.host_of(peer)) else { return };
        let to = SocketAddrV4::new(packets.network.host(peer).settings().address(), port);
        while let Some(payload) = waiting.front() {
            let send = |host: &mut Host| host.send_datagram(now, SENDING_PORT, to, payload);
            if packets.network.with_host(now, host, send) == Err(HostError::BufferFull) {
                return self.agenda.enter(now + PATIENCE, Pending::SocketSends(number));
            }
            waiting.pop_front();
        }
    }

    /// Something happens to a stream of a program.
    pub(super) fn socket_event(&mut self, number: usize, end: StreamEnd, event: StreamEvent) {
        match event {
            StreamEvent::Opened if self.sockets[number].port.is_some() => {
                self.sockets[number].accepted.push(end);
                if let Some((_, every)) = self.sockets[number].reads {
                    self.read_when_asked(end);
                    self.enter_reading(number, every);
                }
            }
            StreamEvent::Opened => {}
            StreamEvent::Received { octets, messages } => self.has_read(number, end, &octets, &messages),
            StreamEvent::Closed => self.close_stream(end),
            StreamEvent::Refused | StreamEvent::Broken(_) => {
                let socket = &mut self.sockets[number];
                socket.accepted.retain(|each| *each != end);
                if socket.stream == Some(end) {
                    socket.stream = None;
                    socket.next_send = (socket.sends.len(), 0);
                }
            }
        }
    }

    fn enter_reading(&mut self, number: usize, every: Span) {
        if !std::mem::replace(&mut self.sockets[number].will_read, true) {
            self.agenda.enter(self.now + every, Pending::SocketReads(number));
        }
    }

    /// A program receives what there is, at most as much as it takes at a time.
    pub(super) fn socket_reads(&mut self, number: usize) {
        self.sockets[number].will_read = false;
        let PlainSocket { node, protocol, port, reads, .. } = self.sockets[number];
        let Some((most, every)) = reads else { return };
        let is_left = match (protocol, port) {
            (SocketProtocol::Udp, Some(port)) => {
                self.receive_datagrams(number, node, port, 1);
                true
            }
            _ => {
                for end in self.sockets[number].accepted.clone() {
                    match self.read_stream(end, most) {
                        Some((octets, messages)) => self.has_read(number, end, &octets, &messages),
                        None => self.look_for_end(end),
                    }
                }
                let accepted = &mut self.sockets[number].accepted;
                accepted.retain(|end| self.streams.node(*end).is_some());
                !self.sockets[number].accepted.is_empty()
            }
        };
        if is_left {
            self.enter_reading(number, every);
        }
    }

    /// One receive of a program gave octets of a stream.
    fn has_read(&mut self, number: usize, end: StreamEnd, octets: &[u8], messages: &[MessageId]) {
        let PlainSocket { node, .. } = self.sockets[number];
        let (receiver, length) = (ClientName(self.nodes.get(node).name), octets.len() as u64);
        let counts = &mut self.sockets[number].counts;
        counts.reads += 1;
        counts.octets_received += length;
        let (ends, begins) = (messages.len() as u64, self.streams.begun_in_last(end));
        let rule = Rule::StreamWithoutBoundaries;
        self.record(Event::SocketReads { receiver, octets: length, ends, begins, rule });
        let Some(peer) = self.streams.peer(end) else { return };
        let sender = ClientName(self.nodes.get(peer).name);
        for message in messages {
            self.sockets[number].counts.receive(*message, peer);
            self.record(Event::SocketHas { message: *message, sender, receiver });
        }
    }

    /// A datagram has come to a host.
    pub(super) fn datagram_comes(&mut self, host: HostNumber, port: u16) {
        let Some(node) = self.packets.as_ref().map(|packets| packets.node_of(host)) else { return };
        let Role::Socket(number) = self.nodes.get(node).role else { return };
        match self.sockets[number].reads {
            Some((_, every)) => self.enter_reading(number, every),
            None => self.receive_datagrams(number, node, port, usize::MAX),
        }
    }

    fn receive_datagrams(&mut self, number: usize, node: NodeId, port: u16, most: usize) {
        let now = self.now;
        let receiver = ClientName(self.nodes.get(node).name);
        let mut received = VecDeque::new();
        if let Some(packets) = &mut self.packets
            && let Some(host) = packets.host_of(node)
        {
            while received.len() < most
                && let Some(datagram) =
                    packets.network.with_host(now, host, |host| host.receive_datagram(port))
            {
                let sender = packets.network.host_at(*datagram.remote.ip());
                received.extend(sender.map(|sender| (packets.node_of(sender), datagram.payload)));
            }
        }
        for (peer, payload) in received {
            let sender = ClientName(self.nodes.get(peer).name);
            let (octets, rule) = (payload.len() as u64, Rule::DatagramsHaveBoundaries);
            let counts = &mut self.sockets[number].counts;
            counts.reads += 1;
            counts.octets_received += octets;
            self.record(Event::SocketReads { receiver, octets, ends: 1, begins: 1, rule });
            let Some(datagram) = NumberedDatagram::from_octets(&payload) else { continue };
            let message = MessageId(datagram.number as u32);
            self.sockets[number].counts.receive(message, peer);
            self.record(Event::SocketHas { message, sender, receiver });
        }
    }
}
