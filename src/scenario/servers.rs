//! The servers of browsers: what stands behind which path, and what it does.

use super::document::LARGEST_EXACT;
use super::handlers::{emission_template, handlers, rooms, span, value};
use super::reader::Reader;
use super::{Arrivals, Format, ScenarioError};
use crate::actors::handler::Handlers;
use crate::actors::{NamespaceRules, ServerEmission};
use crate::realtime::engine_io::{self, AllowedOrigins, Cors, TransportName};
use crate::realtime::socket_io::server::{Gate, Recovery, ServerOptions};
use crate::time::Span;
use litemap::LiteMap;
use serde_json::Value as Json;

/// A server of browsers.
///
/// | field | is |
/// | --- | --- |
/// | `id` | its name |
/// | `host` | the machine that it runs on; servers of one host are one node of the picture and share its port. A server that names none has one of its own, of its name |
/// | `path` | the path before which requests belong to it; `/socket.io/`, `/engine.io/` or `/` if none is named |
/// | `options` | `ping_interval_us`, `ping_timeout_us`, `upgrade_timeout_us`, `connect_timeout_us`, `max_http_buffer_size`, `transports`, `allow_upgrades`, `cors` (`origin`: `"*"`, an origin, a list of them, or `true` for whoever asks; `methods`, `credentials`, `allowed_headers`, `exposed_headers`, `max_age_s`), `connection_state_recovery` (`max_disconnection_us`, `skip_auth`); the defaults are Socket.IO's |
/// | `namespaces` | a list of `name`, `auth` (`token`, `message`, `data`: who shows another `auth.token` is refused) and `on` |
/// | `emits` | events that it sends of its own accord, in turn: `namespace`, `event`, `args`, `volatile`, `rooms`, `except` |
/// | `arrivals`, `limit` | when it does so, and how often at most, as producers have it |
/// | `engine`, `websocket` | `"echo"`: Engine.IO, or WebSocket, without Socket.IO; each message comes back |
/// | `feed` | a feed of lines, such as a chat or a ticker, to be had by polling, by long polling and over a WebSocket: `keeps` (how many of the newest lines it has), `lines` (what it says of its own accord, in turn, by `arrivals`) |
///
/// `on` has a list of actions for each event: `connection`, `disconnect`, the events that clients send, and `*` for
/// those that are not named. They are done in order; any may have `after_us` besides, the time that it waits.
///
/// | action | in Socket.IO's words |
/// | --- | --- |
/// | `{"emit": {"event": …, "args": …, "volatile": …, "ack": …, "timeout_us": …}}` | `socket.emit` |
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
    /// The name of the machine that it runs on.
    pub host: String,
    /// The path before which requests belong to it.
    pub path: String,
    /// What it is.
    pub kind: ServerKind,
}

/// What a server is.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "there are few of them, and they live long")]
pub enum ServerKind {
    /// Socket.IO.
    SocketIo {
        /// Its settings.
        options: ServerOptions,
        /// Its namespaces by name.
        namespaces: LiteMap<String, NamespaceRules>,
        /// What it sends of its own accord, in turn.
        emits: Vec<ServerEmission>,
        /// When it does.
        pace: Option<Pace>,
    },
    /// A feed of lines: `"feed": {…}`.
    Feed {
        /// How many of the newest lines it has.
        keeps: usize,
        /// What it says of its own accord, in turn.
        lines: Vec<String>,
        /// When it does.
        pace: Option<Pace>,
    },
    /// Engine.IO alone; each message comes back: `"engine": "echo"`.
    EngineEcho {
        /// Its settings.
        options: engine_io::ServerOptions,
    },
    /// WebSocket alone; each message comes back: `"websocket": "echo"`.
    WebSocketEcho,
}

/// How often somebody does something of his own accord.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    /// When.
    pub arrivals: Arrivals,
    /// How often at most.
    pub limit: Option<u64>,
}

type Read<T> = Result<T, ScenarioError>;

impl Pace {
    /// Reads `arrivals` and `limit`.
    pub(super) fn read(actor: &Reader) -> Read<Option<Pace>> {
        let limit = actor.optional("limit")?;
        let Some(arrivals) = actor.optional("arrivals")? else {
            return match limit {
                Some(limit) => limit.invalid("a limit is one of arrivals: say by \"arrivals\" when they are"),
                None => Ok(None),
            };
        };
        let arrivals = Arrivals::read(&arrivals)?;
        Ok(Some(Pace { arrivals, limit: limit.map(|limit| limit.whole(0, LARGEST_EXACT)).transpose()? }))
    }
}

/// The kinds of servers, by the field that says so, with their usual paths and the fields that they may have.
const KINDS: [(&str, &str, &[&str]); 4] = [
    ("", "/socket.io/", &["options", "namespaces", "emits", "arrivals", "limit"]),
    ("feed", "/", &["arrivals", "limit"]),
    ("engine", "/engine.io/", &["options"]),
    ("websocket", "/", &[]),
];

impl ServerDocument {
    pub(super) fn read(server: &Reader) -> Read<ServerDocument> {
        let fields = server.fields()?;
        let kind = KINDS.iter().find(|(kind, _, _)| fields.contains_key(*kind)).unwrap_or(&KINDS[0]);
        let (kind, default_path, further) = *kind;
        let own: &[&str] = if kind.is_empty() { &[] } else { &[kind] };
        server.only(&[&["id", "host", "path"], own, further].concat())?;
        let id = server.required("id")?.name()?;
        let path = server.field("path", default_path.to_owned(), path)?;
        let options = server.optional("options")?;
        let pace = Pace::read(server)?;
        let kind = match kind {
            "feed" => feed(&server.required("feed")?, pace)?,
            "engine" => {
                echo(&server.required("engine")?)?;
                ServerKind::EngineEcho { options: server_options(options.as_ref(), &path)?.engine }
            }
            "websocket" => {
                echo(&server.required("websocket")?)?;
                ServerKind::WebSocketEcho
            }
            _ => ServerKind::SocketIo {
                options: server_options(options.as_ref(), &path)?,
                namespaces: namespaces(server)?,
                emits: server.list("emits", |field| server_emission(field, &[]))?,
                pace,
            },
        };
        if let ServerKind::SocketIo { namespaces, emits, pace, .. } = &kind {
            check_emits(server, namespaces, emits, pace.is_some())?;
        }
        Ok(ServerDocument { host: server.field("host", id.clone(), Reader::name)?, id, path, kind })
    }
}

fn feed(feed: &Reader, pace: Option<Pace>) -> Read<ServerKind> {
    feed.only(&["keeps", "lines"])?;
    let lines = feed.list("lines", |line| line.short_text())?;
    if pace.is_some() && lines.is_empty() {
        return feed.invalid("the field \"lines\" is missing here: what it says by its arrivals");
    }
    let keeps = feed.field("keeps", 1_000, |keeps| keeps.whole(1, 1_000_000))? as usize;
    Ok(ServerKind::Feed { keeps, lines, pace })
}

/// An event that a server sends to everybody. `beside` are the fields that may stand there too.
pub(super) fn server_emission(field: &Reader, beside: &[&str]) -> Read<ServerEmission> {
    Ok(ServerEmission {
        emission: emission_template(field, &[&["namespace", "rooms", "except"], beside].concat())?,
        namespace: field.field("namespace", "/".to_owned(), Reader::text)?,
        rooms: rooms(field)?,
    })
}

/// Checks that what a server sends of its own accord has a time and a namespace.
fn check_emits(
    server: &Reader,
    namespaces: &LiteMap<String, NamespaceRules>,
    emits: &[ServerEmission],
    has_pace: bool,
) -> Read<()> {
    if has_pace == emits.is_empty() {
        return server
            .invalid("\"emits\" says what it sends and \"arrivals\" when: both must be there, or none");
    }
    let Some(list) = server.optional("emits")? else { return Ok(()) };
    for (entry, emission) in list.entries()?.zip(emits) {
        let name = &emission.namespace;
        if name != "/" && !namespaces.contains_key(name) {
            return entry.invalid(format!("there is no namespace '{name}'; add it to \"namespaces\""));
        }
    }
    Ok(())
}

/// Checks that every server can be reached, where those of a host share a port.
///
/// # Errors
/// When a path begins with that of a server before it.
pub(super) fn check_paths(servers: &[ServerDocument]) -> Read<()> {
    check_paths_where(servers, |one, other| one.host == other.host)
}

/// Checks that every server can be reached when all of them share a port, as behind a gateway.
///
/// # Errors
/// When a path begins with that of a server before it.
pub fn check_paths_on_one_port(servers: &[ServerDocument]) -> Result<(), ScenarioError> {
    check_paths_where(servers, |_, _| true)
}

fn check_paths_where(
    servers: &[ServerDocument],
    share: impl Fn(&ServerDocument, &ServerDocument) -> bool,
) -> Read<()> {
    for (number, server) in servers.iter().enumerate() {
        let before = servers[..number]
            .iter()
            .find(|before| share(before, server) && server.path.starts_with(&before.path));
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

pub(super) fn path(field: &Reader) -> Read<String> {
    let path = field.text()?;
    let is_path = path.starts_with('/') && path.bytes().all(|octet| (0x21..0x7f).contains(&octet));
    if is_path { Ok(path) } else { field.invalid("a path begins with / and has no spaces") }
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

pub(super) fn transport(field: &Reader) -> Read<TransportName> {
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

fn namespaces(server: &Reader) -> Read<LiteMap<String, NamespaceRules>> {
    let mut namespaces = LiteMap::new();
    for (name, rules) in server.list("namespaces", namespace)? {
        namespaces.insert(name, rules);
    }
    Ok(namespaces)
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
