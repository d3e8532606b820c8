mod acknowledging;
mod consuming;
mod declaring;
mod definitions;
mod determinism;
mod documents;
mod driver;
mod matching;
#[path = "../../network/mod.rs"]
mod network;
mod publishing;
mod scenarios;
#[cfg(target_arch = "wasm32")]
mod web;
