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
#[cfg(test)]
mod tests;

pub(super) use link::{NodeLink, links_of};
pub(super) use messages::Travelling;

use super::World;
use super::nodes::Role;
use crate::ids::{MessageId, NodeId, StreamId};
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
        end.received += octets;
        let received = end.received;
        let written = &mut stream.ends[to.side.other() as usize].messages;
        let mut complete = Vec::new();
        while written.front().is_some_and(|(place, _)| *place <= received)
            && let Some((_, message)) = written.pop_front()
        {
            complete.push(message);
        }
        complete
    }

    /// An end is told nothing any more; a stream of which that holds for both is forgotten.
    fn leave(&mut self, end: StreamEnd) {
        if let Some(own) = self.end(end) {
            own.is_over = true;
        }
        let is_over = |stream: &Stream| stream.ends.iter().all(|end| end.is_over);
        if self.all.get(&end.stream).is_some_and(is_over) {
            self.all.remove(&end.stream);
        }
    }
}

impl World {
    /// A node takes streams on a port.
    pub(super) fn listen(&mut self, node: NodeId, port: u16) {
        if !self.streams.listening.contains(&(node, port)) {
            self.streams.listening.push((node, port));
        }
    }

    /// It takes no more. Streams that are there stay.
    pub(super) fn stop_listening(&mut self, node: NodeId, port: u16) {
        self.streams.listening.retain(|each| *each != (node, port));
    }

    /// A node opens a stream to another one. It hears later that it is [opened](StreamEvent::Opened) or
    /// [refused](StreamEvent::Refused). What is written before that goes as soon as it can.
    pub(super) fn open_stream(&mut self, from: NodeId, to: NodeId, port: u16) -> StreamEnd {
        let stream = StreamId(self.streams.next);
        self.streams.next += 1;
        let link = self.streams.link_between(from, to);
        let carriage = Carriage::Messages { link, ways: Default::default() };
        let ends = [End::of(from), End::of(to)];
        self.streams.all.insert(stream, Stream { ends, port, carriage });
        let end = StreamEnd { stream, side: Side::Opener };
        self.put_on_stream(end, Travelling::Open);
        end
    }

    /// Writes octets at an end, in which a message may be. Says when they arrive: [`Time::UNKNOWN`] when they wait, or
    /// TCP cannot tell. After [`World::close_stream`] and on a stream that is over nothing happens.
    pub(super) fn write_stream(&mut self, end: StreamEnd, octets: &[u8], message: Option<MessageId>) -> Time {
        let Some(own) = self.streams.end(end).filter(|own| !own.has_closed && !own.is_over) else {
            return Time::UNKNOWN;
        };
        own.written += octets.len() as u64;
        own.messages.extend(message.map(|message| (own.written, message)));
        self.put_on_stream(end, Travelling::Octets(octets.into()))
    }

    /// An end writes nothing more. The other one hears of it behind all that was written.
    pub(super) fn close_stream(&mut self, end: StreamEnd) {
        let Some(own) = self.streams.end(end).filter(|own| !own.has_closed && !own.is_over) else { return };
        own.has_closed = true;
        let is_over = own.hears_no_more;
        self.put_on_stream(end, Travelling::End);
        if is_over {
            self.streams.leave(end);
        }
    }

    /// An end ends the stream at once, and hears nothing more of it. What it wrote and has not left it is gone.
    pub(super) fn abort_stream(&mut self, end: StreamEnd) {
        if self.streams.end(end).is_none_or(|own| own.is_over) {
            return;
        }
        self.drop_waiting(end);
        self.put_on_stream(end, Travelling::Reset);
        self.streams.leave(end);
    }

    /// Hands what an end learns to whoever plays its node.
    fn stream_event(&mut self, end: StreamEnd, event: StreamEvent) {
        #[cfg(test)]
        self.streams.seen.push((self.now, end, event.clone()));
        let Some(node) = self.streams.node(end) else { return };
        match self.nodes.get(node).role {
            // Neither the broker nor its clients speak on streams yet.
            Role::Broker | Role::Client(_) => {}
            Role::Server(_) => self.host_stream_event(end.stream, event),
            Role::Browser(_) => self.guest_stream_event(end.stream, event),
        }
    }
}
