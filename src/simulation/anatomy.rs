//! The packets in which a message, and what is said about it, would cross the links.
//!
//! Nothing of this is kept while a simulation runs. Whoever asks gets the part of the run since the message was
//! published once more, with a tap at the links: so there is an answer for every message, wherever it is or went.
//! What stands in the packets is read from their octets, by
//! [`dissect_capture`](crate::network::layers::dissect_capture).

use super::assumed_capture::AssumedCapture;
use super::capturing::FrameCapture;
use super::client::Actor;
use super::tap::Carried;
use super::{Simulation, World};
use crate::amqp::{ChannelNumber, DeliveryTag, Method};
use crate::facts::{ClientName, Event};
use crate::ids::{ConnectionId, MessageId, Name};
use crate::network::Direction;
use crate::time::Time;
use serde::{Serialize, Serializer};

/// A run of packets is gone through from its start if the message is published after so many steps at the most.
const MOST_STEPS_BEFORE: u64 = 5_000;
/// So many steps after the publishing are looked at.
const MOST_STEPS: u64 = 200_000;
/// So many packets are shown.
const MOST_PACKETS: usize = 200;

/// The packets of a message in the order in which they are sent.
#[derive(Clone, Debug, Serialize)]
pub struct Packets {
    /// The packets.
    pub packets: Vec<Packet>,
    /// Whether these are all up to the present.
    pub is_complete: bool,
    /// Their frames, and those without which they cannot be read, such as the opening of their connections: a
    /// pcapng file.
    #[serde(skip)]
    pub capture: Vec<u8>,
}

/// A packet. Where links carry messages it is one of an assumed connection: addresses, ports and sequence numbers are
/// not of the simulation, what the packet carries is.
#[derive(Clone, Debug, Serialize)]
pub struct Packet {
    /// The place of its frame among all of [`Packets::capture`], from 0.
    pub frame: usize,
    /// The method that it carries, or a piece of.
    pub method: String,
    /// Which of the packets of that method it is, from 1, and how many there are.
    pub part: (usize, usize),
    /// When it is sent.
    #[serde(serialize_with = "microseconds")]
    pub sent: Time,
    /// Who sends it.
    pub from: String,
    /// To whom.
    pub to: String,
}

fn microseconds<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(time.as_us())
}

impl Simulation {
    /// The packets in which a message was published, delivered, returned, acknowledged and confirmed, up to the
    /// present. Nothing when it is not published yet, or has no octets because AMQP cannot say what is in it.
    pub fn packets_of(&self, message: MessageId) -> Option<Packets> {
        if message.0 == 0 || message.0 > self.world.last_message {
            return None;
        }
        if let Some(packets) = self.real_packets_of(message) {
            return Some(packets);
        }
        let mut anatomy = Anatomy {
            message,
            awaited: Vec::new(),
            capturing: AssumedCapture::new(self),
            packets: Vec::new(),
            is_cut: false,
        };
        let start = self.before_message(message);
        let is_there = self.replay(start, MOST_STEPS, |world, seen| {
            seen.carried.iter().for_each(|carried| anatomy.see(world, carried));
        });
        let Anatomy { capturing, packets, is_cut, .. } = anatomy;
        let is_complete = is_there && !is_cut;
        let capture = capturing.finish(self.world.now);
        (!packets.is_empty()).then_some(Packets { packets, is_complete, capture })
    }
}

impl Simulation {
    /// The packets that really crossed links, if there are some. Early in a run it is gone through from its start, so
    /// that all of a connection is known; later from shortly before the message, with what is known of the connections
    /// there.
    fn real_packets_of(&self, message: MessageId) -> Option<Packets> {
        if !self.world.has_packets() {
            return None;
        }
        let mut capture = FrameCapture::new(&self.world, None);
        let (mut packets, mut needed): (Vec<Packet>, usize) = (Vec::new(), 0);
        let mut start = self.before_message(message);
        if start.steps <= MOST_STEPS_BEFORE {
            start = self.before_step(0);
        } else {
            capture.go_on_from(&start);
        }
        let is_there = self.replay(start, MOST_STEPS, |world, seen| {
            let frames = capture.see(world, seen);
            for fact in &seen.facts {
                let found = frame_of(&fact.event).filter(|found| found.message == message);
                let Some(FrameOf { frame, what, from, to, .. }) = found else { continue };
                let place = frames.iter().find(|(number, _)| *number == frame).map(|(_, place)| *place);
                let Some(frame) = place else { continue };
                let text = |name| world.names.text(name).to_owned();
                let method = what.map_or_else(|| "datagram".to_owned(), text);
                let (from, to) = (text(from.0), text(to.0));
                packets.push(Packet { frame, method, part: (1, 1), sent: fact.time, from, to });
                needed = capture.octet_count();
            }
        });
        count_parts(&mut packets);
        let is_complete = is_there && packets.len() <= MOST_PACKETS;
        packets.truncate(MOST_PACKETS);
        // What crossed the links after the last of them explains none of them.
        let mut capture = capture.into_octets();
        capture.truncate(needed);
        (!packets.is_empty()).then_some(Packets { packets, is_complete, capture })
    }
}

/// A frame with something of a message in it.
struct FrameOf {
    message: MessageId,
    frame: u64,
    what: Option<Name>,
    from: ClientName,
    to: ClientName,
}

fn frame_of(event: &Event) -> Option<FrameOf> {
    match *event {
        Event::SegmentCarries { message, what, sender: from, receiver: to, frame, .. }
        | Event::SegmentCompletes { message, what, sender: from, receiver: to, frame, .. } => {
            Some(FrameOf { message, frame, what: Some(what), from, to })
        }
        Event::DatagramSent { message, sender: from, receiver: to, frame, .. } => {
            Some(FrameOf { message, frame, what: None, from, to })
        }
        _ => None,
    }
}

/// Packets of the same method between the same two are numbered.
fn count_parts(packets: &mut [Packet]) {
    let key = |packet: &Packet| (packet.method.clone(), packet.from.clone(), packet.to.clone());
    let keys: Vec<_> = packets.iter().map(key).collect();
    for (place, packet) in packets.iter_mut().enumerate() {
        let same = |range: &[_]| range.iter().filter(|other| **other == keys[place]).count();
        packet.part = (same(&keys[..=place]), same(&keys));
    }
}

/// An acknowledgement or a confirm that is to come.
struct Awaited {
    connection: ConnectionId,
    channel: ChannelNumber,
    direction: Direction,
    tag: DeliveryTag,
}

struct Anatomy {
    message: MessageId,
    awaited: Vec<Awaited>,
    capturing: AssumedCapture,
    packets: Vec<Packet>,
    is_cut: bool,
}

impl Anatomy {
    fn see(&mut self, world: &World, carried: &Carried) {
        let content = carried.command.content.as_ref();
        if content.is_some_and(|content| content.origin.message == self.message) {
            self.awaited.extend(awaited(world, carried, self.message));
        } else if content.is_some() || !self.settles(carried) {
            return;
        }
        self.add(world, carried);
    }

    /// Whether a method acknowledges, rejects or confirms the message.
    fn settles(&mut self, carried: &Carried) -> bool {
        let (tag, is_multiple) = match carried.command.method {
            Method::BasicAck { delivery_tag, multiple } => (delivery_tag, multiple),
            Method::BasicNack { delivery_tag, multiple, .. } => (delivery_tag, multiple),
            Method::BasicReject { delivery_tag, .. } => (delivery_tag, false),
            _ => return false,
        };
        let count = self.awaited.len();
        self.awaited.retain(|awaited| {
            let is_meant = awaited.tag == tag || is_multiple && (tag == 0 || awaited.tag < tag);
            !(is_meant
                && awaited.connection == carried.connection
                && awaited.channel == carried.channel
                && awaited.direction == carried.direction)
        });
        self.awaited.len() < count
    }

    fn add(&mut self, world: &World, carried: &Carried) {
        if self.packets.len() >= MOST_PACKETS {
            self.is_cut = true;
            return;
        }
        let Some([from, to]) = parties(world, carried) else { return };
        let frames = self.capturing.add(world, carried);
        let count = frames.len();
        self.packets.extend(frames.zip(1..).map(|(frame, number)| Packet {
            frame,
            method: carried.command.method.name().to_owned(),
            part: (number, count),
            sent: carried.sent,
            from: from.to_owned(),
            to: to.to_owned(),
        }));
    }
}

/// Who sends, and to whom.
fn parties<'a>(world: &'a World, carried: &Carried) -> Option<[&'a str; 2]> {
    let client = world.client(*world.by_connection.get(&carried.connection)?);
    let client = world.names.text(client.actor.name().0);
    let broker = world.names.text(world.broker_name);
    Some(match carried.direction {
        Direction::ToBroker => [client, broker],
        Direction::ToClient => [broker, client],
    })
}

/// What will be said about a message that goes over a link.
fn awaited(world: &World, carried: &Carried, message: MessageId) -> Option<Awaited> {
    let Carried { connection, channel, .. } = *carried;
    let (direction, tag) = match carried.command.method {
        Method::BasicDeliver { delivery_tag, .. } | Method::BasicGetOk { delivery_tag, .. } => {
            (Direction::ToBroker, delivery_tag)
        }
        Method::BasicPublish { .. } => {
            let client = world.client(*world.by_connection.get(&connection)?);
            let Actor::Producer(producer) = &client.actor else { return None };
            (Direction::ToClient, producer.awaited_number(message)?)
        }
        _ => return None,
    };
    Some(Awaited { connection, channel, direction, tag })
}
