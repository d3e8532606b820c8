//! Frames: what every octet behind the protocol header belongs to (section 4.2.3).

use super::{EncodeError, FRAME_END, Writer};
use crate::amqp::ChannelNumber;

/// What a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum FrameKind {
    /// A method (4.2.4).
    Method = 1,
    /// The header of a content (4.2.6.1).
    Header = 2,
    /// A piece of the body of a content (4.2.6.2).
    Body = 3,
    /// A sign of life (4.2.7).
    Heartbeat = 8,
}

impl FrameKind {
    /// The octet on the wire.
    pub const fn octet(self) -> u8 {
        self as u8
    }

    /// The kind that an octet stands for.
    pub const fn from_octet(octet: u8) -> Option<FrameKind> {
        Some(match octet {
            1 => FrameKind::Method,
            2 => FrameKind::Header,
            3 => FrameKind::Body,
            8 => FrameKind::Heartbeat,
            _ => return None,
        })
    }
}

/// A frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What it carries.
    pub kind: FrameKind,
    /// For which channel; 0 for the connection.
    pub channel: ChannelNumber,
    /// What stands between the size and the end octet.
    pub payload: Vec<u8>,
}

impl Frame {
    /// A sign of life: no payload, on channel 0.
    pub const fn heartbeat() -> Frame {
        Frame { kind: FrameKind::Heartbeat, channel: 0, payload: Vec::new() }
    }

    /// Appends type, channel, size, payload and end octet.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        write_frame(out, self.kind, self.channel, |payload| {
            payload.octets(&self.payload);
            Ok(())
        })
    }
}

/// Appends a frame around the payload that `write` appends.
pub(super) fn write_frame(
    out: &mut Vec<u8>,
    kind: FrameKind,
    channel: ChannelNumber,
    write: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let mut writer = Writer::new(out);
    writer.octet(kind.octet());
    writer.short(channel);
    writer.part(write)?;
    writer.octet(FRAME_END);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heartbeat_is_eight_octets() {
        let mut octets = Vec::new();
        Frame::heartbeat().write(&mut octets).expect("short");
        assert_eq!(octets, [8, 0, 0, 0, 0, 0, 0, 0xCE]);
    }

    #[test]
    fn kinds_and_octets_belong_together() {
        for octet in 0..=255 {
            assert!(FrameKind::from_octet(octet).is_none_or(|kind| kind.octet() == octet));
        }
        assert_eq!(FrameKind::from_octet(4), None, "4 is no heartbeat, as in early printings");
    }
}
