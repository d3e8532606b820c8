//! Streams whose octets travel whole: each piece as it was written, late and in order, as a [`Link`] says.
//!
//! [`Link`]: crate::network::Link

use super::stream::{Carriage, Stream};
use super::{Break, Side, StreamEnd, StreamEvent};
use crate::facts::{ClientName, Event, Rule};
use crate::ids::StreamId;
use crate::network::MessageFate;
use crate::places::Place;
use crate::simulation::World;
use crate::simulation::world::Pending;
use crate::time::Time;
use std::collections::VecDeque;
use std::rc::Rc;

/// Something on its way from one end to the other.
#[derive(Clone, Debug)]
pub(in crate::simulation) enum Travelling {
    /// The wish to open the stream.
    Open,
    /// The other side agrees.
    Accepted,
    /// Nobody listens.
    Refused,
    /// What was written.
    Octets(Rc<[u8]>),
    /// Nothing more is written.
    End,
    /// The end.
    Reset,
}

impl Travelling {
    fn octets(&self) -> u64 {
        if let Travelling::Octets(octets) = self { octets.len() as u64 } else { 0 }
    }
}

/// One direction of a stream.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    /// When the last of what is on its way arrives.
    newest: Time,
    /// What the sender's TCP keeps.
    waiting: VecDeque<Travelling>,
    /// What is first there was lost so often that the stream will break.
    is_stuck: bool,
}

impl World {
    /// Sends something from an end of a stream. Says when it arrives; [`Time::UNKNOWN`] when it waits.
    pub(super) fn put_on_stream(&mut self, from: StreamEnd, what: Travelling) -> Time {
        let Some((way, _)) = self.way_from(from) else { return Time::UNKNOWN };
        if way.is_stuck || !way.waiting.is_empty() {
            self.keep_for_later(from, what);
            return Time::UNKNOWN;
        }
        match self.put_on_node_link(from, what) {
            Ok(arrives) => arrives,
            Err(what) => {
                self.keep_for_later(from, what);
                Time::UNKNOWN
            }
        }
    }

    /// Says when it arrives, or gives it back.
    fn put_on_node_link(&mut self, from: StreamEnd, what: Travelling) -> Result<Time, Travelling> {
        let now = self.now;
        let Some(node) = self.streams.node(from) else { return Err(what) };
        let Some((way, link)) = self.way_from(from) else { return Err(what) };
        let before = way.newest;
        let link = &mut self.streams.links[link];
        let direction = link.direction_from(node);
        let to = StreamEnd { side: from.side.other(), ..from };
        match link.link.carry_on_connection(now, direction, what.octets(), before) {
            MessageFate::Arrives { at, lost_transmissions } => {
                if let Some((way, _)) = self.way_from(from) {
                    way.newest = at;
                }
                if lost_transmissions > 0 {
                    let (client, method) =
                        (ClientName(self.nodes.get(node).name), self.names.intern("octets"));
                    let (count, rule) = (lost_transmissions.into(), Rule::Retransmission);
                    self.record(Event::TransmissionLost { client, method, count, arrives: at, rule });
                }
                let place = self.streams.travelling.put(what);
                self.agenda.enter(at, Pending::OnStream(to, place));
                Ok(at)
            }
            MessageFate::Down => Err(what),
            MessageFate::TimedOut { at } => {
                if let Some((way, _)) = self.way_from(from) {
                    way.is_stuck = true;
                }
                self.agenda.enter(at, Pending::StreamGivesUp(from.stream));
                Err(what)
            }
        }
    }

    fn keep_for_later(&mut self, from: StreamEnd, what: Travelling) {
        let is_data = matches!(what, Travelling::Octets(_));
        if let Some((way, _)) = self.way_from(from) {
            way.waiting.push_back(what);
        }
        if is_data && let Some(node) = self.streams.node(from) {
            let (client, method) = (ClientName(self.nodes.get(node).name), self.names.intern("octets"));
            self.record(Event::HeldByLink { client, method, rule: Rule::UnacknowledgedByTcp });
        }
    }

    /// What an end has written and is still with it is gone.
    pub(super) fn drop_waiting(&mut self, from: StreamEnd) {
        if let Some((way, _)) = self.way_from(from) {
            way.waiting.clear();
        }
    }

    /// The link of that place lets more through: what waits goes on its way, in its order.
    pub(super) fn flush_streams(&mut self, link: usize) {
        let has_link = |stream: &Stream| match &stream.carriage {
            Carriage::Messages { link: own, .. } => *own == link,
            Carriage::Packets(_) => false,
        };
        let all = self.streams.all.iter();
        let streams: Vec<StreamId> = all.filter(|(_, stream)| has_link(stream)).map(|(id, _)| *id).collect();
        for stream in streams {
            for side in [Side::Opener, Side::Acceptor] {
                let from = StreamEnd { stream, side };
                while let Some((way, _)) = self.way_from(from)
                    && !way.is_stuck
                    && let Some(what) = way.waiting.pop_front()
                {
                    if let Err(what) = self.put_on_node_link(from, what) {
                        if let Some((way, _)) = self.way_from(from) {
                            way.waiting.push_front(what);
                        }
                        break;
                    }
                }
            }
        }
    }

    /// Something, which is at that place, has come to an end of a stream.
    pub(in crate::simulation) fn on_stream(&mut self, to: StreamEnd, place: Place) {
        let Some(what) = self.streams.travelling.take(place) else { return };
        let Some(own) = self.streams.end(to) else { return };
        let is_over = own.is_over;
        match what {
            Travelling::Open if self.streams.is_listened_to(to) => {
                self.put_on_stream(to, Travelling::Accepted);
                self.stream_event(to, StreamEvent::Opened);
            }
            Travelling::Open => {
                self.put_on_stream(to, Travelling::Refused);
                self.streams.leave(to);
            }
            // The program is gone, and its system says so.
            Travelling::Octets(_) if is_over => {
                self.put_on_stream(to, Travelling::Reset);
            }
            _ if is_over => {}
            Travelling::Accepted => self.stream_event(to, StreamEvent::Opened),
            Travelling::Refused => {
                self.record_refusal(to);
                self.stream_event(to, StreamEvent::Refused);
                self.streams.leave(to);
            }
            Travelling::Octets(octets) if self.streams.end(to).is_some_and(|own| own.asks) => {
                if let Some(own) = self.streams.end(to) {
                    own.unread.extend(octets.iter());
                }
            }
            Travelling::Octets(octets) => {
                let messages = self.streams.complete(to, octets.len() as u64);
                self.stream_event(to, StreamEvent::Received { octets, messages });
            }
            Travelling::End => {
                self.hears_end(to);
            }
            Travelling::Reset => {
                self.breaks(to, Break::Reset);
            }
        }
    }

    /// An end hears that the other one writes nothing more.
    pub(super) fn hears_end(&mut self, to: StreamEnd) {
        let Some(own) = self.streams.end(to) else { return };
        if own.asks && !own.hears_no_more {
            // What has come before it is read first.
            own.hears_no_more = true;
            own.will_end = true;
            return;
        }
        own.hears_no_more = true;
        self.stream_event(to, StreamEvent::Closed);
        if self.streams.end(to).is_some_and(|own| own.has_closed) {
            self.streams.leave(to);
        }
    }

    fn record_refusal(&mut self, to: StreamEnd) {
        let (Some(node), Some(peer)) = (self.streams.node(to), self.streams.peer(to)) else { return };
        let [node, peer] = [node, peer].map(|node| ClientName(self.nodes.get(node).name));
        let port = self.streams.port(to.stream).unwrap_or(0).into();
        self.record(Event::PortClosed { node, peer, port, rule: Rule::Reset });
    }

    /// A stream breaks for one of its ends.
    fn breaks(&mut self, to: StreamEnd, why: Break) {
        if let Some(event) = self.event_of_break(to, why) {
            self.record(event);
        }
        self.stream_event(to, StreamEvent::Broken(why));
        self.streams.leave(to);
    }

    /// TCP has sent something again as often as it does: the stream is over for both ends.
    pub(in crate::simulation) fn stream_gives_up(&mut self, stream: StreamId) {
        for side in [Side::Opener, Side::Acceptor] {
            let end = StreamEnd { stream, side };
            if self.streams.end(end).is_some_and(|own| !own.is_over) {
                self.breaks(end, Break::TimedOut);
            }
        }
    }

    /// A direction of a stream, and the place of its link.
    fn way_from(&mut self, StreamEnd { stream, side }: StreamEnd) -> Option<(&mut Way, usize)> {
        match &mut self.streams.all.get_mut(&stream)?.carriage {
            Carriage::Messages { link, ways } => Some((&mut ways[side as usize], *link)),
            Carriage::Packets(_) => None,
        }
    }
}
