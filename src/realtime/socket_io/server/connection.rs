//! A client's connection, shared by its sockets in several namespaces.

use super::{Server, SocketId, Timer, Turn};
use crate::realtime::ExchangeId;
use crate::realtime::engine_io::server::{Event as EngineEvent, SessionId};
use crate::realtime::engine_io::{CloseReason, Data};
use crate::realtime::http::Request;
use crate::realtime::socket_io::{Content, Decoder, DisconnectReason, Packet, Value};

#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub exchange: ExchangeId,
    pub request: Request,
    pub decoder: Decoder,
    /// The sockets by namespace, in the order in which they were let in.
    pub sockets: Vec<(String, SocketId)>,
    /// Sockets that have left, or that are not yet let in. What the application still says to them goes out.
    pub others: Vec<SocketId>,
}

impl Connection {
    fn socket(&self, namespace: &str) -> Option<SocketId> {
        self.sockets.iter().find(|(each, _)| each == namespace).map(|(_, socket)| *socket)
    }
}

impl Server {
    pub(super) fn engine_event(&mut self, event: EngineEvent) {
        match event {
            EngineEvent::Opened { session, exchange, request } => {
                let decoder = Decoder::default();
                let connection =
                    Connection { exchange, request, decoder, sockets: Vec::new(), others: Vec::new() };
                self.connections.insert(session, connection);
                self.timers.set(Timer::Connect(session), self.now + self.options.connect_timeout);
            }
            EngineEvent::Message { session, data } => self.data(session, data),
            EngineEvent::Closed { session, reason } => {
                self.end_connection(session, DisconnectReason::Connection(reason));
            }
        }
    }

    fn data(&mut self, session: SessionId, data: Data) {
        let Some(connection) = self.connections.get_mut(&session) else { return };
        match connection.decoder.add(data) {
            Ok(None) => {}
            Ok(Some(packet)) => self.decoded(session, packet),
            Err(_) => {
                self.engine.close(session);
            }
        }
    }

    fn decoded(&mut self, session: SessionId, packet: Packet) {
        let Some(connection) = self.connections.get(&session) else { return };
        match (connection.socket(&packet.namespace), packet.content) {
            (None, Content::Connect(auth)) if self.namespaces.contains_key(&packet.namespace) => {
                self.turns.push_back(Turn::Connect(session, packet.namespace, auth));
            }
            (None, Content::Connect(_)) => {
                let message = Value::object([("message".to_owned(), "Invalid namespace".into())]);
                let content = Content::ConnectError(message);
                self.write(session, &Packet { namespace: packet.namespace, id: None, content });
            }
            (Some(socket), content @ (Content::Event(_) | Content::Ack(_) | Content::Disconnect)) => {
                self.turns.push_back(Turn::Packet(socket, Packet { content, ..packet }));
            }
            // A packet for a namespace that the client is not in, or a second attempt to get in.
            _ => self.close_connection(session),
        }
    }

    /// Writes a packet, if the session is open.
    pub(super) fn write(&mut self, session: SessionId, packet: &Packet) {
        self.write_data(session, packet.encode());
    }

    pub(super) fn write_data(&mut self, session: SessionId, parts: Vec<Data>) {
        for part in parts {
            self.engine.send(session, part);
        }
    }

    pub(super) fn close_if_idle(&mut self, session: SessionId) {
        if self.connections.get(&session).is_some_and(|connection| connection.sockets.is_empty()) {
            self.close_connection(session);
        }
    }

    pub(super) fn close_connection(&mut self, session: SessionId) {
        if self.engine.is_open(session) {
            let reason = if self.engine.close(session) {
                DisconnectReason::Connection(CloseReason::ForcedClose)
            } else {
                DisconnectReason::ForcedServerClose
            };
            self.end_connection(session, reason);
        }
    }

    fn end_connection(&mut self, session: SessionId, reason: DisconnectReason) {
        self.timers.clear(&Timer::Connect(session));
        let Some(connection) = self.connections.get(&session) else { return };
        for (_, socket) in connection.sockets.clone() {
            self.leave_namespace(socket, reason);
        }
        let others = self.connections.remove(&session).map(|connection| connection.others);
        for socket in others.unwrap_or_default() {
            self.forget_unless_recoverable(socket);
        }
    }

    /// What is said to a socket that may come back is kept for it, so the socket is, too, for a while.
    fn forget_unless_recoverable(&mut self, key: SocketId) {
        let Some(socket) = self.sockets.get(&key) else { return };
        if let Some(namespace) = self.namespaces.get_mut(&socket.namespace) {
            namespace.leave_all(key);
        }
        let now = self.now;
        match self.options.recovery {
            Some(recovery) if socket.left_at.is_some() => self
                .sockets
                .retain(|_, socket| socket.left_at.is_none_or(|at| now <= at + recovery.max_disconnection)),
            _ => {
                self.sockets.remove(&key);
            }
        }
    }

    /// Disconnects all sockets of a session and closes it.
    pub(super) fn disconnect_connection(&mut self, session: SessionId) {
        let Some(connection) = self.connections.get(&session) else { return };
        for (_, socket) in connection.sockets.clone() {
            self.disconnect(socket, false);
        }
        self.close_connection(session);
    }
}
