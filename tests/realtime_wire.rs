//! The bytes of HTTP/1.1 and WebSocket against the examples of their RFCs, and the connections that carry them.

#[path = "realtime_wire/capture.rs"]
mod capture;
#[path = "realtime_wire/client_side.rs"]
mod client_side;
#[path = "realtime_wire/driver.rs"]
mod driver;
#[path = "realtime_wire/requests.rs"]
mod requests;
#[path = "realtime_wire/responses.rs"]
mod responses;
#[path = "realtime_wire/server_side.rs"]
mod server_side;
#[path = "realtime_wire/websocket_closing.rs"]
mod websocket_closing;
#[path = "realtime_wire/websocket_frames.rs"]
mod websocket_frames;
#[path = "realtime_wire/websocket_handshake.rs"]
mod websocket_handshake;
#[path = "realtime_wire/whole_stack.rs"]
mod whole_stack;

// proptest is a native dependency: its source of randomness does not build for the browser.
#[cfg(not(target_arch = "wasm32"))]
#[path = "realtime_wire/generated.rs"]
mod generated;
