//! The TCP sockets of nodes, as the picture shows them.

use super::{Actor, Simulation, World};
use crate::ids::NodeId;
use crate::network::HostNumber;
use crate::network::host::TcpState;
use crate::parts;
use crate::simulation::nodes::Role;
use serde::Serialize;

/// A TCP socket of a node whose links carry packets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SocketState {
    /// The id of the node; the broker's is `broker:` with its name.
    pub node: String,
    /// Its port.
    pub port: u16,
    /// The id of the node at the other end.
    pub peer: String,
    /// The port of the other end.
    pub peer_port: u16,
    /// The state, in the words of RFC 9293.
    pub state: &'static str,
    /// Octets that came and wait behind a lost segment.
    pub held: u64,
}

/// The name of a state in RFC 9293.
pub(super) fn state_name(state: TcpState) -> &'static str {
    match state {
        TcpState::Closed => "CLOSED",
        TcpState::Listen => "LISTEN",
        TcpState::SynSent => "SYN-SENT",
        TcpState::SynReceived => "SYN-RECEIVED",
        TcpState::Established => "ESTABLISHED",
        TcpState::FinWait1 => "FIN-WAIT-1",
        TcpState::FinWait2 => "FIN-WAIT-2",
        TcpState::CloseWait => "CLOSE-WAIT",
        TcpState::Closing => "CLOSING",
        TcpState::LastAck => "LAST-ACK",
        TcpState::TimeWait => "TIME-WAIT",
    }
}

impl Simulation {
    /// All TCP sockets of nodes whose links carry packets, node by node.
    pub(super) fn socket_states(&self) -> Vec<SocketState> {
        let packets = self.world.packets.as_ref().filter(|_| parts::PACKETS);
        let Some(packets) = packets else { return Vec::new() };
        let mut states = Vec::new();
        for number in packets.network.hosts() {
            let host = packets.network.host(number);
            for (connection, port, remote) in host.connections() {
                let Some(peer) = packets.network.host_at(*remote.ip()) else { continue };
                let held = host.held(connection).map_or(&[][..], |(_, ranges)| ranges);
                states.push(SocketState {
                    node: self.id_of(packets.node_of(number)),
                    port,
                    peer: self.id_of(packets.node_of(peer)),
                    peer_port: remote.port(),
                    state: state_name(host.state(connection)),
                    held: held.iter().map(|(from, to)| to - from).sum(),
                });
            }
        }
        states
    }

    /// The name of the node behind a host of the network.
    pub fn node_name(&self, host: HostNumber) -> &str {
        let World { names, nodes, packets, .. } = &self.world;
        packets.as_ref().map_or("", |packets| names.text(nodes.get(packets.node_of(host)).name))
    }

    /// The messages that came to a program with a plain socket behind others that were sent later, for each program
    /// with some.
    pub fn late_messages(&self) -> impl Iterator<Item = (&str, Vec<u32>)> {
        let World { names, nodes, sockets, .. } = &self.world;
        let with_some = sockets.iter().filter(|socket| !socket.counts.late.is_empty());
        with_some.map(|socket| {
            let late = socket.counts.late.iter().map(|message| message.0).collect();
            (names.text(nodes.get(socket.node).name), late)
        })
    }

    /// The id of a node in the picture, or the one that it would have.
    fn id_of(&self, node: NodeId) -> String {
        let node = self.world.nodes.get(node);
        let kind = match node.role {
            Role::Broker => "broker",
            Role::Client(id) => match self.world.client(id).actor {
                Actor::Producer(_) => "producer",
                Actor::Consumer(_) => "consumer",
            },
            Role::Server(_) => "server",
            Role::Browser(_) => "browser",
            Role::Socket(_) => "socket",
        };
        format!("{kind}:{}", self.world.names.text(node.name))
    }
}
