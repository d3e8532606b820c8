//! Takes frames apart, one after the other, and remembers what later ones need.

use super::application::{Application, Spoken};
use super::ipv4::Datagram;
use super::moment::Moment;
use super::stream::{Brought, Streams};
use super::tcp::FIN;
use super::udp::UdpStreams;
use super::{Field, Layer, Problem, Protocol, arp, ethernet, icmp, ipv4, reassembly::Arrival, tcp, udp};
use crate::network::capture::KnownStream;
use crate::time::Time;
use std::ops::Range;

/// Takes the frames of a link apart in the order in which they crossed it. What a segment means depends on those
/// before it: relative numbers, a request for a response, the beginning of a message.
#[derive(Clone, Debug)]
pub struct Dissector {
    packet_count: usize,
    streams: Streams,
    udp_streams: UdpStreams,
    echoes: icmp::Echoes,
    verifies_checksums: bool,
}

impl Dissector {
    /// A dissector that has seen nothing.
    pub fn new() -> Dissector {
        Dissector {
            packet_count: 0,
            streams: Streams::default(),
            udp_streams: UdpStreams::default(),
            echoes: icmp::Echoes::default(),
            verifies_checksums: true,
        }
    }

    /// Leaves the checksums of IPv4, TCP and UDP alone, as Wireshark does unless told otherwise: in captures of
    /// real machines they are often filled in by the network card, behind the capture.
    pub fn without_checksums(self) -> Dissector {
        Dissector { verifies_checksums: false, ..self }
    }

    /// For connections of which it is known what they carry: the frames of a message at message depth do not
    /// begin with their connection.
    pub fn speaking(mut self, spoken: Spoken) -> Dissector {
        self.streams.spoken = spoken;
        self
    }

    /// Knows a connection that was open before the first frame.
    pub fn know(&mut self, stream: &KnownStream, now: Time) {
        self.streams.know(stream, now);
    }

    /// The layers of the next frame, from Ethernet up. Those above TCP are the ones that end in this frame, and
    /// the piece of one that goes on.
    pub fn dissect(&mut self, time: Time, frame: &[u8]) -> Vec<Layer> {
        self.packet_count += 1;
        let moment = Moment { packet: self.packet_count, time };
        let (mut ethernet, kind) = ethernet::dissect(frame);
        let payload = ethernet.payload.clone();
        let above = match kind {
            _ if !ethernet.is_valid() => Vec::new(),
            ethernet::IPV4 => self.internet(frame, payload, moment),
            ethernet::ARP => vec![arp::dissect(frame, payload.start)],
            _ => data(payload),
        };
        if let Some(packet) = above.first().filter(|layer| layer.is_valid()) {
            ethernet::set_trailer(&mut ethernet, frame, packet.octets().end);
        }
        std::iter::once(ethernet).chain(above).collect()
    }

    fn internet(&mut self, frame: &[u8], octets: Range<usize>, moment: Moment) -> Vec<Layer> {
        let (layer, datagram) = ipv4::dissect(frame, octets, self.verifies_checksums);
        let mut layers = vec![layer];
        let Some(datagram) = datagram else { return layers };
        let payload = datagram.payload.clone();
        match datagram.protocol {
            // Only the first piece of a datagram has a header, and its lengths and checksum are of the whole.
            _ if datagram.is_fragment => layers.extend(data(payload)),
            ipv4::TCP => layers.extend(self.transmission(frame, &datagram, moment)),
            ipv4::UDP => {
                let streams = Some((&mut self.udp_streams, moment));
                let layer = udp::dissect(frame, &datagram, streams, self.verifies_checksums);
                let payload = layer.payload.clone();
                layers.push(layer);
                layers.extend(data(payload));
            }
            ipv4::ICMP => {
                let (layer, quotes) = icmp::dissect(frame, &datagram, &mut self.echoes, moment);
                let payload = layer.payload.clone();
                layers.push(layer);
                if quotes {
                    layers.extend(quoted(frame, payload, self.verifies_checksums));
                }
            }
            _ => layers.extend(data(payload)),
        }
        layers
    }

    fn transmission(&mut self, frame: &[u8], datagram: &Datagram, moment: Moment) -> Vec<Layer> {
        let Some(segment) = tcp::read(frame, datagram) else {
            return vec![Layer::cut_short(Protocol::Tcp, datagram.payload.clone())];
        };
        let (stream, brought) = self.streams.add(frame, &segment, moment);
        let Brought { side, numbering, fields, arrival, fresh } = brought;
        let mut layer = tcp::dissect(frame, datagram, &segment, numbering, self.verifies_checksums);
        layer.fields.extend(fields);
        layer.fields.extend(arrival_field(arrival));
        let mut layers = vec![layer];
        let is_end = segment.has(FIN) && arrival != Arrival::AfterGap;
        layers.extend(stream.application.read(side, fresh, is_end, moment));
        layers
    }
}

impl Default for Dissector {
    fn default() -> Self {
        Dissector::new()
    }
}

/// The layers of a frame by itself: nothing is known of those before it.
pub fn dissect(frame: &[u8]) -> Vec<Layer> {
    Dissector::new().dissect(Time::START, frame)
}

/// The layers of a message that lies here without a frame around it: octets that one side of a connection sent,
/// from the start of the connection or from any later beginning of a message.
pub fn dissect_message(octets: &[u8], spoken: Spoken) -> Vec<Layer> {
    let moment = Moment { packet: 1, time: Time::START };
    Application::new([0; 2], spoken).read_alone(octets, moment)
}

/// Says if a segment repeats octets or comes before its time.
fn arrival_field(arrival: Arrival) -> Option<Field> {
    match arrival {
        Arrival::Next => None,
        Arrival::Again => Some(Field::computed("tcp.arrival", "again")),
        Arrival::AfterGap => Some(Field::computed("tcp.arrival", "after a gap")),
    }
}

/// Octets that nobody here explains.
fn data(octets: Range<usize>) -> Vec<Layer> {
    let start = octets.start..octets.start;
    if octets.is_empty() { Vec::new() } else { vec![Layer::new(Protocol::Data, start, octets, Vec::new())] }
}

/// The datagram that an ICMP message is about: its header and at least the first 8 octets behind it (RFC 792).
/// It is meant to be cut, so lengths and checksums of what is in it say nothing.
fn quoted(frame: &[u8], octets: Range<usize>, verify: bool) -> Vec<Layer> {
    let (layer, datagram) = ipv4::dissect(frame, octets, verify);
    let mut layers = vec![layer];
    if let Some(datagram) =
        datagram.filter(|datagram| datagram.protocol == ipv4::UDP && !datagram.is_fragment)
    {
        layers.push(udp::dissect(frame, &datagram, None, false));
    }
    for layer in &mut layers {
        layer.is_quoted = true;
        layer.problem = layer.problem.filter(|problem| *problem != Problem::Length);
    }
    layers
}
