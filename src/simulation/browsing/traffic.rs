//! What goes by on a connection, for those who follow messages: which packets of Socket.IO a text carries.

use super::World;
use crate::actors::PathServer;
use crate::ids::StreamId;
use crate::network::layers::Spoken;
use crate::realtime::connection::Connection;
use crate::realtime::engine_io::{Data, Packet, from_payload};
use crate::realtime::socket_io::{self, Content, Decoder};

impl World {
    /// What a browser's connection carries at present; nothing where it is none.
    pub(in crate::simulation) fn spoken_by_browser(&self, stream: StreamId) -> Option<Spoken> {
        let wire = self.browsing.wires.get(&stream)?;
        let place = self.browsing.guests[wire.guest].place;
        let server = self.browsing.hosts[wire.host].site.server(place);
        let is_engine_io = matches!(server, Some(PathServer::SocketIo(_) | PathServer::EngineEcho(_)));
        Some(match (wire.server.as_ref().is_some_and(Connection::is_websocket), is_engine_io) {
            (true, true) => Spoken::SocketIo,
            (true, false) => Spoken::WebSocket,
            (false, true) => Spoken::EngineIo,
            (false, false) => Spoken::Http,
        })
    }
}

/// A packet that goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// An event in a namespace.
    Event(String),
    /// An acknowledgement in a namespace.
    Acknowledgement(String),
    /// A ping of the server.
    Ping,
    /// The answer to it.
    Pong,
}

/// The packets in the body of a request or a response.
pub(super) fn packets_in_body(body: &[u8]) -> Vec<Seen> {
    let packets = from_payload(&String::from_utf8_lossy(body));
    packets.into_iter().filter_map(|packet| seen(packet.ok()?)).collect()
}

/// The packet in a text of a WebSocket.
pub(super) fn packet_in_text(text: &str) -> Option<Seen> {
    seen(Packet::from_text(text).ok()?)
}

fn seen(packet: Packet) -> Option<Seen> {
    match packet {
        Packet::Ping(probe) if probe.is_empty() => Some(Seen::Ping),
        Packet::Pong(probe) if probe.is_empty() => Some(Seen::Pong),
        Packet::Message(Data::Text(text)) => packet_of(text),
        // Octets are attachments of the event before them.
        _ => None,
    }
}

fn packet_of(text: String) -> Option<Seen> {
    // Of an event with attachments only the head is here, from which the reader makes no packet yet; its kind and its
    // namespace stand before all else.
    let kind = text.as_bytes().first().copied()?;
    if kind == b'5' || kind == b'6' {
        let (_, rest) = text.split_once('-')?;
        let named = rest.starts_with('/').then(|| rest.split(',').next()).flatten();
        let namespace = named.unwrap_or("/").to_owned();
        return Some(if kind == b'5' { Seen::Event(namespace) } else { Seen::Acknowledgement(namespace) });
    }
    let socket_io::Packet { namespace, content, .. } = Decoder::default().add(Data::Text(text)).ok()??;
    match content {
        Content::Event(_) => Some(Seen::Event(namespace)),
        Content::Ack(_) => Some(Seen::Acknowledgement(namespace)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the protocol documents of Engine.IO ("Payload") and Socket.IO ("Packet encoding").
    #[test]
    fn events_acknowledgements_and_heartbeats_are_seen() {
        let body = "42[\"hello\"]\u{1e}2\u{1e}42/admin,456[\"project:delete\",123]\u{1e}43/admin,456[]\u{1e}\
                    451-[\"hello\",{\"_placeholder\":true,\"num\":0}]\u{1e}bAQID\u{1e}40/admin,\u{1e}6";
        let event = |namespace: &str| Seen::Event(namespace.to_owned());
        let expected =
            [event("/"), Seen::Ping, event("/admin"), Seen::Acknowledgement("/admin".to_owned()), event("/")];
        assert_eq!(packets_in_body(body.as_bytes()), expected);
        assert_eq!(packet_in_text("3"), Some(Seen::Pong));
        assert_eq!(packet_in_text("2probe"), None);
    }
}
