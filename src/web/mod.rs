//! The JavaScript faces: conversions and nothing else. No rule lives here.
//!
//! There are three, built as wasm files of their own (`xtask/src/wasm.rs`), so that nobody loads more than what is used:
//! the simulation (feature `web`); what takes its frames apart (`web-layers`); and runs that record numbers alone
//! (`web-runner`), compiled for speed and without the parts that such a run does not need ([`parts`](crate::parts)). The
//! simulation is built twice: with all parts, which the npm package has, and without packets and browsers, for the page
//! to load first. What the second refuses for want of a part the page does with the first.

mod object;

#[cfg(feature = "web")]
mod convert;
#[cfg(feature = "web")]
mod error;
#[cfg(feature = "web-layers")]
mod layers;
#[cfg(any(feature = "web", feature = "web-runner"))]
mod number;
#[cfg(feature = "web-runner")]
mod run;
#[cfg(feature = "web")]
mod simulation;
#[cfg(feature = "web")]
mod slices;
#[cfg(feature = "web")]
mod sweep;
#[cfg(feature = "web")]
mod travel;

/// The types of what is measured, which a run and a simulation have in common.
#[cfg(any(feature = "web", feature = "web-runner"))]
#[wasm_bindgen::prelude::wasm_bindgen(typescript_custom_section)]
const NUMBERS: &str = include_str!("numbers.d.ts");

#[cfg(feature = "web-layers")]
pub use layers::dissect;
#[cfg(feature = "web-runner")]
pub use run::Run;
#[cfg(feature = "web")]
pub use simulation::Simulation;
#[cfg(feature = "web")]
pub use sweep::Sweep;
