//! What is in a frame, as far as it must be known to say what hosts do.

use super::event::DiscardReason;
use smoltcp::wire::{
    ArpPacket, EthernetAddress, EthernetFrame, EthernetProtocol, Icmpv4DstUnreachable, Icmpv4Message,
    Icmpv4Packet, IpAddress, IpProtocol, Ipv4Packet, TcpPacket, UdpPacket,
};
use std::net::SocketAddrV4;

/// A TCP segment (RFC 9293 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Who sends it.
    pub source: SocketAddrV4,
    /// To whom.
    pub destination: SocketAddrV4,
    /// The number of its first octet.
    pub sequence: u32,
    /// The number of the octet that the sender awaits next, if the segment acknowledges anything.
    pub acknowledgement: Option<u32>,
    /// How many octets from there on the sender has room for.
    pub window: u16,
    /// Whether it opens the connection.
    pub is_syn: bool,
    /// Whether the sender has nothing more to send.
    pub is_fin: bool,
    /// Whether it ends the connection at once.
    pub is_reset: bool,
    /// Octets of the stream that it carries.
    pub length: u32,
}

/// What is in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inspection {
    /// A TCP segment.
    Segment(Segment),
    /// A UDP datagram.
    Datagram {
        /// Who sends it.
        source: SocketAddrV4,
        /// To whom.
        destination: SocketAddrV4,
    },
    /// A host says that nobody receives on a port; the datagram went this way.
    PortUnreachable {
        /// Who sent the datagram.
        source: SocketAddrV4,
        /// Where nobody receives.
        destination: SocketAddrV4,
    },
    /// A question for, or an answer with, an Ethernet address.
    Arp,
    /// Something else.
    Other,
}

/// Looks into a frame that came to the host with this Ethernet address, as smoltcp does, which does not say why it
/// passes over one.
pub(super) fn inspect_received(frame: &[u8], address: [u8; 6]) -> Result<Inspection, DiscardReason> {
    let ethernet = EthernetFrame::new_checked(frame).map_err(|_| DiscardReason::Malformed)?;
    let destination = ethernet.dst_addr();
    if destination != EthernetAddress(address) && !destination.is_broadcast() {
        return Err(DiscardReason::NotForThisHost);
    }
    inspect(&ethernet, true)
}

/// Looks into a frame that a host sends.
pub fn inspect_sent(frame: &[u8]) -> Inspection {
    EthernetFrame::new_checked(frame)
        .map_err(|_| DiscardReason::Malformed)
        .and_then(|ethernet| inspect(&ethernet, false))
        .unwrap_or(Inspection::Other)
}

fn inspect(ethernet: &EthernetFrame<&[u8]>, checks_sums: bool) -> Result<Inspection, DiscardReason> {
    let malformed = |_| DiscardReason::Malformed;
    match ethernet.ethertype() {
        EthernetProtocol::Ipv4 => {}
        EthernetProtocol::Arp => {
            ArpPacket::new_checked(ethernet.payload()).map_err(malformed)?;
            return Ok(Inspection::Arp);
        }
        _ => return Ok(Inspection::Other),
    }
    // Of a damaged header the sum is what is wrong, whatever it makes of the lengths.
    let packet = Ipv4Packet::new_unchecked(ethernet.payload());
    if checks_sums && !(ethernet.payload().len() >= 20 && is_sum_right(ethernet.payload())) {
        return Err(DiscardReason::Ipv4Checksum);
    }
    packet.check_len().map_err(malformed)?;
    let (source, destination) = (packet.src_addr(), packet.dst_addr());
    let addresses = (IpAddress::Ipv4(source), IpAddress::Ipv4(destination));
    let ends = |from: u16, to: u16| (SocketAddrV4::new(source, from), SocketAddrV4::new(destination, to));
    match packet.next_header() {
        IpProtocol::Tcp => {
            let octets = packet.payload();
            if checks_sums && !TcpPacket::new_unchecked(octets).verify_checksum(&addresses.0, &addresses.1) {
                return Err(DiscardReason::TcpChecksum);
            }
            let tcp = TcpPacket::new_checked(octets).map_err(malformed)?;
            let (source, destination) = ends(tcp.src_port(), tcp.dst_port());
            Ok(Inspection::Segment(Segment {
                source,
                destination,
                sequence: tcp.seq_number().0 as u32,
                acknowledgement: tcp.ack().then(|| tcp.ack_number().0 as u32),
                window: tcp.window_len(),
                is_syn: tcp.syn(),
                is_fin: tcp.fin(),
                is_reset: tcp.rst(),
                length: tcp.payload().len() as u32,
            }))
        }
        IpProtocol::Udp => {
            let udp = UdpPacket::new_checked(packet.payload()).map_err(|_| DiscardReason::UdpChecksum)?;
            if checks_sums && !udp.verify_checksum(&addresses.0, &addresses.1) {
                return Err(DiscardReason::UdpChecksum);
            }
            let (source, destination) = ends(udp.src_port(), udp.dst_port());
            Ok(Inspection::Datagram { source, destination })
        }
        IpProtocol::Icmp => Ok(inspect_icmp(packet.payload()).unwrap_or(Inspection::Other)),
        _ => Ok(Inspection::Other),
    }
}

/// The sum over the header as long as it says it is; a length that does not fit is a wrong sum too.
fn is_sum_right(octets: &[u8]) -> bool {
    let length = usize::from(octets[0] & 0x0f) * 4;
    octets[0] >> 4 == 4
        && (20..=octets.len()).contains(&length)
        && Ipv4Packet::new_unchecked(octets).verify_checksum()
}

/// A message that a port is unreachable repeats the beginning of the packet (RFC 792).
fn inspect_icmp(octets: &[u8]) -> Option<Inspection> {
    let icmp = Icmpv4Packet::new_checked(octets).ok()?;
    if !icmp.verify_checksum()
        || icmp.msg_type() != Icmpv4Message::DstUnreachable
        || Icmpv4DstUnreachable::from(icmp.msg_code()) != Icmpv4DstUnreachable::PortUnreachable
    {
        return None;
    }
    let packet = Ipv4Packet::new_unchecked(icmp.data());
    let header = icmp.data().get(..20).and_then(|_| icmp.data().get(usize::from(packet.header_len())..))?;
    let port = |place: usize| Some(u16::from_be_bytes([*header.get(place)?, *header.get(place + 1)?]));
    Some(Inspection::PortUnreachable {
        source: SocketAddrV4::new(packet.src_addr(), port(0)?),
        destination: SocketAddrV4::new(packet.dst_addr(), port(2)?),
    })
}
