//! What lies between two nodes: links that take time.

mod link;

pub use link::{Direction, Link};
