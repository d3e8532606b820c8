//! The simulation's errors, as JavaScript sees them.

use super::object::error;
use crate::scenario::ScenarioError;
use crate::simulation::CommandError;
use crate::simulation::sweep::SweepError;
use wasm_bindgen::JsValue;

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
