//! A command log as links carry it: what was done to a run, and exactly when.

use super::document::LARGEST_EXACT;
use super::reader::Reader;
use super::{Command, Format, ScenarioError};
use crate::time::Time;
use serde_json::Value;

/// A command with its moment.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedCommand {
    /// The command.
    pub command: Command,
    /// The command as JSON text.
    pub source: String,
    /// When.
    pub at: Time,
    /// The number of steps taken before it.
    pub step: u64,
}

impl LoggedCommand {
    /// Reads `[{"at_us": …, "step": …, "command": {…}}]`.
    ///
    /// # Errors
    /// When an entry is wrong or they are not in order, with its place.
    pub fn list_from_json(value: &Value) -> Result<Vec<LoggedCommand>, ScenarioError> {
        let reader = Reader::new(Format::Scenario, value);
        let log = reader.each(LoggedCommand::read)?;
        match log.windows(2).position(|pair| (pair[1].step, pair[1].at) < (pair[0].step, pair[0].at)) {
            None => Ok(log),
            Some(place) => reader
                .invalid(format!("command {} is before the one before it: put them in order", place + 1)),
        }
    }

    fn read(reader: &Reader) -> Result<LoggedCommand, ScenarioError> {
        reader.only(&["at_us", "step", "command"])?;
        let at = reader.required_whole("at_us", (0, LARGEST_EXACT))?;
        let step = reader.required_whole("step", (0, LARGEST_EXACT))?;
        let command = reader.required("command")?;
        Ok(LoggedCommand {
            command: Command::read(&command, &[])?,
            source: command.raw()?.to_string(),
            at: Time::from_us(at),
            step,
        })
    }
}
