//! Why a command cannot be carried out.

use crate::scenario::ScenarioError;
use std::fmt;

/// Why a command cannot be carried out. The simulation stays as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// Nothing that could carry it out has that id.
    UnknownNode {
        /// The id.
        node: String,
        /// What there must be.
        kind: &'static str,
        /// The ids that there are, some of them.
        known: Vec<String>,
    },
    /// Only a producer can publish.
    NotAProducer(String),
    /// Only a consumer can do that.
    NotAConsumer(String),
    /// The client is where this cannot be done.
    NotNow {
        /// Which.
        node: String,
        /// How it is, and what can be done.
        what: &'static str,
    },
    /// The command itself is wrong.
    Invalid {
        /// Where, as a path from its top.
        place: String,
        /// What is wrong and what would be right.
        what: String,
    },
}

impl CommandError {
    /// Nothing of a kind has that id. At most five of the ids that there are are named.
    pub(super) fn unknown(
        node: &str,
        kind: &'static str,
        known: impl Iterator<Item = String>,
    ) -> CommandError {
        CommandError::UnknownNode { node: node.to_owned(), kind, known: known.take(5).collect() }
    }

    /// A stable name of the kind.
    pub fn code(&self) -> &'static str {
        "command.invalid"
    }

    /// The field that is wrong.
    pub fn place(&self) -> &str {
        match self {
            CommandError::Invalid { place, .. } => place,
            _ => "node",
        }
    }
}

impl From<ScenarioError> for CommandError {
    fn from(error: ScenarioError) -> CommandError {
        match error {
            ScenarioError::Invalid(_, complaint) => {
                CommandError::Invalid { place: complaint.place, what: complaint.what }
            }
            other => CommandError::Invalid { place: other.place(), what: other.to_string() },
        }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandError::UnknownNode { node, kind, known } => {
                write!(f, "There is no {kind} '{node}'. There are, for instance: {}.", known.join(", "))
            }
            CommandError::NotAProducer(node) => write!(f, "'{node}' is not a producer: it cannot publish."),
            CommandError::NotAConsumer(node) => write!(f, "'{node}' is not a consumer: it does no work."),
            CommandError::NotNow { node, what } => write!(f, "'{node}' {what}"),
            CommandError::Invalid { place, what } if place.is_empty() => write!(f, "{what}"),
            CommandError::Invalid { place, what } => write!(f, "{place}: {what}"),
        }
    }
}

impl std::error::Error for CommandError {}
