//! Errors as JavaScript sees them: `Error` objects with a stable `code` and a `place`.

use crate::scenario::ScenarioError;
use crate::simulation::CommandError;
use crate::simulation::sweep::SweepError;
use wasm_bindgen::JsValue;

/// An `Error` with the fields of `QueuescopeError` in `types.d.ts`.
pub fn error(code: &str, place: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    error.set_name("QueuescopeError");
    for (name, value) in [("code", code), ("place", place)] {
        // Setting a field of a fresh, ordinary object cannot fail.
        let _ = js_sys::Reflect::set(&error, &name.into(), &value.into());
    }
    error.into()
}

pub fn of_scenario(problem: &ScenarioError) -> JsValue {
    error(problem.code(), &problem.place(), &problem.to_string())
}

pub fn of_sweep(problem: &SweepError) -> JsValue {
    error(problem.code(), problem.place(), &problem.to_string())
}

pub fn of_command(problem: &CommandError) -> JsValue {
    error(problem.code(), problem.place(), &problem.to_string())
}

pub fn cancelled() -> JsValue {
    error("cancelled", "", "The run was cancelled before it reached its time.")
}
