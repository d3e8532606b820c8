//! What lies between two nodes: links that take time.

pub mod capture;
pub mod layers;
mod link;

pub use link::{Direction, Link};
