//! Engine.IO and Socket.IO beyond the recorded runs: what is refused, what runs out, what broken input does, and
//! that a copy goes on as the original does.

#[path = "realtime_sockets/copies.rs"]
mod copies;
#[path = "realtime_sockets/driver.rs"]
mod driver;
#[path = "realtime_sockets/refusals.rs"]
mod refusals;
#[path = "realtime_sockets/timeouts.rs"]
mod timeouts;
#[path = "realtime_sockets/upgrades.rs"]
mod upgrades;

// proptest is a native dependency: its source of randomness does not build for the browser.
#[cfg(not(target_arch = "wasm32"))]
#[path = "realtime_sockets/broken.rs"]
mod broken;
