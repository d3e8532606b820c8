//! Runs that stop where a condition holds, forward and backward.

use super::conditions::{ConditionError, Stop, Watched};
use super::replay::Position;
use super::{Simulation, World};
use crate::scenario::Condition;
use crate::time::Time;
use std::ops::ControlFlow;

/// How a part of a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It is where it was to go, or nothing is left to happen before.
    Arrived,
    /// A condition holds: [`Simulation::stopped_by`] says which.
    Stopped,
    /// It has taken as many steps as it may and is on its way still.
    UnderWay,
}

/// A search for the last moment before the present at which a condition holds.
#[derive(Debug)]
pub struct SearchBack {
    watched: Vec<Watched>,
    /// What lies behind it has been searched.
    end: Position,
    /// The latest moment that may be found.
    before: (u64, Time),
}

impl Simulation {
    /// Sets what runs are to stop at from now on: [`Simulation::run_to_stop`] and [`Simulation::step`] heed it, seeking
    /// does not.
    ///
    /// One that is among them already stays when its node is not there at present.
    ///
    /// # Errors
    /// When the node of a new one is not there, or the run records numbers only; then nothing changes.
    pub fn set_breakpoints(&mut self, conditions: Vec<Condition>) -> Result<(), ConditionError> {
        self.breakpoints = self.watched(conditions)?;
        Ok(())
    }

    /// What runs are to stop at.
    pub fn breakpoints(&self) -> impl Iterator<Item = &Condition> {
        self.breakpoints.iter().map(|watched| &watched.condition)
    }

    /// What stopped the last run or search; none when it came to where it was to go.
    pub fn stopped_by(&self) -> Option<&Stop> {
        self.stopped_by.as_ref()
    }

    /// Goes forward to a time as [`Simulation::run_at_most`], but stops after a step in which a breakpoint holds.
    pub fn run_to_stop(&mut self, time: Time, most_steps: u64) -> Progress {
        let watched = std::mem::take(&mut self.breakpoints);
        let progress = self.run_watched(&watched, time, most_steps);
        self.breakpoints = watched;
        if let (Progress::Stopped, now) = (progress, self.world.now) {
            self.forks.current_mut().note_stop(now);
        }
        progress
    }

    /// Goes forward until a condition holds that did not hold before, or to a time. Breakpoints do not stop it.
    ///
    /// # Errors
    /// When its node is not there, or the run records numbers only.
    pub fn step_to(
        &mut self,
        condition: Condition,
        until: Time,
        most_steps: u64,
    ) -> Result<Progress, ConditionError> {
        let watched = self.watched(vec![condition])?;
        Ok(self.run_watched(&watched, until, most_steps))
    }

    fn run_watched(&mut self, watched: &[Watched], until: Time, most_steps: u64) -> Progress {
        self.stopped_by = None;
        let moment = watched.iter().filter_map(Watched::time).filter(|time| *time > self.world.now).min();
        let until_moment = moment.filter(|moment| *moment <= until);
        let goal = until_moment.unwrap_or(until);
        let is_there = if watched.iter().all(|watched| watched.time().is_some()) {
            self.run_at_most(goal, most_steps)
        } else {
            match self.run_judged(watched, goal, most_steps) {
                Some(is_there) => is_there,
                None => return Progress::Stopped,
            }
        };
        if !is_there {
            return Progress::UnderWay;
        }
        let Some(moment) = until_moment else { return Progress::Arrived };
        let number = watched.iter().position(|watched| watched.time() == Some(moment)).unwrap_or_default();
        self.stopped_by = Some(watched[number].stop(number, None, self.world.now, self.world.steps));
        Progress::Stopped
    }

    /// Goes forward to a time, but takes at most so many steps. Says whether it got there; nothing when a condition
    /// holds.
    fn run_judged(&mut self, watched: &[Watched], time: Time, most_steps: u64) -> Option<bool> {
        for taken in 0.. {
            let first = self.world.recorder.count();
            self.carry_out_due(Some(time));
            let is_over = self.world.next_event().is_none_or(|next| next > time);
            if !is_over && taken < most_steps && self.world.recorder.count() == first {
                self.go_forward();
            } else if self.world.recorder.count() == first {
                if is_over {
                    self.stand_at(time);
                }
                self.redraw();
                return Some(is_over);
            }
            self.stopped_by = self.judge(watched, first);
            if self.stopped_by.is_some() {
                self.redraw();
                return None;
            }
        }
        Some(false)
    }

    /// Begins the search for the last moment before the present at which a condition holds.
    ///
    /// # Errors
    /// When its node is not there, or the run records numbers only.
    pub fn begin_search_back(&mut self, condition: Condition) -> Result<SearchBack, ConditionError> {
        let watched = self.watched(vec![condition])?;
        if !self.keeps_facts() {
            return Err(ConditionError::NumbersOnly);
        }
        self.stopped_by = None;
        Ok(SearchBack { watched, end: self.position(), before: (self.world.steps, self.world.now) })
    }

    /// Searches the way between two checkpoints. Where the condition holds the simulation goes, to the state after
    /// that step; when it holds nowhere it stays where it is. `UnderWay` while there is more to search.
    pub fn search_back(&mut self, search: &mut SearchBack) -> Progress {
        if let Some(time) = search.watched[0].time() {
            if time >= search.before.1 {
                return Progress::Arrived;
            }
            self.seek(time);
            self.stopped_by = Some(search.watched[0].stop(0, None, self.world.now, self.world.steps));
            return Progress::Stopped;
        }
        if search.end.steps == 0 && search.end.commands == 0 {
            return Progress::Arrived;
        }
        let start = self.before_step(search.end.steps.saturating_sub(1));
        let begun = Position { steps: start.steps, ..start.position() };
        let mut found: Option<(u64, Time, u64)> = None;
        self.replay_until(start, search.end, u64::MAX, &mut |world: &World, seen| {
            let is_before = (world.steps, world.now) < search.before;
            let mut own = seen.indexed().filter(|(_, fact)| search.watched[0].holds(fact, &world.names));
            if is_before && let Some((index, _)) = own.next() {
                found = Some((index, world.now, world.steps));
            }
            ControlFlow::Continue(())
        });
        if let Some((index, time, steps)) = found {
            self.seek_to(time, steps);
            self.stopped_by = Some(search.watched[0].stop(0, Some(index), time, steps));
            return Progress::Stopped;
        }
        search.end = begun;
        match begun.steps {
            0 => Progress::Arrived,
            _ => Progress::UnderWay,
        }
    }

    /// Goes back to the last moment before the present at which a condition holds. Says whether there was one; if not,
    /// it stays where it is.
    ///
    /// # Errors
    /// When its node is not there, or the run records numbers only.
    pub fn step_back_to(&mut self, condition: Condition) -> Result<bool, ConditionError> {
        let mut search = self.begin_search_back(condition)?;
        loop {
            match self.search_back(&mut search) {
                Progress::UnderWay => {}
                progress => return Ok(progress == Progress::Stopped),
            }
        }
    }
}
