//! The JavaScript faces: conversions and nothing else. No rule lives here.
//!
//! There are four, built as wasm files of their own (`xtask/src/wasm.rs`), so that nobody loads more than what is used:
//! the simulation (feature `web`); what takes its frames apart (`web-layers`); runs that record numbers alone
//! (`web-runner`), compiled for speed and without the parts that such a run does not need ([`parts`](crate::parts)); and
//! what plans sweeps of such runs and joins their results (`web-sweep`).
//!
//! The simulation is built twice. The whole one, with all parts and with what plans sweeps, is in the npm package. The
//! page first loads one without packets and browsers; what that refuses for want of a part it does with the whole one.

mod object;

#[cfg(feature = "web")]
mod convert;
#[cfg(feature = "web")]
mod error;
#[cfg(feature = "web-layers")]
mod layers;
#[cfg(any(feature = "web", feature = "web-runner", feature = "web-sweep"))]
mod number;
#[cfg(feature = "web-runner")]
mod run;
#[cfg(feature = "web")]
mod simulation;
#[cfg(feature = "web")]
mod slices;
#[cfg(feature = "web-sweep")]
mod sweep;
#[cfg(feature = "web")]
mod travel;

/// The types of what is measured, which all have in common but what takes frames apart.
#[cfg(any(feature = "web", feature = "web-runner", feature = "web-sweep"))]
#[wasm_bindgen::prelude::wasm_bindgen(typescript_custom_section)]
const NUMBERS: &str = include_str!("numbers.d.ts");

#[cfg(feature = "web-layers")]
pub use layers::dissect;
#[cfg(feature = "web-runner")]
pub use run::Run;
#[cfg(feature = "web")]
pub use simulation::Simulation;
#[cfg(feature = "web-sweep")]
pub use sweep::Sweep;
