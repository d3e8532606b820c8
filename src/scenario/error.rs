//! What can be wrong with a document.

use super::Format;
use std::fmt;

/// Why a document cannot be run. Nothing has been changed when one is returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScenarioError {
    /// The text is not JSON.
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the JSON reader says.
        what: String,
    },
    /// It is JSON, but neither a scenario nor definitions.
    Unknown,
    /// Something in it is wrong.
    Invalid {
        /// The form that it was read as.
        format: Format,
        /// Where, as a path from the top such as `bindings[3].destination`; empty for the whole.
        place: String,
        /// What is wrong and what would be right.
        what: String,
    },
}

impl ScenarioError {
    /// A stable name of the kind.
    pub fn code(&self) -> &'static str {
        match self {
            ScenarioError::Syntax { .. } => "document.syntax",
            ScenarioError::Unknown => "document.unknown",
            ScenarioError::Invalid { format: Format::Scenario, .. } => "scenario.invalid",
            ScenarioError::Invalid { format: Format::Definitions, .. } => "definitions.invalid",
        }
    }

    /// The place in the document; empty when the whole is meant.
    pub fn place(&self) -> String {
        match self {
            ScenarioError::Syntax { line, column, .. } => format!("line {line}, column {column}"),
            ScenarioError::Unknown => String::new(),
            ScenarioError::Invalid { place, .. } => place.clone(),
        }
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScenarioError::Syntax { what, .. } => {
                write!(f, "This is not JSON: {what}. Correct the text there, or export the file again.")
            }
            ScenarioError::Unknown => write!(
                f,
                "This JSON is neither a Queuescope scenario (it would have a field \"queuescope\") nor definitions \
                 exported by RabbitMQ (they have \"exchanges\", \"queues\" or \"bindings\"). Export definitions \
                 with `rabbitmqctl export_definitions FILE` or from the management page."
            ),
            ScenarioError::Invalid { place, what, .. } if place.is_empty() => write!(f, "{what}"),
            ScenarioError::Invalid { place, what, .. } => write!(f, "{place}: {what}"),
        }
    }
}

impl std::error::Error for ScenarioError {}
