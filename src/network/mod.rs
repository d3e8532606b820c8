//! What lies between two nodes: links that take time.

pub mod capture;
mod link;

pub use link::{Direction, Link};
