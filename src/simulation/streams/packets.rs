//! Streams that are TCP connections between the hosts of two nodes.

use super::stream::Carriage;
use super::{Break, Side, StreamEnd, StreamEvent, Streams};
use crate::ids::{MessageId, NodeId};
use crate::network::HostNumber;
use crate::network::host::ConnectionNumber;
use crate::simulation::World;
use std::collections::VecDeque;
use std::net::SocketAddrV4;
use std::rc::Rc;

/// Connections that may wait to be accepted, as many servers have it (`listen` with a backlog of 128).
const BACKLOG: usize = 128;

/// Some octets of a stream, and what they are.
#[derive(Clone, Copy, Debug)]
pub(in crate::simulation) struct Mark {
    from: u64,
    /// The octet behind the last one.
    to: u64,
    pub message: MessageId,
    /// What says or brings the message, such as `basic.publish`.
    pub what: &'static str,
}

/// One side of a TCP connection.
#[derive(Clone, Debug, Default)]
pub(super) struct TcpEnd {
    connection: Option<(HostNumber, ConnectionNumber)>,
    is_open: bool,
    /// What was written and did not get into the socket yet; of the first, so many octets did.
    unsent: VecDeque<Rc<[u8]>>,
    taken: usize,
    /// Whether the socket knows that nothing more is written.
    is_closed: bool,
    /// Which octets belong to which messages, until they are acknowledged.
    marks: VecDeque<Mark>,
    acknowledged: u64,
    /// The number that TCP gives to the first octet.
    first: Option<u32>,
}

impl TcpEnd {
    /// Whether nothing is left to be said to its socket.
    pub fn is_done(&self) -> bool {
        self.is_closed || self.connection.is_none()
    }
}

impl Streams {
    fn tcp(&mut self, StreamEnd { stream, side }: StreamEnd) -> Option<&mut TcpEnd> {
        match &mut self.all.get_mut(&stream)?.carriage {
            Carriage::Packets(ends) => Some(&mut ends[side as usize]),
            Carriage::Messages { .. } => None,
        }
    }

    fn read_tcp(&self, StreamEnd { stream, side }: StreamEnd) -> Option<&TcpEnd> {
        match &self.all.get(&stream)?.carriage {
            Carriage::Packets(ends) => Some(&ends[side as usize]),
            Carriage::Messages { .. } => None,
        }
    }

    /// An end has its connection.
    pub fn has_connection(&mut self, end: StreamEnd, connection: (HostNumber, ConnectionNumber)) {
        if let Some(tcp) = self.tcp(end) {
            tcp.connection = Some(connection);
        }
    }

    /// The connection of an end.
    pub fn connection(&self, end: StreamEnd) -> Option<(HostNumber, ConnectionNumber)> {
        self.read_tcp(end)?.connection
    }

    /// Whether an end has asked for a connection and not got it.
    pub fn is_opening(&self, end: StreamEnd) -> bool {
        end.side == Side::Opener && self.read_tcp(end).is_some_and(|tcp| !tcp.is_open)
    }

    /// The number of the first octet that an end sends.
    pub fn begins_at(&mut self, end: StreamEnd, number: u32) {
        if let Some(tcp) = self.tcp(end) {
            tcp.first = Some(number);
        }
    }

    /// The number of the first octet that an end sends, once its SYN has one, and how many it has written.
    pub fn numbers_of(&self, end: StreamEnd) -> Option<(u32, u64)> {
        let first = self.read_tcp(end)?.first?;
        Some((first, self.all.get(&end.stream)?.ends[end.side as usize].written))
    }

    /// Which octet of what an end sends has a number, counted from 0. Numbers come round every 2^32, so it is the one
    /// nearest to what is acknowledged.
    pub fn place(&self, end: StreamEnd, number: u32) -> Option<u64> {
        let tcp = self.read_tcp(end)?;
        let near = tcp.acknowledged;
        let distance = number.wrapping_sub(tcp.first?).wrapping_sub(near as u32) as i32;
        Some(near.saturating_add_signed(distance.into()))
    }

    /// The messages of which something is in those octets of what an end sends, and whether it is the last of it.
    pub fn messages_in(&self, end: StreamEnd, from: u64, to: u64) -> Vec<(Mark, bool)> {
        let Some(tcp) = self.read_tcp(end) else { return Vec::new() };
        let within = tcp.marks.iter().filter(|mark| mark.from < to && from < mark.to);
        within.map(|mark| (*mark, mark.to <= to)).collect()
    }

    /// So many octets of what an end sends are acknowledged.
    pub fn acknowledged(&mut self, end: StreamEnd, octets: u64) {
        let Some(tcp) = self.tcp(end) else { return };
        tcp.acknowledged = octets;
        while tcp.marks.front().is_some_and(|mark| mark.to <= octets) {
            tcp.marks.pop_front();
        }
    }

    /// How many writes of an end wait for room in its socket.
    pub fn unsent(&self, end: StreamEnd) -> usize {
        self.read_tcp(end).map_or(0, |tcp| tcp.unsent.len())
    }
}

impl World {
    pub(super) fn listen_for_connections(&mut self, node: NodeId, port: u16) {
        let now = self.now;
        if let Some(packets) = &mut self.packets
            && let Some(host) = packets.host_of(node)
        {
            // The port is free: it was asked for once.
            let _ = packets.network.with_host(now, host, |host| host.listen(now, port, BACKLOG));
        }
    }

    pub(super) fn take_no_connections(&mut self, node: NodeId, port: u16) {
        let now = self.now;
        if let Some(packets) = &mut self.packets
            && let Some(host) = packets.host_of(node)
        {
            packets.network.with_host(now, host, |host| host.stop_listening(now, port));
        }
    }

    pub(super) fn open_connection(&mut self, end: StreamEnd) {
        let now = self.now;
        let (from, to) = (self.streams.node(end), self.streams.peer(end));
        let port = self.streams.port(end.stream);
        let Some(packets) = &mut self.packets else { return };
        let hosts =
            from.and_then(|node| packets.host_of(node)).zip(to.and_then(|node| packets.host_of(node)));
        let (Some((from, to)), Some(port)) = (hosts, port) else { return };
        let remote = SocketAddrV4::new(packets.network.host(to).settings().address(), port);
        // It fails when all ports are in use: then it never opens, as with a system that is out of them.
        if let Ok(connection) = packets.network.with_host(now, from, |host| host.connect(now, remote)) {
            packets.register(end, from, connection);
            self.streams.has_connection(end, (from, connection));
        }
    }

    pub(super) fn write_segments(
        &mut self,
        end: StreamEnd,
        octets: &[u8],
        from: u64,
        (messages, what): (&[MessageId], &'static str),
    ) {
        if let Some(tcp) = self.streams.tcp(end) {
            tcp.unsent.push_back(octets.into());
            let to = from + octets.len() as u64;
            tcp.marks.extend(messages.iter().map(|message| Mark { from, to, message: *message, what }));
            self.has_writes(end);
        }
    }

    /// An end has something to write or to close, or there may be room for it now.
    pub(in crate::simulation) fn has_writes(&mut self, end: StreamEnd) {
        let has_closed = self.streams.end(end).is_some_and(|own| own.has_closed);
        let wants = self
            .streams
            .read_tcp(end)
            .is_some_and(|tcp| tcp.is_open && (!tcp.unsent.is_empty() || has_closed && !tcp.is_closed));
        if let (true, Some(packets)) = (wants, &mut self.packets) {
            packets.writers.push_back(end);
        }
    }

    /// Puts into its socket what an end has written, as far as there is room.
    pub(in crate::simulation) fn push_writes(&mut self, end: StreamEnd) {
        let now = self.now;
        let has_closed = self.streams.end(end).is_some_and(|own| own.has_closed);
        let (Some(packets), Some(tcp)) = (&mut self.packets, self.streams.tcp(end)) else { return };
        let Some((host, connection)) = tcp.connection.filter(|_| tcp.is_open) else { return };
        while let Some(octets) = tcp.unsent.front().cloned() {
            let rest = &octets[tcp.taken..];
            let sent = packets.network.with_host(now, host, |host| host.send(now, connection, rest));
            tcp.taken += sent.unwrap_or(0);
            if tcp.taken < octets.len() {
                return;
            }
            tcp.unsent.pop_front();
            tcp.taken = 0;
        }
        if has_closed && !tcp.is_closed {
            tcp.is_closed = true;
            let _ = packets.network.with_host(now, host, |host| host.close(now, connection));
            self.streams.forget_if_over(end.stream);
        }
        self.line_has_room(end);
    }

    pub(super) fn reset_connection(&mut self, end: StreamEnd) {
        let now = self.now;
        let (Some(packets), Some(tcp)) = (&mut self.packets, self.streams.tcp(end)) else { return };
        tcp.unsent.clear();
        tcp.is_closed = true;
        if let Some((host, connection)) = tcp.connection {
            let _ = packets.network.with_host(now, host, |host| host.abort(now, connection));
        }
    }

    /// A connection is established for one of its ends.
    pub(in crate::simulation) fn connection_opens(&mut self, end: StreamEnd) {
        let Some(tcp) = self.streams.tcp(end) else { return };
        tcp.is_open = true;
        if self.streams.end(end).is_some_and(|own| own.is_over) {
            return self.reset_connection(end);
        }
        self.has_writes(end);
        self.stream_event(end, StreamEvent::Opened);
    }

    /// More octets have come for an end.
    pub(in crate::simulation) fn readable(
        &mut self,
        end: StreamEnd,
        host: HostNumber,
        connection: ConnectionNumber,
    ) {
        let now = self.now;
        let is_over = self.streams.end(end).is_none_or(|own| own.is_over);
        let asks = self.streams.end(end).is_some_and(|own| own.asks);
        let Some(packets) = &mut self.packets else { return };
        if asks && !is_over {
            return;
        }
        if is_over {
            // The program is gone, and its system says so.
            let _ = packets.network.with_host(now, host, |host| host.abort(now, connection));
            return;
        }
        let octets = packets.network.with_host(now, host, |host| host.receive(now, connection, usize::MAX));
        let octets: Rc<[u8]> = octets.unwrap_or_default().into();
        if octets.is_empty() {
            return;
        }
        let messages = self.streams.complete(end, octets.len() as u64);
        self.stream_event(end, StreamEvent::Received { octets, messages });
    }

    /// Takes what has come to an end, at most so many octets.
    pub(super) fn receive_segments(&mut self, end: StreamEnd, most: usize) -> Rc<[u8]> {
        let now = self.now;
        let (Some((host, connection)), Some(packets)) = (self.streams.connection(end), &mut self.packets)
        else {
            return [].into();
        };
        let received = packets.network.with_host(now, host, |host| host.receive(now, connection, most));
        received.unwrap_or_default().into()
    }

    /// The other end writes nothing more.
    pub(in crate::simulation) fn peer_closes(&mut self, end: StreamEnd) {
        if self.streams.end(end).is_some_and(|own| !own.is_over && !own.hears_no_more) {
            self.hears_end(end);
        }
    }

    /// Nobody listens where an end wanted to go.
    pub(in crate::simulation) fn connection_refused(&mut self, end: StreamEnd) {
        self.socket_is_gone(end);
        if self.streams.end(end).is_some_and(|own| !own.is_over) {
            self.stream_event(end, StreamEvent::Refused);
        }
        self.streams.leave(end);
        // The other end never was.
        self.streams.leave(StreamEnd { side: end.side.other(), ..end });
    }

    fn socket_is_gone(&mut self, end: StreamEnd) {
        if let Some(tcp) = self.streams.tcp(end) {
            tcp.is_closed = true;
            tcp.unsent.clear();
        }
    }

    /// A connection is over for one of its ends.
    pub(in crate::simulation) fn connection_breaks(&mut self, end: StreamEnd, why: Break) {
        self.socket_is_gone(end);
        if self.streams.end(end).is_some_and(|own| !own.is_over) {
            self.stream_event(end, StreamEvent::Broken(why));
            self.streams.leave(end);
        }
        if self.streams.is_opening(end) {
            self.streams.leave(StreamEnd { side: end.side.other(), ..end });
        }
    }
}
