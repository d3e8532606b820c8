//! Queueing theory: what a queue and its consumers come to in the long run, where there is a formula for it.
//!
//! A station is a queue with its consumers. Kendall's notation names it by its arrivals, its services, the number of its
//! servers and its capacity: in M/M/2 arrivals are Poisson, services exponential, servers two.

mod formulas;
mod station;

pub use formulas::{Prediction, predict};
pub use station::{Model, Service, Station};
