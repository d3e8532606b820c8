//! The Address Resolution Protocol for IPv4 over Ethernet (RFC 826).

use super::{Field, Layer, Protocol, ethernet};

const LENGTH: usize = 28;

/// The layer at `start`.
pub fn dissect(frame: &[u8], start: usize) -> Layer {
    let end = start + LENGTH;
    if frame.len() < end {
        return Layer::cut_short(Protocol::Arp, start..frame.len());
    }
    let at = |from: usize, to: usize| start + from..start + to;
    let operation = match frame[start + 7] {
        1 => Some("request"),
        2 => Some("reply"),
        _ => None,
    };
    let fields = vec![
        Field::number("arp.hw.type", frame, at(0, 2)).meaning("Ethernet"),
        Field::hexadecimal("arp.proto.type", frame, at(2, 4)).meaning("IPv4"),
        Field::number("arp.hw.size", frame, at(4, 5)),
        Field::number("arp.proto.size", frame, at(5, 6)),
        Field::number("arp.opcode", frame, at(6, 8)).known_meaning(operation),
        ethernet::address("arp.src.hw_mac", frame, at(8, 14)),
        Field::ipv4("arp.src.proto_ipv4", frame, at(14, 18)),
        ethernet::address("arp.dst.hw_mac", frame, at(18, 24)),
        Field::ipv4("arp.dst.proto_ipv4", frame, at(24, 28)),
    ];
    Layer::new(Protocol::Arp, start..end, end..end, fields)
}
