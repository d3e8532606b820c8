//! Time travel for JavaScript: conditions, breakpoints, forks and the marks on a timeline.

use super::convert::{self, FactOut};
use super::number::{time, whole};
use super::object::{json, to_js};
use super::simulation::Simulation;
use super::{error, slices};
use crate::facts::Event;
use crate::scenario::LoggedCommand;
use crate::simulation::{self, Compared, Condition, ForkId, Progress, SearchBack, Stop};
use crate::time::Time;
use js_sys::{Promise, Uint32Array};
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::AbortSignal;

/// A breakpoint as `types.d.ts` describes it.
#[derive(Serialize)]
struct BreakpointOut {
    condition: Value,
    sentence: crate::facts::Sentence,
}

/// A command of a log as `types.d.ts` describes it. One that was not given in JSON has none.
#[derive(Serialize)]
struct LoggedOut {
    at_us: u64,
    step: u64,
    command: Option<Value>,
}

/// Two forks side by side as `types.d.ts` describes them.
#[derive(Serialize)]
struct ComparisonOut {
    common: Moment,
    until: u64,
    first: [Option<FactOut>; 2],
    is_complete: bool,
    facts: [u64; 2],
    values: Vec<Compared>,
}

#[derive(Serialize)]
struct Moment {
    time: u64,
    step: u64,
}

fn stop(simulation: &simulation::Simulation) -> Result<JsValue, JsValue> {
    simulation.stopped_by().map_or(Ok(JsValue::NULL), |stop: &Stop| to_js(stop))
}

/// The end of a run to a condition when none is named: that of the scenario, or when it is past as far again.
fn end(simulation: &simulation::Simulation, until: Option<f64>) -> Result<Time, JsValue> {
    if let Some(us) = until {
        return time(us);
    }
    let (until, now) = (simulation.scenario().until_us, simulation.now().as_us());
    Ok(Time::from_us(if now < until { until } else { now.saturating_add(until) }))
}

fn go_on(
    simulation: &mut simulation::Simulation,
    condition: &Condition,
    until: Time,
    most: u64,
) -> Result<Progress, JsValue> {
    simulation.step_to(condition.clone(), until, most).map_err(|problem| error::of_condition(&problem))
}

#[wasm_bindgen]
impl Simulation {
    /// Goes forward until a condition holds, at most to `until`: by default to the end that the scenario names, or past
    /// it as far again. Returns what stopped it, or null.
    #[wasm_bindgen(js_name = stepTo, unchecked_return_type = "Stop | null")]
    pub fn step_to(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Condition")] condition: JsValue,
        until: Option<f64>,
    ) -> Result<JsValue, JsValue> {
        let condition = convert::condition(&condition)?;
        let mut simulation = self.inner.borrow_mut();
        let until = end(&simulation, until)?;
        go_on(&mut simulation, &condition, until, u64::MAX)?;
        stop(&simulation)
    }

    /// As `stepTo`, in slices between which the page lives on.
    #[wasm_bindgen(js_name = stepToAsync, unchecked_return_type = "Promise<Stop | null>")]
    pub fn step_to_async(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Condition")] condition: JsValue,
        until: Option<f64>,
        signal: Option<AbortSignal>,
    ) -> Result<Promise, JsValue> {
        let condition = convert::condition(&condition)?;
        let shared = self.inner.clone();
        let until = end(&shared.borrow(), until)?;
        Ok(future_to_promise(async move {
            slices::run(shared.clone(), signal, |simulation, most| {
                go_on(simulation, &condition, until, most)
            })
            .await?;
            stop(&shared.borrow())
        }))
    }

    /// Goes back to the last moment before the present at which a condition holds. Returns what stopped it; null, and
    /// stays where it is, when it holds nowhere.
    #[wasm_bindgen(js_name = stepBackTo, unchecked_return_type = "Stop | null")]
    pub fn step_back_to(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Condition")] condition: JsValue,
    ) -> Result<JsValue, JsValue> {
        let condition = convert::condition(&condition)?;
        let mut simulation = self.inner.borrow_mut();
        simulation.step_back_to(condition).map_err(|problem| error::of_condition(&problem))?;
        stop(&simulation)
    }

    /// As `stepBackTo`, in slices between which the page lives on; it must not be moved meanwhile.
    #[wasm_bindgen(js_name = stepBackToAsync, unchecked_return_type = "Promise<Stop | null>")]
    pub fn step_back_to_async(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Condition")] condition: JsValue,
        signal: Option<AbortSignal>,
    ) -> Result<Promise, JsValue> {
        let condition = convert::condition(&condition)?;
        let shared = self.inner.clone();
        let search = shared.borrow_mut().begin_search_back(condition);
        let mut search: SearchBack = search.map_err(|problem| error::of_condition(&problem))?;
        Ok(future_to_promise(async move {
            slices::run(shared.clone(), signal, |simulation, _| Ok(simulation.search_back(&mut search)))
                .await?;
            stop(&shared.borrow())
        }))
    }

    /// Sets what runs are to stop at: `runUntil`, `runUntilAsync` and `step` heed it, `seek` does not.
    #[wasm_bindgen(js_name = setBreakpoints)]
    pub fn set_breakpoints(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Condition[]")] conditions: JsValue,
    ) -> Result<(), JsValue> {
        let conditions = Condition::list_from_json(&json(&conditions))
            .map_err(|problem| error::of_input("condition.invalid", &problem))?;
        let mut simulation = self.inner.borrow_mut();
        simulation.set_breakpoints(conditions).map_err(|problem| error::of_condition(&problem))
    }

    /// What runs are to stop at, at first what the document says.
    #[wasm_bindgen(unchecked_return_type = "Breakpoint[]")]
    pub fn breakpoints(&self) -> Result<JsValue, JsValue> {
        let simulation = self.inner.borrow();
        let breakpoints = simulation.breakpoints();
        let out = |condition: &Condition| BreakpointOut {
            condition: condition.to_json(),
            sentence: condition.sentence(),
        };
        to_js(&breakpoints.map(out).collect::<Vec<_>>())
    }

    /// What a condition says.
    #[wasm_bindgen(js_name = conditionSentence, unchecked_return_type = "Sentence")]
    pub fn condition_sentence(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Condition")] condition: JsValue,
    ) -> Result<JsValue, JsValue> {
        to_js(&convert::condition(&condition)?.sentence())
    }

    /// Whether the node that a condition names, if it names one, is in the picture at present.
    #[wasm_bindgen(js_name = conditionIsThere)]
    pub fn condition_is_there(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Condition")] condition: JsValue,
    ) -> Result<bool, JsValue> {
        Ok(self.inner.borrow().is_there(&convert::condition(&condition)?))
    }

    /// What stopped the last run, step or search; null when nothing did.
    #[wasm_bindgen(js_name = stoppedBy, unchecked_return_type = "Stop | null")]
    pub fn stopped_by(&self) -> Result<JsValue, JsValue> {
        stop(&self.inner.borrow())
    }

    /// All forks, in the order in which they came.
    #[wasm_bindgen(unchecked_return_type = "Fork[]")]
    pub fn forks(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.borrow().forks())
    }

    /// Makes a fork that leaves at the present moment, goes there, and returns its id.
    pub fn fork(&self, label: Option<String>) -> Result<u32, JsValue> {
        let forked = self.inner.borrow_mut().fork(label.as_deref().unwrap_or(""));
        forked.map(|id| id.0).map_err(|problem| error::of_fork(&problem))
    }

    /// Gives a fork a name.
    #[wasm_bindgen(js_name = nameFork)]
    pub fn name_fork(&self, id: u32, label: &str) -> Result<(), JsValue> {
        let named = self.inner.borrow_mut().name_fork(ForkId(id), label);
        named.map_err(|problem| error::of_fork(&problem))
    }

    /// Goes to another fork, at the same time there.
    #[wasm_bindgen(js_name = switchTo)]
    pub fn switch_to(&self, id: u32) -> Result<(), JsValue> {
        let switched = self.inner.borrow_mut().switch_to(ForkId(id));
        switched.map_err(|problem| error::of_fork(&problem))
    }

    /// As `switchTo`, in slices between which the page lives on.
    #[wasm_bindgen(js_name = switchToAsync, unchecked_return_type = "Promise<void>")]
    pub fn switch_to_async(&self, id: u32, signal: Option<AbortSignal>) -> Result<Promise, JsValue> {
        let shared = self.inner.clone();
        let time = shared.borrow_mut().begin_switch(ForkId(id));
        let time = time.map_err(|problem| error::of_fork(&problem))?;
        Ok(slices::promise(slices::run_until(shared, time, signal)))
    }

    /// Two forks side by side, up to a time or up to where both have been: the first fact of each that the other does
    /// not have in its place, and what each has come to. Nothing moves.
    #[wasm_bindgen(unchecked_return_type = "Comparison")]
    pub fn compare(&self, one: u32, other: u32, until: Option<f64>) -> Result<JsValue, JsValue> {
        let until = until.map(time).transpose()?;
        let mut simulation = self.inner.borrow_mut();
        let compared = simulation.compare(ForkId(one), ForkId(other), until);
        let compared = compared.map_err(|problem| error::of_fork(&problem))?;
        let first = compared.first.map(|first| {
            first.map(|first| {
                FactOut::with_names(first.index, &first.fact, &first.names, simulation.picture())
            })
        });
        to_js(&ComparisonOut {
            common: Moment { time: compared.common.0.as_us(), step: compared.common.1 },
            until: compared.until.as_us(),
            first,
            is_complete: compared.is_complete,
            facts: compared.facts,
            values: compared.values,
        })
    }

    /// The commands of the present fork, from the start on, as a link carries them.
    #[wasm_bindgen(js_name = commandLog, unchecked_return_type = "LoggedCommand[]")]
    pub fn command_log(&self) -> Result<JsValue, JsValue> {
        let simulation = self.inner.borrow();
        let out = |logged: &simulation::Logged| LoggedOut {
            at_us: logged.time.as_us(),
            step: logged.steps,
            command: logged.source.as_deref().and_then(|text| serde_json::from_str(text).ok()),
        };
        to_js(&simulation.log().iter().map(out).collect::<Vec<_>>())
    }

    /// Takes up such a log at the start of a run: its commands are carried out when the run comes to them.
    #[wasm_bindgen(js_name = takeUpLog)]
    pub fn take_up_log(
        &self,
        #[wasm_bindgen(unchecked_param_type = "LoggedCommand[]")] log: JsValue,
    ) -> Result<(), JsValue> {
        let log = LoggedCommand::list_from_json(&json(&log))
            .map_err(|problem| error::of_input("log.invalid", &problem))?;
        let taken = self.inner.borrow_mut().take_up_log(log);
        taken.map_err(|problem| error::of_fork(&problem))
    }

    /// The facts with indices from `from` up to but not including `to`, up to now; at most 2,000 of them. What is not
    /// remembered is made again.
    #[wasm_bindgen(js_name = factsBetween, unchecked_return_type = "Fact[]")]
    pub fn facts_between(&self, from: f64, to: f64) -> Result<JsValue, JsValue> {
        let index = |value| whole(value, "fact.invalid", "The index of a fact");
        let (from, to) = (index(from)?, index(to)?);
        let simulation = self.inner.borrow();
        let (world, picture) = (simulation.world(), simulation.picture());
        let facts = simulation.facts_between(from..to.min(from.saturating_add(MOST_FACTS)));
        let facts = facts.iter().map(|(index, fact)| FactOut::new(*index, fact, world, picture));
        to_js(&facts.collect::<Vec<_>>())
    }

    /// What happened between two times, as far as the present fork has ever come, spread over columns: for each column
    /// a count of every kind of `markKinds`.
    pub fn marks(&self, from: f64, to: f64, columns: u32) -> Result<Uint32Array, JsValue> {
        let marks = self.inner.borrow().marks(time(from)?, time(to)?, columns as usize);
        Ok(Uint32Array::from(&*marks))
    }

    /// The kinds that `marks` counts, in order. Their names in words stand in the catalogue as `mark.…`.
    #[wasm_bindgen(js_name = markKinds, unchecked_return_type = "MarkKind[]")]
    pub fn mark_kinds() -> Result<JsValue, JsValue> {
        to_js(&simulation::Simulation::mark_kinds())
    }

    /// The keys of all facts that there are: what `key` of a condition may be.
    #[wasm_bindgen(js_name = factKeys)]
    pub fn fact_keys() -> Vec<String> {
        Event::KEYS.iter().map(|key| (*key).to_owned()).collect()
    }

    /// How fine marks are, in microseconds: a mark may stand so much before what it counts.
    #[wasm_bindgen(js_name = markWidth)]
    pub fn mark_width(&self) -> f64 {
        self.inner.borrow().mark_width() as f64
    }

    /// How much memory saved states take.
    #[wasm_bindgen(js_name = checkpointUsage, unchecked_return_type = "CheckpointUsage")]
    pub fn checkpoint_usage(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.borrow().checkpoint_usage())
    }
}

/// At most so many facts are handed out at once.
const MOST_FACTS: u64 = 2_000;
