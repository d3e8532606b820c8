//! Inputs to a running simulation.

use super::Picture;
use std::fmt;

/// What a person can do to a running simulation. `node` is the id of a producer or a consumer in the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The producer publishes its next message now, besides its own rhythm.
    Publish {
        /// Which producer.
        node: String,
    },
    /// The producer publishes nothing more, or the consumer begins no new work.
    Pause {
        /// Which.
        node: String,
    },
    /// It goes on.
    Resume {
        /// Which.
        node: String,
    },
}

impl Command {
    /// The command of that name for a node, if there is one.
    pub fn named(name: &str, node: String) -> Option<Command> {
        match name {
            "publish" => Some(Command::Publish { node }),
            "pause" => Some(Command::Pause { node }),
            "resume" => Some(Command::Resume { node }),
            _ => None,
        }
    }

    /// The node it is meant for.
    pub fn node(&self) -> &str {
        match self {
            Command::Publish { node } | Command::Pause { node } | Command::Resume { node } => node,
        }
    }
}

/// Why a command cannot be carried out. The simulation stays as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// No producer or consumer has that id.
    UnknownNode {
        /// The id.
        node: String,
        /// The ids that there are, some of them.
        known: Vec<String>,
    },
    /// Only a producer can publish.
    NotAProducer(String),
}

impl CommandError {
    /// A stable name of the kind.
    pub fn code(&self) -> &'static str {
        "command.invalid"
    }

    pub(super) fn unknown_node(node: &str, picture: &Picture) -> CommandError {
        let known = picture.nodes.iter().enumerate().filter(|(place, _)| picture.client_of(*place).is_some());
        let known = known.take(5).map(|(_, node)| node.id.clone()).collect();
        CommandError::UnknownNode { node: node.to_owned(), known }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandError::UnknownNode { node, known } => {
                write!(
                    f,
                    "There is no producer or consumer '{node}'. There are, for instance: {}.",
                    known.join(", ")
                )
            }
            CommandError::NotAProducer(node) => write!(f, "'{node}' is not a producer: it cannot publish."),
        }
    }
}

impl std::error::Error for CommandError {}
