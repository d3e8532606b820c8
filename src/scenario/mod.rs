//! The document: what is set up before a simulation starts.
//!
//! Two forms are read: Queuescope's own scenarios, and the `definitions.json` that a RabbitMQ exports
//! (rabbitmq.com/docs/definitions), for which a default workload is made up. Reading ends with a
//! [`Scenario`], whatever the form was.

mod arrivals;
mod browsers;
mod choice;
mod command;
mod command_form;
mod command_log;
mod condition;
mod consumer;
mod definitions;
mod distribution;
mod document;
mod error;
mod handlers;
mod import;
mod link;
mod message;
mod method;
mod not_simulated;
mod operator;
mod policy;
mod producer;
mod reader;
mod retrying;
mod servers;
mod sockets;
mod trace;
mod workload;

pub use crate::actors::{Acknowledgement, Answer, PublishingMode};
pub use arrivals::Arrivals;
pub use browsers::{BrowserDocument, BrowserKind};
pub use choice::ChoiceDocument;
pub use command::{Command, ScheduledCommand, emission};
pub use command_log::LoggedCommand;
pub use condition::{Condition, Watch};
pub use consumer::{AnswerDocument, ConsumerDocument};
pub use definitions::{
    BindingDefinition, Definitions, DestinationType, ExchangeDefinition, QueueDefinition, table, table_value,
};
pub(crate) use document::LARGEST_EXACT;
pub use document::{BrokerDocument, LoginDocument, Scenario};
pub use error::{Complaint, ScenarioError};
pub use import::{Refused, import};
pub use link::{Carrier, LinkDocument, change_link};
pub use message::{DrawnDocument, MessageDocument};
pub use method::{ClientMethod, client_method};
pub use not_simulated::{
    NotSimulated, SIMULATED_EXCHANGE_ARGUMENTS, SIMULATED_QUEUE_ARGUMENTS, not_simulated,
};
pub use operator::Operator;
pub use producer::ProducerDocument;
pub use servers::{Pace, ServerDocument, ServerKind, check_paths_on_one_port};
pub use sockets::{SendDocument, SocketDocument, SocketProtocol};
pub use trace::TraceRowDocument;

use reader::Reader;
use serde_json::Value;

/// The form in which a document came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Queuescope's own.
    Scenario,
    /// RabbitMQ's definitions.
    Definitions,
}

/// Reads a document of either form.
///
/// # Errors
/// When the text is not JSON, when it is neither form, or when something in it is wrong; each names the place
/// and what would be right.
pub fn read(text: &str) -> Result<(Format, Scenario), ScenarioError> {
    let document: Value = serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        ScenarioError::Syntax(Box::new(Complaint { place, what: error.to_string() }))
    })?;
    let Value::Object(fields) = &document else { return Err(ScenarioError::Unknown) };
    if fields.contains_key("queuescope") {
        let scenario = Scenario::read(&Reader::new(Format::Scenario, &document))?;
        scenario.check()?;
        return Ok((Format::Scenario, scenario));
    }
    let is_definitions = ["exchanges", "queues", "bindings"].iter().any(|name| fields.contains_key(*name));
    if !is_definitions {
        return Err(ScenarioError::Unknown);
    }
    let definitions = Definitions::read(&Reader::new(Format::Definitions, &document))?;
    definitions.check("")?;
    Ok((Format::Definitions, workload::default_workload(definitions)))
}
