//! Who has a place on the network.

use crate::ids::{ActorId, Name, NodeId};

/// What a node is; the numbers are places in the lists of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The broker.
    Broker,
    /// A producer or a consumer.
    Client(ActorId),
    /// A server of browsers.
    Server(usize),
    /// A program with a plain socket.
    Socket(usize),
}

/// A node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub name: Name,
    pub role: Role,
}

/// All nodes, by their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Nodes(Vec<Node>);

impl Nodes {
    /// The broker's number.
    pub const BROKER: NodeId = NodeId(0);

    /// Adds a node.
    pub fn add(&mut self, name: Name, role: Role) -> NodeId {
        self.0.push(Node { name, role });
        NodeId(self.0.len() as u32 - 1)
    }

    /// The node of that number.
    pub fn get(&self, id: NodeId) -> Node {
        self.0[id.index()]
    }

    /// The number of a producer or a consumer.
    pub fn of_client(id: ActorId) -> NodeId {
        NodeId(id.0 + 1)
    }

    /// The node of that name.
    pub fn find(&self, name: Name) -> Option<NodeId> {
        self.0.iter().position(|node| node.name == name).map(|place| NodeId(place as u32))
    }

    /// All numbers with their nodes.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, Node)> {
        self.0.iter().enumerate().map(|(place, node)| (NodeId(place as u32), *node))
    }
}
