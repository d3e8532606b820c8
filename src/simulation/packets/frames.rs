//! Frames on cables, as facts.

use super::{Newest, World};
use crate::facts::{Event, Rule};
use crate::ids::{MessageId, Name};
use crate::network::host::{Inspection, Segment, inspect_sent};
use crate::network::{Fate, FrameNumber, HostNumber, LossReason, NetworkFact, NumberedDatagram, Occurrence};
use crate::simulation::streams::StreamEnd;
use crate::time::Time;

/// Headers of Ethernet, IPv4 without options, and UDP.
const DATAGRAM_HEADERS: usize = 42;

/// A frame on its way over a cable.
#[derive(Clone, Copy)]
struct Passing {
    frame: FrameNumber,
    from: HostNumber,
    to: HostNumber,
}

impl World {
    /// The network has something to tell.
    pub(super) fn network_tells(&mut self, told: Occurrence) {
        let Some(packets) = &mut self.packets else { return };
        if let Some(tap) = &mut packets.tap {
            tap.push(told.clone());
        }
        match told.fact {
            NetworkFact::Sent { frame, host, octets } => {
                let inspection = inspect_sent(&octets);
                let payload = octets.get(DATAGRAM_HEADERS..).unwrap_or_default();
                let message = NumberedDatagram::from_octets(payload).map(|datagram| datagram.number as u32);
                let (octets, message) = (payload.len() as u64, MessageId(message.unwrap_or(0)));
                packets.newest = Some(Newest { frame, inspection, octets, message });
                self.note_beginning(host, inspection);
            }
            NetworkFact::Carried { frame, from, to, is_copy, fate } => {
                self.record_carried(Passing { frame, from, to }, is_copy, fate);
            }
            NetworkFact::CutOff { frame, from, to } => {
                self.record_loss(Passing { frame, from, to }, LossReason::Down);
            }
            NetworkFact::Arrived { .. } => {}
            NetworkFact::Noticed { host, event, .. } => self.host_notices(host, event),
        }
    }

    /// Notes at which number a stream begins.
    fn note_beginning(&mut self, host: HostNumber, inspection: Inspection) {
        if let Inspection::Segment(segment) = inspection
            && segment.is_syn
            && let Some(end) = self.sender_of(host, &segment)
        {
            self.streams.begins_at(end, segment.sequence.wrapping_add(1));
        }
    }

    fn sender_of(&self, host: HostNumber, segment: &Segment) -> Option<StreamEnd> {
        self.packets.as_ref()?.sender(host, segment.source.port(), segment.destination)
    }

    fn record_carried(&mut self, passing: Passing, is_copy: bool, fate: Fate) {
        let Passing { frame: FrameNumber(frame), from, to } = passing;
        let [sender, receiver] = [from, to].map(|host| self.host_name(host));
        let rule = Rule::BestEffort;
        let arrives = match fate {
            Fate::Arrives { at, .. } => at,
            Fate::Lost(_) => Time::UNKNOWN,
        };
        if is_copy {
            self.record(Event::FrameDoubled { sender, receiver, frame, arrives, rule });
        } else {
            self.record_sent(passing, arrives);
        }
        match fate {
            Fate::Lost(reason) => self.record_loss(passing, reason),
            Fate::Arrives { corrupted_bit, is_overtaking, .. } => {
                if is_overtaking {
                    self.record(Event::FrameOvertakes { sender, receiver, frame, arrives, rule });
                }
                if corrupted_bit.is_some() {
                    self.record(Event::FrameDamaged { sender, receiver, frame, rule });
                }
            }
        }
    }

    fn record_sent(&mut self, Passing { frame: number, from, to }: Passing, arrives: Time) {
        let Some(packets) = &self.packets else { return };
        let Some(newest) = packets.newest.filter(|newest| newest.frame == number) else { return };
        let [sender, receiver] = [from, to].map(|host| self.host_name(host));
        let FrameNumber(frame) = number;
        match newest.inspection {
            Inspection::Segment(segment) => self.record_segment(&segment, frame, (from, to), arrives),
            Inspection::Datagram { .. } => {
                let Newest { octets, message, .. } = newest;
                self.record(Event::DatagramSent { message, sender, receiver, frame, octets, arrives });
            }
            Inspection::Arp | Inspection::PortUnreachable { .. } | Inspection::Other => {
                let protocol = if newest.inspection == Inspection::Arp { "ARP" } else { "ICMP" };
                let protocol = self.names.intern(protocol);
                self.record(Event::FrameSent { sender, receiver, frame, protocol, arrives });
            }
        }
    }

    fn record_segment(
        &mut self,
        segment: &Segment,
        frame: u64,
        (from, to): (HostNumber, HostNumber),
        arrives: Time,
    ) {
        let [sender, receiver] = [from, to].map(|host| self.host_name(host));
        let flags = self.flags(segment);
        let end = self.sender_of(from, segment);
        let other = end.map(|end| StreamEnd { side: end.side.other(), ..end });
        let place = end.and_then(|end| self.streams.place(end, segment.sequence)).unwrap_or(0);
        let awaited = other.zip(segment.acknowledgement);
        let awaited = awaited.and_then(|(end, number)| self.streams.place(end, number)).unwrap_or(0);
        let (octets, window) = (u64::from(segment.length), u64::from(segment.window));
        self.record(Event::SegmentSent {
            sender,
            receiver,
            frame,
            flags,
            place,
            octets,
            awaited,
            window,
            arrives,
        });
        let Some(end) = end.filter(|_| octets > 0) else { return };
        for (mark, is_complete) in self.streams.messages_in(end, place, place + octets) {
            let (message, what) = (mark.message, self.names.intern(mark.what));
            self.record(match is_complete {
                true => Event::SegmentCompletes { message, what, sender, receiver, frame, arrives },
                false => Event::SegmentCarries { message, what, sender, receiver, frame, arrives },
            });
        }
    }

    /// The flags of a segment, in the words of RFC 9293.
    fn flags(&mut self, segment: &Segment) -> Name {
        let has_ack = segment.acknowledgement.is_some();
        self.names.intern(match (segment.is_syn, segment.is_fin, segment.is_reset, has_ack) {
            (true, _, _, false) => "SYN",
            (true, _, _, true) => "SYN, ACK",
            (_, true, _, true) => "FIN, ACK",
            (_, true, ..) => "FIN",
            (_, _, true, true) => "RST, ACK",
            (_, _, true, _) => "RST",
            (.., true) => "ACK",
            _ => "none",
        })
    }

    fn record_loss(&mut self, passing: Passing, reason: LossReason) {
        let Passing { frame: FrameNumber(frame), from, to } = passing;
        let [sender, receiver] = [from, to].map(|host| self.host_name(host));
        self.record(match reason {
            LossReason::Chance => Event::FrameLost { sender, receiver, frame, rule: Rule::BestEffort },
            LossReason::Down => Event::FrameCutOff { sender, receiver, frame, rule: Rule::BestEffort },
            LossReason::QueueFull => Event::FrameDropped { sender, receiver, frame, rule: Rule::TailDrop },
            LossReason::TooLong => {
                let rule = Rule::MaximumTransmissionUnit;
                Event::FrameTooLong { sender, receiver, frame, rule }
            }
        });
    }
}
