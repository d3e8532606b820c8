//! The suites of `tests/behaviour` in a browser, and what only a browser has.
#![cfg(target_arch = "wasm32")]

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[path = "behaviour/suites/mod.rs"]
mod suites;
