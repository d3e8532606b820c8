mod acknowledging;
mod commands;
mod consuming;
mod declaring;
mod definitions;
mod determinism;
mod documents;
mod draws;
mod driver;
mod interventions;
mod layers;
mod links;
mod matching;
mod misconceptions;
#[path = "../../network/mod.rs"]
mod network;
mod numbers;
mod publishing;
mod reasons;
mod recording;
mod retries;
mod run;
mod scenarios;
mod servers;
mod versions;
#[cfg(target_arch = "wasm32")]
mod web;
mod workloads;
