//! A message taken apart: the packets in which it, and what is said about it, would cross the links.
//!
//! Nothing of this is kept while a simulation runs. Whoever asks gets the part of the run since the message was
//! published once more, with a tap at the links: so there is an answer for every message, wherever it is or went.

use super::assumed::{assumed_connection, frame_max, sender};
use super::client::Actor;
use super::tap::Carried;
use super::{Simulation, World};
use crate::amqp::wire::write_command;
use crate::amqp::{ChannelNumber, DeliveryTag, Method};
use crate::ids::{ConnectionId, MessageId};
use crate::network::Direction;
use crate::network::layers::envelope::AssumedConnection;
use crate::network::layers::{Dissector, Layer};
use crate::time::Time;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::ControlFlow;

/// So many steps after the publishing are looked at.
const MOST_STEPS: u64 = 200_000;
/// So many packets are taken apart.
const MOST_PACKETS: usize = 200;

/// The packets of a message in the order in which they are sent.
#[derive(Clone, Debug, Serialize)]
pub struct Packets {
    /// The packets.
    pub packets: Vec<Packet>,
    /// Whether these are all up to the present.
    pub is_complete: bool,
}

/// A packet of an assumed connection: addresses, ports and sequence numbers are not of the simulation, what the
/// packet carries is.
#[derive(Clone, Debug, Serialize)]
pub struct Packet {
    /// The method that it carries, or a piece of.
    pub method: &'static str,
    /// Which of the packets of that method it is, from 1, and how many there are.
    pub part: (usize, usize),
    /// When it is sent.
    #[serde(serialize_with = "microseconds")]
    pub sent: Time,
    /// Who sends it.
    pub from: String,
    /// To whom.
    pub to: String,
    /// From Ethernet up.
    pub layers: Vec<Layer>,
    /// All octets, as they are on the link.
    #[serde(skip)]
    pub octets: Vec<u8>,
}

fn microseconds<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(time.as_us())
}

impl Simulation {
    /// The packets in which a message was published, delivered, returned, acknowledged and confirmed, up to the
    /// present. Nothing when it is not published yet, or has no octets because AMQP cannot say what is in it.
    pub fn layers_of(&self, message: MessageId) -> Option<Packets> {
        if message.0 == 0 || message.0 > self.world.last_message {
            return None;
        }
        let mut anatomy = Anatomy {
            message,
            frame_max: frame_max(self.scenario.broker.rabbitmq),
            awaited: Vec::new(),
            lines: BTreeMap::new(),
            packets: Vec::new(),
            is_cut: false,
        };
        let start = self.checkpoints.before_message(message);
        let is_there = self.replay(start, self.position(), MOST_STEPS, &mut |seen| {
            seen.carried.iter().for_each(|carried| anatomy.see(seen.world, carried));
            ControlFlow::Continue(())
        });
        let Anatomy { packets, is_cut, .. } = anatomy;
        (!packets.is_empty()).then_some(Packets { packets, is_complete: is_there && !is_cut })
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
    frame_max: u32,
    awaited: Vec<Awaited>,
    lines: BTreeMap<ConnectionId, (AssumedConnection, Dissector)>,
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
        let Some(id) = world.by_connection.get(&carried.connection) else { return };
        let (connection, dissector) = match self.lines.entry(carried.connection) {
            Entry::Occupied(line) => line.into_mut(),
            Entry::Vacant(place) => {
                let Some(mut connection) = assumed_connection(world, carried.connection) else { return };
                let mut dissector = Dissector::new();
                // Sequence numbers are shown from the opening on.
                for frame in connection.open() {
                    dissector.dissect(carried.sent, &frame);
                }
                place.insert((connection, dissector))
            }
        };
        let mut octets = Vec::new();
        let Carried { channel, command, .. } = carried;
        if write_command(&mut octets, *channel, command, self.frame_max, &world.names).is_err() {
            return;
        }
        let client = world.names.text(world.client(*id).actor.name().0).to_owned();
        let broker = world.names.text(world.broker_name).to_owned();
        let (from, to) = match carried.direction {
            Direction::ToBroker => (client, broker),
            Direction::ToClient => (broker, client),
        };
        let frames = connection.send(sender(carried.direction), &octets);
        let count = frames.len();
        for (number, octets) in (1..).zip(frames) {
            if self.packets.len() >= MOST_PACKETS {
                self.is_cut = true;
                return;
            }
            self.packets.push(Packet {
                method: command.method.name(),
                part: (number, count),
                sent: carried.sent,
                from: from.clone(),
                to: to.clone(),
                layers: dissector.dissect(carried.sent, &octets),
                octets,
            });
        }
    }
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
