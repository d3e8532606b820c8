mod acknowledging;
mod consuming;
mod declaring;
mod definitions;
mod determinism;
mod documents;
mod driver;
mod matching;
mod publishing;
mod reasons;
mod scenarios;
mod versions;
#[cfg(target_arch = "wasm32")]
mod web;
