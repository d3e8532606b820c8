mod acknowledging;
mod commands;
mod consuming;
mod declaring;
mod definitions;
mod determinism;
mod documents;
mod driver;
mod matching;
mod misconceptions;
mod publishing;
mod run;
mod scenarios;
#[cfg(target_arch = "wasm32")]
mod web;
