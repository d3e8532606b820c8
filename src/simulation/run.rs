//! A run that records numbers alone: it goes forward and nowhere else, so nothing is kept to go back to.

use super::fitting::Fits;
use super::numbers::Report;
use super::{Picture, World, setup};
use crate::facts::Recording;
use crate::scenario::{self, Scenario, ScenarioError};
use crate::time::Time;

/// A scenario running for its numbers. They are those of a [`Simulation`](super::Simulation) of the same document and
/// seed.
///
/// ```
/// use queuescope::simulation::Run;
///
/// let mut run = Run::from_text(include_str!("../../scenarios/one-queue-one-formula.json"), None)?;
/// run.run_until(run.until());
/// assert!(run.numbers().queues[0].counts.arrived > 0);
/// # Ok::<(), queuescope::scenario::ScenarioError>(())
/// ```
#[derive(Debug)]
pub struct Run {
    scenario: Scenario,
    world: World,
    picture: Picture,
    fits: Fits,
}

impl Run {
    /// A run of a document, at its start. `seed` replaces that of the document.
    ///
    /// # Errors
    /// Whatever is wrong with the document.
    pub fn from_text(text: &str, seed: Option<u64>) -> Result<Run, ScenarioError> {
        let (format, mut scenario) = scenario::read(text)?;
        scenario.seed = seed.unwrap_or(scenario.seed);
        let mut world = setup::world(&scenario, format, scenario.seed, Recording::Numbers)?;
        world.close_taps();
        let (picture, fits) = (Picture::of(&scenario, &world), Fits::of_all(&scenario, &world));
        Ok(Run { scenario, world, picture, fits })
    }

    /// The present.
    pub fn now(&self) -> Time {
        self.world.now()
    }

    /// The end that the document names.
    pub fn until(&self) -> Time {
        Time::from_us(self.scenario.until_us)
    }

    /// Steps taken since the start.
    pub fn steps(&self) -> u64 {
        self.world.steps()
    }

    /// Goes forward to a time, the events at that time included. In the past nothing happens.
    pub fn run_until(&mut self, time: Time) {
        self.run_at_most(time, u64::MAX);
    }

    /// Goes forward to a time, but takes at most so many steps. Says whether it got there.
    pub fn run_at_most(&mut self, time: Time, most_steps: u64) -> bool {
        self.world.run(time, most_steps);
        let is_there = self.world.next_event().is_none_or(|next| next > time);
        if is_there {
            self.world.now = self.world.now.max(time);
        }
        if self.picture.version != self.world.picture_version() {
            self.picture = Picture::of(&self.scenario, &self.world);
            self.fits = Fits::of_all(&self.scenario, &self.world);
        }
        is_there
    }

    /// What it has come to so far.
    pub fn numbers(&self) -> Report {
        let has_interventions = !self.scenario.schedule.is_empty();
        self.world.report(&self.picture, &|id| self.fits.of(id, has_interventions), &|_| true)
    }
}
