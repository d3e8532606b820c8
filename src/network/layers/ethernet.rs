//! Ethernet II: two addresses and a type (RFC 894, IEEE 802.3 clause 3).

use super::{Field, Layer, Protocol};
use std::ops::Range;

/// The type of IPv4.
pub const IPV4: u16 = 0x0800;
/// The type of ARP.
pub const ARP: u16 = 0x0806;

const HEADER: usize = 14;

/// The layer, and the type of what it carries.
pub fn dissect(frame: &[u8]) -> (Layer, u16) {
    if frame.len() < HEADER {
        return (Layer::cut_short(Protocol::Ethernet, 0..frame.len()), 0);
    }
    let kind = u16::from_be_bytes([frame[12], frame[13]]);
    let meaning = match kind {
        IPV4 => Some("IPv4"),
        ARP => Some("ARP"),
        0x86DD => Some("IPv6"),
        _ => None,
    };
    let fields = vec![
        address("eth.dst", frame, 0..6).with(parts("eth.dst.lg", "eth.dst.ig", frame, 0..6)),
        address("eth.src", frame, 6..12).with(parts("eth.src.lg", "eth.src.ig", frame, 6..12)),
        Field::hexadecimal("eth.type", frame, 12..14).known_meaning(meaning),
    ];
    (Layer::new(Protocol::Ethernet, 0..HEADER, HEADER..frame.len(), fields), kind)
}

/// What lies behind the packet in a frame: padding up to the least length, or something unknown.
pub fn set_trailer(layer: &mut Layer, frame: &[u8], packet_end: usize) {
    if packet_end >= layer.payload.end {
        return;
    }
    layer.trailer = packet_end..layer.payload.end;
    layer.payload.end = packet_end;
    let is_padding = frame[layer.trailer.clone()].iter().all(|&octet| octet == 0);
    let name = if is_padding { "eth.padding" } else { "eth.trailer" };
    layer.fields.push(Field::octets(name, frame, layer.trailer.clone()));
}

/// An Ethernet address (EUI-48).
pub fn address(name: &'static str, source: &[u8], octets: Range<usize>) -> Field {
    let field = Field::octets(name, source, octets);
    if field.value == "ff:ff:ff:ff:ff:ff" { field.meaning("broadcast") } else { field }
}

/// The address itself and the two bits of its first octet that say what kind it is.
fn parts(local: &'static str, group: &'static str, frame: &[u8], octets: Range<usize>) -> Vec<Field> {
    let half = octets.start..octets.start + 3;
    vec![
        address("eth.addr", frame, octets),
        Field::bits(local, frame, half.clone(), 6..7),
        Field::bits(group, frame, half, 7..8),
    ]
}
