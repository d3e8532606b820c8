//! A client in a namespace.

use super::{AckId, Event, Server, SocketId, Timer, Turn};
use crate::realtime::engine_io::identifier;
use crate::realtime::engine_io::server::SessionId;
use crate::realtime::socket_io::{Content, DisconnectReason, Packet, Value};
use crate::time::Time;
use litemap::LiteMap;

#[derive(Clone, Debug)]
pub(super) struct Socket {
    pub session: SessionId,
    pub namespace: String,
    /// The identifier that the client knows.
    pub sid: String,
    /// The identifier by which it can come back.
    pub pid: Option<String>,
    pub auth: Option<Value>,
    pub is_recovered: bool,
    pub is_connected: bool,
    /// When it left its namespace.
    pub left_at: Option<Time>,
    /// Acknowledgements that are waited for, by number.
    pub acks: LiteMap<u64, AckId>,
}

impl Server {
    /// A client wants into a namespace.
    pub(super) fn connect(&mut self, session: SessionId, name: String, auth: Option<Value>) {
        if !self.connections.contains_key(&session) {
            return;
        }
        let recovery = self.options.recovery;
        let Some(namespace) = self.namespaces.get_mut(&name) else { return };
        let text = |name: &str| auth.as_ref().and_then(|auth| auth.get(name)).and_then(Value::as_text);
        let restored = match (recovery, text("pid"), text("offset")) {
            (Some(recovery), Some(pid), Some(offset)) => namespace
                .past
                .restore(self.now, recovery, pid, offset)
                .map(|(left, missed)| (left, missed, pid.to_owned())),
            _ => None,
        };
        self.socket_count += 1;
        let key = SocketId(self.socket_count);
        let is_recovered = restored.is_some();
        let (sid, pid, rooms, missed) = match restored {
            Some((left, missed, pid)) => (left.sid, Some(pid), left.rooms, missed),
            None => {
                let sid = identifier(&mut self.stream, 20);
                let pid = recovery.map(|_| identifier(&mut self.stream, 20));
                (sid, pid, Vec::new(), Vec::new())
            }
        };
        for room in &rooms {
            namespace.join(key, room);
        }
        let gate = namespace.gate.as_ref().map_or(Ok(()), |gate| gate.admits(auth.as_ref()));
        for (values, message) in missed {
            let content = Content::Event(values);
            let parts = Packet { namespace: name.clone(), id: None, content }.encode();
            self.write_event(key, session, parts, message);
        }
        let (namespace, acks, left_at) = (name, LiteMap::new(), None);
        let is_connected = false;
        let socket = Socket { session, namespace, sid, pid, auth, is_recovered, is_connected, left_at, acks };
        self.sockets.insert(key, socket);
        if let Some(connection) = self.connections.get_mut(&session) {
            connection.others.push(key);
        }
        let skips_gate = is_recovered && recovery.is_some_and(|recovery| recovery.skips_gate);
        self.turns.push_back(Turn::Admit(key, if skips_gate { Ok(()) } else { gate }));
    }

    /// A client has been through the gate.
    pub(super) fn admit(&mut self, key: SocketId, admitted: Result<(), Value>) {
        let Some(socket) = self.sockets.get_mut(&key) else { return };
        let (session, name) = (socket.session, socket.namespace.clone());
        let Some(connection) = self.connections.get_mut(&session) else { return };
        let Some(namespace) = self.namespaces.get_mut(&name) else { return };
        connection.others.retain(|each| *each != key);
        if let Err(error) = admitted {
            namespace.leave_all(key);
            let auth = socket.auth.take();
            self.sockets.remove(&key);
            let message = error.get("message").and_then(Value::as_text).unwrap_or_default().to_owned();
            let namespace = name.clone();
            self.events.push_back(Event::Refused { session, namespace, auth, message });
            self.write(session, &Packet { namespace: name, id: None, content: Content::ConnectError(error) });
            return;
        }
        socket.is_connected = true;
        namespace.join(key, &socket.sid);
        connection.sockets.push((name.clone(), key));
        let mut members = vec![("sid".to_owned(), Value::from(socket.sid.clone()))];
        members.extend(socket.pid.clone().map(|pid| ("pid".to_owned(), Value::from(pid))));
        let content = Content::Connect(Some(Value::object(members)));
        self.timers.clear(&Timer::Connect(session));
        let (auth, is_recovered) = (socket.auth.clone(), socket.is_recovered);
        self.write(session, &Packet { namespace: name.clone(), id: None, content });
        let rooms = self.rooms(key).into_iter().map(str::to_owned).collect();
        let namespace = name;
        self.events.push_back(Event::Connection { socket: key, namespace, rooms, auth, is_recovered });
    }

    /// A packet for a socket has come.
    pub(super) fn socket_packet(&mut self, key: SocketId, packet: Packet) {
        match packet.content {
            Content::Event(values) => {
                if self.sockets.contains_key(&key) {
                    let (namespace, ack) = (packet.namespace, packet.id);
                    self.events.push_back(Event::Message { socket: key, namespace, values, ack });
                }
            }
            Content::Ack(values) => self.acknowledged(key, packet.id, values),
            Content::Disconnect => self.leave_namespace(key, DisconnectReason::ClientNamespaceDisconnect),
            Content::Connect(_) | Content::ConnectError(_) => {}
        }
    }

    /// Takes a socket out of its namespace and tells the application.
    pub(super) fn leave_namespace(&mut self, key: SocketId, reason: DisconnectReason) {
        let Some(socket) = self.sockets.get_mut(&key).filter(|socket| socket.is_connected) else { return };
        socket.is_connected = false;
        socket.left_at = Some(self.now);
        let (session, name) = (socket.session, socket.namespace.clone());
        let recovery = self.options.recovery.filter(|_| reason.is_recoverable());
        let mut rooms = Vec::new();
        if let Some(namespace) = self.namespaces.get_mut(&name) {
            rooms = namespace.members.get(&key).cloned().unwrap_or_default();
            if let Some(recovery) = recovery {
                let pid = socket.pid.clone().unwrap_or_default();
                namespace.past.persist(self.now, recovery, pid, socket.sid.clone(), rooms.clone());
            }
            namespace.leave_all(key);
        }
        if let Some(connection) = self.connections.get_mut(&session) {
            connection.sockets.retain(|(_, each)| *each != key);
            connection.others.push(key);
        }
        let may_recover_until = recovery.map(|recovery| self.now + recovery.max_disconnection);
        let (socket, namespace) = (key, name);
        self.events.push_back(Event::Disconnect { socket, namespace, reason, rooms, may_recover_until });
    }

    /// Acknowledges an event of a client. The application does so once at most.
    pub fn acknowledge(&mut self, socket: SocketId, number: u64, values: Vec<Value>) {
        if let Some(socket) = self.sockets.get(&socket) {
            let (session, namespace) = (socket.session, socket.namespace.clone());
            self.write(session, &Packet { namespace, id: Some(number), content: Content::Ack(values) });
        }
    }

    /// Puts a socket into a room.
    pub fn join(&mut self, key: SocketId, room: &str) {
        if let Some(socket) = self.sockets.get(&key).filter(|socket| socket.is_connected)
            && let Some(namespace) = self.namespaces.get_mut(&socket.namespace)
        {
            namespace.join(key, room);
        }
    }

    /// Takes a socket out of a room.
    pub fn leave(&mut self, key: SocketId, room: &str) {
        if let Some(socket) = self.sockets.get(&key)
            && let Some(namespace) = self.namespaces.get_mut(&socket.namespace)
        {
            namespace.leave(key, room);
        }
    }

    /// Disconnects a socket from its namespace, or with `close` the whole connection.
    pub fn disconnect(&mut self, key: SocketId, close: bool) {
        let Some(socket) = self.sockets.get(&key).filter(|socket| socket.is_connected) else { return };
        let (session, namespace) = (socket.session, socket.namespace.clone());
        if close {
            self.disconnect_connection(session);
        } else {
            self.write(session, &Packet { namespace, id: None, content: Content::Disconnect });
            self.leave_namespace(key, DisconnectReason::ServerNamespaceDisconnect);
        }
    }

    /// The session of a socket, by the identifier that its client knows.
    pub fn session(&self, socket: SocketId) -> Option<&str> {
        self.engine.sid(self.sockets.get(&socket)?.session)
    }

    /// The namespace of a socket.
    pub fn namespace(&self, socket: SocketId) -> Option<&str> {
        self.sockets.get(&socket).map(|socket| socket.namespace.as_str())
    }

    /// The identifier that the client of a socket knows; it is the name of a room with that socket alone.
    pub fn sid(&self, socket: SocketId) -> Option<&str> {
        self.sockets.get(&socket).map(|socket| socket.sid.as_str())
    }

    /// What a client has shown to be let in.
    pub fn auth(&self, socket: SocketId) -> Option<&Value> {
        self.sockets.get(&socket)?.auth.as_ref()
    }

    /// Whether a socket has come back with its state.
    pub fn is_recovered(&self, socket: SocketId) -> bool {
        self.sockets.get(&socket).is_some_and(|socket| socket.is_recovered)
    }

    /// The rooms of a socket besides its own.
    pub fn rooms(&self, key: SocketId) -> Vec<&str> {
        let Some(socket) = self.sockets.get(&key) else { return Vec::new() };
        let members = self.namespaces.get(&socket.namespace).and_then(|space| space.members.get(&key));
        members.into_iter().flatten().filter(|room| **room != socket.sid).map(String::as_str).collect()
    }
}
