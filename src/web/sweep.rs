//! `Sweep` for JavaScript: what is to be run, and what the runs come to. Who runs it is the page's matter: each task goes
//! to any worker, which makes a `Run` or a `Simulation` of it and hands back what `measures` says.

use super::number::whole;
use super::object::{error, json, to_js};
use crate::simulation::sweep::{self, Measure, SweepError};
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("sweep.d.ts");

/// A field of a document over a range of values, each run with several seeds.
#[wasm_bindgen]
pub struct Sweep {
    inner: sweep::Sweep,
    results: Vec<Vec<Measure>>,
}

/// A task as `sweep.d.ts` describes it.
#[derive(Serialize)]
struct TaskOut {
    value: String,
    seed: u64,
    text: String,
}

#[wasm_bindgen]
impl Sweep {
    /// A sweep over a document. `vary` is written `PATH=A..B`, `PATH=A..B:STEPS` or `PATH=A,B,C`; seeds count up from
    /// `seed`, or else from that of the document. Throws a `QueuescopeError` that names the place of what is wrong. A
    /// value that does not do at its place shows when its tasks are made simulations of, and the others can be run.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, vary: &str, replications: u32, seed: Option<f64>) -> Result<Sweep, JsValue> {
        let seed = seed.map(|seed| whole(seed, "scenario.invalid", "A seed")).transpose()?;
        let inner = sweep::Sweep::planned(text, vary, replications as usize, seed).map_err(of_sweep)?;
        Ok(Sweep { results: vec![Vec::new(); inner.task_count()], inner })
    }

    /// The fields of a document that are worth varying, with values to begin with.
    #[wasm_bindgen(unchecked_return_type = "SweepField[]")]
    pub fn fields(text: &str) -> Result<JsValue, JsValue> {
        to_js(&sweep::fields(text))
    }

    /// How many runs there are.
    #[wasm_bindgen(getter, js_name = taskCount)]
    pub fn task_count(&self) -> u32 {
        self.results.len() as u32
    }

    /// The run with that number, from 0. It is run with its seed, recording numbers, up to the end that the document
    /// names.
    #[wasm_bindgen(unchecked_return_type = "SweepTask")]
    pub fn task(&self, number: u32) -> Result<JsValue, JsValue> {
        let task = self.inner.task(number as usize).map_err(of_sweep)?;
        let value = self.inner.variation().shown(task.point);
        to_js(&TaskOut { value, seed: task.seed, text: task.text })
    }

    /// Takes in what the run with that number has come to: what `measures` of its simulation has returned.
    pub fn take(
        &mut self,
        number: u32,
        #[wasm_bindgen(unchecked_param_type = "Measure[]")] measures: JsValue,
    ) {
        if let Some(place) = self.results.get_mut(number as usize) {
            *place = measures_of(&measures);
        }
    }

    /// What the runs that were taken in come to, at a confidence above 0 and below 1.
    #[wasm_bindgen(unchecked_return_type = "SweepOutcome")]
    pub fn outcome(&self, confidence: f64) -> Result<JsValue, JsValue> {
        to_js(&self.inner.join(&self.results, confidence.clamp(0.01, 0.9999)))
    }

    /// The same as comma-separated values.
    pub fn csv(&self, confidence: f64) -> String {
        self.inner.join(&self.results, confidence.clamp(0.01, 0.9999)).csv()
    }
}

/// The measures of a run, as `measures` has returned them. What is none is left out.
fn measures_of(value: &JsValue) -> Vec<Measure> {
    let list = json(value);
    list.as_array().into_iter().flatten().filter_map(Measure::from_json).collect()
}

fn of_sweep(problem: SweepError) -> JsValue {
    error(problem.code(), problem.place(), &problem.to_string())
}
