//! The bytes of AMQP 0-9-1 against what RabbitMQ wrote, read and answered.

#[path = "amqp_wire/capture.rs"]
mod capture;
#[path = "amqp_wire/driver.rs"]
mod driver;
#[path = "amqp_wire/pcap.rs"]
mod pcap;
#[path = "amqp_wire/recorded.rs"]
mod recorded;
#[path = "amqp_wire/refusals.rs"]
mod refusals;

// proptest is a native dependency: its source of randomness does not build for the browser.
#[cfg(not(target_arch = "wasm32"))]
#[path = "amqp_wire/generated.rs"]
mod generated;
#[cfg(not(target_arch = "wasm32"))]
#[path = "amqp_wire/invariants.rs"]
mod invariants;
