//! Links that carry packets: hosts with real TCP and UDP behind the nodes, and cables between them.
//!
//! The network is a second agenda beside that of the world: a step takes whatever comes first, one frame that arrives
//! or one host that wakes up. After each step, and after each command, the world *settles*: what was written goes into
//! the sockets, and what the network has to tell becomes facts (`frames`, `noticing`) and reaches those who speak
//! (streams, AMQP connections, sockets), until nothing is left to tell. So what causes something stands before it in
//! the order of facts.

mod broker_side;
mod client_side;
mod frames;
mod known_streams;
mod line;
mod noticing;
mod setup;
mod tunnelling;

pub(super) use line::Line;
pub(super) use setup::packet_carrier;

use super::World;
use super::streams::StreamEnd;
use crate::facts::ClientName;
use crate::ids::{MessageId, NodeId, StreamId};
use crate::network::host::{ConnectionNumber, Inspection};
use crate::network::{FrameNumber, HostNumber, LinkSettings, LocalNetwork, Occurrence};
use crate::parts::HasPackets;
use crate::time::Time;
use litemap::LiteMap;
use std::collections::VecDeque;
use std::net::SocketAddrV4;

/// Who is at the other end of a host's connection, and which end of which stream it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Socket {
    pub end: StreamEnd,
    pub port: u16,
    pub peer: HostNumber,
}

/// A frame, and what is in it.
#[derive(Clone, Copy, Debug)]
struct Newest {
    frame: FrameNumber,
    inspection: Inspection,
    /// Octets behind the headers of a datagram, and the message that they are.
    octets: u64,
    message: MessageId,
}

/// A connection as its host's own port and the address of the other end.
type Ends = (HostNumber, u16, SocketAddrV4);

/// The hosts behind the nodes, and what is between them.
#[derive(Clone, Debug)]
pub(super) struct PacketCarrier {
    _proof: HasPackets,
    pub network: LocalNetwork,
    /// The host of each node that has one.
    hosts: Vec<Option<HostNumber>>,
    /// The node of each host.
    nodes: Vec<NodeId>,
    sockets: LiteMap<(HostNumber, ConnectionNumber), Socket>,
    by_ends: LiteMap<Ends, StreamEnd>,
    /// The frame that was sent last.
    newest: Option<Newest>,
    /// Ends that have something to write or to close.
    pub writers: VecDeque<StreamEnd>,
    /// AMQP connections, by their streams.
    pub lines: LiteMap<StreamId, Line>,
    /// Lines whose sessions may have something to say.
    pub stirred: VecDeque<StreamId>,
    /// What the network has told, while somebody wants to see it.
    pub tap: Option<Vec<Occurrence>>,
}

impl PacketCarrier {
    /// The host of a node, if it has one.
    pub fn host_of(&self, node: NodeId) -> Option<HostNumber> {
        self.hosts.get(node.index()).copied().flatten()
    }

    /// The node of a host.
    pub fn node_of(&self, host: HostNumber) -> NodeId {
        self.nodes[host.index()]
    }

    /// Notes the two ends of a connection that is being opened.
    pub fn register(&mut self, end: StreamEnd, opener: HostNumber, connection: ConnectionNumber) {
        let network = &self.network;
        let known =
            |host: HostNumber, number| network.host(host).connections().any(|(each, ..)| each == number);
        self.sockets.retain(|(host, number), _| known(*host, *number));
        let found = network.host(opener).connections().find(|(each, ..)| *each == connection);
        let Some((_, port, remote)) = found else { return };
        let Some(acceptor) = network.host_at(*remote.ip()) else { return };
        let own = SocketAddrV4::new(network.host(opener).settings().address(), port);
        self.sockets.insert((opener, connection), Socket { end, port, peer: acceptor });
        self.by_ends.insert((opener, port, remote), end);
        let other = StreamEnd { side: end.side.other(), ..end };
        self.by_ends.insert((acceptor, remote.port(), own), other);
    }

    /// The socket behind a connection of a host.
    fn socket(&mut self, host: HostNumber, connection: ConnectionNumber) -> Option<Socket> {
        if let Some(socket) = self.sockets.get(&(host, connection)) {
            return Some(*socket);
        }
        let mut connections = self.network.host(host).connections();
        let (_, port, remote) = connections.find(|(each, ..)| *each == connection)?;
        let end = *self.by_ends.get(&(host, port, remote))?;
        let socket = Socket { end, port, peer: self.network.host_at(*remote.ip())? };
        self.sockets.insert((host, connection), socket);
        Some(socket)
    }

    /// The end that sends a segment.
    fn sender(&self, host: HostNumber, port: u16, remote: SocketAddrV4) -> Option<StreamEnd> {
        self.by_ends.get(&(host, port, remote)).copied()
    }

    /// Whether there is a cable between two nodes.
    pub fn are_joined(&self, from: NodeId, to: NodeId) -> bool {
        let ends = self.host_of(from).zip(self.host_of(to));
        ends.is_some_and(|(from, to)| self.network.cable_settings(from, to).is_some())
    }

    /// The nodes at the two ends of each cable.
    pub fn cables(&self) -> impl Iterator<Item = [NodeId; 2]> {
        self.network.cables().map(|ends| ends.map(|host| self.node_of(host)))
    }

    /// A cable does something else from now on: from one node to another, and back.
    pub fn change_cable(&mut self, from: NodeId, to: NodeId, [forward, back]: [LinkSettings; 2]) {
        if let (Some(from), Some(to)) = (self.host_of(from), self.host_of(to)) {
            self.network.change_cable(from, to, forward);
            self.network.change_cable(to, from, back);
        }
    }

    /// Sees to it that there is a cable between two nodes; without settings from the scenario one that takes no time.
    pub fn ensure_cable(&mut self, from: NodeId, to: NodeId) {
        if let (Some(from), Some(to)) = (self.host_of(from), self.host_of(to))
            && self.network.cable_settings(from, to).is_none()
        {
            let settings = [LinkSettings::default(), LinkSettings::default()];
            self.network.join([from, to], "", settings);
        }
    }
}

impl World {
    /// When the next thing happens on links that carry packets.
    pub(super) fn next_packet_event(&self) -> Option<Time> {
        let packets = self.packets.as_ref()?;
        let lines = packets.lines.values().filter_map(Line::next_timeout);
        lines.chain(packets.network.next_timeout()).min()
    }

    /// Lets that happen.
    pub(super) fn packet_step(&mut self) {
        let Some(packets) = &mut self.packets else { return };
        if packets.network.next_timeout().is_some_and(|time| time <= self.now) {
            packets.network.step();
        } else {
            self.line_timeout();
        }
    }

    /// Lets everything happen that follows at this instant from what has happened on links that carry packets.
    pub(super) fn settle(&mut self) {
        while self.has_packets() {
            if let Some(stream) = self.packets.as_mut().and_then(|packets| packets.stirred.pop_front()) {
                self.pump_line(stream);
            } else if let Some(end) = self.packets.as_mut().and_then(|packets| packets.writers.pop_front()) {
                self.push_writes(end);
            } else if let Some(told) = self.packets.as_mut().and_then(|packets| packets.network.poll_fact()) {
                self.network_tells(told);
            } else {
                return;
            }
        }
    }

    /// The name of the node behind a host.
    fn host_name(&self, host: HostNumber) -> ClientName {
        let node = self.packets.as_ref().map_or(NodeId(0), |packets| packets.node_of(host));
        ClientName(self.nodes.get(node).name)
    }
}
