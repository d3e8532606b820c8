//! Browsers and servers.

use super::{EdgeKind, NodeKind, Picture, PictureNode, Subject};
use crate::actors::{Arrivals, Waiting};
use crate::facts::ClientName;
use crate::ids::{Name, Names};
use crate::realtime::engine_io::TransportName;
use crate::realtime::socket_io::client::ManagerOptions;
use crate::scenario::{BrowserDocument, BrowserKind, Pace, Scenario, ServerDocument, ServerKind};
use crate::simulation::employing;
use crate::simulation::setting::{Setting, per_second, seconds};
use crate::simulation::world::World;
use crate::time::Span;

impl Picture {
    /// Browsers and the hosts that they talk to, and the lines between them.
    pub(super) fn add_visitors(&mut self, scenario: &Scenario, world: &World) {
        for (number, guest) in world.browsing.guests.iter().enumerate() {
            let settings = browser_settings(scenario, &scenario.browsers[number]);
            self.add_visitor(world, guest.name, NodeKind::Browser, Subject::Guest(number), settings);
        }
        for (number, host) in world.browsing.hosts.iter().enumerate() {
            let documents = host.documents.iter().map(|place| &scenario.servers[*place]);
            let settings = documents.flat_map(server_settings).collect();
            self.add_visitor(world, host.name, NodeKind::Server, Subject::Host(number), settings);
        }
        for guest in &world.browsing.guests {
            let (from, to) = (guest.name.0, world.browsing.hosts[guest.host].name.0);
            let (from, to) = (self.client_place(from), self.client_place(to));
            self.add_edge(EdgeKind::Web, from, to, "");
        }
    }

    fn add_visitor(
        &mut self,
        world: &World,
        ClientName(name): ClientName,
        kind: NodeKind,
        subject: Subject,
        settings: Vec<Setting>,
    ) {
        let text = world.names.text(name).to_owned();
        let prefix = if kind == NodeKind::Browser { "browser" } else { "server" };
        self.note_client(name);
        let node = PictureNode {
            id: format!("{prefix}:{text}"),
            kind,
            name: text,
            virtual_host: String::new(),
            exchange_type: None,
            settings,
            arguments: Vec::new(),
            policy: Vec::new(),
        };
        self.add_node(subject, node);
    }

    /// The next node is the client of that name.
    fn note_client(&mut self, name: Name) {
        self.clients.insert(name, self.nodes.len());
    }
}

fn plain(key: &'static str) -> Setting {
    Setting { key, value: String::new() }
}

fn pace_settings(pace: Option<&Pace>) -> Vec<Setting> {
    let Some(pace) = pace else { return Vec::new() };
    let (arrivals, _) = employing::arrivals(&mut Names::new(), &pace.arrivals);
    let rate = per_second(arrivals.per_second().unwrap_or_default());
    let (key, value) = match arrivals {
        Arrivals::Constant(span) => ("setting.pace.constant", seconds(span)),
        Arrivals::Poisson { .. } => ("setting.pace.poisson", rate),
        Arrivals::Bursts(_) => ("setting.pace.bursts", rate),
        Arrivals::Ramp(_) => ("setting.pace.ramp", rate),
        Arrivals::Listed(_) => ("setting.pace.list", String::new()),
    };
    let mut settings = vec![Setting { key, value }];
    settings.extend(pace.limit.map(|limit| Setting { key: "setting.limit", value: limit.to_string() }));
    settings
}

fn server_settings(document: &ServerDocument) -> Vec<Setting> {
    let path = |key| vec![Setting { key, value: document.path.clone() }];
    match &document.kind {
        ServerKind::SocketIo { options, pace, .. } => {
            let mut settings = path("setting.path.socket-io");
            let span = |key, span: Span| Setting { key, value: seconds(span) };
            settings.push(span("setting.ping-interval", options.engine.ping_interval));
            settings.push(span("setting.ping-timeout", options.engine.ping_timeout));
            settings.extend(
                options
                    .recovery
                    .map(|recovery| span("setting.connection-state-recovery", recovery.max_disconnection)),
            );
            settings.extend(pace_settings(pace.as_ref()));
            settings
        }
        ServerKind::Feed { keeps, pace, .. } => {
            let mut settings = path("setting.path.feed");
            settings.push(Setting { key: "setting.keeps", value: keeps.to_string() });
            settings.extend(pace_settings(pace.as_ref()));
            settings
        }
        ServerKind::EngineEcho { .. } => path("setting.path.engine-io"),
        ServerKind::WebSocketEcho => path("setting.path.websocket"),
    }
}

fn browser_settings(scenario: &Scenario, document: &BrowserDocument) -> Vec<Setting> {
    let span = |key, span: Span| Setting { key, value: seconds(span) };
    let mut settings = match &document.kind {
        BrowserKind::Http(_) => vec![plain("setting.way.http")],
        BrowserKind::Polling(Waiting::Interval(interval)) => vec![span("setting.way.polling", *interval)],
        BrowserKind::Polling(Waiting::AtServer(wait)) => vec![span("setting.way.long-polling", *wait)],
        BrowserKind::WebSocket { reconnects_after } => {
            let mut settings = vec![plain("setting.way.websocket")];
            settings.extend(reconnects_after.map(|after| span("setting.reconnects-after", after)));
            settings
        }
        BrowserKind::SocketIo { options, namespaces, .. } => {
            let mut settings = vec![Setting { key: "setting.way.socket-io", value: transports(options) }];
            if options.reconnection {
                settings.push(span("setting.reconnection-delay", options.reconnection_delay));
            } else {
                settings.push(plain("setting.no-reconnection"));
            }
            let retries = namespaces.iter().find_map(|namespace| namespace.options.retries);
            let retries =
                retries.map(|count| Setting { key: "setting.ack-retries", value: count.to_string() });
            settings.extend(retries);
            settings
        }
    };
    if document.blocks_websocket {
        settings.push(plain("setting.blocks-websocket"));
    }
    settings.extend(pace_settings(document.pace.as_ref()));
    if let Some(server) = scenario.servers.iter().find(|server| server.id == document.server) {
        let link = scenario.link_between([&document.id, &server.host]);
        let latency = link.map_or(Span::ZERO, |link| link.forward.latency);
        settings.push(Setting { key: "setting.latency", value: seconds(latency) });
    }
    settings
}

fn transports(options: &ManagerOptions) -> String {
    let names: Vec<&str> = options.engine.transports.iter().map(|transport| transport.as_str()).collect();
    let may_upgrade = options.engine.may_upgrade
        && options.engine.transports.first() == Some(&TransportName::Polling)
        && names.len() > 1;
    names.join(if may_upgrade { " → " } else { ", " })
}
