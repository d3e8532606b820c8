//! A policy as a command gives it: by the names that RabbitMQ's management API has for its fields.

use super::ScenarioError;
use super::definitions::table;
use super::reader::Reader;
use crate::broker::{AppliesTo, Policy};

/// What can be in `apply-to`.
const APPLIES_TO: [&str; 6] = ["all", "queues", "exchanges", "classic_queues", "quorum_queues", "streams"];

pub(super) fn read_policy(reader: &Reader) -> Result<Policy, ScenarioError> {
    let applies_to = |field: &Reader| match AppliesTo::from_name(&field.text()?) {
        Some(applies_to) => Ok(applies_to),
        None => field.invalid(format!("there must be one of {} here", APPLIES_TO.join(", "))),
    };
    let priority = |field: &Reader| match field.raw()?.as_i64() {
        Some(priority) => Ok(priority),
        None => field.invalid("there must be a whole number here"),
    };
    Ok(Policy {
        name: reader.required("name")?.name()?,
        pattern: reader.required("pattern")?.text()?,
        applies_to: reader.field("apply-to", AppliesTo::All, applies_to)?,
        priority: reader.field("priority", 0, priority)?,
        definition: table(reader.required("definition")?.fields()?),
    })
}
