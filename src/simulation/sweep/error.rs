//! What can be wrong with a sweep.

use crate::scenario::ScenarioError;
use std::fmt;

/// Why a sweep cannot be run.
#[derive(Clone, Debug, PartialEq)]
pub enum SweepError {
    /// The document is not JSON.
    Syntax {
        /// What the JSON reader says.
        what: String,
    },
    /// What is to vary cannot be read.
    Form {
        /// The text.
        text: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The document has no such field.
    Path {
        /// The path as it was given.
        path: String,
        /// How far it leads; empty when it leads nowhere.
        found: String,
        /// What is missing there.
        what: String,
    },
    /// A value does not do at that place.
    Document {
        /// The path.
        path: String,
        /// The value.
        value: String,
        /// What is wrong with the document then.
        problem: ScenarioError,
    },
    /// There is nothing to run, or too much.
    Count {
        /// How many runs there would be.
        count: usize,
        /// How many there may be.
        most: usize,
    },
}

impl SweepError {
    pub(super) fn syntax(error: serde_json::Error) -> SweepError {
        SweepError::Syntax { what: error.to_string() }
    }

    /// A stable name of the kind.
    pub fn code(&self) -> &'static str {
        match self {
            SweepError::Syntax { .. } => "document.syntax",
            SweepError::Form { .. } => "sweep.form",
            SweepError::Path { .. } => "sweep.path",
            SweepError::Document { .. } => "sweep.value",
            SweepError::Count { .. } => "sweep.count",
        }
    }

    /// The path that it is about; empty when it is no matter of place.
    pub fn place(&self) -> &str {
        match self {
            SweepError::Path { path, .. } | SweepError::Document { path, .. } => path,
            _ => "",
        }
    }
}

impl fmt::Display for SweepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SweepError::Syntax { what } => write!(f, "This is not JSON: {what}. Correct the text there."),
            SweepError::Form { text, what } => write!(
                f,
                "'{text}': {what}. Write PATH=A..B, PATH=A..B:STEPS or PATH=A,B,C, such as \
                 consumers[0].prefetch=1..10 or producers[0].arrivals.poisson.per_second=0.5..2:4."
            ),
            SweepError::Path { path, found, what } if found.is_empty() => {
                write!(f, "'{path}' names nothing in the document: {what}.")
            }
            SweepError::Path { path, found, what } => {
                write!(f, "'{path}' names nothing in the document: at {found} {what}.")
            }
            SweepError::Document { path, value, problem } => write!(f, "With {path} = {value}: {problem}"),
            SweepError::Count { count: 0, .. } => {
                f.write_str("There is nothing to run: at least one replication is needed.")
            }
            SweepError::Count { count, most } => {
                write!(f, "These are {count} runs; there may be {most}. Take fewer steps or replications.")
            }
        }
    }
}

impl std::error::Error for SweepError {}
