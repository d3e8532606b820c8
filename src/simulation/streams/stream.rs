//! What a stream is: its two ends, and how its octets get across.

use super::messages::Travelling;
use super::{NodeLink, messages, packets};
use crate::facts::{ClientName, Event, Rule};
use crate::ids::{MessageId, NodeId, StreamId};
use crate::places::Places;
#[cfg(test)]
use crate::time::Time;
use litemap::LiteMap;
use std::collections::VecDeque;
use std::rc::Rc;

/// Which end of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::simulation) enum Side {
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
pub(in crate::simulation) struct StreamEnd {
    pub stream: StreamId,
    pub side: Side,
}

/// Why a stream broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::simulation) enum Break {
    /// The other end ended it at once.
    Reset,
    /// What was sent was not acknowledged for as long as TCP tries.
    TimedOut,
}

/// What broke a connection, as a fact.
pub(in crate::simulation) fn break_event(node: ClientName, peer: ClientName, why: Break) -> Event {
    match why {
        Break::Reset => Event::ConnectionReset { node, peer, rule: Rule::Reset },
        Break::TimedOut => Event::ConnectionGivenUp { node, peer, rule: Rule::RetransmissionLimit },
    }
}

/// What an end learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::simulation) enum StreamEvent {
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
pub(super) enum Carriage {
    /// Whole, on the link of that place, which the opener's way goes along or against.
    Messages { link: usize, ways: [messages::Way; 2] },
    /// As a TCP connection; each end's side of it.
    Packets([packets::TcpEnd; 2]),
}

/// What is known of one end.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) node: NodeId,
    /// Octets that it has written, and those that it has received.
    pub(super) written: u64,
    pub(super) received: u64,
    /// Whether it has said that it writes nothing more, and whether it has heard that of the other.
    pub(super) has_closed: bool,
    pub(super) hears_no_more: bool,
    /// Whether it is told anything any more.
    pub(super) is_over: bool,
    /// Whether it gets what has come only when it asks for it; what has come meanwhile, carried as messages.
    pub(super) asks: bool,
    pub(super) unread: VecDeque<u8>,
    /// The other end has closed, behind what is not read yet.
    pub(super) will_end: bool,
    /// Where the last message ends that is complete at the other end.
    pub(super) complete_to: u64,
    /// How many messages began in what it received last.
    pub(super) begun: u64,
    /// The messages in what it has written, each with the place of the octet behind it.
    pub(super) messages: VecDeque<(u64, MessageId)>,
}

impl End {
    pub(super) fn of(node: NodeId) -> End {
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
pub(super) struct Stream {
    /// The opener's and the acceptor's.
    pub(super) ends: [End; 2],
    pub(super) port: u16,
    pub(super) carriage: Carriage,
}

/// All streams of a world.
#[derive(Clone, Debug, Default)]
pub(in crate::simulation) struct Streams {
    pub(super) all: LiteMap<StreamId, Stream>,
    pub(super) next: u32,
    pub(super) listening: Vec<(NodeId, u16)>,
    pub(super) links: Vec<NodeLink>,
    /// What is on its way, at the places that stand on the agenda.
    pub(super) travelling: Places<Travelling>,
    #[cfg(test)]
    pub(super) seen: Vec<(Time, StreamEnd, StreamEvent)>,
}

impl Streams {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

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

    pub(super) fn is_listened_to(&self, acceptor: StreamEnd) -> bool {
        let stream = self.all.get(&acceptor.stream);
        let listening = stream.map(|stream| (stream.ends[acceptor.side as usize].node, stream.port));
        listening.is_some_and(|listening| self.listening.contains(&listening))
    }

    pub(super) fn end(&mut self, StreamEnd { stream, side }: StreamEnd) -> Option<&mut End> {
        self.all.get_mut(&stream).map(|stream| &mut stream.ends[side as usize])
    }

    /// Octets have come to an end: which messages are complete with them.
    pub(super) fn complete(&mut self, to: StreamEnd, octets: u64) -> Vec<MessageId> {
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
    pub(super) fn leave(&mut self, end: StreamEnd) {
        if let Some(own) = self.end(end) {
            own.is_over = true;
        }
        self.forget_if_over(end.stream);
    }

    /// Forgets a stream whose ends are both told nothing any more, and whose sockets know that.
    pub(super) fn forget_if_over(&mut self, stream: StreamId) {
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
