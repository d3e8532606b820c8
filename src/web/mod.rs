//! The JavaScript faces: conversions and nothing else. No rule lives here.
//!
//! There are two, each built as a wasm file of its own (`xtask/src/wasm.rs`), so that a page loads the second when
//! somebody opens it: the simulation (feature `web`), and what takes its frames apart (feature `web-layers`).

mod object;

#[cfg(feature = "web")]
mod convert;
#[cfg(feature = "web")]
mod error;
#[cfg(feature = "web-layers")]
mod layers;
#[cfg(feature = "web")]
mod simulation;
#[cfg(feature = "web")]
mod slices;
#[cfg(feature = "web")]
mod sweep;
#[cfg(feature = "web")]
mod travel;

#[cfg(feature = "web-layers")]
pub use layers::dissect;
#[cfg(feature = "web")]
pub use simulation::Simulation;
#[cfg(feature = "web")]
pub use sweep::Sweep;
