//! Queuescope models producers, a message broker and consumers, and runs them step by step: every message can
//! be followed, stopped, stepped back, and asked why it is where it is. The broker follows RabbitMQ's rules.
//!
//! State goes in as commands and comes out as facts. Time is an argument, never read from a clock; randomness
//! comes from seeded streams; nothing here does I/O but the terminal program. So the same scenario and seed give
//! the same facts on every machine, natively and in wasm.
//!
//! | room | what is in it |
//! | --- | --- |
//! | [`time`], [`rng`], [`ids`], [`agenda`], `sorting`, [`fifo`] | whole microseconds, seeded streams, names as small integers, pending events, sorting with little code, short queues |
//! | [`amqp`] | AMQP 0-9-1's own words: methods, properties, field tables |
//! | [`broker`] | RabbitMQ's rules: methods on channels in, methods out |
//! | [`network`] | what lies between two nodes |
//! | [`realtime`] | HTTP, WebSocket, Engine.IO and Socket.IO |
//! | [`actors`] | producers and consumers, browsers and servers |
//! | [`facts`] | what happened, and what is read from it: the moving picture, the words, the hash |
//! | [`scenario`] | the document: Queuescope's own and RabbitMQ's definitions |
//! | [`parts`] | what of all this is in this build |
//! | [`simulation`] | joins all of the above: step, run, seek, step back |
//! | `web` | the JavaScript faces (wasm only) |
//! | `terminal` | the terminal program (native only) |
//!
//! Dependencies point one way: `web` and `terminal` to `simulation`; that to `scenario`, `actors`, `broker` and
//! `network` (of these `scenario` uses the words of `actors`, `broker` and `network`); those to `amqp` and `facts`; all to
//! `time` and `ids`.
//!
//! ```
//! use queuescope::{simulation::Simulation, time::Time};
//!
//! let document = r#"{
//!   "queuescope": 1,
//!   "broker": { "definitions": { "queues": [{ "name": "hello" }] } },
//!   "producers": [{
//!     "id": "P",
//!     "arrivals": { "constant": { "interval_us": 1000 } },
//!     "messages": [{ "routing_key": "hello" }]
//!   }]
//! }"#;
//! let mut simulation = Simulation::from_text(document, None)?;
//! simulation.run_until(Time::from_us(5_000));
//! let (_, hello) = simulation.world().broker().queues().next().expect("one queue is declared");
//! assert_eq!(hello.ready_count(), 5);
//! # Ok::<(), queuescope::scenario::ScenarioError>(())
//! ```
#![warn(missing_docs)]

pub mod actors;
pub mod agenda;
pub mod amqp;
pub mod broker;
pub mod facts;
pub mod few;
pub mod fifo;
pub mod ids;
pub mod network;
pub mod parts;
pub mod places;
pub mod realtime;
pub mod rng;
pub mod scenario;
pub mod simulation;
mod sorting;
#[cfg(not(target_arch = "wasm32"))]
pub mod terminal;
pub mod time;
#[cfg(target_arch = "wasm32")]
pub mod web;
