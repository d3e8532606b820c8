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
mod stream;
#[cfg(test)]
mod tests;

pub(super) use link::{NodeLink, links_of};
pub(super) use messages::Travelling;
pub(super) use stream::{Break, Side, StreamEnd, StreamEvent, Streams, break_event};

use stream::{Carriage, End, Stream};

use super::World;
use super::nodes::Role;
use crate::facts::{ClientName, Event};
use crate::ids::{MessageId, NodeId, StreamId};
use crate::scenario::Carrier;
use crate::time::Time;
use std::rc::Rc;

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
            Role::Broker | Role::Client(_) => self.line_event(end, event),
            Role::Socket(number) => self.socket_event(number, end, event),
            Role::Server(_) => self.host_stream_event(end.stream, event),
            Role::Browser(_) => self.guest_stream_event(end.stream, event),
        }
    }
}
