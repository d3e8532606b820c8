//! Options as they stand in the files, as the settings of servers and clients.

use super::socketio_case::list;
use super::socketio_record::read;
use crate::actors::NamespaceRules;
use crate::actors::handler::{Action, Arguments, Handlers, Template, Verb};
use crate::realtime::engine_io::{self, AllowedOrigins, Cors, TransportName};
use crate::realtime::socket_io::Value;
use crate::realtime::socket_io::client::{ManagerOptions, SocketOptions};
use crate::realtime::socket_io::server::{Gate, Recovery, ServerOptions};
use crate::time::Span;
use litemap::LiteMap;

/// How an event is acknowledged.
#[derive(Clone, Debug)]
pub struct Reply {
    /// With what.
    pub values: Vec<Value>,
    /// How long after it came.
    pub after: Span,
}

/// A number of milliseconds.
pub fn span(of: &Value, name: &str) -> Option<Span> {
    match of.get(name) {
        Some(Value::Number(ms)) => Some(Span::from_drawn_us(ms * 1_000.0)),
        _ => None,
    }
}

/// A number other than zero: zero is as good as nothing in JavaScript.
fn span_not_zero(of: &Value, name: &str) -> Option<Span> {
    span(of, name).filter(|span| *span != Span::ZERO)
}

pub fn truth(of: &Value, name: &str) -> Option<bool> {
    match of.get(name)? {
        Value::Boolean(truth) => Some(*truth),
        _ => None,
    }
}

pub fn text<'a>(of: &'a Value, name: &str) -> Option<&'a str> {
    of.get(name).and_then(Value::as_text)
}

fn transports(of: &Value) -> Option<Vec<TransportName>> {
    of.get("transports")?;
    let names = list(of, "transports").iter().filter_map(Value::as_text);
    Some(names.filter_map(TransportName::named).collect())
}

/// A path with a slash at its end.
fn path(of: &Value) -> String {
    let path = text(of, "path").unwrap_or("/socket.io");
    let path = path.strip_suffix('/').unwrap_or(path);
    let slash = if truth(of, "addTrailingSlash") == Some(false) { "" } else { "/" };
    format!("{path}{slash}")
}

fn cors(of: &Value) -> Option<Cors> {
    let options = of.get("cors").filter(|options| matches!(options, Value::Object(_)))?;
    let texts = |name: &str| -> Option<String> {
        match options.get(name)? {
            Value::Text(text) => Some(text.clone()),
            Value::Array(entries) => {
                Some(entries.iter().filter_map(Value::as_text).collect::<Vec<_>>().join(","))
            }
            _ => None,
        }
    };
    let origins = match options.get("origin") {
        None => AllowedOrigins::Any,
        // With `false` nothing is said.
        Some(Value::Boolean(false) | Value::Null) => return None,
        Some(Value::Text(origin)) if origin == "*" => AllowedOrigins::Any,
        Some(Value::Text(origin)) => AllowedOrigins::One(origin.clone()),
        Some(Value::Array(origins)) => {
            AllowedOrigins::Listed(origins.iter().filter_map(Value::as_text).map(str::to_owned).collect())
        }
        Some(_) => AllowedOrigins::Reflected,
    };
    let absent = Cors::default();
    Some(Cors {
        origins,
        methods: texts("methods").unwrap_or(absent.methods),
        credentials: truth(options, "credentials") == Some(true),
        allowed_headers: texts("allowedHeaders"),
        exposed_headers: texts("exposedHeaders"),
        max_age: span(options, "maxAge").map(|span| span.as_us() / 1_000),
    })
}

fn recovery(of: &Value) -> Option<Recovery> {
    let options = of.get("connectionStateRecovery")?;
    if matches!(options, Value::Boolean(false) | Value::Null) {
        return None;
    }
    let absent = Recovery::default();
    Some(Recovery {
        max_disconnection: span(options, "maxDisconnectionDuration").unwrap_or(absent.max_disconnection),
        skips_gate: truth(options, "skipMiddlewares").unwrap_or(absent.skips_gate),
    })
}

/// The settings of a server.
pub fn server(options: &Value) -> ServerOptions {
    let absent = engine_io::ServerOptions::default();
    let size = match options.get("maxHttpBufferSize") {
        Some(Value::Number(size)) => *size as usize,
        _ => absent.max_http_buffer_size,
    };
    let engine = engine_io::ServerOptions {
        path: path(options),
        ping_interval: span(options, "pingInterval").unwrap_or(absent.ping_interval),
        ping_timeout: span(options, "pingTimeout").unwrap_or(absent.ping_timeout),
        upgrade_timeout: span(options, "upgradeTimeout").unwrap_or(absent.upgrade_timeout),
        max_http_buffer_size: size,
        transports: transports(options).unwrap_or(absent.transports),
        allow_upgrades: truth(options, "allowUpgrades").unwrap_or(absent.allow_upgrades),
        cors: cors(options),
    };
    let absent = ServerOptions::default();
    let connect_timeout = span_not_zero(options, "connectTimeout").unwrap_or(absent.connect_timeout);
    ServerOptions { engine, connect_timeout, recovery: recovery(options) }
}

/// What a server does in its namespaces, as handlers.
pub fn namespaces(server: &Value) -> LiteMap<String, NamespaceRules> {
    let mut rules = LiteMap::new();
    for namespace in list(server, "namespaces") {
        let gate = namespace.get("auth").map(|auth| Gate {
            token: auth.get("token").cloned().unwrap_or(Value::Null),
            message: text(auth, "message").unwrap_or_default().to_owned(),
            data: auth.get("data").filter(|data| **data != Value::Null).cloned(),
        });
        let rooms = match namespace.get("join") {
            Some(Value::Text(room)) => vec![room.clone()],
            Some(Value::Array(rooms)) => rooms.iter().filter_map(Value::as_text).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let join = |room: String| Action {
            after: Span::ZERO,
            what: Verb::Join(Template::Literal(room.as_str().into())),
        };
        let acknowledge = |(name, Reply { values, after }): (String, Reply)| {
            let values = values.into_iter().map(Template::Literal).collect();
            (name, vec![Action { after, what: Verb::Acknowledge(Arguments::Listed(values)) }])
        };
        let handlers = Handlers {
            connection: rooms.into_iter().map(join).collect(),
            events: replies(namespace).into_iter().map(acknowledge).collect(),
            ..Handlers::default()
        };
        let name = text(namespace, "name").unwrap_or("/").to_owned();
        rules.insert(name, NamespaceRules { gate, handlers });
    }
    if server.get("namespaces").is_none() {
        rules.insert("/".to_owned(), NamespaceRules::default());
    }
    rules
}

/// How events are acknowledged, by name.
pub fn replies(of: &Value) -> LiteMap<String, Reply> {
    let Some(Value::Object(rules)) = of.get("acks") else { return LiteMap::new() };
    let replying = rules.iter().filter(|(_, rule)| truth(rule, "never") != Some(true));
    let reply = |rule: &Value| Reply {
        values: list(rule, "reply").iter().map(read).collect(),
        after: span(rule, "after_ms").unwrap_or(Span::ZERO),
    };
    replying.map(|(name, rule)| (name.clone(), reply(rule))).collect()
}

/// The settings of a client's connection; `reconnectionDelay` and the like are those of the recorder.
pub fn manager(options: &Value) -> ManagerOptions {
    let absent = ManagerOptions::default();
    let mut engine = engine_io::client::ClientOptions { path: path(options), ..absent.engine };
    engine.transports = transports(options).unwrap_or(engine.transports);
    engine.may_upgrade = truth(options, "upgrade").unwrap_or(true);
    engine.tries_all_transports = truth(options, "tryAllTransports").unwrap_or(false);
    engine.query = match options.get("query") {
        Some(Value::Object(fields)) => {
            let plain = |value: &Value| value.as_text().map_or_else(|| value.to_json(), str::to_owned);
            fields.iter().map(|(name, value)| (name.clone(), plain(value))).collect()
        }
        Some(Value::Text(query)) => engine_io::target::split(&format!("?{query}")).1,
        _ => Vec::new(),
    };
    let attempts = match options.get("reconnectionAttempts") {
        Some(Value::Number(attempts)) if *attempts > 0.0 => Some(*attempts as u32),
        _ => None,
    };
    ManagerOptions {
        engine,
        reconnection: truth(options, "reconnection").unwrap_or(true),
        reconnection_attempts: attempts,
        reconnection_delay: match options.get("reconnectionDelay") {
            None => Span::from_ms(1_500),
            Some(_) => span_not_zero(options, "reconnectionDelay").unwrap_or(absent.reconnection_delay),
        },
        reconnection_delay_max: match options.get("reconnectionDelayMax") {
            None => Span::from_ms(1_500),
            Some(_) => {
                span_not_zero(options, "reconnectionDelayMax").unwrap_or(absent.reconnection_delay_max)
            }
        },
        randomization_factor: match options.get("randomizationFactor") {
            Some(Value::Number(factor)) => *factor,
            _ => 0.0,
        },
        timeout: match options.get("timeout") {
            Some(Value::Boolean(false)) => None,
            _ => span(options, "timeout").or(absent.timeout),
        },
        auto_connect: truth(options, "autoConnect").unwrap_or(true),
    }
}

/// The settings of a client's socket.
pub fn socket(options: &Value) -> SocketOptions {
    SocketOptions {
        auth: auth(options),
        retries: match options.get("retries") {
            Some(Value::Number(retries)) => Some(*retries as u32),
            _ => None,
        },
        ack_timeout: span(options, "ackTimeout"),
    }
}

/// What a client shows to be let in.
pub fn auth(options: &Value) -> Option<Value> {
    options.get("auth").filter(|auth| matches!(auth, Value::Object(_) | Value::Array(_))).cloned()
}
