//! `cargo xtask bench`: Queuescope beside its peers, in ratios, so that the machine matters little.
//!
//! | file | what it knows |
//! | --- | --- |
//! | `prepare` | what must be built and installed before |
//! | `runner` | how a program is run once, and what it says |
//! | `figure` | the figures, what each must reach, and how it is measured |
//! | `machine` | what it all ran on |
//! | `report` | the table and the JSON |

mod figure;
mod machine;
mod prepare;
mod report;
mod runner;

use std::fs;
use std::path::PathBuf;

use crate::failure::{Failure, Outcome};
use crate::workshop::Workshop;
use figure::FIGURES;

/// What `bench` is asked for.
#[derive(Debug, PartialEq)]
pub struct Options {
    /// Where the JSON goes, if anywhere.
    pub json: Option<PathBuf>,
    /// How often each pair is run.
    pub rounds: usize,
    /// Only figures whose names contain this.
    pub only: Option<String>,
    /// Whether the table goes into the README.
    pub readme: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { json: None, rounds: 5, only: None, readme: false }
    }
}

/// Builds, measures and tells.
pub fn bench(workshop: &Workshop, options: &Options) -> Outcome {
    let wanted = |name: &str| options.only.as_deref().is_none_or(|part| name.contains(part));
    let figures: Vec<_> = FIGURES.iter().filter(|figure| wanted(figure.name)).collect();
    if figures.is_empty() {
        return Err(Failure::new("`--only` takes a part of a figure's name, and no figure has this one."));
    }
    let bench = prepare::everything(workshop)?;
    let mut measured = Vec::new();
    for figure in figures {
        println!("{}", figure.name);
        let value = figure.measure(&bench, options.rounds)?;
        println!("  {}", figure.shown(&value));
        measured.push((figure, value));
    }
    let machine = machine::describe(workshop);
    let table = report::table(&measured, &machine);
    println!("\n{table}");
    if options.readme {
        report::put_into_readme(workshop, &table)?;
    }
    if let Some(path) = &options.json {
        fs::write(path, report::json(&measured, &machine))
            .map_err(|error| Failure::with_file("write", path, &error))?;
    }
    let short: Vec<&str> = measured
        .iter()
        .filter(|(figure, value)| !figure.is_reached(value))
        .map(|(figure, _)| figure.name)
        .collect();
    if short.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("Short of what must be reached: {}.", short.join("; "))))
}
