//! What hosts notice, as facts and for those who speak on streams.

use super::{Socket, World};
use crate::facts::{Event, Rule};
use crate::network::HostNumber;
use crate::network::host::{
    ConnectionNumber, DiscardReason, HostEvent, Part, RetransmissionReason, TcpState,
};
use crate::simulation::socket_state::state_name;
use crate::simulation::streams::{Break, break_event};

impl World {
    /// A host notices something.
    pub(super) fn host_notices(&mut self, host: HostNumber, event: HostEvent) {
        match event {
            HostEvent::State { connection, from, to } => self.state_changes(host, connection, from, to),
            HostEvent::Acceptable { connection, port, .. } => self.accepts(host, connection, port),
            HostEvent::Readable { connection, .. } => {
                if let Some(socket) = self.socket(host, connection) {
                    self.readable(socket.end, host, connection);
                }
            }
            HostEvent::Acknowledged { connection, octets } => {
                if let Some(socket) = self.socket(host, connection) {
                    self.streams.acknowledged(socket.end, octets);
                    self.has_writes(socket.end);
                }
            }
            HostEvent::ResetReceived { connection } => self.ends(host, connection, Break::Reset),
            HostEvent::GivenUp { connection } => self.ends(host, connection, Break::TimedOut),
            HostEvent::Retransmission { connection, part, reason, count } => {
                self.record_retransmission(host, connection, part, reason, count);
            }
            HostEvent::Datagram { port } => self.datagram_comes(host, port),
            HostEvent::Unreachable { remote, .. } => {
                let peer = self.packets.as_ref().and_then(|packets| packets.network.host_at(*remote.ip()));
                let Some(peer) = peer else { return };
                let (node, peer) = (self.host_name(host), self.host_name(peer));
                let (port, rule) = (remote.port().into(), Rule::NobodyReceives);
                self.record(Event::PortClosed { node, peer, port, rule });
            }
            HostEvent::Discarded { reason } => self.record_discard(host, reason),
            HostEvent::DuplicateAcknowledgement { connection, .. }
            | HostEvent::Held { connection, .. }
            | HostEvent::Released { connection, .. }
            | HostEvent::WindowClosed { connection }
            | HostEvent::WindowOpened { connection }
            | HostEvent::WindowProbe { connection } => self.record_course(host, connection, &event),
            // The other side says what comes of these.
            HostEvent::ResetSent { .. } | HostEvent::Refused { .. } => {}
            // These say nothing that a segment does not say.
            HostEvent::Repeated { .. } | HostEvent::KeepAlive { .. } => {}
        }
    }

    fn socket(&mut self, host: HostNumber, connection: ConnectionNumber) -> Option<Socket> {
        self.packets.as_mut()?.socket(host, connection)
    }

    fn state_changes(
        &mut self,
        host: HostNumber,
        connection: ConnectionNumber,
        from: TcpState,
        to: TcpState,
    ) {
        let Some(Socket { end, port, peer }) = self.socket(host, connection) else { return };
        let (node, peer) = (self.host_name(host), self.host_name(peer));
        let is_opening = matches!(to, TcpState::SynSent | TcpState::SynReceived | TcpState::Established);
        let rule = if is_opening { Rule::Opening } else { Rule::Closing };
        let (port, state) = (port.into(), self.names.intern(state_name(to)));
        self.record(Event::SocketChanged { node, port, peer, state, rule });
        match (from, to) {
            (TcpState::SynSent, TcpState::Established) => self.connection_opens(end),
            // The acceptor hears of it when it accepts.
            (TcpState::SynReceived, TcpState::CloseWait) => {}
            (_, TcpState::CloseWait | TcpState::Closing)
            | (TcpState::FinWait1 | TcpState::FinWait2, TcpState::TimeWait) => self.peer_closes(end),
            _ => {}
        }
    }

    fn accepts(&mut self, host: HostNumber, connection: ConnectionNumber, port: u16) {
        if let Some(packets) = &mut self.packets {
            packets.network.with_host(self.now, host, |host| host.accept(port));
        }
        let Some(Socket { end, .. }) = self.socket(host, connection) else { return };
        self.streams.has_connection(end, (host, connection));
        self.connection_opens(end);
        let state = self.packets.as_ref().map(|packets| packets.network.host(host).state(connection));
        if state == Some(TcpState::CloseWait) {
            self.peer_closes(end);
        }
    }

    fn ends(&mut self, host: HostNumber, connection: ConnectionNumber, why: Break) {
        let Some(Socket { end, peer, .. }) = self.socket(host, connection) else { return };
        if self.streams.is_opening(end) && why == Break::Reset {
            let (node, peer) = (self.host_name(host), self.host_name(peer));
            let port = self.streams.port(end.stream).unwrap_or(0).into();
            self.record(Event::PortClosed { node, peer, port, rule: Rule::Reset });
            return self.connection_refused(end);
        }
        let event = break_event(self.host_name(host), self.host_name(peer), why);
        self.record(event);
        self.connection_breaks(end, why);
    }

    fn record_retransmission(
        &mut self,
        host: HostNumber,
        connection: ConnectionNumber,
        part: Part,
        reason: RetransmissionReason,
        count: u32,
    ) {
        let Some(Socket { peer, .. }) = self.socket(host, connection) else { return };
        let (node, peer) = (self.host_name(host), self.host_name(peer));
        let (place, octets) = match part {
            Part::Octets { from, to } => (from, to - from),
            // They count as one in the numbers of TCP, and are no octets of the stream.
            Part::Syn | Part::Fin => (0, 0),
        };
        let count = count.into();
        self.record(match reason {
            RetransmissionReason::Timeout => {
                let rule = Rule::Retransmission;
                Event::SentAgain { node, peer, place, octets, count, rule }
            }
            RetransmissionReason::DuplicateAcknowledgements => {
                Event::SentAgainFast { node, peer, place, octets, rule: Rule::FastRetransmit }
            }
        });
    }

    /// How a connection fares.
    fn record_course(&mut self, host: HostNumber, connection: ConnectionNumber, event: &HostEvent) {
        let Some(Socket { peer, .. }) = self.socket(host, connection) else { return };
        let (node, peer) = (self.host_name(host), self.host_name(peer));
        let rule = Rule::Window;
        self.record(match *event {
            HostEvent::DuplicateAcknowledgement { octet: place, count, .. } => {
                let (count, rule) = (count.into(), Rule::FastRetransmit);
                Event::AcknowledgedAgain { node, peer, place, count, rule }
            }
            HostEvent::Held { from, to, missing, .. } => {
                Event::OctetsHeld { node, peer, octets: to - from, missing, rule: Rule::HeadOfLine }
            }
            HostEvent::Released { octets, .. } => {
                Event::OctetsReleased { node, peer, octets, rule: Rule::HeadOfLine }
            }
            HostEvent::WindowClosed { .. } => Event::WindowClosed { node, peer, rule },
            HostEvent::WindowOpened { .. } => Event::WindowOpened { node, peer, rule },
            HostEvent::WindowProbe { .. } => Event::WindowProbed { node, peer, rule },
            _ => return,
        });
    }

    fn record_discard(&mut self, host: HostNumber, reason: DiscardReason) {
        let receiver = self.host_name(host);
        self.record(match reason {
            DiscardReason::BufferFull => {
                Event::DatagramOverflow { receiver, rule: Rule::DatagramsAreUnreliable }
            }
            DiscardReason::PortUnreachable => Event::FrameDiscarded { receiver, rule: Rule::NobodyReceives },
            DiscardReason::BacklogFull => Event::FrameDiscarded { receiver, rule: Rule::BestEffort },
            DiscardReason::NotForThisHost
            | DiscardReason::Malformed
            | DiscardReason::Ipv4Checksum
            | DiscardReason::TcpChecksum
            | DiscardReason::UdpChecksum => Event::FrameDiscarded { receiver, rule: Rule::Checksum },
        });
    }
}
