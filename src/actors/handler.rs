//! What a Socket.IO server does when something happens to it: a small language of actions.
//!
//! A handler is a list of actions, done in order. Its words are those of Socket.IO's server (emit, broadcast,
//! acknowledge, join, leave, disconnect); whatever it says is made of values that are written down, and of values
//! that come with the event.

use crate::ids::MessageId;
use crate::realtime::socket_io::{Emission, Value};
use crate::time::Span;
use litemap::LiteMap;

/// The handlers of a namespace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Handlers {
    /// When a client has been let in.
    pub connection: Vec<Action>,
    /// When a client has left.
    pub disconnect: Vec<Action>,
    /// When an event of that name has come.
    pub events: LiteMap<String, Vec<Action>>,
    /// When an event has come that has no handler of its own.
    pub any: Vec<Action>,
}

/// One thing that a server does.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// How long after the event.
    pub after: Span,
    /// What.
    pub what: Verb,
}

/// What a server can do.
#[derive(Clone, Debug, PartialEq)]
pub enum Verb {
    /// Sends an event.
    Emit {
        /// To whom.
        to: Recipients,
        /// The event.
        emission: EmissionTemplate,
    },
    /// Acknowledges the event that has come, if it wants that.
    Acknowledge(Arguments),
    /// Puts the client into a room.
    Join(Template),
    /// Takes the client out of a room.
    Leave(Template),
    /// Disconnects the client from the namespace, or with `close` from all of them.
    Disconnect {
        /// Whether the connection is closed.
        close: bool,
    },
}

/// To whom an event goes (socket.io/docs/v4/emit-cheatsheet).
#[derive(Clone, Debug, PartialEq)]
pub enum Recipients {
    /// The client to whom it happened: `socket.emit`.
    Client,
    /// All others: `socket.broadcast.emit`, and with rooms `socket.to(room).emit`.
    Others(Rooms),
    /// Everybody: `io.emit`, and with rooms `io.to(room).emit`.
    Everybody(Rooms),
}

/// Rooms to which an event goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rooms {
    /// Any of these; without any, the whole namespace.
    pub to: Vec<Template>,
    /// But none of these.
    pub except: Vec<Template>,
}

/// An event that goes out.
#[derive(Clone, Debug, PartialEq)]
pub struct EmissionTemplate {
    /// Its name.
    pub event: String,
    /// Its arguments.
    pub arguments: Arguments,
    /// Whether a client that cannot take it at once goes without.
    pub is_volatile: bool,
    /// Whether it is to be acknowledged.
    pub wants_ack: bool,
    /// How long that may take.
    pub timeout: Option<Span>,
}

impl EmissionTemplate {
    /// The event, where `same` are the arguments of the event that has come. One that passes on what has come is
    /// the same message; any other is the one that `next` gives.
    pub fn emission(
        &self,
        same: &[Value],
        came: Option<MessageId>,
        next: impl FnOnce() -> MessageId,
        look_up: &impl Fn(Reference) -> Value,
    ) -> Emission {
        let message = came.filter(|_| self.arguments == Arguments::Same).unwrap_or_else(next);
        Emission {
            is_volatile: self.is_volatile,
            wants_ack: self.wants_ack,
            timeout: self.timeout,
            message: Some(message),
            ..Emission::new(&self.event, self.arguments.values(same, look_up))
        }
    }
}

/// The arguments of an event or an acknowledgement.
#[derive(Clone, Debug, PartialEq)]
pub enum Arguments {
    /// Those of the event that has come.
    Same,
    /// These.
    Listed(Vec<Template>),
}

/// A value that is written down, or parts of which come with the event.
#[derive(Clone, Debug, PartialEq)]
pub enum Template {
    /// A value as it is.
    Literal(Value),
    /// A value that comes with the event.
    Reference(Reference),
    /// An array of such values.
    Array(Vec<Template>),
    /// An object of such values.
    Object(Vec<(String, Template)>),
}

/// A value that comes with the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// What the client has shown to be let in: `socket.handshake.auth`; `{}` if nothing.
    Auth,
    /// The query of its first request: `socket.handshake.query`.
    Query,
    /// The identifier of the client's socket: `socket.id`.
    SocketId,
    /// The rooms of the client's socket: `socket.rooms`, its own first.
    Rooms,
    /// The name of the event; at the disconnection, its reason.
    Event,
    /// An argument of the event, counted from 0; `null` if there is none.
    Argument(usize),
}

impl Reference {
    /// Reads `handshake.auth`, `handshake.query`, `socket.id`, `socket.rooms`, `event`, or `args.0`.
    pub fn named(name: &str) -> Option<Reference> {
        Some(match name {
            "handshake.auth" => Reference::Auth,
            "handshake.query" => Reference::Query,
            "socket.id" => Reference::SocketId,
            "socket.rooms" => Reference::Rooms,
            "event" => Reference::Event,
            _ => Reference::Argument(name.strip_prefix("args.")?.parse().ok()?),
        })
    }
}

impl Template {
    /// The value, where `look_up` knows those that come with the event.
    pub fn value(&self, look_up: &impl Fn(Reference) -> Value) -> Value {
        match self {
            Template::Literal(value) => value.clone(),
            Template::Reference(reference) => look_up(*reference),
            Template::Array(entries) => {
                Value::Array(entries.iter().map(|entry| entry.value(look_up)).collect())
            }
            Template::Object(members) => {
                Value::object(members.iter().map(|(name, member)| (name.clone(), member.value(look_up))))
            }
        }
    }

    /// The value as the name of a room, which is a text; another value is taken as JSON.
    pub fn room(&self, look_up: &impl Fn(Reference) -> Value) -> String {
        match self.value(look_up) {
            Value::Text(text) => text,
            other => other.to_json(),
        }
    }
}

impl Arguments {
    /// The values, where `same` are those of the event that has come.
    pub fn values(&self, same: &[Value], look_up: &impl Fn(Reference) -> Value) -> Vec<Value> {
        match self {
            Arguments::Same => same.to_vec(),
            Arguments::Listed(listed) => listed.iter().map(|each| each.value(look_up)).collect(),
        }
    }
}
