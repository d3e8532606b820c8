mod acknowledging;
mod consuming;
mod declaring;
mod definitions;
mod determinism;
mod documents;
mod driver;
mod matching;
mod publishing;
mod scenarios;
mod servers;
#[cfg(target_arch = "wasm32")]
mod web;
