//! The TCP connections that are open, for whoever reads frames from here on.

use super::World;
use crate::ids::StreamId;
use crate::network::HostNumber;
use crate::network::capture::{KnownStream, SentBefore};
use crate::network::layers::Spoken;
use crate::simulation::streams::{Side, StreamEnd};

impl World {
    /// What is known of each connection that is open, with its two hosts. The link in it is not set.
    pub(in crate::simulation) fn known_streams(&self) -> Vec<([HostNumber; 2], KnownStream)> {
        let Some(packets) = &self.packets else { return Vec::new() };
        let mut known = Vec::new();
        for (&(host, port, remote), &end) in &packets.by_ends {
            let Some(other) = packets.network.host_at(*remote.ip()) else { continue };
            if end.side != Side::Opener || self.streams.port(end.stream).is_none() {
                continue;
            }
            let sent = [end.side, end.side.other()].map(|side| {
                let end = StreamEnd { side, ..end };
                let (first, written) = self.streams.numbers_of(end)?;
                Some(SentBefore { base: first.wrapping_sub(1), next: first.wrapping_add(written as u32) })
            });
            let address = packets.network.host(host).settings().address().octets();
            let stream = KnownStream {
                link: 0,
                ends: [(address, port), (remote.ip().octets(), remote.port())],
                sent,
                spoken: self.spoken_on(end.stream).code(),
            };
            known.push(([host, other], stream));
        }
        known
    }

    /// What a connection carries at present.
    fn spoken_on(&self, stream: StreamId) -> Spoken {
        if let Some(line) = self.packets.as_ref().and_then(|packets| packets.lines.get(&stream)) {
            return match &line.tunnels {
                None => Spoken::Amqp,
                Some(tunnels) if tunnels[1].is_open() => Spoken::WebSocket,
                Some(_) => Spoken::Http,
            };
        }
        self.spoken_by_browser(stream).unwrap_or_default()
    }
}
