//! What the applications of server and clients see, as it is written down.

use super::socketio_record::{add, object, written};
use super::socketio_world::World;
use crate::realtime::socket_io::Value;
use crate::realtime::socket_io::client::{self, AckError};
use crate::realtime::socket_io::server::{self as server_side, SocketId};

impl World {
    /// Writes down what the server's application is told.
    pub(super) fn server_event(&mut self, event: server_side::Event) {
        use server_side::Event;
        match event {
            Event::Connection { socket, namespace, rooms, auth, is_recovered } => {
                let client = self.host(socket);
                let mut event = about(&client, "connection", &namespace);
                if self.has_recovery {
                    add(&mut event, "recovered", is_recovered.into());
                } else if let Some(Value::Object(fields)) = auth
                    && !fields.is_empty()
                {
                    add(&mut event, "auth", Value::Object(fields));
                }
                add(&mut event, "rooms", Value::Array(rooms.into_iter().map(Value::from).collect()));
                self.owners.insert(socket, client.clone());
                self.sockets.insert((client, namespace), socket);
                self.record.server(event);
            }
            Event::Message { socket, namespace, values, ack } => {
                let mut event = about(&self.owner(socket), "message", &namespace);
                let (name, arguments) = split(&values);
                add(&mut event, "name", name);
                add(&mut event, "args", arguments);
                add(&mut event, "wants_ack", ack.is_some().into());
                self.record.server(event);
            }
            Event::Disconnect { socket, namespace, reason, .. } => {
                let mut event = about(&self.owner(socket), "disconnect", &namespace);
                add(&mut event, "reason", reason.as_str().into());
                self.record.server(event);
            }
            Event::Refused { .. } | Event::Sent { .. } | Event::Dropped { .. } => {}
            Event::Acknowledged { ack, values } => {
                let Some(awaited) = self.awaited_by_server.remove(&ack) else { return };
                let mut event = object([("event", "ack".into()), ("of", awaited.of.into())]);
                if values.is_none() {
                    add(&mut event, "error", "operation has timed out".into());
                }
                let values = values.unwrap_or_default();
                add(&mut event, "args", Value::Array(values.iter().map(written).collect()));
                self.record.server(event);
            }
            Event::AllAcknowledged { ack, responses, is_late } => {
                let Some(awaited) = self.awaited_by_server.remove(&ack) else { return };
                let mut event = object([("event", "ack".into()), ("of", awaited.of.into())]);
                let mut arguments = vec![Value::Array(responses.iter().map(written).collect())];
                match (awaited.takes_error, is_late) {
                    (true, true) => add(&mut event, "error", "operation has timed out".into()),
                    (true, false) => {}
                    // An error as JSON is an empty object.
                    (false, true) => arguments.insert(0, object([])),
                    (false, false) => arguments.insert(0, Value::Null),
                }
                add(&mut event, "args", Value::Array(arguments));
                self.record.server(event);
            }
        }
    }

    /// The client of a socket: its requests name it as the host, as each has a line of its own.
    fn host(&self, socket: SocketId) -> String {
        let handshake = self.application.server().handshake(socket);
        let host = handshake.and_then(|(_, request)| request.headers.get("Host"));
        host.unwrap_or_default().to_owned()
    }

    fn owner(&self, socket: SocketId) -> String {
        self.owners.get(&socket).cloned().unwrap_or_default()
    }

    /// Writes down what a client's application is told, as often as the recorder listens.
    pub(super) fn client_event(&mut self, number: usize, event: client::Event) {
        use client::Event;
        let plain = |name: &str| object([("event", name.into())]);
        let in_namespace = |name: &str, namespace: &str| {
            let mut event = plain(name);
            if namespace != "/" {
                add(&mut event, "namespace", namespace.into());
            }
            event
        };
        let attempt_of = |name: &str, attempt: u32| {
            object([("event", name.into()), ("attempt", Value::Number(f64::from(attempt)))])
        };
        let once = 1;
        let manager_listeners = self.managers[number].listeners;
        let (count, event) = match event {
            Event::Connect { namespace, is_recovered } => {
                let mut event = in_namespace("connect", &namespace);
                if self.has_recovery {
                    add(&mut event, "recovered", is_recovered.into());
                }
                (self.listeners(number, &namespace), event)
            }
            Event::ConnectError { namespace, message, data } => {
                let mut event = in_namespace("connect_error", &namespace);
                add(&mut event, "message", message.into());
                if let Some(data) = data {
                    add(&mut event, "data", data);
                }
                (self.listeners(number, &namespace), event)
            }
            Event::Disconnect { namespace, reason } => {
                let mut event = in_namespace("disconnect", &namespace);
                add(&mut event, "reason", reason.as_str().into());
                (self.listeners(number, &namespace), event)
            }
            Event::Message { namespace, values, ack } => {
                let mut event = in_namespace("message", &namespace);
                let (name, arguments) = split(&values);
                add(&mut event, "name", name.clone());
                add(&mut event, "args", arguments);
                if let Some(ack) = ack {
                    add(&mut event, "wants_ack", true.into());
                    self.acknowledge(number, &namespace, &name, ack);
                }
                (self.listeners(number, &namespace), event)
            }
            Event::Acknowledged { ack, answer, is_error_first, .. } => {
                let Some(awaited) = self.awaited_by_client.remove(&(number, ack)) else { return };
                let mut event = object([("event", "ack".into()), ("of", awaited.of.into())]);
                let arguments = |values: &[Value]| values.iter().map(written).collect::<Vec<_>>();
                match answer {
                    // What is said in place of an error has no message.
                    Err(AckError::Refused) if awaited.takes_error => {}
                    Err(error) if awaited.takes_error => add(&mut event, "error", error.as_str().into()),
                    // An error as JSON is an empty object.
                    Err(_) => add(&mut event, "args", Value::Array(vec![object([])])),
                    Ok(values) => {
                        let mut values = arguments(&values);
                        if is_error_first && !awaited.takes_error {
                            values.insert(0, Value::Null);
                        }
                        add(&mut event, "args", Value::Array(values));
                    }
                }
                (once, event)
            }
            Event::Upgrade { transport } => {
                let mut event = plain("upgrade");
                add(&mut event, "transport", transport.as_str().into());
                (manager_listeners.min(once), event)
            }
            Event::Ping => (manager_listeners, plain("ping")),
            Event::ReconnectAttempt { attempt } => {
                (manager_listeners, attempt_of("reconnect_attempt", attempt))
            }
            Event::Reconnect { attempt } => (manager_listeners, attempt_of("reconnect", attempt)),
            Event::ReconnectPlanned { .. }
            | Event::ReconnectError { .. }
            | Event::ReconnectFailed
            | Event::Sent { .. }
            | Event::Buffered { .. }
            | Event::Dropped { .. } => return,
        };
        let client = self.managers[number].client.clone();
        for _ in 0..count {
            self.record.client(&client, event.clone());
        }
    }

    fn listeners(&self, number: usize, namespace: &str) -> usize {
        self.managers[number].sockets.get(namespace).map_or(0, Vec::len)
    }

    /// Acknowledges an event as the first rule says that does.
    fn acknowledge(&mut self, number: usize, namespace: &str, name: &Value, ack: u64) {
        let connected = &mut self.managers[number];
        let rules = connected.sockets.get(namespace).map(Vec::as_slice).unwrap_or_default();
        let reply = name.as_text().and_then(|name| rules.iter().find_map(|rules| rules.get(name)));
        if let Some(values) = reply.map(|reply| reply.values.clone()) {
            connected.manager.acknowledge(namespace, ack, values);
        }
    }
}

fn about(client: &str, event: &str, namespace: &str) -> Value {
    object([("event", event.into()), ("client", client.into()), ("namespace", namespace.into())])
}

/// The name of an event and its arguments, as they are written down.
fn split(values: &[Value]) -> (Value, Value) {
    let name = values.first().cloned().unwrap_or(Value::Null);
    let arguments = values.iter().skip(1).map(written).collect();
    (name, Value::Array(arguments))
}
