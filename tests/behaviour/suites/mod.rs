mod access;
mod acknowledging;
mod browsing;
mod browsing_in_packets;
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
mod packets;
mod publishing;
mod reasons;
mod recording;
mod run;
mod scenarios;
mod servers;
mod surfing;
mod versions;
#[cfg(target_arch = "wasm32")]
mod web;
