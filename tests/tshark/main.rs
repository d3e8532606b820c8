//! What is written here, as Wireshark reads it. The tests need `tshark` and run with
//! `cargo test --test tshark -- --ignored`, which `cargo xtask test` does where tshark is there or can be had.
#![cfg(not(target_arch = "wasm32"))]

mod amqp;
mod carried;
#[path = "../layers/dissected.rs"]
mod dissected;
mod http;
mod pdml;
mod plain;
mod recorded;
mod recording;
mod websocket;
