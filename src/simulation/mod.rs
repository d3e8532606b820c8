//! A scenario running: the one owner of all state.
//!
//! Three families of verbs. Something goes *in*: [`Simulation::dispatch`], [`Simulation::fork`]. Time goes *forward*, or back:
//! [`Simulation::step`], [`Simulation::run_until`], [`Simulation::step_back`], [`Simulation::seek`]. Results
//! come *out*: [`Simulation::take_facts`], [`Simulation::facts_hash`], [`Simulation::snapshot`],
//! [`Simulation::picture`].
//!
//! Going back restores the nearest checkpoint before and replays the events and the logged commands from there.
//! Since nothing but the scenario, the seed and the command log decides what happens, the state is the same as
//! on the way there.

mod about;
mod anatomy;
mod assumed;
mod assumed_capture;
mod biography;
mod browsing;
mod capturing;
mod carrying;
pub mod charts;
mod checkpoints;
mod client;
mod command;
mod command_error;
mod comparing;
mod conditions;
mod connecting;
mod consuming;
mod employing;
mod fitting;
mod forking;
mod forks;
mod history;
mod intervening;
mod linking;
mod listening;
mod marking;
mod nodes;
pub mod numbers;
mod packets;
mod parcels;
mod picture;
mod publishing;
mod recalling;
mod repeating;
mod replay;
mod report;
mod rights;
mod run;
mod sequence;
mod setting;
mod setup;
mod site;
mod snapshot;
mod socket_state;
mod sockets;
mod state_hash;
mod stopping;
mod straight;
mod streams;
pub mod sweep;
mod tap;
mod weighing;
mod whereabouts;
mod world;

pub use crate::scenario::{Command, Condition, Watch};
pub use about::About;
pub use anatomy::{Packet, Packets};
pub use biography::Biography;
pub use browsing::{BrowserState, ListenerState, NamespaceState, PathState, PortState, ServerState};
pub use capturing::CaptureError;
pub use checkpoints::CheckpointUsage;
pub use client::{Actor, Client};
pub use command_error::CommandError;
pub use comparing::{Compared, Comparison, Difference};
pub use conditions::{ConditionError, Stop};
pub use fitting::Fit;
pub use forking::{ForkError, ForkReport};
pub use forks::{ForkId, Logged};
pub use marking::MARKS_PER_COLUMN;
pub use picture::{
    EdgeKind, NodeKind, Picture, PictureBinding, PictureEdge, PictureNode, Spot, exchange_id, queue_id,
};
pub use run::Run;
pub use sequence::{Lifeline, Sequence, SequenceArrow, SequenceMark, SequenceQuery, SequenceStay};
pub use setup::declared_broker;
pub use site::declared_site;
pub use snapshot::{LinkState, NodeState, Snapshot};
pub use socket_state::SocketState;
pub use stopping::{Progress, SearchBack};
pub use whereabouts::Whereabouts;
pub use world::World;

use crate::facts::{Fact, FactStore, FactsHash, MovingItem, Recording};
use crate::scenario::{self, Format, NotSimulated, Scenario, ScenarioError};
use crate::time::Time;
use checkpoints::Checkpoints;
use conditions::Watched;
use forks::Forks;
use listening::Listener;

/// So many steps are taken before their facts are put away: they are still near then.
const STEPS_AT_ONCE: u64 = 64;

/// So many of the newest facts can be read at any time.
const FACTS_REMEMBERED: usize = 20_000;

/// A running simulation.
///
/// ```
/// use queuescope::{simulation::Simulation, time::Time};
///
/// let scenario = include_str!("../../scenarios/hello-world.json");
/// let mut simulation = Simulation::from_text(scenario, None)?;
/// simulation.run_until(Time::from_us(10_000_000));
/// let hash = simulation.facts_hash();
/// simulation.step_back();
/// simulation.step();
/// assert_eq!(simulation.facts_hash(), hash);
/// # Ok::<(), queuescope::scenario::ScenarioError>(())
/// ```
#[derive(Debug)]
pub struct Simulation {
    scenario: Scenario,
    format: Format,
    not_simulated: Vec<NotSimulated>,
    world: World,
    checkpoints: Checkpoints,
    forks: Forks,
    facts: FactStore,
    facts_taken: u64,
    picture: Picture,
    listener: Option<Listener>,
    fits: fitting::Fits,
    breakpoints: Vec<Watched>,
    stopped_by: Option<Stop>,
}

impl Simulation {
    /// A simulation of a document, at its start. `seed` replaces that of the document.
    ///
    /// # Errors
    /// Whatever is wrong with the document.
    pub fn from_text(text: &str, seed: Option<u64>) -> Result<Simulation, ScenarioError> {
        Simulation::recording(text, seed, Recording::Everything)
    }

    /// A simulation of a document, at its start, that records no more than that.
    ///
    /// # Errors
    /// Whatever is wrong with the document.
    pub fn recording(
        text: &str,
        seed: Option<u64>,
        recording: Recording,
    ) -> Result<Simulation, ScenarioError> {
        let (format, scenario) = scenario::read(text)?;
        Simulation::new(scenario, format, seed, recording)
    }

    /// A simulation of a scenario that has been read, at its start.
    ///
    /// # Errors
    /// When the broker refuses what the scenario declares.
    pub fn new(
        mut scenario: Scenario,
        format: Format,
        seed: Option<u64>,
        recording: Recording,
    ) -> Result<Simulation, ScenarioError> {
        scenario.seed = seed.unwrap_or(scenario.seed);
        let mut world = setup::world(&scenario, format, scenario.seed, recording)?;
        let mut facts = FactStore::new(FACTS_REMEMBERED);
        world.recorder.drain().for_each(|(index, fact)| facts.put(index, fact));
        let start = world.clone();
        world.close_taps();
        let mut simulation = Simulation {
            not_simulated: scenario::not_simulated(&scenario),
            picture: Picture::of(&scenario, &world),
            fits: fitting::Fits::of_all(&scenario, &world),
            checkpoints: Checkpoints::new(start),
            scenario,
            format,
            world,
            forks: Forks::new(),
            facts,
            facts_taken: 0,
            listener: None,
            breakpoints: Vec::new(),
            stopped_by: None,
        };
        if recording == Recording::Everything {
            let conditions = simulation.scenario.breakpoints.clone();
            simulation.set_breakpoints(conditions).map_err(|problem| {
                let place = format!("breakpoints{}", problem.place());
                ScenarioError::invalid(format, place, problem.to_string())
            })?;
        }
        Ok(simulation)
    }

    /// What it was made from.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The form in which that came.
    pub fn format(&self) -> Format {
        self.format
    }

    /// What the document says and is not acted on.
    pub fn not_simulated(&self) -> &[NotSimulated] {
        &self.not_simulated
    }

    /// The state at present.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The present.
    pub fn now(&self) -> Time {
        self.world.now
    }

    /// A hash over all facts from the start up to now, 16 hexadecimal digits; none where facts are not recorded.
    pub fn facts_hash(&self) -> Option<String> {
        self.world.recorder.hash().map(FactsHash::to_string)
    }

    /// Takes the next event of the agenda and all that it causes at the same instant. Says whether there was
    /// one.
    pub fn step(&mut self) -> bool {
        let first = self.world.recorder.count();
        let stepped = self.take_step();
        self.stopped_by = self.judge(&self.breakpoints, first);
        if self.stopped_by.is_some() {
            let now = self.world.now;
            self.forks.current_mut().note_stop(now);
        }
        self.redraw();
        stepped
    }

    fn take_step(&mut self) -> bool {
        self.carry_out_due(None);
        self.go_forward()
    }

    /// Takes the next event, before which the log has nothing to do.
    fn go_forward(&mut self) -> bool {
        let stepped = self.world.step();
        // Who wants numbers alone does not go back, and if so, from the start.
        if self.world.recorder.keeps_facts() {
            self.store_facts();
            if stepped {
                self.checkpoints.offer(self.forks.lineage(), &self.world);
            }
        }
        stepped
    }

    /// Takes steps up to a time, at most so many, before which the log has nothing to do and between which nobody looks.
    /// Says how many they are.
    fn go_on(&mut self, time: Time, most: u64) -> u64 {
        if !self.world.recorder.keeps_facts() {
            return self.world.run(time, most);
        }
        let most = most.min(STEPS_AT_ONCE).min(self.checkpoints.steps_to_next(&self.world));
        let taken = self.world.run(time, most);
        self.store_facts();
        if taken > 0 {
            self.checkpoints.offer(self.forks.lineage(), &self.world);
        }
        taken
    }

    /// Takes the last step back. Says whether there was one.
    pub fn step_back(&mut self) -> bool {
        let Some(steps) = self.world.steps.checked_sub(1) else { return false };
        self.stopped_by = None;
        self.restore(self.before_step(steps));
        while self.world.steps < steps && self.take_step() {}
        self.redraw();
        self.facts_taken = self.facts_taken.min(self.world.recorder.count());
        true
    }

    /// Goes forward to a time, the events at that time included. In the past nothing happens.
    pub fn run_until(&mut self, time: Time) {
        self.run_at_most(time, u64::MAX);
    }

    /// Goes forward to a time, but takes at most so many steps. Says whether it got there.
    pub fn run_at_most(&mut self, time: Time, most_steps: u64) -> bool {
        let mut left = most_steps;
        loop {
            self.carry_out_due(Some(time));
            if self.world.next_event().is_none_or(|next| next > time) {
                break;
            }
            if left == 0 {
                self.redraw();
                return false;
            }
            if self.log().len() > self.world.commands || self.listener.is_some() {
                self.go_forward();
                left -= 1;
            } else {
                left -= self.go_on(time, left);
            }
        }
        self.world.now = self.world.now.max(time);
        self.store_facts();
        self.redraw();
        true
    }

    /// Goes to any moment, the events at that moment included.
    pub fn seek(&mut self, time: Time) {
        self.begin_seek(time);
        self.run_until(time);
    }

    /// Goes to a state at or before `time` from which [`Simulation::run_at_most`] leads there: back, or forward where
    /// the run has been already.
    pub fn begin_seek(&mut self, time: Time) {
        self.stopped_by = None;
        let nearest = self.checkpoints.before_time(self.forks.lineage(), time);
        if time < self.world.now || nearest.steps > self.world.steps {
            self.go_back_to(nearest.clone());
        }
    }

    /// The facts since the last call, at most so many of the newest, each with its index. After going back they
    /// begin where the reader must cut off what it has.
    pub fn take_facts(&mut self, most: usize) -> Vec<(u64, Fact)> {
        let end = self.world.recorder.count();
        let from = self.facts_taken.min(end).max(end.saturating_sub(most as u64));
        self.facts_taken = end;
        self.facts_between(from..end)
    }

    /// What is drawn and stays, as long as no exchange, queue or binding comes or goes and nothing is set to something
    /// else.
    pub fn picture(&self) -> &Picture {
        &self.picture
    }

    /// The state of everything that is drawn.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(self)
    }

    /// Calls `show` with everything that moves in the picture; see [`Motion::at`](crate::facts::Motion::at).
    pub fn moving(&self, view_us: f64, lasting: (f64, f64), show: impl FnMut(MovingItem)) {
        self.world.recorder.motion().at(view_us, self.world.now, lasting, show);
    }

    /// Makes the picture anew if topology or settings are not those that it shows.
    fn redraw(&mut self) {
        if self.picture.version != self.world.picture_version() {
            self.picture = Picture::of(&self.scenario, &self.world);
            self.fits = fitting::Fits::of_all(&self.scenario, &self.world);
        }
    }

    /// Carries out what the log has for the present, and up to `until` where nothing happens before it.
    fn carry_out_due(&mut self, until: Option<Time>) {
        while let Some(next) = self.log().get(self.world.commands)
            && next.steps == self.world.steps
            && until.is_none_or(|until| next.time <= until)
        {
            self.carry_out_logged();
        }
    }

    fn carry_out_logged(&mut self) {
        let logged = &self.forks.current().log[self.world.commands];
        self.world.carry_out_logged(logged);
        self.store_facts();
    }

    fn restore(&mut self, world: World) {
        self.world = world;
        self.world.close_taps();
        self.world.tap = self.listener.is_some().then(Vec::new);
    }

    fn store_facts(&mut self) {
        let here = self.here();
        if self.listener.is_some() {
            let (first, fresh) = self.world.recorder.fresh();
            let fresh: Vec<(u64, Fact)> = (first..).zip(fresh.iter().copied()).collect();
            self.listen(&fresh);
        }
        let fork = self.forks.current_mut();
        fork.reach(here);
        let (first, fresh) = self.world.recorder.fresh();
        fresh.iter().zip(first..).for_each(|(fact, index)| fork.tallies.take(index, fact));
        self.facts.put_all(first, fresh);
        self.world.recorder.forget_fresh();
    }
}
