//! Who sends and who receives: producers and consumers, with their rhythm and their habits; servers of browsers,
//! with what they do.
//!
//! Actors are state machines: what reaches them and the passing of time go in, AMQP methods, or responses and
//! messages, come out. They know nothing of links and of the agenda. The sessions of producers and consumers say
//! whether they have a channel to work on.

mod amqp_connection;
mod arrivals;
mod bursts;
mod choice;
mod consumer;
mod distribution;
mod engine_echo;
mod habits;
pub mod handler;
mod odds;
mod producer;
mod publishing;
mod ramp;
mod retrying;
mod session;
mod site;
mod socket_server;
mod template;
mod trace;
mod unconfirmed;

pub use amqp_connection::{AmqpConnection, Login, first_method};
pub use arrivals::{Arrivals, Listed};
pub use bursts::Bursts;
pub use choice::{Choice, Order};
pub use consumer::{Begun, Consumer, Delivery, Done, Dropped, Reply, Work};
pub use distribution::Distribution;
pub use engine_echo::EngineEcho;
pub use habits::{Acknowledgement, Answer, AnswerRule, Habits};
pub use odds::Odds;
pub use producer::Producer;
pub use publishing::{Occasion, Publishing, PublishingMode};
pub use ramp::Ramp;
pub use retrying::{Attempt, Decision, Retries, RetryPolicy};
pub use session::{Life, Session};
pub use site::{PathServer, Site};
pub use socket_server::{NamespaceRules, SocketServer};
pub use template::{Drawn, LARGEST_DRAWN, Template, TraceRow};
pub use trace::Trace;
pub use unconfirmed::{Outcome, Unconfirmed};
