//! What can be wrong with a document.

use super::Format;
use crate::parts::{self, Part};
use std::fmt;

/// Why a document cannot be run. Nothing has been changed when one is returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScenarioError {
    /// The text is not JSON. Its place is a line and a column, from 1.
    Syntax(Box<Complaint>),
    /// It is JSON, but neither a scenario nor definitions.
    Unknown,
    /// It needs a part of the library that is not in this build.
    Missing(Part),
    /// Something in it is wrong. Its place is a path from the top such as `bindings[3].destination`, empty for the
    /// whole; it was read as a document of that form.
    Invalid(Format, Box<Complaint>),
}

/// What is wrong, and where. Errors have it in a box: what may fail is nearly all of reading, and every result is as
/// large as its error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Where.
    pub place: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl ScenarioError {
    /// Complains of a part that is needed and is not in this build.
    pub(crate) fn needs(part: Part) -> Result<(), ScenarioError> {
        if part.is_here() { Ok(()) } else { Err(ScenarioError::Missing(part)) }
    }

    /// Something is wrong at a place in a document of that form.
    pub(crate) fn invalid(format: Format, place: String, what: String) -> ScenarioError {
        ScenarioError::Invalid(format, Box::new(Complaint { place, what }))
    }

    /// A stable name of the kind.
    pub fn code(&self) -> &'static str {
        match self {
            ScenarioError::Syntax(_) => "document.syntax",
            ScenarioError::Unknown => "document.unknown",
            ScenarioError::Missing(_) => parts::CODE,
            ScenarioError::Invalid(Format::Scenario, _) => "scenario.invalid",
            ScenarioError::Invalid(Format::Definitions, _) => "definitions.invalid",
        }
    }

    /// The place in the document; empty when the whole is meant.
    pub fn place(&self) -> String {
        match self {
            ScenarioError::Unknown | ScenarioError::Missing(_) => String::new(),
            ScenarioError::Syntax(complaint) | ScenarioError::Invalid(_, complaint) => {
                complaint.place.clone()
            }
        }
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScenarioError::Syntax(complaint) => {
                let what = &complaint.what;
                write!(f, "This is not JSON: {what}. Correct the text there, or export the file again.")
            }
            ScenarioError::Unknown => write!(
                f,
                "This JSON is neither a Queuescope scenario (it would have a field \"queuescope\") nor definitions \
                 exported by RabbitMQ (they have \"exchanges\", \"queues\" or \"bindings\"). Export definitions \
                 with `rabbitmqctl export_definitions FILE` or from the management page."
            ),
            ScenarioError::Missing(part) => part.fmt(f),
            ScenarioError::Invalid(_, complaint) => match &**complaint {
                Complaint { place, what } if place.is_empty() => write!(f, "{what}"),
                Complaint { place, what } => write!(f, "{place}: {what}"),
            },
        }
    }
}

impl std::error::Error for ScenarioError {}
