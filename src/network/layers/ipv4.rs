//! The Internet Protocol, version 4 (RFC 791).

use super::checksum::{Checksum, Verdict};
use super::{Field, Layer, Problem, Protocol, ipv4_options};
use std::ops::Range;

/// The numbers of protocols above IPv4 (IANA, *Protocol Numbers*).
pub const ICMP: u8 = 1;
/// TCP.
pub const TCP: u8 = 6;
/// UDP.
pub const UDP: u8 = 17;

const HEADER: usize = 20;

/// What the layers above need to know.
#[derive(Clone, Debug)]
pub struct Datagram {
    /// The sender.
    pub source: [u8; 4],
    /// The receiver.
    pub destination: [u8; 4],
    /// What it carries.
    pub protocol: u8,
    /// Where that lies.
    pub payload: Range<usize>,
    /// Whether it is a piece of a larger datagram.
    pub is_fragment: bool,
}

/// The layer in `octets` of the frame, and what it carries.
pub fn dissect(frame: &[u8], octets: Range<usize>, verify: bool) -> (Layer, Option<Datagram>) {
    let Some(packet) = frame.get(octets.clone()).filter(|packet| packet.len() >= HEADER) else {
        return (Layer::cut_short(Protocol::Ipv4, octets), None);
    };
    let start = octets.start;
    let header_length = usize::from(packet[0] & 0x0F) * 4;
    let total = usize::from(u16::from_be_bytes([packet[2], packet[3]]));
    if header_length < HEADER || header_length > packet.len() || packet[0] >> 4 != 4 {
        let problem = Some(Problem::Malformed);
        return (Layer { problem, ..Layer::cut_short(Protocol::Ipv4, octets) }, None);
    }
    // A total length of 0 is that of a packet which the sender's network card cut into pieces (offloading).
    let total = if total == 0 { packet.len() } else { total };
    let header = start..start + header_length;
    let payload = header.end..(start + total).clamp(header.end, octets.end);
    let sum = Checksum::default().add(&frame[header.clone()]).finish();
    let found = u16::from_be_bytes([packet[10], packet[11]]);
    let verdict = if verify { Verdict::of(found, sum) } else { Verdict::Unverified };
    let mut layer =
        Layer::new(Protocol::Ipv4, header.clone(), payload.clone(), fields(frame, start, verdict));
    if header_length > HEADER {
        layer.fields.push(ipv4_options::dissect(frame, start + HEADER..header.end));
    }
    if total < header_length || start + total > octets.end {
        layer.problem = Some(Problem::Length);
    } else if verdict.is_wrong() {
        layer.problem = Some(Problem::Checksum);
    }
    let address = |at: usize| [packet[at], packet[at + 1], packet[at + 2], packet[at + 3]];
    let datagram = Datagram {
        source: address(12),
        destination: address(16),
        protocol: packet[9],
        payload,
        is_fragment: u16::from_be_bytes([packet[6], packet[7]]) & 0x3FFF != 0,
    };
    (layer, Some(datagram))
}

fn fields(frame: &[u8], start: usize, verdict: Verdict) -> Vec<Field> {
    let at = |from: usize, to: usize| start + from..start + to;
    let protocol = match frame[start + 9] {
        ICMP => Some("ICMP"),
        TCP => Some("TCP"),
        UDP => Some("UDP"),
        _ => None,
    };
    let header_length = Field::bits("ip.hdr_len", frame, at(0, 1), 4..8);
    let octets = u32::from(frame[start] & 0x0F) * 4;
    let flags = Field::bits("ip.flags", frame, at(6, 7), 0..3);
    let flags_value = format!("0x{:02x}", frame[start + 6] >> 5);
    let mut fields = vec![
        Field::bits("ip.version", frame, at(0, 1), 0..4),
        header_length.value(octets),
        Field::hexadecimal("ip.dsfield", frame, at(1, 2)).with(vec![
            Field::bits("ip.dsfield.dscp", frame, at(1, 2), 0..6),
            Field::bits("ip.dsfield.ecn", frame, at(1, 2), 6..8),
        ]),
        Field::number("ip.len", frame, at(2, 4)),
        Field::hexadecimal("ip.id", frame, at(4, 6)),
        flags.value(flags_value).with(vec![
            Field::bits("ip.flags.rb", frame, at(6, 7), 0..1),
            Field::bits("ip.flags.df", frame, at(6, 7), 1..2),
            Field::bits("ip.flags.mf", frame, at(6, 7), 2..3),
        ]),
        // In octets; on the wire it counts groups of eight.
        {
            let offset = u32::from(u16::from_be_bytes([frame[start + 6], frame[start + 7]]) & 0x1FFF) * 8;
            Field::bits("ip.frag_offset", frame, at(6, 8), 3..16).value(offset)
        },
        Field::number("ip.ttl", frame, at(8, 9)),
        Field::number("ip.proto", frame, at(9, 10)).known_meaning(protocol),
        Field::hexadecimal("ip.checksum", frame, at(10, 12)),
        verdict.status("ip.checksum.status"),
    ];
    fields.extend(verdict.calculated("ip.checksum_calculated", at(10, 12)));
    fields.extend([Field::ipv4("ip.src", frame, at(12, 16)), Field::ipv4("ip.dst", frame, at(16, 20))]);
    fields
}
