//! The JavaScript face of the simulation: conversions and nothing else. No rule lives here.

mod convert;
mod error;
mod simulation;
mod slices;
mod sweep;

pub use simulation::Simulation;
pub use sweep::Sweep;

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");
