//! Writing pcapng, little-endian, with microseconds.

use super::{ETHERNET, KnownStream, block};
use crate::time::Time;

/// Writes a capture: hosts and links first, then packets.
#[derive(Clone, Debug)]
pub struct CaptureWriter {
    octets: Vec<u8>,
    link_count: u32,
    packet_count: usize,
}

/// A link of a [`CaptureWriter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkNumber(u32);

impl CaptureWriter {
    /// A capture with nothing in it.
    pub fn new() -> CaptureWriter {
        let mut writer = CaptureWriter { octets: Vec::new(), link_count: 0, packet_count: 0 };
        writer.block(block::SECTION, |body| {
            body.extend(block::BYTE_ORDER.to_le_bytes());
            // Version 1.0, and a section that goes on to the end of the file.
            body.extend([1, 0, 0, 0]);
            body.extend((-1_i64).to_le_bytes());
            option(body, block::APPLICATION, b"Queuescope");
            end(body);
        });
        writer
    }

    /// Names hosts by their IPv4 addresses, so that a reader can show names instead.
    pub fn add_hosts<'a>(&mut self, hosts: impl IntoIterator<Item = ([u8; 4], &'a str)>) {
        self.block(block::NAMES, |body| {
            for (address, name) in hosts {
                // A name ends with a zero, so it cannot have one.
                let name = name.replace('\0', "");
                option(body, block::IPV4_NAMES, &[&address, name.as_bytes(), &[0]].concat());
            }
            end(body);
        });
    }

    /// Adds a link that carries Ethernet frames.
    pub fn add_link(&mut self, name: &str) -> LinkNumber {
        self.block(block::INTERFACE, |body| {
            body.extend(ETHERNET.to_le_bytes());
            // Reserved; then the most octets kept of a packet: 0 for no limit.
            body.extend([0; 6]);
            option(body, block::INTERFACE_NAME, name.as_bytes());
            // Millionths of a second.
            option(body, block::RESOLUTION, &[6]);
            end(body);
        });
        self.link_count += 1;
        LinkNumber(self.link_count - 1)
    }

    /// Says what is known of a connection on a link before the packets that follow; the link that stands in it does not
    /// count.
    pub fn add_known_stream(&mut self, link: LinkNumber, stream: &KnownStream) {
        self.block(block::KNOWN_STREAM, |body| body.extend(stream.octets(link.0)));
    }

    /// Adds a packet that crossed a link.
    pub fn add_packet(&mut self, link: LinkNumber, time: Time, frame: &[u8], comment: Option<&str>) {
        self.block(block::PACKET, |body| {
            let (time, length) = (time.as_us(), frame.len() as u32);
            for number in [link.0, (time >> 32) as u32, time as u32, length, length] {
                body.extend(number.to_le_bytes());
            }
            padded(body, frame);
            if let Some(comment) = comment {
                option(body, block::COMMENT, comment.as_bytes());
                end(body);
            }
        });
        self.packet_count += 1;
    }

    /// How many packets were added.
    pub fn packet_count(&self) -> usize {
        self.packet_count
    }

    /// How many octets the file has so far, or since they were taken: whole blocks.
    pub fn octet_count(&self) -> usize {
        self.octets.len()
    }

    /// The octets since the last call: a file can be written as the run goes on.
    pub fn take_octets(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.octets)
    }

    /// The file.
    pub fn into_octets(self) -> Vec<u8> {
        self.octets
    }

    /// A block: its type, its length, what `write` appends, its length again (section 3.1).
    fn block(&mut self, kind: u32, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.octets.len();
        self.octets.extend(kind.to_le_bytes());
        self.octets.extend([0; 4]);
        write(&mut self.octets);
        let length = ((self.octets.len() - start + 4) as u32).to_le_bytes();
        self.octets.extend(length);
        self.octets[start + 4..start + 8].copy_from_slice(&length);
    }
}

impl Default for CaptureWriter {
    fn default() -> Self {
        CaptureWriter::new()
    }
}

/// An option or record: number, length, value, padding (3.5). A value that is too long for its 16 bits of length
/// is cut.
fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = &value[..value.len().min(u16::MAX.into())];
    body.extend(code.to_le_bytes());
    body.extend((value.len() as u16).to_le_bytes());
    padded(body, value);
}

fn end(body: &mut Vec<u8>) {
    option(body, block::END, &[]);
}

fn padded(body: &mut Vec<u8>, octets: &[u8]) {
    body.extend(octets);
    body.extend(std::iter::repeat_n(0, block::padding(octets.len())));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_as_the_draft_draws_them() {
        let mut writer = CaptureWriter::new();
        let section = writer.take_octets();
        assert_eq!(
            section,
            [
                0x0A, 0x0D, 0x0D, 0x0A, 48, 0, 0, 0, 0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF,
                0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 4, 0, 10, 0, b'Q', b'u', b'e', b'u', b'e', b's', b'c', b'o',
                b'p', b'e', 0, 0, 0, 0, 0, 0, 48, 0, 0, 0
            ]
        );
        let link = writer.add_link("a");
        assert_eq!(
            writer.take_octets(),
            [
                1, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, b'a', 0, 0, 0, 9, 0, 1, 0, 6, 0,
                0, 0, 0, 0, 0, 0, 40, 0, 0, 0
            ]
        );
        writer.add_packet(link, Time::from_us(0x1_0000_0002), &[7; 5], Some("hi"));
        assert_eq!(
            writer.take_octets(),
            [
                6, 0, 0, 0, 52, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 5, 0, 0, 0, 7, 7, 7,
                7, 7, 0, 0, 0, 1, 0, 2, 0, b'h', b'i', 0, 0, 0, 0, 0, 0, 52, 0, 0, 0
            ]
        );
        writer.add_hosts([([10, 0, 0, 1], "P")]);
        assert_eq!(
            writer.take_octets(),
            [4, 0, 0, 0, 28, 0, 0, 0, 1, 0, 6, 0, 10, 0, 0, 1, b'P', 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0]
        );
    }
}
