//! Browsers: which server each of them talks to, in which way, and what its program does.

use super::document::{LARGEST_EXACT, invalid};
use super::handlers::{arguments, emission_template, span, value};
use super::reader::Reader;
use super::servers::transport;
use super::{Pace, ScenarioError, ServerDocument, ServerKind};
use crate::actors::{
    ClientAction, ClientEmission, ClientListener, ClientVerb, NamespaceProgram, PlannedRequest, Waiting,
};
use crate::realtime::socket_io::client::{ManagerOptions, SocketOptions};
use crate::time::Span;

/// A browser with a page in it.
///
/// | field | is |
/// | --- | --- |
/// | `id` | its name |
/// | `server` | the `id` of the server that its page talks to |
/// | one of the kinds below | how it does so |
/// | `says` | what its page says to a feed or an echo, in turn; not with `http` and `socket_io` |
/// | `arrivals`, `limit` | when the page makes its next request, says its next line, sends its next event; without it when told to by `publish` |
/// | `blocks_websocket` | whether something between takes the wish for a WebSocket out of every request, as proxies do that do not know it (RFC 9110 section 7.6.1) |
///
/// | kind | in words |
/// | --- | --- |
/// | `{"http": {"requests": [{"method", "path", "body"}]}}` | single requests, in turn |
/// | `{"polling": {"interval_us"}}` | asks a feed for new lines once in a while (short polling) |
/// | `{"long_polling": {"wait_us"}}` | asks a feed, which may wait so long before it answers (RFC 6202); 25 s if nothing is said |
/// | `{"websocket": {"reconnects_after_us"}}` | keeps a WebSocket (RFC 6455); comes back only if that is said |
/// | `{"socket_io": {…}}` | a Socket.IO client |
///
/// A Socket.IO client has Socket.IO's options: `transports` (those it tries, in order), `upgrade`, `reconnection`,
/// `reconnection_attempts`, `reconnection_delay_us`, `reconnection_delay_max_us`, `randomization_factor`,
/// `timeout_us`, `auto_connect`, `retries`, `ack_timeout_us`; `auth`; and
///
/// | field | is |
/// | --- | --- |
/// | `namespaces` | a list of `name`, `auth`, `on`; without it `/` alone, with the `auth` and `on` that stand beside |
/// | `on` | for each event a list of actions: `connect`, `connect_error`, `disconnect`, and those that the server sends |
/// | `emits` | events that it sends of its own accord, in turn: `event`, `args`, `namespace`, `volatile`, `ack`, `timeout_us` |
///
/// | action | in Socket.IO's words |
/// | --- | --- |
/// | `{"emit": {…}}` | `socket.emit`, as in `emits` |
/// | `{"acknowledge": …}` | the callback of the event; arguments as servers have them |
/// | `{"on": {…}}` | `socket.on`: listens from now on, besides all that listen already |
/// | `{"connect": {}}`, `{"disconnect": {}}` | `socket.connect()`, `socket.disconnect()` |
///
/// Any of them may have `after_us` besides, the time that it waits.
#[derive(Clone, Debug, PartialEq)]
pub struct BrowserDocument {
    /// Its name.
    pub id: String,
    /// The name of the server.
    pub server: String,
    /// How its page talks to it.
    pub kind: BrowserKind,
    /// What its page says, in turn.
    pub says: Vec<String>,
    /// When it does something of its own accord.
    pub pace: Option<Pace>,
    /// Whether something between takes the wish for a WebSocket out of every request.
    pub blocks_websocket: bool,
}

/// How a page talks to its server.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "there are few of them, and they live long")]
pub enum BrowserKind {
    /// Single requests.
    Http(Vec<PlannedRequest>),
    /// Short or long polling.
    Polling(Waiting),
    /// A WebSocket.
    WebSocket {
        /// How long after its end another one is opened; never without it.
        reconnects_after: Option<Span>,
    },
    /// Socket.IO.
    SocketIo {
        /// The settings of the connection. Host and path are those of the server.
        options: ManagerOptions,
        /// The namespaces.
        namespaces: Vec<NamespaceProgram>,
        /// What it sends of its own accord, in turn.
        emits: Vec<ClientEmission>,
    },
}

type Read<T> = Result<T, ScenarioError>;

const KINDS: [&str; 5] = ["http", "polling", "long_polling", "websocket", "socket_io"];

/// How long a server may hold a request if nothing is said: RFC 6202 section 5.5 calls 30 seconds safe.
const LONG_POLL: Span = Span::from_ms(25_000);

impl BrowserDocument {
    pub(super) fn read(browser: &Reader) -> Read<BrowserDocument> {
        const FIELDS: [&str; 6] = ["id", "server", "says", "arrivals", "limit", "blocks_websocket"];
        browser.only(&[&FIELDS[..], &KINDS].concat())?;
        let mut kinds = browser.members()?.filter(|(name, _)| KINDS.contains(name));
        let (Some((name, field)), None) = (kinds.next(), kinds.next()) else {
            return browser.invalid(format!("a browser has one of the fields {}", KINDS.join(", ")));
        };
        let some_time = |field: Reader| Ok(Span::from_us(field.whole(1, LARGEST_EXACT)?));
        let kind = match name {
            "http" => {
                field.only(&["requests"])?;
                BrowserKind::Http(field.list("requests", request)?)
            }
            "polling" => {
                field.only(&["interval_us"])?;
                BrowserKind::Polling(Waiting::Interval(some_time(field.required("interval_us")?)?))
            }
            "long_polling" => {
                field.only(&["wait_us"])?;
                // A wait is said to the server in whole milliseconds.
                let wait = field.field("wait_us", LONG_POLL, |wait| {
                    Ok(Span::from_us(wait.whole(1_000, LARGEST_EXACT)?))
                })?;
                BrowserKind::Polling(Waiting::AtServer(wait))
            }
            "websocket" => {
                field.only(&["reconnects_after_us"])?;
                let reconnects_after = field.optional("reconnects_after_us")?.map(some_time).transpose()?;
                BrowserKind::WebSocket { reconnects_after }
            }
            _ => socket_io(&field)?,
        };
        let says = browser.list("says", |line| line.short_text())?;
        if let (BrowserKind::Http(_) | BrowserKind::SocketIo { .. }, Some(field)) =
            (&kind, browser.optional("says")?)
        {
            return field.invalid(format!("with {name} nothing is said; leave it out"));
        }
        Ok(BrowserDocument {
            id: browser.required("id")?.name()?,
            server: browser.required("server")?.name()?,
            kind,
            says,
            pace: Pace::read(browser)?,
            blocks_websocket: browser.field("blocks_websocket", false, Reader::truth)?,
        })
    }

    /// Checks that its server is there and understands it.
    pub(super) fn check(&self, place: &str, servers: &[ServerDocument]) -> Read<()> {
        let Some(server) = servers.iter().find(|server| server.id == self.server) else {
            let known: Vec<&str> = servers.iter().map(|server| server.id.as_str()).take(5).collect();
            let what = format!(
                "there is no server '{}'; under servers there are: {}",
                self.server,
                known.join(", ")
            );
            return invalid(format!("{place}.server"), what);
        };
        let is_understood = match (&self.kind, &server.kind) {
            (BrowserKind::SocketIo { .. }, kind) => matches!(kind, ServerKind::SocketIo { .. }),
            (BrowserKind::Polling(_), kind) => matches!(kind, ServerKind::Feed { .. }),
            (BrowserKind::WebSocket { .. }, kind) => {
                matches!(kind, ServerKind::Feed { .. } | ServerKind::WebSocketEcho)
            }
            (BrowserKind::Http(_), _) => true,
        };
        if !is_understood {
            let what = format!(
                "'{}' does not understand this browser: a Socket.IO client needs a Socket.IO server, polling a feed, \
                 a WebSocket a feed or an echo",
                self.server
            );
            return invalid(format!("{place}.server"), what);
        }
        let has_acts = match &self.kind {
            BrowserKind::Http(requests) => !requests.is_empty(),
            BrowserKind::SocketIo { emits, .. } => !emits.is_empty(),
            BrowserKind::Polling(_) | BrowserKind::WebSocket { .. } => !self.says.is_empty(),
        };
        if self.pace.is_some() && !has_acts {
            let what = "there is nothing for it to do then: \"requests\", \"emits\" or \"says\" are missing";
            return invalid(format!("{place}.arrivals"), what);
        }
        Ok(())
    }
}

fn request(request: &Reader) -> Read<PlannedRequest> {
    request.only(&["method", "path", "body"])?;
    let method = |field: &Reader| {
        let method = field.text()?;
        let is_method = !method.is_empty() && method.bytes().all(|octet| octet.is_ascii_uppercase());
        if is_method {
            Ok(method)
        } else {
            field.invalid("a method is written in capital letters, as GET is")
        }
    };
    Ok(PlannedRequest {
        method: request.field("method", "GET".to_owned(), method)?,
        target: super::servers::path(&request.required("path")?)?,
        body: request.field("body", String::new(), Reader::text)?,
    })
}

fn socket_io(client: &Reader) -> Read<BrowserKind> {
    client.only(&[
        "transports",
        "upgrade",
        "reconnection",
        "reconnection_attempts",
        "reconnection_delay_us",
        "reconnection_delay_max_us",
        "randomization_factor",
        "timeout_us",
        "auto_connect",
        "retries",
        "ack_timeout_us",
        "auth",
        "on",
        "namespaces",
        "emits",
    ])?;
    let mut options = ManagerOptions::default();
    if let Some(transports) = client.optional("transports")? {
        options.engine.transports = transports.each(transport)?;
        if options.engine.transports.is_empty() {
            return transports.invalid("there must be polling, websocket or both here");
        }
    }
    let whole = |field: Reader| Ok(field.whole(0, u32::MAX.into())? as u32);
    options.engine.may_upgrade = client.field("upgrade", true, Reader::truth)?;
    options.reconnection = client.field("reconnection", true, Reader::truth)?;
    options.reconnection_attempts = client.optional("reconnection_attempts")?.map(whole).transpose()?;
    // The client counts these in milliseconds, and without any time it would never wait.
    let delay = |field: &Reader| Ok(Span::from_us(field.whole(1_000, LARGEST_EXACT)?));
    options.reconnection_delay = client.field("reconnection_delay_us", options.reconnection_delay, delay)?;
    options.reconnection_delay_max =
        client.field("reconnection_delay_max_us", options.reconnection_delay_max, delay)?;
    options.randomization_factor =
        client.field("randomization_factor", options.randomization_factor, |factor| {
            factor.number((0.0, 1.0), "from 0 to 1")
        })?;
    options.timeout = Some(client.field("timeout_us", Span::from_ms(20_000), delay)?);
    options.auto_connect = client.field("auto_connect", true, Reader::truth)?;
    let shared = SocketOptions {
        auth: client.optional("auth")?.map(|auth| Ok(value(&auth.raw()?))).transpose()?,
        retries: client.optional("retries")?.map(whole).transpose()?,
        ack_timeout: client.optional("ack_timeout_us")?.map(|field| span(&field)).transpose()?,
    };
    let namespaces = match client.optional("namespaces")? {
        None => vec![NamespaceProgram {
            name: "/".to_owned(),
            options: shared,
            listeners: client.field("on", Vec::new(), listeners)?,
        }],
        Some(list) => {
            if let Some(on) = client.optional("on")? {
                return on.invalid("with \"namespaces\" each of them has its own");
            }
            list.each(|entry| namespace(entry, &shared))?
        }
    };
    let emits = client.list("emits", |field| {
        let emission = emission(field)?;
        if namespaces.iter().all(|namespace| namespace.name != emission.namespace) {
            let name = &emission.namespace;
            return field.invalid(format!("it is not in the namespace '{name}'; add it to \"namespaces\""));
        }
        Ok(emission)
    })?;
    Ok(BrowserKind::SocketIo { options, namespaces, emits })
}

/// An event that a browser sends: `namespace` besides the fields of the event.
pub(super) fn emission(field: &Reader) -> Read<ClientEmission> {
    Ok(ClientEmission {
        emission: emission_template(field, &["namespace"])?,
        namespace: field.field("namespace", "/".to_owned(), Reader::text)?,
    })
}

fn namespace(namespace: &Reader, shared: &SocketOptions) -> Read<NamespaceProgram> {
    namespace.only(&["name", "auth", "on"])?;
    let name = namespace.required("name")?;
    if !name.text()?.starts_with('/') {
        return name.invalid("the name of a namespace begins with /");
    }
    let auth = namespace.optional("auth")?.map(|auth| Ok(value(&auth.raw()?))).transpose()?;
    Ok(NamespaceProgram {
        name: name.text()?,
        options: SocketOptions { auth: auth.or_else(|| shared.auth.clone()), ..shared.clone() },
        listeners: namespace.field("on", Vec::new(), listeners)?,
    })
}

fn listeners(on: &Reader) -> Read<Vec<ClientListener>> {
    let mut listeners = Vec::new();
    for (name, list) in on.members()? {
        let actions = list.each(|entry| action(entry, name))?;
        listeners.push(ClientListener { event: name.to_owned(), actions });
    }
    Ok(listeners)
}

fn action(action: &Reader, event: &str) -> Read<ClientAction> {
    const VERBS: &str = "emit, acknowledge, on, connect, disconnect";
    let after = action.field("after_us", Span::ZERO, span)?;
    let mut verbs = action.members()?.filter(|(name, _)| *name != "after_us");
    let (Some((name, field)), None) = (verbs.next(), verbs.next()) else {
        return action.invalid(format!("an action has one of the fields {VERBS}, and after_us besides"));
    };
    let what = match name {
        "emit" => ClientVerb::Emit(emission_template(&field, &[])?),
        "acknowledge" if ["connect", "connect_error", "disconnect"].contains(&event) => {
            return field.invalid(format!("nobody waits for an acknowledgement of {event}"));
        }
        "acknowledge" => ClientVerb::Acknowledge(arguments(&field)?),
        "on" => ClientVerb::Listen(listeners(&field)?),
        "connect" => ClientVerb::Connect,
        "disconnect" => ClientVerb::Disconnect,
        _ => return field.invalid(format!("there is no action of this name; there are {VERBS}")),
    };
    if matches!(what, ClientVerb::Connect | ClientVerb::Disconnect) {
        field.only(&[])?;
    }
    Ok(ClientAction { after, what })
}
