//! The hosts and cables of a scenario.

use super::PacketCarrier;
use crate::ids::{Names, NodeId};
use crate::network::{HostNumber, LocalNetwork};
use crate::scenario::{Carrier, Scenario};
use crate::simulation::nodes::{Nodes, Role};
use crate::time::Span;
use litemap::LiteMap;
use std::collections::VecDeque;

/// So long TCP tries before it gives a connection up: at least 100 seconds for data and three minutes for an opening
/// (RFC 1122 section 4.2.3.5).
const PATIENCE: Span = Span::from_ms(180_000);

/// A host for each node with a link that carries packets, and the cables between them; nothing when there is no such
/// link.
pub(in crate::simulation) fn packet_carrier(
    scenario: &Scenario,
    nodes: &Nodes,
    names: &Names,
    seed: u64,
) -> Option<Box<PacketCarrier>> {
    let mut carrier = PacketCarrier {
        network: LocalNetwork::new(seed),
        hosts: Vec::new(),
        nodes: Vec::new(),
        sockets: LiteMap::new(),
        by_ends: LiteMap::new(),
        newest: None,
        writers: VecDeque::new(),
        lines: LiteMap::new(),
        stirred: VecDeque::new(),
        tap: Some(Vec::new()),
    };
    let is_everything = scenario.carrier == Some(Carrier::Packets);
    let is_linked = |name: &str| {
        let mut links = scenario.links.iter().filter(|link| link.between.iter().any(|end| end == name));
        links.any(|link| scenario.carrier.unwrap_or(link.carrier) == Carrier::Packets)
    };
    for (id, node) in nodes.iter() {
        let has_host = is_everything || is_linked(names.text(node.name));
        let host = has_host.then(|| add_host(&mut carrier.network)).flatten();
        carrier.hosts.push(host);
        carrier.nodes.extend(host.map(|_| id));
    }
    if carrier.nodes.is_empty() {
        return None;
    }
    let node = |name: &str| nodes.find(names.find(name)?);
    for link in &scenario.links {
        let [first, second] = link.between.each_ref().map(|name| carrier.host_of(node(name)?));
        let is_packets = scenario.carrier.unwrap_or(link.carrier) == Carrier::Packets;
        if let (Some(first), Some(second), true) = (first, second, is_packets) {
            let name = link.between.join(":");
            carrier.network.join([first, second], &name, [link.forward.clone(), link.back.clone()]);
        }
    }
    if is_everything {
        let clients = nodes.iter().filter(|(_, node)| matches!(node.role, Role::Client(_)));
        let clients: Vec<NodeId> = clients.map(|(id, _)| id).collect();
        clients.into_iter().for_each(|id| carrier.ensure_cable(id, Nodes::BROKER));
    }
    Some(Box::new(carrier))
}

/// Programs that ask and answer switch Nagle's algorithm off (RabbitMQ, its clients, Node's HTTP).
fn add_host(network: &mut LocalNetwork) -> Option<HostNumber> {
    let mut settings = network.host_settings();
    settings.tcp.is_nagle_on = false;
    settings.tcp.timeout = Some(PATIENCE);
    network.add_host(settings)
}
