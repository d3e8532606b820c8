//! The hosts and cables of a scenario.

use super::PacketCarrier;
use crate::ids::{Names, NodeId};
use crate::network::{HostNumber, LocalNetwork};
use crate::parts::HasPackets;
use crate::scenario::{Carrier, Scenario, SocketDocument, SocketProtocol};
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
        _proof: HasPackets::find()?,
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
        let document = scenario.sockets.iter().find(|socket| socket.id == names.text(node.name));
        let mtu = mtu(scenario, names.text(node.name));
        let host = has_host.then(|| add_host(&mut carrier.network, document, mtu)).flatten();
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
        let clients = clients.map(|(id, _)| (id, Nodes::BROKER));
        let sockets =
            scenario.sockets.iter().filter_map(|socket| Some((node(&socket.id)?, node(socket.peer()?)?)));
        let browsers = scenario.browsers.iter().filter_map(|browser| {
            let host = scenario.servers.iter().find(|server| server.id == browser.server)?;
            Some((node(&browser.id)?, node(&host.host)?))
        });
        let pairs: Vec<(NodeId, NodeId)> = clients.chain(sockets).chain(browsers).collect();
        pairs.into_iter().for_each(|(from, to)| carrier.ensure_cable(from, to));
    }
    Some(Box::new(carrier))
}

/// The longest packet that the links of a node take; of several links the one that takes most, as each side of a TCP
/// connection hears from the other how long its segments may be (RFC 9293 section 3.7.1). Datagrams are sent as long as
/// they are: a link loses those that do not fit.
fn mtu(scenario: &Scenario, name: &str) -> Option<u32> {
    let links = scenario.links.iter().filter(|link| link.between.iter().any(|end| end == name));
    links.map(|link| link.forward.mtu.min(link.back.mtu)).max()
}

/// A plain socket is set up as the document says. Programs that ask and answer switch Nagle's algorithm off (RabbitMQ,
/// its clients, Node's HTTP).
fn add_host(
    network: &mut LocalNetwork,
    document: Option<&SocketDocument>,
    mtu: Option<u32>,
) -> Option<HostNumber> {
    let mut settings = network.host_settings();
    if document.is_none_or(|socket| socket.protocol == SocketProtocol::Tcp) {
        settings.mtu = mtu.unwrap_or(settings.mtu);
    }
    settings.tcp.is_nagle_on = document.is_some_and(|socket| socket.has_nagle);
    settings.tcp.timeout = Some(PATIENCE);
    if let Some(socket) = document {
        settings.tcp.send_buffer = socket.send_buffer;
        settings.tcp.receive_buffer = socket.receive_buffer;
        settings.datagram_buffer = socket.receive_buffer;
    }
    network.add_host(settings)
}
