//! From a scenario's servers to what stands behind a port.

use super::employing;
use crate::actors::{EngineEcho, Feed, PathServer, Rhythm, Site, SocketServer};
use crate::ids::Names;
use crate::realtime::Echo;
use crate::rng::Stream;
use crate::scenario::{Pace, ServerDocument, ServerKind};
use crate::time::Time;

/// The servers of a scenario behind one port, without clients. Identifiers are drawn from streams of `seed`, one for
/// each server.
pub fn declared_site(servers: &[ServerDocument], seed: u64) -> Site {
    site(servers.iter(), seed, Time::START)
}

/// Servers that start at a moment.
pub(super) fn site<'a>(servers: impl Iterator<Item = &'a ServerDocument>, seed: u64, now: Time) -> Site {
    Site::new(servers.map(|document| (document.path.clone(), path_server(document, seed, now))).collect())
}

fn path_server(document: &ServerDocument, seed: u64, now: Time) -> PathServer {
    let stream = Stream::new(seed, &document.id);
    let paced = |pace: &Option<Pace>| pace.as_ref().map(|pace| rhythm(pace, seed, &document.id, now));
    match &document.kind {
        ServerKind::SocketIo { options, namespaces, emits, pace } => {
            let server = SocketServer::new(options.clone(), namespaces.clone(), stream);
            PathServer::SocketIo(match paced(pace) {
                Some(rhythm) => server.emitting(emits.clone(), rhythm),
                None => server,
            })
        }
        ServerKind::Feed { keeps, lines, pace } => {
            PathServer::Feed(Feed::new(*keeps, lines.clone(), paced(pace)))
        }
        ServerKind::EngineEcho { options } => {
            PathServer::EngineEcho(EngineEcho::new(options.clone(), stream))
        }
        ServerKind::WebSocketEcho => PathServer::Echo(Echo::default()),
    }
}

/// The rhythm of an actor, with a stream of its own.
pub(super) fn rhythm(pace: &Pace, seed: u64, actor: &str, now: Time) -> Rhythm {
    // What a trace says of messages is for producers.
    let (arrivals, _) = employing::arrivals(&mut Names::new(), &pace.arrivals);
    Rhythm::new(arrivals, pace.limit, Stream::new(seed, &format!("{actor}:rhythm")), now)
}
