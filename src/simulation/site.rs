//! From a scenario's servers to what stands behind a port.

use crate::actors::{EngineEcho, PathServer, Site, SocketServer};
use crate::realtime::Echo;
use crate::rng::Stream;
use crate::scenario::{ServerDocument, ServerKind};

/// The servers of a scenario, without clients. Identifiers are drawn from streams of `seed`, one for each server.
pub fn declared_site(servers: &[ServerDocument], seed: u64) -> Site {
    let server = |document: &ServerDocument| {
        let stream = Stream::new(seed, &document.id);
        let server = match &document.kind {
            ServerKind::SocketIo { options, namespaces } => {
                PathServer::SocketIo(SocketServer::new(options.clone(), namespaces.clone(), stream))
            }
            ServerKind::EngineEcho { options } => {
                PathServer::EngineEcho(EngineEcho::new(options.clone(), stream))
            }
            ServerKind::WebSocketEcho => PathServer::Echo(Echo::default()),
        };
        (document.path.clone(), server)
    };
    Site::new(servers.iter().map(server).collect())
}
