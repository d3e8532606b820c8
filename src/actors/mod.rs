//! Who sends and who receives: producers and consumers, with their rhythm and their habits; servers of browsers,
//! with what they do.
//!
//! Actors are state machines: what reaches them and the passing of time go in, AMQP methods, or responses and
//! messages, come out. They know nothing of links and of the agenda. The sessions of producers and consumers say
//! whether they have a channel to work on.

mod amqp_connection;
mod browser;
mod consumer;
mod engine_echo;
mod feed;
pub mod handler;
mod producer;
mod rhythm;
mod session;
mod site;
mod socket_server;
mod timing;

pub use amqp_connection::{AmqpConnection, Login, first_method};
pub use browser::{
    Browser, BrowserEvent, ClientAction, ClientEmission, ClientListener, ClientVerb, NamespaceProgram,
    PlannedRequest, Poller, Program, Requester, SocketClient, Waiting, WebSocketClient,
};
pub use consumer::{Acknowledgement, Answer, AnswerRule, Consumer, Delivery, Done, Dropped, Habits, Work};
pub use engine_echo::EngineEcho;
pub use feed::{Feed, FeedEvent};
pub use producer::{Producer, PublishingMode, Template};
pub use rhythm::Rhythm;
pub use session::{Life, Session};
pub use site::{PathServer, Site, SiteEvent};
pub use socket_server::{NamespaceRules, ServerEmission, SocketServer, SocketServerEvent};
pub use timing::Timing;
