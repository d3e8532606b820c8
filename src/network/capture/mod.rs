//! Capture files: what crossed a link, as Wireshark and its relatives read and write it.
//!
//! [`CaptureWriter`] writes pcapng: one section, an interface for each link, the names of the hosts, then the
//! packets with their virtual time and a comment. The same packets give the same octets, always.
//! [`read_capture`] reads pcapng and the older pcap, of either byte order.
//!
//! Sources: *PCAP Now Generic (pcapng) Capture File Format* (draft-ietf-opsawg-pcapng) and *PCAP Capture File
//! Format* (draft-ietf-opsawg-pcap).

mod block;
mod classic;
mod cursor;
mod error;
mod known_stream;
mod pcapng;
mod writer;

pub use error::CaptureError;
pub use known_stream::{KnownStream, SentBefore};
pub use writer::{CaptureWriter, LinkNumber};

use crate::time::Time;

/// The link type of Ethernet (LINKTYPE_ETHERNET).
pub const ETHERNET: u16 = 1;

/// What a capture file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// The links (interfaces) on which packets were taken, in the order in which they are described.
    pub links: Vec<CapturedLink>,
    /// Addresses and names of hosts.
    pub hosts: Vec<([u8; 4], String)>,
    /// What is known of connections that were open before the first packet: in files of this program alone.
    pub known_streams: Vec<KnownStream>,
    /// The packets in the order of the file.
    pub packets: Vec<CapturedPacket>,
}

/// A link of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturedLink {
    /// Its name, where the file has one.
    pub name: Option<String>,
    /// What its packets begin with: [`ETHERNET`], or another number of tcpdump.org's list of link types.
    pub link_type: u16,
}

/// A packet of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturedPacket {
    /// The place of its link in [`Capture::links`].
    pub link: usize,
    /// When it was taken. Finer parts than microseconds are dropped.
    pub time: Time,
    /// Its octets, as many as were kept.
    pub octets: Vec<u8>,
    /// How many octets it had on the link.
    pub original_length: usize,
    /// What somebody said about it.
    pub comment: Option<String>,
}

/// Reads a capture file of either format.
///
/// ```
/// # use queuescope::{network::capture::{CaptureWriter, read_capture}, time::Time};
/// let mut writer = CaptureWriter::new();
/// let link = writer.add_link("P to broker");
/// writer.add_packet(link, Time::from_us(7), &[0; 60], Some("a frame of zeros"));
/// let capture = read_capture(&writer.into_octets())?;
/// assert_eq!(capture.packets[0].time, Time::from_us(7));
/// assert_eq!(capture.packets[0].comment.as_deref(), Some("a frame of zeros"));
/// # Ok::<(), queuescope::network::capture::CaptureError>(())
/// ```
pub fn read_capture(file: &[u8]) -> Result<Capture, CaptureError> {
    match file.first_chunk() {
        Some(first) if *first == block::SECTION.to_le_bytes() => pcapng::read(file),
        Some(first) => classic::read(file, *first),
        None => Err(CaptureError::NoCapture),
    }
}
