//! The servers of browsers: what stands behind which path, and what it does.

use super::document::LARGEST_EXACT;
use super::reader::Reader;
use super::{Format, ScenarioError};
use crate::actors::NamespaceRules;
use crate::actors::handler::{
    Action, Arguments, EmissionTemplate, Handlers, Recipients, Reference, Rooms, Template, Verb,
};
use crate::realtime::engine_io::{self, AllowedOrigins, Cors, TransportName};
use crate::realtime::socket_io::Value;
use crate::realtime::socket_io::server::{Gate, Recovery, ServerOptions};
use crate::time::Span;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A server of browsers.
///
/// | field | is |
/// | --- | --- |
/// | `id` | its name |
/// | `path` | the path before which requests belong to it; `/socket.io/`, `/engine.io/` or `/` if none is named |
/// | `options` | `ping_interval_us`, `ping_timeout_us`, `upgrade_timeout_us`, `connect_timeout_us`, `max_http_buffer_size`, `transports`, `allow_upgrades`, `cors` (`origin`: `"*"`, an origin, a list of them, or `true` for whoever asks; `methods`, `credentials`, `allowed_headers`, `exposed_headers`, `max_age_s`), `connection_state_recovery` (`max_disconnection_us`, `skip_auth`); the defaults are Socket.IO's |
/// | `namespaces` | a list of `name`, `auth` (`token`, `message`, `data`: who shows another `auth.token` is refused) and `on` |
/// | `engine`, `websocket` | `"echo"`: Engine.IO, or WebSocket, without Socket.IO; each message comes back |
///
/// `on` has a list of actions for each event: `connection`, `disconnect`, the events that clients send, and `*` for
/// those that are not named. They are done in order; any may have `after_us` besides, the time that it waits.
///
/// | action | in Socket.IO's words |
/// | --- | --- |
/// | `{"emit": {"event": …, "args": …, "volatile": …}}` | `socket.emit` |
/// | `{"broadcast": {…, "rooms": […], "except": […]}}` | `socket.broadcast.emit`, `socket.to(rooms).emit` |
/// | `{"emit_to_all": {…, "rooms": […], "except": […]}}` | `io.emit`, `io.to(rooms).emit` |
/// | `{"acknowledge": …}` | the callback of the event |
/// | `{"join": ROOM}`, `{"leave": ROOM}` | `socket.join`, `socket.leave` |
/// | `{"disconnect": {"close": true}}` | `socket.disconnect(true)` |
///
/// Arguments are `"same"`, those of the event, or a list of values. In values and names of rooms `{"$": …}` stands
/// for what comes with the event: `handshake.auth`, `handshake.query`, `socket.id`, `socket.rooms`, `event`, and its
/// arguments `args.0`, `args.1`, …
#[derive(Clone, Debug, PartialEq)]
pub struct ServerDocument {
    /// Its name.
    pub id: String,
    /// The path before which requests belong to it.
    pub path: String,
    /// What it is.
    pub kind: ServerKind,
}

/// What a server is.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerKind {
    /// Socket.IO.
    SocketIo {
        /// Its settings.
        options: ServerOptions,
        /// Its namespaces by name.
        namespaces: BTreeMap<String, NamespaceRules>,
    },
    /// Engine.IO alone; each message comes back: `"engine": "echo"`.
    EngineEcho {
        /// Its settings.
        options: engine_io::ServerOptions,
    },
    /// WebSocket alone; each message comes back: `"websocket": "echo"`.
    WebSocketEcho,
}

type Read<T> = Result<T, ScenarioError>;

impl ServerDocument {
    pub(super) fn read(server: &Reader) -> Read<ServerDocument> {
        server.only(&["id", "path", "options", "namespaces", "engine", "websocket"])?;
        let engine = server.optional("engine")?;
        let websocket = server.optional("websocket")?;
        let options = server.optional("options")?;
        let default_path = match (&engine, &websocket) {
            (None, None) => "/socket.io/",
            (Some(_), _) => "/engine.io/",
            (None, Some(_)) => "/",
        };
        let path = server.field("path", default_path.to_owned(), path)?;
        let kind = match (engine, websocket) {
            (None, None) => ServerKind::SocketIo {
                options: server_options(options.as_ref(), &path)?,
                namespaces: server.list("namespaces", namespace)?.into_iter().collect(),
            },
            (Some(engine), None) => {
                echo(&engine)?;
                ServerKind::EngineEcho { options: server_options(options.as_ref(), &path)?.engine }
            }
            (None, Some(websocket)) => {
                echo(&websocket)?;
                ServerKind::WebSocketEcho
            }
            (Some(_), Some(websocket)) => {
                return websocket.invalid("a server is either an engine or a websocket; leave one away");
            }
        };
        if !matches!(kind, ServerKind::SocketIo { .. })
            && let Some(namespaces) = server.optional("namespaces")?
        {
            return namespaces
                .invalid("only a Socket.IO server has namespaces; leave engine and websocket away");
        }
        Ok(ServerDocument { id: server.required("id")?.name()?, path, kind })
    }
}

/// Checks that every server can be reached.
pub(super) fn check_paths(servers: &[ServerDocument]) -> Read<()> {
    for (number, server) in servers.iter().enumerate() {
        let before = servers[..number].iter().find(|before| server.path.starts_with(&before.path));
        if let Some(before) = before {
            let what = format!(
                "requests before '{}' belong to '{}', whose path is '{}'; put this server before it, or choose \
                 another path",
                server.path, before.id, before.path
            );
            let place = format!("servers[{number}].path");
            return Err(ScenarioError::invalid(Format::Scenario, place, what));
        }
    }
    Ok(())
}

fn echo(field: &Reader) -> Read<()> {
    if field.text()? == "echo" { Ok(()) } else { field.invalid("there must be \"echo\" here") }
}

fn path(field: &Reader) -> Read<String> {
    let path = field.text()?;
    let is_path = path.starts_with('/') && path.bytes().all(|octet| (0x21..0x7f).contains(&octet));
    if is_path { Ok(path) } else { field.invalid("a path begins with / and has no spaces") }
}

fn span(field: &Reader) -> Read<Span> {
    Ok(Span::from_us(field.whole(0, LARGEST_EXACT)?))
}

/// Settings, with the defaults of Socket.IO where nothing is said.
fn server_options(options: Option<&Reader>, path: &str) -> Read<ServerOptions> {
    let mut read = ServerOptions::default();
    read.engine.path = path.to_owned();
    let Some(options) = options else { return Ok(read) };
    options.only(&[
        "ping_interval_us",
        "ping_timeout_us",
        "upgrade_timeout_us",
        "connect_timeout_us",
        "max_http_buffer_size",
        "transports",
        "allow_upgrades",
        "cors",
        "connection_state_recovery",
    ])?;
    let engine = &mut read.engine;
    // Without any time between them there would be no end of pings.
    let some_time = |field: &Reader| Ok(Span::from_us(field.whole(1, LARGEST_EXACT)?));
    engine.ping_interval = options.field("ping_interval_us", engine.ping_interval, some_time)?;
    engine.ping_timeout = options.field("ping_timeout_us", engine.ping_timeout, span)?;
    engine.upgrade_timeout = options.field("upgrade_timeout_us", engine.upgrade_timeout, span)?;
    engine.allow_upgrades = options.field("allow_upgrades", engine.allow_upgrades, Reader::truth)?;
    let size = |field: &Reader| Ok(field.whole(1, u32::MAX.into())? as usize);
    engine.max_http_buffer_size = options.field("max_http_buffer_size", engine.max_http_buffer_size, size)?;
    if let Some(transports) = options.optional("transports")? {
        engine.transports = transports.each(transport)?;
        if engine.transports.is_empty() {
            return transports.invalid("there must be polling, websocket or both here");
        }
    }
    engine.cors = options.optional("cors")?.map(|field| cors(&field)).transpose()?;
    read.connect_timeout = options.field("connect_timeout_us", read.connect_timeout, span)?;
    read.recovery =
        options.optional("connection_state_recovery")?.map(|field| recovery(&field)).transpose()?;
    Ok(read)
}

fn transport(field: &Reader) -> Read<TransportName> {
    match TransportName::named(&field.text()?) {
        Some(transport) => Ok(transport),
        None => field.invalid("there must be \"polling\" or \"websocket\" here"),
    }
}

fn cors(field: &Reader) -> Read<Cors> {
    field.only(&["origin", "methods", "credentials", "allowed_headers", "exposed_headers", "max_age_s"])?;
    let origins = |origin: &Reader| {
        Ok(match origin.raw()? {
            Json::Bool(true) => AllowedOrigins::Reflected,
            Json::String(any) if any == "*" => AllowedOrigins::Any,
            Json::String(one) => AllowedOrigins::One(one),
            Json::Array(_) => AllowedOrigins::Listed(origin.each(Reader::text)?),
            _ => return origin.invalid("there must be \"*\", an origin, a list of origins, or true here"),
        })
    };
    let default = Cors::default();
    let text = |name: &str| field.optional(name)?.map(|text| text.text()).transpose();
    Ok(Cors {
        origins: field.field("origin", default.origins, origins)?,
        methods: field.field("methods", default.methods, Reader::text)?,
        credentials: field.field("credentials", default.credentials, Reader::truth)?,
        allowed_headers: text("allowed_headers")?,
        exposed_headers: text("exposed_headers")?,
        max_age: field.optional("max_age_s")?.map(|age| age.whole(0, LARGEST_EXACT)).transpose()?,
    })
}

fn recovery(field: &Reader) -> Read<Recovery> {
    field.only(&["max_disconnection_us", "skip_auth"])?;
    let default = Recovery::default();
    Ok(Recovery {
        max_disconnection: field.field("max_disconnection_us", default.max_disconnection, span)?,
        skips_gate: field.field("skip_auth", default.skips_gate, Reader::truth)?,
    })
}

fn namespace(namespace: &Reader) -> Read<(String, NamespaceRules)> {
    namespace.only(&["name", "auth", "on"])?;
    let name = namespace.required("name")?;
    if !name.text()?.starts_with('/') {
        return name.invalid("the name of a namespace begins with /");
    }
    let gate = namespace.optional("auth")?.map(|auth| gate(&auth)).transpose()?;
    let handlers = namespace.field("on", Handlers::default(), handlers)?;
    Ok((name.text()?, NamespaceRules { gate, handlers }))
}

fn gate(auth: &Reader) -> Read<Gate> {
    auth.only(&["token", "message", "data"])?;
    let raw = |field: &Reader| Ok(value(&field.raw()?));
    Ok(Gate {
        token: raw(&auth.required("token")?)?,
        message: auth.field("message", "not authorized".to_owned(), Reader::text)?,
        data: auth.optional("data")?.map(|data| raw(&data)).transpose()?,
    })
}

/// Handlers by the name of the event; `connection` and `disconnect` are Socket.IO's own, `*` is any other.
fn handlers(on: &Reader) -> Read<Handlers> {
    let mut handlers = Handlers::default();
    for (name, list) in on.members()? {
        let actions = list.each(|entry| action(entry, name))?;
        match name {
            "connection" => handlers.connection = actions,
            "disconnect" => handlers.disconnect = actions,
            "*" => handlers.any = actions,
            name => drop(handlers.events.insert(name.to_owned(), actions)),
        }
    }
    Ok(handlers)
}

/// `{"emit": {…}}`, `{"acknowledge": "same", "after_us": 1500000}`.
fn action(action: &Reader, event: &str) -> Read<Action> {
    const VERBS: &str = "emit, emit_to_all, broadcast, acknowledge, join, leave, disconnect";
    let after = action.field("after_us", Span::ZERO, span)?;
    let mut verbs = action.members()?.filter(|(name, _)| *name != "after_us");
    let (Some((name, field)), None) = (verbs.next(), verbs.next()) else {
        return action.invalid(format!("an action has one of the fields {VERBS}, and after_us besides"));
    };
    let what = match name {
        "emit" => emission(&field, |_| Ok(Recipients::Client), &[])?,
        "emit_to_all" => {
            emission(&field, |field| Ok(Recipients::Everybody(rooms(field)?)), &["rooms", "except"])?
        }
        "broadcast" => emission(&field, |field| Ok(Recipients::Others(rooms(field)?)), &["rooms", "except"])?,
        "acknowledge" if ["connection", "disconnect"].contains(&event) => {
            return field.invalid(format!("nobody waits for an acknowledgement of {event}"));
        }
        "acknowledge" => Verb::Acknowledge(arguments(&field)?),
        "join" => Verb::Join(template(&field)?),
        "leave" => Verb::Leave(template(&field)?),
        "disconnect" => {
            field.only(&["close"])?;
            Verb::Disconnect { close: field.field("close", false, Reader::truth)? }
        }
        _ => return field.invalid(format!("there is no action of this name; there are {VERBS}")),
    };
    Ok(Action { after, what })
}

fn emission(field: &Reader, to: impl Fn(&Reader) -> Read<Recipients>, more: &[&str]) -> Read<Verb> {
    field.only(&[&["event", "args", "volatile"], more].concat())?;
    let emission = EmissionTemplate {
        event: field.required("event")?.text()?,
        arguments: field.field("args", Arguments::Listed(Vec::new()), arguments)?,
        is_volatile: field.field("volatile", false, Reader::truth)?,
    };
    Ok(Verb::Emit { to: to(field)?, emission })
}

fn rooms(field: &Reader) -> Read<Rooms> {
    Ok(Rooms { to: field.list("rooms", template)?, except: field.list("except", template)? })
}

/// `"same"`, or a list of values.
fn arguments(field: &Reader) -> Read<Arguments> {
    match field.raw()? {
        Json::String(same) if same == "same" => Ok(Arguments::Same),
        Json::Array(_) => Ok(Arguments::Listed(field.each(template)?)),
        _ => field.invalid("there must be \"same\" or a list of values here"),
    }
}

/// A value; `{"$": "handshake.auth"}` in it is a value that comes with the event.
fn template(field: &Reader) -> Read<Template> {
    match field.raw()? {
        Json::Array(_) => Ok(Template::Array(field.each(template)?)),
        Json::Object(members) if members.contains_key("$") => {
            field.only(&["$"])?;
            let name = field.required("$")?;
            match Reference::named(&name.text()?) {
                Some(reference) => Ok(Template::Reference(reference)),
                None => name.invalid(
                    "there are handshake.auth, handshake.query, socket.id, socket.rooms, event, and args.0, args.1, …",
                ),
            }
        }
        Json::Object(_) => {
            let members = field.members()?.map(|(name, member)| Ok((name.to_owned(), template(&member)?)));
            Ok(Template::Object(members.collect::<Read<_>>()?))
        }
        literal => Ok(Template::Literal(value(&literal))),
    }
}

/// A value of the document as Socket.IO has it.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Boolean(*truth),
        Json::Number(number) => Value::Number(number.as_f64().unwrap_or_default()),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(entries) => Value::Array(entries.iter().map(value).collect()),
        Json::Object(members) => {
            Value::object(members.iter().map(|(name, member)| (name.clone(), value(member))))
        }
    }
}
