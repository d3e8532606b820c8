//! Who sends and who receives: producers and consumers, with their rhythm and their habits.
//!
//! Actors are state machines: what reaches them and the passing of time go in, AMQP methods come out. They
//! know nothing of links and of the agenda.

mod consumer;
mod producer;
mod timing;

pub use consumer::{Acknowledgement, Consumer, Delivery, Work};
pub use producer::{Producer, Publication, Template};
pub use timing::Timing;
