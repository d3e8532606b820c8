//! `sio-oracle/1`: Socket.IO clients and a server with the outcome of every step.

use super::Replayed;
use super::socketio_compare::difference;
use super::socketio_record::{Offsets, Record};
use super::socketio_world::World;
use crate::realtime::socket_io::Value;

/// Replays a case; the error is the first difference. The order of members matters on the wire, so the document
/// is read as JavaScript reads it.
pub fn replay(text: &str) -> Replayed {
    let document = Value::from_json(text).ok_or("the document cannot be read")?;
    let null = Value::Null;
    let scenario = document.get("scenario").unwrap_or(&null);
    let observed = document.get("observed").unwrap_or(&null);
    let steps = list(scenario, "steps");
    let recorded = list(observed, "steps");
    if steps.is_empty() || steps.len() != recorded.len() {
        return Err(format!(
            "{} steps and {} outcomes: there must be as many, and some",
            steps.len(),
            recorded.len()
        ));
    }
    let mut world = World::new(scenario.get("server").unwrap_or(&null))?;
    let mut outcomes = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        world.record.outcome = Default::default();
        let op = step.get("op").and_then(Value::as_text).unwrap_or("?").to_owned();
        world.perform(step).map_err(|what| format!("step {} ({op}): {what}", number + 1))?;
        world.settle(&op);
        outcomes.push(std::mem::take(&mut world.record.outcome).into_value(number + 1, &op));
    }
    let Record { names, .. } = &mut world.record;
    if world.has_recovery {
        names.learn_offsets(&outcomes);
    }
    let outcomes: Vec<Value> = outcomes.iter().map(|outcome| names.neutral(outcome)).collect();
    let pattern = regex_lite::Regex::new(r"<offset\d+>(\.[\w-]+)?").map_err(|error| error.to_string())?;
    let renumbered = |steps: &[Value]| -> Vec<Value> {
        let mut offsets = Offsets::default();
        steps.iter().map(|step| offsets.renumbered(step, &pattern)).collect()
    };
    let (recorded, outcomes) = (renumbered(recorded), renumbered(&outcomes));
    let unstable: Vec<&str> = list(observed, "unstable").iter().filter_map(Value::as_text).collect();
    for (number, (recorded, replayed)) in recorded.iter().zip(&outcomes).enumerate() {
        if let Some(what) = difference(&format!("steps[{number}]"), Some(recorded), Some(replayed), &unstable)
        {
            let op = steps[number].get("op").and_then(Value::as_text).unwrap_or("?");
            return Err(format!("step {} ({op}): {what}", number + 1));
        }
    }
    Ok(())
}

/// The entries of a member that is a list.
pub fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    match of.get(name) {
        Some(Value::Array(entries)) => entries,
        _ => &[],
    }
}
