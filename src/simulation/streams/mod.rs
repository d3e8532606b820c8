//! Streams of octets between nodes: what those build on who speak HTTP, WebSocket or anything else over TCP.
//!
//! A node listens on a port ([`World::listen`]), another opens a stream to it ([`World::open_stream`]). Each end then
//! writes ([`World::write_stream`]), says that it has nothing more to write ([`World::close_stream`]) or ends it at
//! once ([`World::abort_stream`]). What an end learns comes as a [`StreamEvent`] by [`World::stream_event`], which
//! hands it to whoever plays the node.
//!
//! The link between the two nodes decides how a stream is carried, and neither end sees which it is:
//! - *as messages*: what is written arrives whole, in order, as late as `network::Link` says (`messages`);
//! - *as packets*: it is a TCP connection between two hosts; what is written is cut and joined at will.
//!
//! With what is written may go the number of a message: the other end gets it with the octet that completes what was
//! written. TCP keeps order, so it stays with its octets in both cases.

mod link;
mod messages;
mod packets;
#[cfg(test)]
mod tests;

pub(super) use link::{NodeLink, links_of};
pub(super) use messages::Travelling;

use super::World;
use super::nodes::Role;
use crate::facts::{ClientName, Event, Rule};
use crate::ids::{MessageId, NodeId, StreamId};
use crate::scenario::Carrier;
use crate::time::Time;
use litemap::LiteMap;
use std::collections::VecDeque;
use std::rc::Rc;

/// Which end of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// The one who opened it.
    Opener = 0,
    /// The one who listened.
    Acceptor = 1,
}

impl Side {
    /// The other one.
    pub const fn other(self) -> Side {
        match self {
            Side::Opener => Side::Acceptor,
            Side::Acceptor => Side::Opener,
        }
    }
}

/// An end of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StreamEnd {
    pub stream: StreamId,
    pub side: Side,
}

/// Why a stream broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Break {
    /// The other end ended it at once.
    Reset,
    /// What was sent was not acknowledged for as long as TCP tries.
    TimedOut,
}

/// What broke a connection, as a fact.
pub(super) fn break_event(node: ClientName, peer: ClientName, why: Break) -> Event {
    match why {
        Break::Reset => Event::ConnectionReset { node, peer, rule: Rule::Reset },
        Break::TimedOut => Event::ConnectionGivenUp { node, peer, rule: Rule::RetransmissionLimit },
    }
}

/// What an end learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StreamEvent {
    /// The stream is there: octets can be written. For the acceptor it is the first it hears of it.
    Opened,
    /// Nobody listens there. The stream is over. Only the opener gets this.
    Refused,
    /// Octets came, and with them the last octets of what these messages were written in.
    Received { octets: Rc<[u8]>, messages: Vec<MessageId> },
    /// The other end writes nothing more. What this end writes still gets there. When both have closed, the stream is
    /// over.
    Closed,
    /// The stream is over; what was on its way is gone.
    Broken(Break),
}

/// How the octets of a stream get across.
#[derive(Clone, Debug)]
enum Carriage {
    /// Whole, on the link of that place, which the opener's way goes along or against.
    Messages { link: usize, ways: [messages::Way; 2] },
    /// As a TCP connection; each end's side of it.
    Packets([packets::TcpEnd; 2]),
}

/// What is known of one end.
#[derive(Clone, Debug)]
struct End {
    node: NodeId,
    /// Octets that it has written, and those that it has received.
    written: u64,
    received: u64,
    /// Whether it has said that it writes nothing more, and whether it has heard that of the other.
    has_closed: bool,
    hears_no_more: bool,
    /// Whether it is told anything any more.
    is_over: bool,
    /// Whether it gets what has come only when it asks for it; what has come meanwhile, carried as messages.
    asks: bool,
    unread: VecDeque<u8>,
    /// The other end has closed, behind what is not read yet.
    will_end: bool,
    /// Where the last message ends that is complete at the other end.
    complete_to: u64,
    /// How many messages began in what it received last.
    begun: u64,
    /// The messages in what it has written, each with the place of the octet behind it.
    messages: VecDeque<(u64, MessageId)>,
}

impl End {
    fn of(node: NodeId) -> End {
        let messages = VecDeque::new();
        End {
            node,
            written: 0,
            received: 0,
            has_closed: false,
            hears_no_more: false,
            is_over: false,
            asks: false,
            unread: VecDeque::new(),
            will_end: false,
            complete_to: 0,
            begun: 0,
            messages,
        }
    }
}

/// A stream.
#[derive(Clone, Debug)]
struct Stream {
    /// The opener's and the acceptor's.
    ends: [End; 2],
    port: u16,
    carriage: Carriage,
}

/// All streams of a world.
#[derive(Clone, Debug, Default)]
pub(super) struct Streams {
    all: LiteMap<StreamId, Stream>,
    next: u32,
    listening: Vec<(NodeId, u16)>,
    links: Vec<NodeLink>,
    #[cfg(test)]
    seen: Vec<(Time, StreamEnd, StreamEvent)>,
}

impl Streams {
    /// Those of a scenario with these links.
    pub fn with_links(links: Vec<NodeLink>) -> Streams {
        Streams { links, ..Streams::default() }
    }

    /// The node at an end; none when the stream is over.
    pub fn node(&self, end: StreamEnd) -> Option<NodeId> {
        self.all.get(&end.stream).map(|stream| stream.ends[end.side as usize].node)
    }

    /// The node at the other end; none when the stream is over.
    pub fn peer(&self, StreamEnd { stream, side }: StreamEnd) -> Option<NodeId> {
        self.node(StreamEnd { stream, side: side.other() })
    }

    /// The port on which the acceptor listened; none when the stream is over.
    pub fn port(&self, stream: StreamId) -> Option<u16> {
        self.all.get(&stream).map(|stream| stream.port)
    }

    fn is_listened_to(&self, acceptor: StreamEnd) -> bool {
        let stream = self.all.get(&acceptor.stream);
        let listening = stream.map(|stream| (stream.ends[acceptor.side as usize].node, stream.port));
        listening.is_some_and(|listening| self.listening.contains(&listening))
    }

    fn end(&mut self, StreamEnd { stream, side }: StreamEnd) -> Option<&mut End> {
        self.all.get_mut(&stream).map(|stream| &mut stream.ends[side as usize])
    }

    /// Octets have come to an end: which messages are complete with them.
    fn complete(&mut self, to: StreamEnd, octets: u64) -> Vec<MessageId> {
        let Some(stream) = self.all.get_mut(&to.stream) else { return Vec::new() };
        let end = &mut stream.ends[to.side as usize];
        let before = end.received;
        end.received += octets;
        let received = end.received;
        let other = &mut stream.ends[to.side.other() as usize];
        let written = &mut other.messages;
        let is_here = |start: &u64| (before..received).contains(start);
        let starts = std::iter::once(other.complete_to).chain(written.iter().map(|(behind, _)| *behind));
        let begun = starts.filter(is_here).count() as u64;
        let mut complete = Vec::new();
        while written.front().is_some_and(|(place, _)| *place <= received)
            && let Some((place, message)) = written.pop_front()
        {
            complete.push(message);
            other.complete_to = place;
        }
        stream.ends[to.side as usize].begun = begun;
        complete
    }

    /// How many messages began in what an end received last.
    pub fn begun_in_last(&self, StreamEnd { stream, side }: StreamEnd) -> u64 {
        self.all.get(&stream).map_or(0, |stream| stream.ends[side as usize].begun)
    }

    /// An end is told nothing any more; a stream of which that holds for both is forgotten.
    fn leave(&mut self, end: StreamEnd) {
        if let Some(own) = self.end(end) {
            own.is_over = true;
        }
        self.forget_if_over(end.stream);
    }

    /// Forgets a stream whose ends are both told nothing any more, and whose sockets know that.
    fn forget_if_over(&mut self, stream: StreamId) {
        let is_over = |stream: &Stream| {
            let is_done = match &stream.carriage {
                Carriage::Messages { .. } => true,
                Carriage::Packets(ends) => ends.iter().all(packets::TcpEnd::is_done),
            };
            is_done && stream.ends.iter().all(|end| end.is_over)
        };
        if self.all.get(&stream).is_some_and(is_over) {
            self.all.remove(&stream);
        }
    }
}

impl World {
    /// A node takes streams on a port.
    pub(super) fn listen(&mut self, node: NodeId, port: u16) {
        if !self.streams.listening.contains(&(node, port)) {
            self.streams.listening.push((node, port));
            self.listen_for_connections(node, port);
        }
    }

    /// It takes no more. Streams that are there stay.
    pub(super) fn stop_listening(&mut self, node: NodeId, port: u16) {
        self.streams.listening.retain(|each| *each != (node, port));
        self.take_no_connections(node, port);
    }

    /// A node opens a stream to another one. It hears later that it is [opened](StreamEvent::Opened) or
    /// [refused](StreamEvent::Refused). What is written before that goes as soon as it can.
    pub(super) fn open_stream(&mut self, from: NodeId, to: NodeId, port: u16) -> StreamEnd {
        let stream = StreamId(self.streams.next);
        self.streams.next += 1;
        let carriage = match self.carrier_between(from, to) {
            Carrier::Messages => {
                Carriage::Messages { link: self.streams.link_between(from, to), ways: Default::default() }
            }
            Carrier::Packets => Carriage::Packets(Default::default()),
        };
        let ends = [End::of(from), End::of(to)];
        self.streams.all.insert(stream, Stream { ends, port, carriage });
        let end = StreamEnd { stream, side: Side::Opener };
        if self.is_in_packets(stream) {
            self.open_connection(end);
        } else {
            self.put_on_stream(end, Travelling::Open);
        }
        end
    }

    /// Writes octets at an end, in which a message may be. Says when they arrive: [`Time::UNKNOWN`] when they wait, or
    /// TCP cannot tell. After [`World::close_stream`] and on a stream that is over nothing happens.
    pub(super) fn write_stream(&mut self, end: StreamEnd, octets: &[u8], message: Option<MessageId>) -> Time {
        self.write_named(end, octets, message.as_slice(), "octets")
    }

    /// The same, where several messages are in it, and where it is known what brings them or says something of them.
    pub(super) fn write_named(
        &mut self,
        end: StreamEnd,
        octets: &[u8],
        messages: &[MessageId],
        what: &'static str,
    ) -> Time {
        let Some(own) = self.streams.end(end).filter(|own| !own.has_closed && !own.is_over) else {
            return Time::UNKNOWN;
        };
        let from = own.written;
        own.written += octets.len() as u64;
        let to = own.written;
        own.messages.extend(messages.iter().map(|message| (to, *message)));
        if self.is_in_packets(end.stream) {
            self.write_segments(end, octets, from, (messages, what));
            return Time::UNKNOWN;
        }
        self.put_on_stream(end, Travelling::Octets(octets.into()))
    }

    /// An end writes nothing more. The other one hears of it behind all that was written.
    pub(super) fn close_stream(&mut self, end: StreamEnd) {
        let Some(own) = self.streams.end(end).filter(|own| !own.has_closed && !own.is_over) else { return };
        own.has_closed = true;
        let is_over = own.hears_no_more;
        if self.is_in_packets(end.stream) {
            self.has_writes(end);
        } else {
            self.put_on_stream(end, Travelling::End);
        }
        if is_over {
            self.streams.leave(end);
        }
    }

    /// An end ends the stream at once, and hears nothing more of it. What it wrote and has not left it is gone.
    pub(super) fn abort_stream(&mut self, end: StreamEnd) {
        if self.streams.end(end).is_none_or(|own| own.is_over) {
            return;
        }
        if self.is_in_packets(end.stream) {
            self.reset_connection(end);
        } else {
            self.drop_waiting(end);
            self.put_on_stream(end, Travelling::Reset);
        }
        self.streams.leave(end);
    }

    /// An end gets what has come when it asks for it ([`World::read_stream`]), not by itself.
    pub(super) fn read_when_asked(&mut self, end: StreamEnd) {
        if let Some(own) = self.streams.end(end) {
            own.asks = true;
        }
    }

    /// What has come to an end, at most so many octets, and the messages that are complete with them. Nothing when
    /// nothing has come.
    pub(super) fn read_stream(&mut self, end: StreamEnd, most: usize) -> Option<(Rc<[u8]>, Vec<MessageId>)> {
        let octets: Rc<[u8]> = match self.is_in_packets(end.stream) {
            true => self.receive_segments(end, most),
            false => {
                let unread = &mut self.streams.end(end)?.unread;
                unread.drain(..most.min(unread.len())).collect()
            }
        };
        let messages = self.streams.complete(end, octets.len() as u64);
        (!octets.is_empty()).then_some((octets, messages))
    }

    /// Tells an end that reads when it asks of the other one's end, if it has read what came before it.
    pub(super) fn look_for_end(&mut self, end: StreamEnd) {
        if self.streams.end(end).is_some_and(|own| std::mem::take(&mut own.will_end)) {
            self.hears_end(end);
        }
    }

    /// The program at an end is gone. The system sends what it had written and closes; whatever comes then is answered
    /// with a reset.
    pub(super) fn desert_stream(&mut self, end: StreamEnd) {
        self.close_stream(end);
        self.streams.leave(end);
    }

    /// How what two nodes say to each other gets across.
    fn carrier_between(&self, from: NodeId, to: NodeId) -> Carrier {
        let has_hosts = self.packets.as_ref().is_some_and(|packets| packets.are_joined(from, to));
        if has_hosts { Carrier::Packets } else { Carrier::Messages }
    }

    fn is_in_packets(&self, stream: StreamId) -> bool {
        self.streams.all.get(&stream).is_some_and(|each| matches!(each.carriage, Carriage::Packets(_)))
    }

    /// What broke a stream at one of its ends, as a fact.
    pub(super) fn event_of_break(&self, end: StreamEnd, why: Break) -> Option<Event> {
        let [node, peer] = [self.streams.node(end)?, self.streams.peer(end)?];
        let [node, peer] = [node, peer].map(|node| ClientName(self.nodes.get(node).name));
        Some(break_event(node, peer, why))
    }

    /// Hands what an end learns to whoever plays its node.
    fn stream_event(&mut self, end: StreamEnd, event: StreamEvent) {
        #[cfg(test)]
        self.streams.seen.push((self.now, end, event.clone()));
        let Some(node) = self.streams.node(end) else { return };
        match self.nodes.get(node).role {
            Role::Broker | Role::Client(_) => return self.line_event(end, event),
            Role::Socket(number) => return self.socket_event(number, end, event),
            // Servers do not speak yet.
            Role::Server(_) => {}
        }
        let _ = event;
    }
}
