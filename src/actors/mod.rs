//! Who sends and who receives: producers and consumers, with their rhythm and their habits.
//!
//! Actors are state machines: what reaches them and the passing of time go in, AMQP methods come out. They
//! know nothing of links and of the agenda. Their sessions say whether they have a channel to work on.

mod consumer;
mod producer;
mod session;
mod timing;

pub use consumer::{Acknowledgement, Answer, AnswerRule, Consumer, Delivery, Done, Dropped, Habits, Work};
pub use producer::{Producer, PublishingMode, Template};
pub use session::{Life, Session};
pub use timing::Timing;
