//! What can be done to a running simulation, as the schedule of a scenario and the page give it.

use super::document::LARGEST_EXACT;
use super::reader::Reader;
use super::{Format, ScenarioError};
use crate::time::Span;
use serde_json::Value;

/// An input to a running simulation. `node` is the id of a thing in the picture (`consumer:C1`, `queue://tasks`) or
/// its name alone.
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
    /// The process of the producer or the consumer dies, without a word to the broker.
    Crash {
        /// Which.
        node: String,
    },
    /// It opens its channel, and if need be its connection, now.
    Recover {
        /// Which.
        node: String,
    },
    /// It closes its channel, and opens none by itself.
    CloseChannel {
        /// Which.
        node: String,
    },
    /// It closes its connection, and opens none by itself.
    Disconnect {
        /// Which.
        node: String,
    },
    /// The broker stops and starts again.
    RestartBroker {
        /// The broker's id; there is one broker, so it may be left out.
        node: Option<String>,
        /// How long it is not there.
        down: Span,
    },
    /// All ready messages of a queue are removed.
    Purge {
        /// Which queue.
        node: String,
    },
    /// The producer or the consumer sends a method on its channel.
    Send {
        /// Which.
        node: String,
        /// The method: `{"basic.ack": {"delivery_tag": 1}}`.
        method: Value,
    },
}

/// A command at its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledCommand {
    /// When.
    pub at_us: u64,
    /// What.
    pub command: Command,
}

impl Command {
    /// Reads `{"command": …, "node": …}`. Whether the node is there and can do it is another question.
    ///
    /// # Errors
    /// When a field is missing, is not known or has a wrong value, with its place.
    pub fn from_json(value: &Value) -> Result<Command, ScenarioError> {
        Command::read(&Reader::new(Format::Scenario, value), &[])
    }

    /// `beside` are the fields that may stand there too.
    fn read(reader: &Reader, beside: &[&str]) -> Result<Command, ScenarioError> {
        let name = reader.required("command")?;
        let node = || reader.required("node")?.text();
        let command = match name.text()?.as_str() {
            "publish" => Command::Publish { node: node()? },
            "pause" => Command::Pause { node: node()? },
            "resume" => Command::Resume { node: node()? },
            "crash" => Command::Crash { node: node()? },
            "recover" => Command::Recover { node: node()? },
            "close_channel" => Command::CloseChannel { node: node()? },
            "disconnect" => Command::Disconnect { node: node()? },
            "purge" => Command::Purge { node: node()? },
            "restart_broker" => Command::RestartBroker {
                node: reader.optional("node")?.map(|node| node.text()).transpose()?,
                down: Span::from_us(reader.field("down_us", 0, |down| down.whole(0, LARGEST_EXACT))?),
            },
            "send" => Command::Send { node: node()?, method: reader.required("method")?.raw()? },
            _ => {
                return name.invalid(
                    "there are the commands publish, pause, resume, crash, recover, close_channel, disconnect, \
                     restart_broker, purge and send",
                );
            }
        };
        let further: &[&str] = match command {
            Command::RestartBroker { .. } => &["down_us"],
            Command::Send { .. } => &["method"],
            _ => &[],
        };
        reader.only(&[beside, &["command", "node"], further].concat())?;
        Ok(command)
    }

    /// The node it is meant for, if it names one.
    pub fn node(&self) -> Option<&str> {
        match self {
            Command::Publish { node }
            | Command::Pause { node }
            | Command::Resume { node }
            | Command::Crash { node }
            | Command::Recover { node }
            | Command::CloseChannel { node }
            | Command::Disconnect { node }
            | Command::Purge { node }
            | Command::Send { node, .. } => Some(node),
            Command::RestartBroker { node, .. } => node.as_deref(),
        }
    }
}

impl ScheduledCommand {
    pub(super) fn read(reader: &Reader) -> Result<ScheduledCommand, ScenarioError> {
        let at_us = reader.required("at_us")?.whole(0, LARGEST_EXACT)?;
        Ok(ScheduledCommand { at_us, command: Command::read(reader, &["at_us"])? })
    }
}
