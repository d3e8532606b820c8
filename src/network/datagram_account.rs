//! What became of numbered datagrams: the account that UDP does not keep.

use super::host::{DiscardReason, HostEvent};
use super::lane::{ETHERNET_HEADER, Fate, LossReason};
use super::local_network::{FrameNumber, HostNumber, NetworkFact, Occurrence};
use super::numbered_datagram::NumberedDatagram;
use crate::time::Time;
use std::collections::BTreeMap;

/// IPv4 without options, and UDP.
const HEADERS: usize = 28;
const UDP: u8 = 17;

/// How a datagram, or one of its copies, was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatagramLoss {
    /// A link lost it.
    Link {
        /// The host at the near end.
        from: HostNumber,
        /// The host at the far end.
        to: HostNumber,
        /// Why.
        reason: LossReason,
    },
    /// The receiver did not take it.
    Receiver(DiscardReason),
}

/// What became of one datagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatagramCourse {
    /// How many of it there were: one, and the copies that links made.
    pub copies: u32,
    /// How many of them the receiver got, and when.
    pub delivered: Vec<Time>,
    /// How the others were lost, and when.
    pub lost: Vec<(Time, DatagramLoss)>,
}

impl DatagramCourse {
    /// Whether nothing of it is under way any more.
    pub fn is_settled(&self) -> bool {
        self.copies as usize == self.delivered.len() + self.lost.len()
    }

    /// Whether nothing of it got there or will.
    pub fn is_lost(&self) -> bool {
        self.is_settled() && self.delivered.is_empty()
    }
}

/// The account of all [`NumberedDatagram`]s on a network, kept from the network's facts. Each one that was sent is
/// under way, delivered or lost, and some are delivered twice.
#[derive(Clone, Debug, Default)]
pub struct DatagramAccount {
    frames: BTreeMap<FrameNumber, Entry>,
    courses: BTreeMap<(HostNumber, u64), DatagramCourse>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    sender: HostNumber,
    number: u64,
}

impl DatagramAccount {
    /// Takes in the next fact.
    pub fn add(&mut self, occurrence: &Occurrence) {
        let time = occurrence.time;
        match &occurrence.fact {
            NetworkFact::Sent { frame, host, octets } => self.open(*frame, *host, octets),
            NetworkFact::Carried { frame, from, to, is_copy, fate } => {
                let Some(course) = self.course(*frame) else { return };
                course.copies += u32::from(*is_copy);
                if let Fate::Lost(reason) = *fate {
                    course.lost.push((time, DatagramLoss::Link { from: *from, to: *to, reason }));
                }
            }
            NetworkFact::CutOff { frame, from, to } => {
                let loss = DatagramLoss::Link { from: *from, to: *to, reason: LossReason::Down };
                if let Some(course) = self.course(*frame) {
                    course.lost.push((time, loss));
                }
            }
            NetworkFact::Noticed { frame: Some(frame), event, .. } => {
                let Some(course) = self.course(*frame) else { return };
                match event {
                    HostEvent::Datagram { .. } => course.delivered.push(time),
                    HostEvent::Discarded { reason } => {
                        course.lost.push((time, DatagramLoss::Receiver(*reason)));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// What became of each datagram, by the host that sent it and its number.
    pub fn courses(&self) -> impl Iterator<Item = (HostNumber, u64, &DatagramCourse)> {
        self.courses.iter().map(|((host, number), course)| (*host, *number, course))
    }

    /// The datagrams that did not get there.
    pub fn lost(&self) -> impl Iterator<Item = (HostNumber, u64, &DatagramCourse)> {
        self.courses().filter(|(_, _, course)| course.is_lost())
    }

    /// The datagrams that got there more than once.
    pub fn doubled(&self) -> impl Iterator<Item = (HostNumber, u64, &DatagramCourse)> {
        self.courses().filter(|(_, _, course)| course.delivered.len() > 1)
    }

    fn open(&mut self, frame: FrameNumber, sender: HostNumber, octets: &[u8]) {
        let Some(packet) = octets.get(ETHERNET_HEADER..).filter(|packet| packet.get(9) == Some(&UDP)) else {
            return;
        };
        let Some(datagram) = packet.get(HEADERS..).and_then(NumberedDatagram::from_octets) else { return };
        self.frames.insert(frame, Entry { sender, number: datagram.number });
        self.courses.entry((sender, datagram.number)).or_default().copies += 1;
    }

    /// The course of the datagram in a frame.
    fn course(&mut self, frame: FrameNumber) -> Option<&mut DatagramCourse> {
        let Entry { sender, number } = *self.frames.get(&frame)?;
        self.courses.get_mut(&(sender, number))
    }
}
