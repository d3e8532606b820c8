use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::wasm;
use crate::workshop::{self, Workshop};

/// So many messages make a run, if the peer is not so slow that fewer must do.
pub const MESSAGES: u64 = 1_000_000;
/// A run of SimPy.
const FEW_MESSAGES: u64 = 200_000;

/// The plain queue at utilisation 0.8: M/M/1. Its mean wait in mean services, and the variance of the mean of many waits,
/// times their number: ρ (2 + 5ρ - 4ρ² + ρ³) / (1 - ρ)⁴ (Daley, "The serial correlation coefficients of waiting times in
/// a stationary single server queue", 1968).
const MEAN_WAIT: f64 = 4.0;
const VARIANCE: f64 = 1_976.0;
/// A correct program is further off than so many standard errors once in 150,000 runs.
const STANDARD_ERRORS: f64 = 4.5;

/// What runs programs.
pub struct Bench<'a> {
    /// The checkout and its tools.
    pub workshop: &'a Workshop,
    /// The browser.
    pub chromium: PathBuf,
    /// Queuescope's native benchmark.
    pub native: PathBuf,
}

/// A program that is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Program {
    /// Queuescope in wasm, in Node: the scenario, and the mode of `throughput.mjs`: which engine it is, and what is
    /// recorded.
    Wasm(&'static str, &'static str),
    /// Queuescope natively: the scenario.
    Native(&'static str),
    /// A program of `benches/peers` in JavaScript.
    JavaScript(&'static str),
    /// A program of `benches/peers/rust`.
    Rust(&'static str),
    /// SimPy.
    SimPy,
}

/// What a program said of one run.
#[derive(Clone, Debug)]
pub struct Sample(String);

impl Sample {
    /// A number of it.
    pub fn number(&self, name: &str) -> Outcome<f64> {
        let rest = self.0.split_once(&format!("\"{name}\":")).map(|(_, rest)| rest.trim_start());
        let digits = rest.map(|rest| rest.split([',', '}']).next().unwrap_or_default().trim());
        digits
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| Failure::new(format!("A benchmark did not say its {name}: {}", self.0)))
    }

    /// Seconds for each message.
    pub fn per_message(&self) -> Outcome<f64> {
        Ok(self.number("seconds")? / self.number("messages")?)
    }

    /// Seconds for each event.
    pub fn per_step(&self) -> Outcome<f64> {
        Ok(self.number("seconds")? / self.number("steps")?)
    }
}

impl Bench<'_> {
    /// Runs a program once. What runs W1 must come to the mean wait of queueing theory.
    pub fn run(&self, program: Program, seed: u64) -> Outcome<Sample> {
        let messages = if program == Program::SimPy { FEW_MESSAGES } else { MESSAGES };
        let sample = self.run_messages(program, messages, seed)?;
        let is_first = !matches!(program, Program::Wasm(document, _) | Program::Native(document) if document != "one-queue");
        if is_first {
            let (wait, messages) = (sample.number("mean_wait")?, sample.number("messages")?);
            let allowed = STANDARD_ERRORS * (VARIANCE / messages).sqrt();
            if (wait - MEAN_WAIT).abs() > allowed {
                return Err(Failure::new(format!(
                    "{program:?} comes to a mean wait of {wait} services; queueing theory says {MEAN_WAIT} and chance \
                     allows {allowed:.3} more or less. It does not do the work it is measured by."
                )));
            }
        }
        Ok(sample)
    }

    /// Runs a program once for so many messages.
    pub fn run_messages(&self, program: Program, messages: u64, seed: u64) -> Outcome<Sample> {
        let (messages, seed) = (messages.to_string(), seed.to_string());
        let mut command = match program {
            Program::Wasm(document, mode) => {
                let mut node = self.node("throughput.mjs");
                node.arg(wasm::folder(self.workshop)).arg(self.document(document));
                node.args([&messages, &seed, mode]);
                return said(&mut node, &format!("{program:?}"));
            }
            Program::Native(document) => {
                let mut native = self.workshop.command(&self.native);
                native.arg(self.document(document));
                native
            }
            Program::JavaScript(name) => self.node(&format!("peers/{name}.mjs")),
            Program::Rust(name) => {
                self.workshop.command(self.workshop.path("target/peers/release").join(name))
            }
            Program::SimPy => {
                let mut python = self.workshop.command(python(self.workshop));
                python.arg(self.workshop.path("benches/peers/simpy_queue.py"));
                python
            }
        };
        said(command.args([&messages, &seed]), &format!("{program:?}"))
    }

    /// Goes to a hundred moments of a run in Chromium.
    pub fn seek(&self) -> Outcome<Sample> {
        let mut node = self.node("seek.mjs");
        node.arg(&self.chromium).arg(self.workshop.path("www/node_modules/playwright-core"));
        node.arg(wasm::folder(self.workshop)).arg(self.document("one-queue")).arg(MESSAGES.to_string());
        said(&mut node, "Seeking in Chromium")
    }

    fn node(&self, script: &str) -> Command {
        let mut node = self.workshop.command("node");
        node.arg(self.workshop.path("benches").join(script));
        node
    }

    fn document(&self, name: &str) -> PathBuf {
        self.workshop.path("benches/scenarios").join(name).with_extension("json")
    }
}

/// The Python of the virtual environment in which SimPy is.
pub fn python(workshop: &Workshop) -> PathBuf {
    let folder = workshop.path("target/peers/python");
    if cfg!(windows) { folder.join("Scripts/python.exe") } else { folder.join(Path::new("bin/python")) }
}

/// The last line that a program prints.
fn said(command: &mut Command, what: &str) -> Outcome<Sample> {
    let output = workshop::read(command);
    let line = output.as_deref().and_then(|output| output.lines().last());
    line.map(|line| Sample(line.to_owned()))
        .ok_or_else(|| Failure::new(format!("{what} does not run. Run it by hand to see why: {command:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_its_numbers() {
        let sample = Sample("{\"messages\": 1000000,\"seconds\":0.5, \"mean_wait\": 4.01}".to_owned());
        assert_eq!(sample.per_message(), Ok(5e-7));
        assert_eq!(sample.number("mean_wait"), Ok(4.01));
        assert!(sample.number("steps").unwrap_err().0.contains("did not say its steps"));
    }
}
