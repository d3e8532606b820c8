//! Commands, and the forks that come of them: what goes into a simulation, and how it goes from one run to another.

use super::command_error::CommandError;
use super::forks::{Fork, ForkId, Forks, Logged, Reached};
use super::{Command, Simulation};
use crate::facts::Sentence;
use crate::scenario::LoggedCommand;
use crate::time::Time;
use serde::Serialize;
use std::fmt;
use std::rc::Rc;

/// A fork as people see it. Times are in microseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ForkReport {
    /// Its number, which no other one is ever given. The first run has 0.
    pub id: u32,
    /// The fork that it left; none for the one from which all others descend.
    pub parent: Option<u32>,
    /// When it left that, and after how many steps and commands.
    pub time: u64,
    /// Steps before that.
    pub step: u64,
    /// Commands before that.
    pub commands: usize,
    /// What somebody calls it; empty when nobody has named it.
    pub label: String,
    /// What happened first there and not in its parent; none where there is no parent, or nothing has been done yet.
    pub because: Option<Sentence>,
    /// How far it has ever come.
    pub end: u64,
    /// How many steps that are.
    pub end_step: u64,
    /// How many commands it has in all.
    pub command_count: usize,
    /// Whether it is the present one.
    pub is_current: bool,
}

/// Why a fork cannot be made or gone to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForkError {
    /// There is none of that number, or it is no longer kept.
    Unknown(u32),
    /// The run records numbers only and cannot go back.
    NumbersOnly,
    /// A log is taken up at the start only.
    NotAtStart,
}

impl ForkError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            ForkError::Unknown(_) => "fork.unknown",
            ForkError::NumbersOnly => "fork.numbers-only",
            ForkError::NotAtStart => "log.not-at-start",
        }
    }
}

impl fmt::Display for ForkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ForkError::Unknown(id) => write!(
                f,
                "There is no fork {id}: the list of forks says which there are; at most {} are kept.",
                Forks::MOST
            ),
            ForkError::NumbersOnly => f.write_str(
                "A run that records numbers only keeps no states to go back to: start it with everything recorded.",
            ),
            ForkError::NotAtStart => f.write_str(
                "A log is taken up at the start of a run that has no commands: make a simulation of the document anew.",
            ),
        }
    }
}

impl std::error::Error for ForkError {}

impl Simulation {
    /// Carries out a command now. In the past it makes a fork, and the old future stays reachable: see
    /// [`Simulation::forks`].
    ///
    /// # Errors
    /// When the command names nothing that can carry it out, or that cannot do so now; then nothing changes.
    pub fn dispatch(&mut self, command: Command) -> Result<(), CommandError> {
        self.dispatch_from(command, None)
    }

    /// The same, of a command that was given as JSON: the log keeps the text.
    ///
    /// # Errors
    /// As [`Simulation::dispatch`].
    pub fn dispatch_from(&mut self, command: Command, source: Option<&str>) -> Result<(), CommandError> {
        self.world.check(&command)?;
        let here = self.here();
        if self.keeps_facts() && here.position < self.horizon() {
            self.leave(String::new());
        }
        // Time in which nothing has happened is no future. Who wants numbers alone does not go back to one.
        let fork = self.forks.current_mut();
        fork.log.truncate(here.position.commands);
        fork.horizon = here;
        let (time, steps) = (self.world.now, self.world.steps);
        let first_fact = self.world.recorder.count();
        let logged =
            Logged { command: Rc::new(command), source: source.map(Rc::from), time, steps, is_checked: true };
        self.forks.current_mut().log.push(logged);
        self.carry_out_logged();
        if self.forks.current().parent.is_some() && self.forks.current().because.is_none() {
            let first = self.facts.between(first_fact, first_fact + 1).next();
            let because = first.map(|(_, fact)| Sentence::of_event(&fact.event, &self.world.names));
            self.forks.current_mut().because = because;
        }
        self.redraw();
        Ok(())
    }

    /// Makes a fork that leaves at the present moment, and goes there: what is done from now on is done in it alone.
    ///
    /// # Errors
    /// When the run records numbers only.
    pub fn fork(&mut self, label: &str) -> Result<ForkId, ForkError> {
        if !self.keeps_facts() {
            return Err(ForkError::NumbersOnly);
        }
        self.leave(label.to_owned());
        Ok(self.forks.current_id())
    }

    /// Another future begins here.
    fn leave(&mut self, label: String) {
        let (here, tallies) = (self.here(), self.tallies_up_to_now());
        for gone in self.forks.leave(here, label, tallies) {
            self.checkpoints.give_up(gone);
        }
        self.facts.truncate(here.position.facts);
        self.listener = None;
        self.world.tap = None;
    }

    /// All forks, in the order in which they came.
    pub fn forks(&self) -> Vec<ForkReport> {
        let current = self.forks.current_id();
        let report = |fork: &Fork| ForkReport {
            id: fork.id.0,
            parent: fork.parent.map(|parent| parent.0),
            time: fork.left.time.as_us(),
            step: fork.left.position.steps,
            commands: fork.left.position.commands,
            label: fork.label.clone(),
            because: fork.because.clone(),
            end: fork.horizon.time.as_us(),
            end_step: fork.horizon.position.steps,
            command_count: fork.log.len(),
            is_current: fork.id == current,
        };
        self.forks.iter().map(report).collect()
    }

    /// Gives a fork a name.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn name_fork(&mut self, id: ForkId, label: &str) -> Result<(), ForkError> {
        label.clone_into(&mut self.forks.get_mut(id).ok_or(ForkError::Unknown(id.0))?.label);
        Ok(())
    }

    /// Goes to another fork, at the same time there.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn switch_to(&mut self, id: ForkId) -> Result<(), ForkError> {
        let time = self.begin_switch(id)?;
        self.run_until(time);
        Ok(())
    }

    /// Goes to a state of another fork, from which [`Simulation::run_at_most`] leads to the present time there, which
    /// is returned.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn begin_switch(&mut self, id: ForkId) -> Result<Time, ForkError> {
        let here = self.here();
        let fork = self.forks.get(id).ok_or(ForkError::Unknown(id.0))?;
        let common = self.forks.common(self.forks.current_id(), fork.id);
        self.forks.visit(id);
        self.facts.truncate(common.position.facts);
        self.facts_taken = self.facts_taken.min(common.position.facts);
        self.listener = None;
        self.world.tap = None;
        if !common.includes(&here) {
            self.go_back_to(self.before_time(here.time));
        }
        Ok(here.time)
    }

    /// The commands of the present fork, from the start on, those that are still to come included.
    pub fn log(&self) -> &[Logged] {
        &self.forks.current().log
    }

    /// Takes up the commands of a log that somebody has made of a run of the same document and seed: they are carried
    /// out when the run comes to them, those that cannot be with a fact that says so. Only at the start of a run that
    /// has no commands.
    ///
    /// # Errors
    /// When it is elsewhere, or has some.
    pub fn take_up_log(&mut self, log: Vec<LoggedCommand>) -> Result<(), ForkError> {
        if self.position().steps > 0 || !self.log().is_empty() {
            return Err(ForkError::NotAtStart);
        }
        let entry = |entry: LoggedCommand| Logged {
            command: Rc::new(entry.command),
            source: Some(entry.source.into()),
            time: entry.at,
            steps: entry.step,
            is_checked: false,
        };
        self.forks.current_mut().log = log.into_iter().map(entry).collect();
        Ok(())
    }

    pub(super) fn here(&self) -> Reached {
        Reached { position: self.position(), time: self.world.now }
    }

    pub(super) fn keeps_facts(&self) -> bool {
        self.world.recorder.keeps_facts()
    }
}
