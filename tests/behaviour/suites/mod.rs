mod acknowledging;
mod commands;
mod consuming;
mod declaring;
mod definitions;
mod determinism;
mod documents;
mod driver;
mod layers;
mod links;
mod matching;
mod misconceptions;
#[path = "../../network/mod.rs"]
mod network;
mod publishing;
mod reasons;
mod run;
mod scenarios;
mod sequence;
mod servers;
mod versions;
#[cfg(target_arch = "wasm32")]
mod web;
