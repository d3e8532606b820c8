//! What a Socket.IO server is set up to do.

use crate::actors::handler::{EmissionTemplate, Handlers, Rooms};
use crate::realtime::socket_io::server::Gate;

/// A namespace of a server: who is let in, and what is done then.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NamespaceRules {
    /// Who is let in; without it everybody.
    pub gate: Option<Gate>,
    /// What is done.
    pub handlers: Handlers,
}

/// An event that a server sends of its own accord, to everybody in a namespace or in rooms of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerEmission {
    /// The namespace.
    pub namespace: String,
    /// The rooms.
    pub rooms: Rooms,
    /// The event.
    pub emission: EmissionTemplate,
}
