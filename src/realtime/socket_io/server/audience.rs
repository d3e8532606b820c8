//! Whom an event is for (socket.io/docs/v4/emit-cheatsheet).

/// Sockets of a namespace, chosen by rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    /// The namespace.
    pub namespace: String,
    /// Sockets in any of these rooms; without any, all sockets.
    pub rooms: Vec<String>,
    /// But none that is in one of these.
    pub except: Vec<String>,
}

impl Audience {
    /// All sockets of a namespace.
    pub fn everybody(namespace: &str) -> Audience {
        Audience { namespace: namespace.to_owned(), rooms: Vec::new(), except: Vec::new() }
    }

    /// Whether it includes a socket that is in these rooms.
    pub fn includes(&self, of_socket: &[String]) -> bool {
        let is_named = |rooms: &[String]| rooms.iter().any(|room| of_socket.contains(room));
        (self.rooms.is_empty() || is_named(&self.rooms)) && !is_named(&self.except)
    }

    /// These in a room, too.
    pub fn to(mut self, room: &str) -> Audience {
        self.rooms.push(room.to_owned());
        self
    }

    /// None of those in a room. A socket is alone in the room of its identifier, so this leaves out a sender.
    pub fn except(mut self, room: &str) -> Audience {
        self.except.push(room.to_owned());
        self
    }
}
