//! The terminal program. In wasm there is none: cargo builds it there only because tests want every target.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    queuescope::terminal::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
