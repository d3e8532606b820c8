//! What a picture consists of.

use crate::simulation::setting::{Argument, Setting};
use serde::Serialize;

/// The kinds of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeKind {
    /// A producer.
    Producer,
    /// An exchange.
    Exchange,
    /// A queue.
    Queue,
    /// A consumer.
    Consumer,
    /// A host of servers of browsers.
    Server,
    /// A browser.
    Browser,
    /// A program with a plain socket.
    Socket,
}

/// The kinds of edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EdgeKind {
    /// From a producer to an exchange that it publishes to.
    Publish,
    /// Bindings between the same two things.
    Binding,
    /// From an exchange to its alternate exchange.
    Alternate,
    /// From a queue to a consumer.
    Delivery,
    /// From a queue to its dead-letter exchange.
    #[serde(rename = "dead_letter")]
    DeadLetter,
    /// From a browser to its server.
    Web,
    /// Between two programs with plain sockets.
    Socket,
}

/// A thing in the picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PictureNode {
    /// Stable and unique.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// The name to show.
    pub name: String,
    /// The virtual host it belongs to.
    pub virtual_host: String,
    /// The type of an exchange.
    pub exchange_type: Option<&'static str>,
    /// Its settings.
    pub settings: Vec<Setting>,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// What policies set for it, by the names of arguments without `x-`; queues only.
    pub policy: Vec<Argument>,
}

/// A binding behind a line of the picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PictureBinding {
    /// Its routing key.
    pub routing_key: String,
    /// Its arguments.
    pub arguments: serde_json::Map<String, serde_json::Value>,
}

/// A line of the picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PictureEdge {
    /// What it stands for.
    pub kind: EdgeKind,
    /// The place of the node it leaves.
    pub from: usize,
    /// The place of the node it leads to.
    pub to: usize,
    /// What stands on it.
    pub label: String,
    /// The bindings that were declared between the two.
    pub bindings: Vec<PictureBinding>,
}
