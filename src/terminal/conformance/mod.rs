//! `queuescope conformance`: replays recorded runs of real systems and compares every step.
//!
//! The formats are described in `tests/conformance/README.md`. The replay knows the formats and nothing of
//! single cases.

mod broker_case;
mod compare;
mod definitions_case;
mod matching_case;
mod outcome;
mod player;
mod socketio_case;
mod socketio_compare;
mod socketio_events;
mod socketio_line;
mod socketio_options;
mod socketio_record;
mod socketio_seen;
mod socketio_steps;
mod socketio_world;
mod steps;
mod values;

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What replaying a case came to: nothing to complain of, or the first difference.
pub type Replayed = Result<(), String>;

/// How many cases of each format agreed and differed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// For each format: passed and failed.
    pub formats: BTreeMap<String, (usize, usize)>,
}

impl Tally {
    /// Passed and failed over all formats.
    pub fn total(&self) -> (usize, usize) {
        self.formats.values().fold((0, 0), |sum, each| (sum.0 + each.0, sum.1 + each.1))
    }
}

/// Replays every file below the folders whose format is known, in the order of their paths. `report` gets the
/// path and the first difference of each that differs.
///
/// # Errors
/// When a folder or a file cannot be read.
pub fn replay(folders: &[PathBuf], mut report: impl FnMut(&Path, &str)) -> Result<Tally, String> {
    let mut files = Vec::new();
    for folder in folders {
        collect(folder, &mut files)?;
    }
    files.sort();
    let mut tally = Tally::default();
    for path in files {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let Ok(document) = serde_json::from_str::<Value>(&text) else { continue };
        let Some((format, replayed)) = replay_document(&document, &text, &path) else { continue };
        let counts = tally.formats.entry(format.to_owned()).or_default();
        match replayed {
            Ok(()) => counts.0 += 1,
            Err(difference) => {
                counts.1 += 1;
                report(&path, &difference);
            }
        }
    }
    Ok(tally)
}

/// Replays one recorded document, if its format is known.
fn replay_document<'a>(document: &'a Value, text: &str, path: &Path) -> Option<(&'a str, Replayed)> {
    let format = document.get("format")?.as_str()?;
    let replayed = match format {
        "mq-oracle/1" => broker_case::replay(document),
        "mq-oracle-matching/1" => matching_case::replay(document),
        "mq-oracle-routing/1" => definitions_case::replay(document, path),
        "sio-oracle/1" => socketio_case::replay(text),
        _ => return None,
    };
    Some((format, replayed))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let unreadable = |error: std::io::Error| format!("{} cannot be read: {error}", folder.display());
    if folder.is_file() {
        files.push(folder.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(())
}

pub(super) fn main(mut arguments: lexopt::Parser) -> Result<(), String> {
    let mut folders = Vec::new();
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        match argument {
            lexopt::Arg::Value(folder) => folders.push(PathBuf::from(folder)),
            other => return Err(other.unexpected().to_string()),
        }
    }
    if folders.is_empty() {
        return Err("conformance needs a folder with recorded cases.".to_owned());
    }
    let tally =
        replay(&folders, |path, difference| super::say(format_args!("{}: {difference}", path.display())))?;
    for (format, (passed, failed)) in &tally.formats {
        super::say(format_args!("{format}: {passed} passed, {failed} failed"));
    }
    let (passed, failed) = tally.total();
    super::say(format_args!("{passed} passed, {failed} failed"));
    match (passed, failed) {
        (0, 0) => Err("there is no recorded case of a known format in these folders.".to_owned()),
        (_, 0) => Ok(()),
        (_, failed) => Err(format!("{failed} recorded cases differ.")),
    }
}
