//! HTTP/1.1.

mod message;

pub use message::{Headers, Request, Response};
