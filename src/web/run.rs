//! `Run` for JavaScript: a scenario that records numbers alone, for long runs and for sweeps.

use super::number::{time, whole};
use super::object::{error, to_js};
use crate::simulation;
use crate::simulation::sweep::measures;
use wasm_bindgen::prelude::*;

/// A scenario running that records numbers alone. Times are whole microseconds.
#[wasm_bindgen]
pub struct Run {
    inner: simulation::Run,
}

#[wasm_bindgen]
impl Run {
    /// A run of a scenario, or of the definitions that a RabbitMQ exports. `seed` replaces that of the document. Throws
    /// a `QueuescopeError` that names the place of what is wrong; with the code `needs-whole-engine` when the scenario
    /// has packets, browsers or sockets, which `Simulation` of `queuescope` can run.
    #[wasm_bindgen(js_name = fromScenario)]
    pub fn from_scenario(
        text: &str,
        #[wasm_bindgen(unchecked_optional_param_type = "number | null")] seed: Option<f64>,
    ) -> Result<Run, JsValue> {
        let seed = seed.map(|seed| whole(seed, "scenario.invalid", "A seed")).transpose()?;
        let inner = simulation::Run::from_text(text, seed)
            .map_err(|problem| error(problem.code(), &problem.place(), &problem.to_string()))?;
        Ok(Run { inner })
    }

    /// The present.
    #[wasm_bindgen(getter)]
    pub fn now(&self) -> f64 {
        self.inner.now().as_us() as f64
    }

    /// The end that the document names.
    #[wasm_bindgen(getter)]
    pub fn until(&self) -> f64 {
        self.inner.until().as_us() as f64
    }

    /// The steps that it has taken.
    #[wasm_bindgen(getter)]
    pub fn steps(&self) -> f64 {
        self.inner.steps() as f64
    }

    /// Goes forward to a time, the events at that time included; nothing happens if it is past.
    #[wasm_bindgen(js_name = runUntil)]
    pub fn run_until(&mut self, us: f64) -> Result<(), JsValue> {
        self.inner.run_until(time(us)?);
        Ok(())
    }

    /// The same, but takes at most so many steps. Says whether it got there. Browsers make a function quicker between
    /// calls only: many calls are quicker than one.
    #[wasm_bindgen(js_name = runAtMost)]
    pub fn run_at_most(&mut self, us: f64, steps: f64) -> Result<bool, JsValue> {
        let most = whole(steps, "time.invalid", "A number of steps")?;
        Ok(self.inner.run_at_most(time(us)?, most))
    }

    /// What is counted and measured up to now, with what queueing theory says beside it: as of `Simulation`.
    #[wasm_bindgen(unchecked_return_type = "Numbers")]
    pub fn numbers(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.numbers())
    }

    /// The same as single values, each with its name: what `Sweep` takes in.
    #[wasm_bindgen(unchecked_return_type = "Measure[]")]
    pub fn measures(&self) -> Result<JsValue, JsValue> {
        to_js(&measures(&self.inner.numbers()))
    }
}
