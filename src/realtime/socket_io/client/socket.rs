//! A socket: this client in one namespace.

use super::acknowledgement::Waiting;
use super::emission::{Flags, Queued};
use super::{Event, Manager, ReadyState, SocketOptions};
use crate::fifo::Fifo;
use crate::ids::MessageId;
use crate::realtime::socket_io::{Content, DisconnectReason, Packet, Value};
use litemap::LiteMap;

/// What is said when a server answers that does not know of version 3 and later of Socket.IO.
const INCOMPATIBLE: &str = "It seems you are trying to reach a Socket.IO server in v2.x with a v3.x client, but \
they are not compatible (more information here: \
https://socket.io/docs/v3/migrating-from-2-x-to-3-0/)";

#[derive(Clone, Debug)]
pub(super) struct Socket {
    pub options: SocketOptions,
    pub is_connected: bool,
    pub sid: Option<String>,
    /// The identifier by which the server finds the state that it has kept.
    pub pid: Option<String>,
    /// The last event that came, as the server numbers them.
    pub last_offset: Option<String>,
    /// Events that came before the socket was let in.
    pub received: Vec<(Vec<Value>, Option<u64>)>,
    /// Events that are sent as soon as the socket is let in.
    pub unsent: Vec<(Packet, Option<MessageId>)>,
    /// Events that wait for the acknowledgement of the one before.
    pub queue: Fifo<Queued>,
    pub queue_count: u64,
    pub next_ack: u64,
    pub acks: LiteMap<u64, Waiting>,
    pub flags: Flags,
}

impl Socket {
    pub fn new(options: SocketOptions) -> Socket {
        Socket {
            options,
            is_connected: false,
            sid: None,
            pid: None,
            last_offset: None,
            received: Vec::new(),
            unsent: Vec::new(),
            queue: Fifo::new(),
            queue_count: 0,
            next_ack: 0,
            acks: LiteMap::new(),
            flags: Flags::default(),
        }
    }
}

impl Socket {
    /// Whether an event is in the queue of those that are sent until they are acknowledged.
    pub fn is_queued(&self, message: MessageId) -> bool {
        self.queue.iter().any(|queued| queued.message() == Some(message))
    }

    /// The messages that wait to be sent, or sent again.
    pub fn waiting_messages(&self) -> impl Iterator<Item = MessageId> {
        let unsent = self.unsent.iter().filter_map(|(_, message)| *message);
        unsent.chain(self.queue.iter().filter_map(Queued::message))
    }
}

impl Manager {
    /// Connects the socket of a namespace, and the connection if need be.
    pub fn connect(&mut self, namespace: &str) {
        if !self.has_socket(namespace) || self.is_connected(namespace) {
            return;
        }
        if !self.is_active(namespace) {
            self.active.push(namespace.to_owned());
        }
        if !self.is_reconnecting {
            self.open(false);
        }
        if self.state == ReadyState::Open {
            self.ask(namespace);
        }
    }

    /// Asks to be let into a namespace.
    pub(super) fn ask(&mut self, namespace: &str) {
        let Some(socket) = self.sockets.get(namespace) else { return };
        let auth = socket.options.auth.clone();
        let auth = match &socket.pid {
            None => auth,
            Some(pid) => {
                let mut members = vec![("pid".to_owned(), Value::from(pid.clone()))];
                members.extend(socket.last_offset.clone().map(|offset| ("offset".to_owned(), offset.into())));
                if let Some(Value::Object(fields)) = auth {
                    members.extend(fields);
                }
                Some(Value::object(members))
            }
        };
        self.write(Packet { namespace: namespace.to_owned(), id: None, content: Content::Connect(auth) });
    }

    pub(super) fn write(&mut self, packet: Packet) {
        if let Some(engine) = &mut self.engine {
            for part in packet.encode() {
                engine.send(part);
            }
        }
    }

    /// Writes an event, and says so if it is a message.
    pub(super) fn write_event(&mut self, packet: Packet, message: Option<MessageId>, attempt: u32) {
        let namespace = packet.namespace.clone();
        self.write(packet);
        self.events.extend(message.map(|message| Event::Sent { namespace, message, attempt }));
    }

    /// A packet has come.
    pub(super) fn packet(&mut self, packet: Packet) {
        let namespace = packet.namespace;
        if !self.is_active(&namespace) {
            return;
        }
        match packet.content {
            Content::Connect(data) => {
                let text = |name: &str| data.as_ref()?.get(name)?.as_text().map(str::to_owned);
                match text("sid") {
                    Some(sid) => self.connected(namespace, sid, text("pid")),
                    None => {
                        let message = INCOMPATIBLE.to_owned();
                        self.events.push_back(Event::ConnectError { namespace, message, data: None });
                    }
                }
            }
            Content::Event(values) => self.received(namespace, values, packet.id),
            Content::Ack(values) => {
                if let Some(number) = packet.id {
                    self.acknowledged(&namespace, number, Ok(values));
                }
            }
            Content::Disconnect => {
                self.deactivate(&namespace);
                self.disconnected(&namespace, DisconnectReason::ServerDisconnect);
            }
            Content::ConnectError(error) => {
                self.deactivate(&namespace);
                let message = error.get("message").and_then(Value::as_text).unwrap_or_default().to_owned();
                let data = error.get("data").cloned();
                self.events.push_back(Event::ConnectError { namespace, message, data });
            }
        }
    }

    fn connected(&mut self, namespace: String, sid: String, pid: Option<String>) {
        let Some(socket) = self.sockets.get_mut(&namespace) else { return };
        let is_recovered = pid.is_some() && socket.pid == pid;
        socket.sid = Some(sid);
        socket.pid = pid;
        socket.is_connected = true;
        let received = std::mem::take(&mut socket.received);
        let unsent = std::mem::take(&mut socket.unsent);
        for (values, ack) in received {
            self.received(namespace.clone(), values, ack);
        }
        for (packet, message) in unsent {
            self.write_event(packet, message, 1);
        }
        self.drain_queue(&namespace, true);
        self.events.push_back(Event::Connect { namespace, is_recovered });
    }

    fn received(&mut self, namespace: String, values: Vec<Value>, ack: Option<u64>) {
        let Some(socket) = self.sockets.get_mut(&namespace) else { return };
        if !socket.is_connected {
            socket.received.push((values, ack));
            return;
        }
        if let (Some(_), Some(Value::Text(offset)), None) = (&socket.pid, values.last(), ack) {
            socket.last_offset = Some(offset.clone());
        }
        self.events.push_back(Event::Message { namespace, values, ack });
    }

    pub(super) fn disconnected(&mut self, namespace: &str, reason: DisconnectReason) {
        let Some(socket) = self.sockets.get_mut(namespace) else { return };
        socket.is_connected = false;
        socket.sid = None;
        self.events.push_back(Event::Disconnect { namespace: namespace.to_owned(), reason });
        self.give_up_acks(namespace);
    }

    /// Disconnects the socket of a namespace, and the connection if no other needs it.
    pub fn disconnect(&mut self, namespace: &str) {
        let was_connected = self.is_connected(namespace);
        if was_connected {
            let namespace = namespace.to_owned();
            self.write(Packet { namespace, id: None, content: Content::Disconnect });
        }
        self.deactivate(namespace);
        if was_connected {
            self.disconnected(namespace, DisconnectReason::ClientDisconnect);
        }
    }

    /// Acknowledges an event of the server. The application does so once at most.
    pub fn acknowledge(&mut self, namespace: &str, number: u64, values: Vec<Value>) {
        let namespace = namespace.to_owned();
        self.write(Packet { namespace, id: Some(number), content: Content::Ack(values) });
    }

    /// The identifier of a socket while it is connected.
    pub fn sid(&self, namespace: &str) -> Option<&str> {
        self.sockets.get(namespace)?.sid.as_deref()
    }
}
