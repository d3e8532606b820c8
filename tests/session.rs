//! The broker's side of a connection: what it answers, when it ends, and that no octets harm it.

#[path = "session/answers.rs"]
mod answers;
#[cfg(not(target_arch = "wasm32"))]
#[path = "session/fuzz.rs"]
mod fuzz;
#[path = "session/names.rs"]
mod names;
#[cfg(unix)]
#[path = "session/stopping.rs"]
mod stopping;
