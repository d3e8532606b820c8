//! A message that travels whole, put into the frames that it would have: encoded on demand.
//!
//! At message depth there is no connection, so what stands around a message is that of an **assumed** one:
//! addresses and ports as they are chosen for the hosts, sequence numbers that begin where the caller says,
//! identifications that count the frames. What the message itself says is real, and every length and checksum
//! is right, so that the frames can be taken apart here and opened in Wireshark.

use super::checksum::Checksum;
use super::tcp::{ACK, FIN, PSH, RST, SYN};
use super::{ethernet, ipv4};

/// What fits into a segment on Ethernet: 1500 octets without the headers of IPv4 and TCP (RFC 9293 section
/// 3.7.1).
pub const MAXIMUM_SEGMENT_SIZE: usize = 1460;

/// One end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its Ethernet address.
    pub ethernet: [u8; 6],
    /// Its IPv4 address.
    pub address: [u8; 4],
    /// Its port.
    pub port: u16,
}

/// Who sends: the place of an end in [`AssumedConnection::new`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first end, which opens the connection.
    Client = 0,
    /// The second end.
    Server = 1,
}

impl Side {
    /// The one who receives.
    pub const fn other(self) -> Side {
        match self {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        }
    }
}

/// A TCP connection that was never there: it numbers what is put into it.
#[derive(Clone, Debug)]
pub struct AssumedConnection {
    ends: [Endpoint; 2],
    /// The number of the next octet of each side.
    sequences: [u32; 2],
    identifications: [u16; 2],
}

impl AssumedConnection {
    /// Between two ends, with the numbers with which they begin.
    pub const fn new(client: Endpoint, server: Endpoint, sequences: [u32; 2]) -> AssumedConnection {
        AssumedConnection { ends: [client, server], sequences, identifications: [0; 2] }
    }

    /// The number of the next octet that a side sends.
    pub const fn sequence(&self, from: Side) -> u32 {
        self.sequences[from as usize]
    }

    /// The three frames that open the connection (RFC 9293 section 3.5).
    pub fn open(&mut self) -> [Vec<u8>; 3] {
        let syn = self.segment(Side::Client, SYN, &[]);
        let answer = self.segment(Side::Server, SYN | ACK, &[]);
        [syn, answer, self.acknowledge(Side::Client)]
    }

    /// The frames of a message: as many segments as it needs, the last one pushed.
    pub fn send(&mut self, from: Side, message: &[u8]) -> Vec<Vec<u8>> {
        let count = message.len().div_ceil(MAXIMUM_SEGMENT_SIZE);
        let segments = message.chunks(MAXIMUM_SEGMENT_SIZE).enumerate();
        segments
            .map(|(index, octets)| {
                let push = if index + 1 == count { PSH } else { 0 };
                self.segment(from, ACK | push, octets)
            })
            .collect()
    }

    /// A frame that acknowledges all that the other side has sent.
    pub fn acknowledge(&mut self, from: Side) -> Vec<u8> {
        self.segment(from, ACK, &[])
    }

    /// The frames that end the connection in both directions (RFC 9293 section 3.6).
    pub fn close(&mut self, from: Side) -> [Vec<u8>; 3] {
        let first = self.segment(from, FIN | ACK, &[]);
        let second = self.segment(from.other(), FIN | ACK, &[]);
        [first, second, self.acknowledge(from)]
    }

    /// A frame that breaks the connection.
    pub fn reset(&mut self, from: Side) -> Vec<u8> {
        self.segment(from, RST | ACK, &[])
    }

    fn segment(&mut self, from: Side, flags: u8, octets: &[u8]) -> Vec<u8> {
        let acknowledgement = if flags & ACK == 0 { 0 } else { self.sequence(from.other()) };
        // A SYN says how large segments may be (kind 2).
        let [high, low] = (MAXIMUM_SEGMENT_SIZE as u16).to_be_bytes();
        let options: &[u8] = if flags & SYN == 0 { &[] } else { &[2, 4, high, low] };
        let (source, destination) = (self.ends[from as usize], self.ends[from.other() as usize]);
        let mut segment = Vec::new();
        segment.extend(source.port.to_be_bytes());
        segment.extend(destination.port.to_be_bytes());
        segment.extend(self.sequence(from).to_be_bytes());
        segment.extend(acknowledgement.to_be_bytes());
        // The length of the header in groups of four octets, the flags, the window, no urgent data.
        segment.extend([((20 + options.len()) as u8 / 4) << 4, flags, 0xFF, 0xFF, 0, 0, 0, 0]);
        segment.extend(options);
        segment.extend(octets);
        let sum = Checksum::default()
            .add_pseudo_header(source.address, destination.address, ipv4::TCP, segment.len())
            .add(&segment);
        segment[16..18].copy_from_slice(&sum.finish().to_be_bytes());
        let numbered = octets.len() as u32 + u32::from(flags & SYN != 0) + u32::from(flags & FIN != 0);
        let sequence = &mut self.sequences[from as usize];
        *sequence = sequence.wrapping_add(numbered);
        let identification = &mut self.identifications[from as usize];
        *identification = identification.wrapping_add(1);
        internet_frame(source, destination, ipv4::TCP, *identification, &segment)
    }
}

/// The frame of a UDP datagram.
pub fn datagram_frame(
    source: Endpoint,
    destination: Endpoint,
    identification: u16,
    octets: &[u8],
) -> Vec<u8> {
    let length = octets.len() + 8;
    let mut datagram = Vec::new();
    datagram.extend(source.port.to_be_bytes());
    datagram.extend(destination.port.to_be_bytes());
    datagram.extend((length as u16).to_be_bytes());
    datagram.extend([0; 2]);
    datagram.extend(octets);
    let sum = Checksum::default()
        .add_pseudo_header(source.address, destination.address, ipv4::UDP, length)
        .add(&datagram);
    // 0 would say that there is none (RFC 768).
    let checksum = if sum.finish() == 0 { 0xFFFF } else { sum.finish() };
    datagram[6..8].copy_from_slice(&checksum.to_be_bytes());
    internet_frame(source, destination, ipv4::UDP, identification, &datagram)
}

/// An IPv4 packet in an Ethernet frame. The packet is not to be cut into fragments (RFC 791: DF) and lives for
/// 64 hops. What has more than 65,515 octets does not fit and is cut off.
pub fn internet_frame(
    source: Endpoint,
    destination: Endpoint,
    protocol: u8,
    identification: u16,
    payload: &[u8],
) -> Vec<u8> {
    let payload = &payload[..payload.len().min(usize::from(u16::MAX) - 20)];
    let mut frame = Vec::with_capacity(34 + payload.len());
    frame.extend(destination.ethernet);
    frame.extend(source.ethernet);
    frame.extend(ethernet::IPV4.to_be_bytes());
    // Version 4 and a header of five groups of four octets; ordinary service.
    frame.extend([0x45, 0]);
    frame.extend((payload.len() as u16 + 20).to_be_bytes());
    frame.extend(identification.to_be_bytes());
    frame.extend([0x40, 0, 64, protocol, 0, 0]);
    frame.extend(source.address);
    frame.extend(destination.address);
    let checksum = Checksum::default().add(&frame[14..]).finish();
    frame[24..26].copy_from_slice(&checksum.to_be_bytes());
    frame.extend(payload);
    frame
}

#[cfg(test)]
mod tests {
    use super::super::{Dissector, Layer, Protocol};
    use super::*;
    use crate::time::Time;

    const CLIENT: Endpoint = Endpoint { ethernet: [2, 0, 0, 0, 0, 1], address: [10, 0, 0, 1], port: 49_152 };
    const SERVER: Endpoint = Endpoint { ethernet: [2, 0, 0, 0, 0, 2], address: [10, 0, 0, 2], port: 8080 };

    #[test]
    fn a_message_is_cut_at_the_segment_size_and_found_again_whole() {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n";
        let message = [&head[..], &[b'x'; 3000]].concat();
        let mut connection = AssumedConnection::new(CLIENT, SERVER, [u32::MAX - 5, u32::MAX - 1000]);
        let mut frames: Vec<Vec<u8>> = connection.open().into();
        frames.extend(connection.send(Side::Server, &message));
        let sizes: Vec<usize> = frames.iter().map(Vec::len).collect();
        assert_eq!(sizes, [58, 58, 54, 1514, 1514, 54 + message.len() - 2 * 1460]);
        let mut dissector = Dissector::new();
        let dissected: Vec<Vec<Layer>> =
            frames.iter().map(|frame| dissector.dissect(Time::START, frame)).collect();
        assert!(dissected.iter().flatten().all(Layer::is_valid), "checksums and lengths are right");
        let piece = dissected[4][3].piece.expect("the message goes on");
        assert_eq!((piece.at, piece.total), (1460, Some(message.len())));
        let http = &dissected[5][3];
        assert_eq!(http.protocol, Protocol::Http);
        let whole = http.reassembled.as_ref().expect("of three segments");
        assert_eq!(whole.octets[..], message);
        assert_eq!(whole.pieces.iter().map(|piece| piece.packet).collect::<Vec<_>>(), [4, 5, 6]);
        assert_eq!(dissected[5][2].field("tcp.seq").map(|field| &*field.value), Some("2921"));
    }
}
