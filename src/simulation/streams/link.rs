//! Links between nodes other than those of a broker's clients.

use super::Streams;
use crate::ids::{Names, NodeId};
use crate::network::{Direction, Link, LinkSettings};
use crate::scenario::Scenario;
use crate::simulation::nodes::Nodes;

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

impl Streams {
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
