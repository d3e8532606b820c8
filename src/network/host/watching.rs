//! What a host notices of its own stack.

use super::connection::Connection;
use super::event::{ConnectionNumber, DiscardReason, HostEvent, TcpState};
use super::input::Input;
use super::inspection::{Inspection, Segment, inspect_sent};
use super::stack::{Datagram, Outcome, Stack};
use super::{FIRST_DYNAMIC_PORT, Host, HostError};
use std::net::SocketAddrV4;

impl Host {
    /// Looks at what went into the stack and at what came of it, and takes over all that came out.
    pub(super) fn watch(
        &mut self,
        stack: &Stack,
        input: &Input,
        inspection: Option<Inspection>,
        outcome: &mut Outcome,
    ) {
        let mut events = Vec::new();
        for (number, port, remote) in stack.connections_from(self.next_connection) {
            let is_incoming = outcome.opened != Some(number);
            self.connections.insert(number, Connection::new(number, port, remote, is_incoming));
            self.next_connection = number.0 + 1;
        }
        match input {
            Input::Send(number, _) => {
                self.connections.entry(*number).and_modify(|each| each.written += outcome.taken as u64);
            }
            Input::Receive(number, _) => {
                let octets = outcome.octets.len() as u64;
                self.connections.entry(*number).and_modify(|each| each.read += octets);
            }
            _ => {}
        }
        let mut retransmits = None;
        let mut is_reset = None;
        match inspection {
            Some(Inspection::Segment(segment)) => {
                if let Some(connection) = self.find(segment.destination.port(), segment.source) {
                    let is_third = connection.segment_received(&segment, &mut events);
                    retransmits = is_third.then_some(connection.number);
                    is_reset = segment.is_reset.then_some(connection.number);
                }
            }
            Some(Inspection::PortUnreachable { source, destination }) => {
                events.push(HostEvent::Unreachable { port: source.port(), remote: destination });
            }
            _ => {}
        }
        for frame in std::mem::take(&mut outcome.frames) {
            match inspect_sent(&frame) {
                Inspection::Segment(segment) => self.watch_segment(&segment, retransmits, &mut events),
                Inspection::PortUnreachable { .. } => {
                    events.push(HostEvent::Discarded { reason: DiscardReason::PortUnreachable });
                }
                _ => {}
            }
            self.frames.push_back(frame);
        }
        for (port, datagram) in std::mem::take(&mut outcome.datagrams) {
            events.push(self.keep(port, datagram));
        }
        let is_asked = matches!(input, Input::Abort(_) | Input::Close(_));
        self.watch_standings(stack, is_reset, is_asked, &mut events);
        self.next_timeout = outcome.next_timeout;
        self.events.extend(events);
    }

    fn watch_segment(
        &mut self,
        segment: &Segment,
        retransmits: Option<ConnectionNumber>,
        events: &mut Vec<HostEvent>,
    ) {
        let port = segment.source.port();
        match self.find(port, segment.destination) {
            Some(connection) => {
                let is_after_third_duplicate = retransmits == Some(connection.number);
                connection.segment_sent(segment, is_after_third_duplicate, events);
            }
            None if segment.is_reset => events.push(HostEvent::Refused { port, remote: segment.destination }),
            None => {}
        }
    }

    fn watch_standings(
        &mut self,
        stack: &Stack,
        is_reset: Option<ConnectionNumber>,
        is_asked: bool,
        events: &mut Vec<HostEvent>,
    ) {
        let listeners = &mut self.listeners;
        for (number, connection) in self.connections.iter_mut() {
            let before = connection.state;
            let standing = stack.standing(*number);
            connection.stands(standing, events);
            let after = connection.state;
            if after == TcpState::Closed && before != after {
                let ends_so = matches!(before, TcpState::TimeWait | TcpState::LastAck);
                if is_reset == Some(*number) {
                    events.push(HostEvent::ResetReceived { connection: *number });
                } else if !ends_so && !is_asked {
                    events.push(HostEvent::GivenUp { connection: *number });
                }
            }
            let is_established = matches!(after, TcpState::Established | TcpState::CloseWait);
            if connection.is_incoming && before == TcpState::SynReceived && is_established {
                let (port, remote) = (connection.port, connection.remote);
                if let Some(listener) = listeners.get_mut(&port) {
                    listener.acceptable.push_back(*number);
                }
                events.push(HostEvent::Acceptable { connection: *number, port, remote });
            }
        }
        self.connections.retain(|number, _| stack.knows(*number));
    }

    fn keep(&mut self, port: u16, datagram: Datagram) -> HostEvent {
        let limit = self.settings.datagram_buffer as usize;
        match self.inboxes.get_mut(&port) {
            Some(inbox) if inbox.octets + datagram.payload.len() <= limit => {
                inbox.octets += datagram.payload.len();
                inbox.datagrams.push_back(datagram);
                HostEvent::Datagram { port }
            }
            _ => HostEvent::Discarded { reason: DiscardReason::BufferFull },
        }
    }

    /// The connection with these ends; of two the newer one, as the older one is over.
    fn find(&mut self, port: u16, remote: SocketAddrV4) -> Option<&mut Connection> {
        let newest = self.connections.iter_mut().map(|(_, each)| each);
        newest.rev().find(|each| each.port == port && each.remote == remote)
    }

    /// Whether a segment opens a connection for which there is no more room.
    pub(super) fn is_backlog_full(&self, segment: &Segment) -> bool {
        let port = segment.destination.port();
        let Some(listener) = self.listeners.get(&port).filter(|_| segment.is_syn) else { return false };
        let waiting = self
            .connections
            .values()
            .filter(|each| each.is_incoming && each.port == port && each.state == TcpState::SynReceived);
        let is_known =
            self.connections.values().any(|each| each.port == port && each.remote == segment.source);
        !is_known && listener.acceptable.len() + waiting.count() >= listener.backlog.max(1)
    }

    /// A port for a connection that is opened from here: the next one that no connection has.
    pub(super) fn free_port(&mut self) -> Result<u16, HostError> {
        for _ in FIRST_DYNAMIC_PORT..=u16::MAX {
            let port = self.next_port;
            self.next_port = port.checked_add(1).unwrap_or(FIRST_DYNAMIC_PORT);
            let is_free = self.connections.values().all(|each| each.port != port);
            if is_free && !self.listeners.contains_key(&port) {
                return Ok(port);
            }
        }
        Err(HostError::NoPortLeft)
    }
}
