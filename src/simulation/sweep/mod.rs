//! Sweeps: a field of the document over a range of values, each run with several seeds, and what the runs come to.
//!
//! A sweep plans tasks that know nothing of each other, so they can be run anywhere and in any order, by threads or by
//! the workers of a page; the results, put together by the numbers of the tasks, are the same. Each value is run with
//! the same seeds, so that values are compared under the same circumstances (common random numbers: Law, "Simulation
//! Modeling and Analysis", section 11.2).

mod copies;
mod error;
mod field;
mod measure;
mod outcome;
mod variation;

pub use error::SweepError;
pub use field::{SweepField, fields};
pub use measure::{Measure, Unit, measures};
pub use outcome::{Outcome, Row};
pub use variation::Variation;

use super::Run;
use crate::scenario::LARGEST_EXACT;
use crate::time::Time;
use serde_json::Value;

/// More tasks than this are taken for a mistake.
const MOST_TASKS: usize = 100_000;

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Sweep {
    document: Value,
    variation: Variation,
    replications: usize,
    first_seed: u64,
}

/// One run of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The place of the value among the values of the variation.
    pub point: usize,
    /// The seed.
    pub seed: u64,
    /// The document with that value.
    pub text: String,
}

impl Sweep {
    /// A sweep over a document, which is JSON of either form. `vary` is written `PATH=A..B`, `PATH=A..B:STEPS` or
    /// `PATH=A,B,C` ([`Variation`]). Seeds count up from the one that is given, or else from that of the document.
    ///
    /// # Errors
    /// When the text is not JSON, when `vary` cannot be read or names nothing in the document, and when there would be
    /// no task or too many.
    pub fn new(
        text: &str,
        vary: &str,
        replications: usize,
        first_seed: Option<u64>,
    ) -> Result<Sweep, SweepError> {
        let sweep = Sweep::planned(text, vary, replications, first_seed)?;
        // Whatever is wrong with a value is known before anything runs.
        for point in 0..sweep.variation.values().len() {
            let text = sweep.text(point)?;
            let problem = Run::from_text(&text, None).err();
            if let Some(problem) = problem {
                let (path, value) = (sweep.variation.path().to_owned(), sweep.variation.shown(point));
                return Err(SweepError::Document { path, value, problem });
            }
        }
        Ok(sweep)
    }

    /// The same, but whether a value does shows when its tasks are run: the others come to something all the same.
    ///
    /// # Errors
    /// As [`Sweep::new`], but for values that do not do.
    pub fn planned(
        text: &str,
        vary: &str,
        replications: usize,
        first_seed: Option<u64>,
    ) -> Result<Sweep, SweepError> {
        let document: Value = serde_json::from_str(text).map_err(SweepError::syntax)?;
        let variation = Variation::parse(vary)?;
        let count = variation.values().len().saturating_mul(replications);
        if !(1..=MOST_TASKS).contains(&count) {
            return Err(SweepError::Count { count, most: MOST_TASKS });
        }
        let own_seed = document.get("seed").and_then(Value::as_u64);
        let first_seed = first_seed.or(own_seed).unwrap_or(1).min(LARGEST_EXACT - replications as u64);
        let sweep = Sweep { document, variation, replications, first_seed };
        sweep.text(0)?;
        Ok(sweep)
    }

    /// What varies.
    pub fn variation(&self) -> &Variation {
        &self.variation
    }

    /// How many runs there are.
    pub fn task_count(&self) -> usize {
        self.variation.values().len() * self.replications
    }

    /// The run with that number, below [`Sweep::task_count`].
    ///
    /// # Errors
    /// None that [`Sweep::new`] has not found before.
    pub fn task(&self, number: usize) -> Result<Task, SweepError> {
        let (point, replication) = (number / self.replications, number % self.replications);
        Ok(Task { point, seed: self.first_seed + replication as u64, text: self.text(point)? })
    }

    fn text(&self, point: usize) -> Result<String, SweepError> {
        let mut document = self.document.clone();
        self.variation.apply(&mut document, point)?;
        Ok(document.to_string())
    }

    /// What the runs come to, each by its number, at a confidence above 0 and below 1.
    pub fn join(&self, results: &[Vec<Measure>], confidence: f64) -> Outcome {
        Outcome::of(self.variation.clone(), self.replications, results, confidence)
    }
}

impl Task {
    /// Runs it, up to a time or else to the end that the document names, and says what it comes to.
    ///
    /// # Errors
    /// None for a task of a sweep, whose documents were tried when it was made.
    pub fn run(&self, until: Option<Time>) -> Result<Vec<Measure>, crate::scenario::ScenarioError> {
        let mut run = Run::from_text(&self.text, Some(self.seed))?;
        run.run_until(until.unwrap_or(run.until()));
        Ok(measures(&run.numbers()))
    }
}
