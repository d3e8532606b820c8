//! Links between nodes other than those of a broker's clients.

use super::Streams;
use crate::facts::{ClientName, Event, Rule};
use crate::ids::{Names, NodeId};
use crate::network::{Direction, Link, LinkSettings};
use crate::scenario::{self, Scenario};
use crate::simulation::nodes::Nodes;
use crate::simulation::{LinkState, World};
use serde_json::Value;

/// A link between two nodes, which all streams between them share.
#[derive(Clone, Debug)]
pub(in crate::simulation) struct NodeLink {
    /// Forward is from the first to the second.
    pub ends: [NodeId; 2],
    pub link: Link,
}

impl NodeLink {
    /// Which way something goes that comes from this node. To the link, its second end is the broker.
    pub fn direction_from(&self, node: NodeId) -> Direction {
        if self.ends[0] == node { Direction::ToBroker } else { Direction::ToClient }
    }
}

/// The links of a scenario.
pub(in crate::simulation) fn links_of(
    scenario: &Scenario,
    nodes: &Nodes,
    names: &Names,
    seed: u64,
) -> Vec<NodeLink> {
    let node = |name: &str| nodes.find(names.find(name)?);
    let links = scenario.links.iter().filter_map(|document| {
        let [first, second] = document.between.each_ref().map(String::as_str);
        let settings = [document.forward.clone(), document.back.clone()];
        let link = Link::with_settings(settings, seed, &format!("{first}:{second}"));
        Some(NodeLink { ends: [node(first)?, node(second)?], link })
    });
    links.filter(|link| !link.ends.contains(&Nodes::BROKER)).collect()
}

impl NodeLink {
    /// Whether it lets anything through, each way.
    pub fn is_up(&self) -> [bool; 2] {
        [Direction::ToBroker, Direction::ToClient].map(|way| self.link.settings(way).is_up)
    }

    /// As a part of the picture's state.
    pub fn state(&self, node: String) -> LinkState {
        let ways = [Direction::ToBroker, Direction::ToClient].map(|way| self.link.settings(way));
        LinkState::of(node, ways)
    }
}

impl World {
    /// The cable between the hosts of two nodes does what their link does.
    fn renew_node_cable(&mut self, place: usize) {
        let NodeLink { ends: [from, to], link } = &self.streams.links[place];
        let settings = [Direction::ToBroker, Direction::ToClient].map(|way| link.settings(way).clone());
        if let Some(packets) = &mut self.packets {
            packets.change_cable(*from, *to, settings);
        }
    }

    /// Cuts or restores the link between two nodes.
    pub(in crate::simulation) fn set_node_link_up(
        &mut self,
        client: ClientName,
        [from, to]: [NodeId; 2],
        is_up: bool,
    ) {
        let place = self.streams.link_between(from, to);
        let link = &mut self.streams.links[place].link;
        for way in [Direction::ToBroker, Direction::ToClient] {
            let settings = LinkSettings { is_up, ..link.settings(way).clone() };
            link.change(way, settings);
        }
        self.renew_node_cable(place);
        if is_up {
            self.record(Event::LinkRestored { client });
            self.flush_streams(place);
        } else {
            self.record(Event::LinkCut { client, rule: Rule::UnacknowledgedByTcp });
        }
    }

    /// Changes what the link between two nodes does, by the fields of a document's link.
    pub(in crate::simulation) fn set_node_link(
        &mut self,
        client: ClientName,
        [from, to]: [NodeId; 2],
        changes: &Value,
    ) {
        let place = self.streams.link_between(from, to);
        let link = &mut self.streams.links[place].link;
        let ways = [Direction::ToBroker, Direction::ToClient];
        let mut settings = ways.map(|way| link.settings(way).clone());
        // They were read when the command was checked.
        if scenario::change_link(changes, &mut settings).is_err() {
            return;
        }
        for (way, settings) in ways.into_iter().zip(settings) {
            link.change(way, settings);
        }
        self.renew_node_cable(place);
        self.record(Event::LinkChanged { client });
        self.flush_streams(place);
    }
}

impl Streams {
    /// The link between two nodes. Where the scenario has none, there is one that takes no time.
    pub(in crate::simulation) fn link_of(&self, [from, to]: [NodeId; 2]) -> NodeLink {
        let is_theirs = |link: &&NodeLink| link.ends == [from, to] || link.ends == [to, from];
        self.links.iter().find(is_theirs).cloned().unwrap_or_else(|| {
            let settings = [LinkSettings::default(), LinkSettings::default()];
            NodeLink { ends: [from, to], link: Link::with_settings(settings, 0, "") }
        })
    }

    /// The ends of the links other than those of a broker's clients.
    pub fn message_links(&self) -> impl Iterator<Item = [NodeId; 2]> {
        self.links.iter().map(|link| link.ends)
    }

    /// The place of the link between two nodes. Where the scenario has none, one is made that takes no time.
    pub(super) fn link_between(&mut self, from: NodeId, to: NodeId) -> usize {
        let is_theirs = |link: &NodeLink| link.ends == [from, to] || link.ends == [to, from];
        self.links.iter().position(is_theirs).unwrap_or_else(|| {
            let settings = [LinkSettings::default(), LinkSettings::default()];
            self.links.push(NodeLink { ends: [from, to], link: Link::with_settings(settings, 0, "") });
            self.links.len() - 1
        })
    }
}
