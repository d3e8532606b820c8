//! What the simulation does, seen from outside. The same bodies run natively, in Node and (through
//! `tests/browser.rs`) in a browser.

mod suites;
