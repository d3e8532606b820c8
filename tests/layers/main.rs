//! Frames taken apart, against what Wireshark says of the same octets.
#![cfg(not(target_arch = "wasm32"))]

mod broken;
mod dissected;
mod recorded;
