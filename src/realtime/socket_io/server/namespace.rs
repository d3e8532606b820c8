//! A namespace: who may enter, who is in which room.

use super::recovery::Past;
use super::{Audience, Server, SocketId};
use crate::realtime::socket_io::Value;
use litemap::LiteMap;

/// A rule that a client must meet to enter (socket.io/docs/v4/middlewares).
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// What `auth.token` must be.
    pub token: Value,
    /// What is said to others.
    pub message: String,
    /// What is given to them besides, if anything.
    pub data: Option<Value>,
}

impl Gate {
    /// Whether a client with these credentials may enter; if not, what it is told.
    pub(super) fn admits(&self, auth: Option<&Value>) -> Result<(), Value> {
        if auth.and_then(|auth| auth.get("token")) == Some(&self.token) {
            return Ok(());
        }
        let mut members = vec![("message".to_owned(), Value::from(self.message.clone()))];
        members.extend(self.data.clone().map(|data| ("data".to_owned(), data)));
        Err(Value::object(members))
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Namespace {
    pub gate: Option<Gate>,
    /// The rooms of each socket, sorted. Every socket is alone in the room of its identifier.
    pub members: LiteMap<SocketId, Vec<String>>,
    /// The number of the next event that is to be acknowledged.
    pub next_ack: u64,
    /// What clients that come back need.
    pub past: Past,
}

impl Namespace {
    pub fn join(&mut self, socket: SocketId, room: &str) {
        let rooms = self.members.entry(socket).or_default();
        if let Err(place) = rooms.binary_search_by(|each| each.as_str().cmp(room)) {
            rooms.insert(place, room.to_owned());
        }
    }

    pub fn leave(&mut self, socket: SocketId, room: &str) {
        if let Some(rooms) = self.members.get_mut(&socket) {
            rooms.retain(|each| each != room);
        }
    }

    pub fn leave_all(&mut self, socket: SocketId) {
        self.members.remove(&socket);
    }

    /// The sockets that an audience is, each once.
    pub fn reached(&self, audience: &Audience) -> Vec<SocketId> {
        let reached = self.members.iter().filter(|(_, rooms)| audience.includes(rooms));
        reached.map(|(socket, _)| *socket).collect()
    }
}

impl Server {
    /// The connected sockets that an audience is.
    pub fn sockets(&self, audience: &Audience) -> Vec<SocketId> {
        let Some(namespace) = self.namespaces.get(&audience.namespace) else { return Vec::new() };
        let is_connected = |id: &SocketId| self.sockets.get(id).is_some_and(|socket| socket.is_connected);
        namespace.reached(audience).into_iter().filter(is_connected).collect()
    }

    /// Puts all sockets of an audience into a room.
    pub fn sockets_join(&mut self, audience: &Audience, room: &str) {
        for socket in self.sockets(audience) {
            self.join(socket, room);
        }
    }

    /// Takes all sockets of an audience out of a room.
    pub fn sockets_leave(&mut self, audience: &Audience, room: &str) {
        for socket in self.sockets(audience) {
            self.leave(socket, room);
        }
    }

    /// Disconnects all sockets of an audience, and closes their connections if asked to.
    pub fn disconnect_sockets(&mut self, audience: &Audience, close: bool) {
        for socket in self.sockets(audience) {
            self.disconnect(socket, close);
        }
    }

    /// Ends: every socket is told why, every connection is closed.
    pub fn shut_down(&mut self) {
        let everybody: Vec<SocketId> = self.sockets.keys().copied().collect();
        for socket in everybody {
            self.leave_namespace(socket, super::DisconnectReason::ServerShuttingDown);
        }
        let sessions: Vec<_> = self.connections.keys().copied().collect();
        for session in sessions {
            self.close_connection(session);
        }
    }
}
