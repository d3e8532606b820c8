//! The servers behind `--http`.

use super::http::HttpGateway;
use super::{failed, listen, read_scenario, say};
use crate::realtime::connection::ConnectionSettings;
use crate::realtime::websocket::{Subprotocols, WebSocketSettings};
use crate::scenario::{self, Scenario, ServerDocument, ServerKind};
use crate::simulation::declared_site;
use std::path::Path;

/// The servers of a gateway without a scenario: what the public test suites of Engine.IO and Socket.IO expect.
const ECHO: &str = include_str!("echo.json");

/// Puts the servers of a scenario on a socket.
pub(super) fn serve_http(address: &str, file: Option<&Path>) -> Result<HttpGateway, String> {
    let scenario = scenario(file)?;
    scenario::check_paths_on_one_port(&scenario.servers).map_err(|error| error.to_string())?;
    let listener = listen(address, "--http", "another server")?;
    let address = listener.local_addr().map_err(failed)?;
    let websocket =
        WebSocketSettings { message_limit: message_limit(&scenario.servers), ..WebSocketSettings::default() };
    // As the server of npm `ws`, on which Socket.IO stands, chooses a subprotocol.
    let subprotocols = Subprotocols::First;
    let settings = ConnectionSettings { websocket, subprotocols, ..ConnectionSettings::default() };
    let site = Box::new(declared_site(&scenario.servers, seed()));
    let gateway = HttpGateway::new(listener, site, settings).map_err(failed)?;
    say("http", address);
    Ok(gateway)
}

fn scenario(file: Option<&Path>) -> Result<Scenario, String> {
    let Some(file) = file else {
        let (_, scenario) =
            scenario::read(ECHO).map_err(|error| format!("the built-in scenario: {error}"))?;
        return Ok(scenario);
    };
    let (_, scenario) = read_scenario(file)?;
    if scenario.servers.is_empty() {
        let file = file.display();
        return Err(format!("{file}: there are no servers for --http; add them under \"servers\"."));
    }
    Ok(scenario)
}

/// Octets of the longest message of a WebSocket, whatever its path.
fn message_limit(servers: &[ServerDocument]) -> usize {
    let limits = servers.iter().filter_map(|server| match &server.kind {
        ServerKind::SocketIo { options, .. } => Some(options.engine.max_http_buffer_size),
        ServerKind::EngineEcho { options } => Some(options.max_http_buffer_size),
        ServerKind::Feed { .. } | ServerKind::WebSocketEcho => None,
    });
    limits.max().unwrap_or(WebSocketSettings::default().message_limit)
}

/// A seed of this run alone: a client that comes back after a restart must not be taken for another one.
#[expect(clippy::disallowed_types, reason = "a gateway is about real time")]
fn seed() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(1, |since| since.as_nanos() as u64)
}
