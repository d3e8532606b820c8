//! `tests/determinism.txt`, after a change of behaviour that is meant.

use std::fs;

use crate::failure::{Failure, Outcome};
use crate::workshop::{self, Workshop};

const FILE: &str = "tests/determinism.txt";

/// Where the documents lie that the file names.
const FOLDERS: [&str; 3] = ["scenarios", "tests/behaviour/documents", "tests/conformance/definitions"];

/// Runs every document of the file in the terminal program, and writes the hashes that come out.
pub fn write(workshop: &Workshop) -> Outcome {
    let mut build = workshop.command("cargo");
    workshop.run(
        build.args(["build", "--release", "--package", "queuescope"]),
        "Building the terminal program",
    )?;
    let old = workshop.text(FILE)?;
    let mut new = String::new();
    let mut changed = 0;
    for line in old.lines() {
        let written = if line.starts_with('#') { line.to_owned() } else { run(workshop, line)? };
        if written != line {
            changed += 1;
            println!("{written}");
        }
        new.push_str(&written);
        new.push('\n');
    }
    println!("{changed} of the hashes in {FILE} changed.");
    fs::write(workshop.path(FILE), new)
        .map_err(|error| Failure::with_file("write", &workshop.path(FILE), &error))
}

/// A line of the file anew: `document seed until facts_hash`.
fn run(workshop: &Workshop, line: &str) -> Outcome<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [name, seed, until, ..] = words[..] else {
        return Err(Failure::new(format!("A line of {FILE} has four words, not `{line}`.")));
    };
    let document = FOLDERS.iter().map(|folder| format!("{folder}/{name}.json"));
    let document = document
        .into_iter()
        .find(|file| workshop.path(file).is_file())
        .ok_or_else(|| Failure::new(format!("{FILE} names {name}, and there is no {name}.json.")))?;
    let mut simulate = workshop.command("cargo");
    simulate.args(["run", "--release", "--quiet", "--package", "queuescope", "--", "run", &document]);
    simulate.args(["--seed", seed, "--until", &format!("{until}us")]);
    let report = workshop::read(&mut simulate);
    let hash = report
        .as_deref()
        .and_then(hash_in)
        .ok_or_else(|| Failure::new(format!("{document} does not run.")))?;
    Ok(format!("{name} {seed} {until} {hash}"))
}

/// The hash in a report: `"facts_hash": "8de2eb6b6cf80851"`.
fn hash_in(report: &str) -> Option<&str> {
    let (_, rest) = report.split_once("\"facts_hash\"")?;
    rest.split('"').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_in_a_report() {
        let report = "{\n  \"facts\": 300,\n  \"facts_hash\": \"8de2eb6b6cf80851\",\n  \"nodes\": []\n}";
        assert_eq!(hash_in(report), Some("8de2eb6b6cf80851"));
        assert_eq!(hash_in("{\"facts_hash\": null}"), None);
    }
}
