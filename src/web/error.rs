//! The simulation's errors, as JavaScript sees them.

use super::object::error;
use crate::scenario::ScenarioError;
use crate::simulation::{CommandError, ConditionError, ForkError};
use wasm_bindgen::JsValue;

pub fn of_scenario(problem: &ScenarioError) -> JsValue {
    error(problem.code(), &problem.place(), &problem.to_string())
}

/// What is wrong with something else than a document, read in the same way.
pub fn of_input(code: &str, problem: &ScenarioError) -> JsValue {
    error(code, &problem.place(), &problem.to_string())
}

pub fn of_fork(problem: &ForkError) -> JsValue {
    error(problem.code(), "", &problem.to_string())
}

pub fn of_condition(problem: &ConditionError) -> JsValue {
    error(problem.code(), &problem.place(), &problem.to_string())
}

pub fn of_command(problem: &CommandError) -> JsValue {
    error(problem.code(), problem.place(), &problem.to_string())
}

pub fn cancelled() -> JsValue {
    error("cancelled", "", "The run was cancelled before it reached its time.")
}
