//! The steps of a scenario (tests/conformance/README.md, section 4).

use super::socketio_case::list;
use super::socketio_line::Caller as By;
use super::socketio_options::{auth, manager, replies, socket, span, text, truth};
use super::socketio_record::read;
use super::socketio_world::{Awaited, Connected, World};
use crate::realtime::ExchangeId;
use crate::realtime::http::{Headers, Request};
use crate::realtime::socket_io::client::{Manager, SocketOptions};
use crate::realtime::socket_io::server::{Audience, SocketId};
use crate::realtime::socket_io::{Emission, Value};
use crate::rng::Stream;
use crate::time::Span;
use std::collections::BTreeMap;

impl World {
    /// Performs a step.
    pub fn perform(&mut self, step: &Value) -> Result<(), String> {
        let now = self.now;
        self.application.server_mut().set_now(now);
        for each in &mut self.managers {
            each.manager.set_now(now);
        }
        match text(step, "op").unwrap_or_default() {
            "connect" => self.connect(step)?,
            "client_emit" => {
                let name = text(step, "event").unwrap_or_default();
                let arguments = list(step, "args").iter().map(read);
                let mut emission = Emission::new(name, arguments);
                emission.is_volatile = truth(step, "volatile") == Some(true);
                emission.timeout = span(step, "timeout").filter(|timeout| *timeout != Span::ZERO);
                emission.wants_ack = truth(step, "ack") == Some(true) || emission.timeout.is_some();
                let takes_error = emission.timeout.is_some() || truth(step, "retrying") == Some(true);
                let (number, namespace) = self.client(step)?;
                if let Some(ack) = self.managers[number].manager.emit(&namespace, emission) {
                    let awaited = Awaited { of: name.to_owned(), takes_error };
                    self.awaited_by_client.insert((number, ack), awaited);
                }
            }
            "client_emit_many" => {
                let (number, namespace) = self.client(step)?;
                for event in list(step, "events") {
                    let (name, arguments) = event_of(event)?;
                    self.managers[number].manager.emit(&namespace, Emission::new(&name, arguments));
                }
            }
            "server_emit" => self.server_emit(step)?,
            "server_emit_many" => {
                for event in list(step, "events") {
                    let (name, arguments) = event_of(event)?;
                    let emission = Emission::new(&name, arguments);
                    self.application.server_mut().broadcast(&Audience::everybody("/"), emission);
                }
            }
            "join" => {
                let socket = self.socket(step, "client")?;
                for room in texts(step, "room") {
                    self.application.server_mut().join(socket, &room);
                }
            }
            "leave" => {
                let socket = self.socket(step, "client")?;
                for room in texts(step, "room") {
                    self.application.server_mut().leave(socket, &room);
                }
            }
            "disconnect" => {
                let (number, namespace) = self.client(step)?;
                self.managers[number].manager.disconnect(&namespace);
            }
            "reconnect" => {
                let (number, namespace) = self.client(step)?;
                self.managers[number].manager.connect(&namespace);
            }
            "server_disconnect" => {
                let socket = self.socket(step, "client")?;
                self.application.server_mut().disconnect(socket, truth(step, "close") == Some(true));
            }
            "close_transport" => {
                let (number, _) = self.client(step)?;
                self.managers[number].manager.close_engine();
            }
            "cut" => self.lines.cut(now, text(step, "client").unwrap_or_default()),
            "restore" => self.on_line(step, |line| (line.is_cut, line.is_silent) = (false, false))?,
            "silence" => self.on_line(step, |line| line.is_silent = true)?,
            "raw_http" => self.raw_http(step),
            "wait" => {
                self.drain();
                self.pass(span(step, "ms").unwrap_or(Span::ZERO));
            }
            other => return Err(format!("the operation {other} is not known")),
        }
        Ok(())
    }

    fn on_line(
        &mut self,
        step: &Value,
        change: impl FnOnce(&mut super::socketio_line::Line),
    ) -> Result<(), String> {
        let client = text(step, "client").unwrap_or_default();
        change(self.lines.lines.get_mut(client).ok_or_else(|| format!("{client} has no line"))?);
        Ok(())
    }

    /// The manager and namespace of a client.
    fn client(&self, step: &Value) -> Result<(usize, String), String> {
        let client = text(step, "client").unwrap_or_default().to_owned();
        let namespace = text(step, "namespace").unwrap_or("/").to_owned();
        let key = (client, namespace);
        let number = self.clients.get(&key).ok_or_else(|| format!("{} is no client in {}", key.0, key.1))?;
        Ok((*number, key.1))
    }

    /// The server's socket of a client.
    fn socket(&self, step: &Value, field: &str) -> Result<SocketId, String> {
        let client = text(step, field).unwrap_or_default().to_owned();
        let namespace = text(step, "namespace").unwrap_or("/").to_owned();
        let key = (client, namespace);
        self.sockets.get(&key).copied().ok_or_else(|| format!("{} has never been in {}", key.0, key.1))
    }

    fn connect(&mut self, step: &Value) -> Result<(), String> {
        let client = text(step, "client").ok_or("connect needs a client")?.to_owned();
        let namespace = text(step, "namespace").unwrap_or("/").to_owned();
        let null = Value::Null;
        let options = step.get("options").unwrap_or(&null);
        let line = self.lines.lines.entry(client.clone()).or_default();
        if self.clients.keys().all(|(each, _)| *each != client) {
            line.latency = span(step, "latency_ms").unwrap_or(Span::ZERO);
        }
        let is_first = self.clients.keys().all(|(each, _)| *each != client);
        let main = self.clients.get(&(client.clone(), "/".to_owned())).copied();
        let (number, shares) = match main.filter(|_| namespace != "/") {
            Some(main) => (main, true),
            None => (self.manager(&client, &namespace, is_first, options), false),
        };
        let settings = if shares {
            SocketOptions { auth: auth(options), ..SocketOptions::default() }
        } else {
            socket(options)
        };
        let connected = &mut self.managers[number];
        connected.manager.socket(&namespace, settings);
        connected.sockets.entry(namespace.clone()).or_default().push(replies(step));
        connected.listeners += usize::from(!shares);
        self.clients.insert((client, namespace), number);
        Ok(())
    }

    /// The manager that `io()` uses: a new one if that is asked for, or if the namespace has a socket already.
    fn manager(&mut self, client: &str, namespace: &str, is_first: bool, options: &Value) -> usize {
        let path = text(options, "path").unwrap_or("/socket.io").to_owned();
        let key = (client.to_owned(), path);
        let cached = self.cache.get(&key).copied();
        let forces_new = truth(options, "forceNew").unwrap_or(is_first);
        let has_namespace = cached.is_some_and(|number| self.managers[number].manager.has_socket(namespace));
        let is_new = forces_new || truth(options, "multiplex") == Some(false) || has_namespace;
        match cached.filter(|_| !is_new) {
            Some(number) => number,
            None => {
                let number = self.managers.len();
                let mut settings = manager(options);
                settings.engine.host = client.to_owned();
                let stream = Stream::new(1, &format!("client {number}"));
                let manager = Manager::new(settings, stream, self.now);
                let (client, sockets) = (client.to_owned(), BTreeMap::new());
                self.managers.push(Connected { client, manager, listeners: 0, sockets });
                if !is_new {
                    self.cache.insert(key, number);
                }
                number
            }
        }
    }

    fn server_emit(&mut self, step: &Value) -> Result<(), String> {
        let name = text(step, "event").unwrap_or_default();
        let mut emission = Emission::new(name, list(step, "args").iter().map(read));
        emission.is_volatile = truth(step, "volatile") == Some(true);
        emission.timeout = span(step, "timeout").filter(|timeout| *timeout != Span::ZERO);
        emission.wants_ack = truth(step, "ack") == Some(true) || emission.timeout.is_some();
        let takes_error = emission.timeout.is_some();
        let (rooms, except) = (texts(step, "room"), texts(step, "except"));
        let sender = match (text(step, "client"), text(step, "broadcast_from")) {
            (Some(_), _) => Some((self.socket(step, "client")?, rooms.is_empty() && except.is_empty())),
            (None, Some(_)) => Some((self.socket(step, "broadcast_from")?, false)),
            (None, None) => None,
        };
        let server = self.application.server_mut();
        let ack = match sender {
            Some((socket, true)) => server.emit(socket, emission),
            sender => {
                let mut audience = Audience::everybody(text(step, "namespace").unwrap_or("/"));
                audience.rooms = rooms;
                audience.except = except;
                if let Some((socket, _)) = sender {
                    audience.except.extend(server.sid(socket).map(str::to_owned));
                }
                server.broadcast(&audience, emission)
            }
        };
        if let Some(ack) = ack {
            self.awaited_by_server.insert(ack, Awaited { of: name.to_owned(), takes_error });
        }
        Ok(())
    }

    fn raw_http(&mut self, step: &Value) {
        let request = Request {
            method: text(step, "method").unwrap_or("GET").to_owned(),
            target: text(step, "path").unwrap_or("/").to_owned(),
            headers: Headers::default(),
            body: text(step, "body").unwrap_or_default().as_bytes().to_vec(),
        };
        let client = text(step, "client").unwrap_or_default();
        self.lines.request(self.now, client, By::Hand, ExchangeId(0), request);
    }
}

/// A member that is a text or a list of texts.
fn texts(of: &Value, name: &str) -> Vec<String> {
    match of.get(name) {
        Some(Value::Text(text)) => vec![text.clone()],
        Some(Value::Array(entries)) => entries.iter().filter_map(Value::as_text).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// An event as a list of its name and arguments.
fn event_of(event: &Value) -> Result<(String, Vec<Value>), String> {
    match event {
        Value::Array(values) => match values.split_first() {
            Some((Value::Text(name), arguments)) => Ok((name.clone(), arguments.to_vec())),
            _ => Err("an event begins with its name".to_owned()),
        },
        _ => Err("an event is a list".to_owned()),
    }
}
