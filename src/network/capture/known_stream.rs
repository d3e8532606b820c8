//! What is known of a TCP connection that was open before the first packet of a capture.

use super::cursor::Cursor;

/// A connection in the middle of its life: whoever reads on from here knows it as if its beginning had been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownStream {
    /// The place of its link in [`Capture::links`](super::Capture::links).
    pub link: usize,
    /// Address and port of the two ends.
    pub ends: [([u8; 4], u16); 2],
    /// For each end what it has sent; nothing where it has not even sent its SYN.
    pub sent: [Option<SentBefore>; 2],
    /// What it carries: a number of [`Spoken`](crate::network::layers::Spoken).
    pub spoken: u8,
}

/// What an end of a connection has sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentBefore {
    /// The number of its SYN, from which its octets are counted.
    pub base: u32,
    /// The number of the first octet of the next message.
    pub next: u32,
}

impl KnownStream {
    /// The body of its block.
    pub(super) fn octets(&self, link: u32) -> Vec<u8> {
        let mut octets = link.to_le_bytes().to_vec();
        for ((address, port), sent) in self.ends.iter().zip(self.sent) {
            octets.extend(address);
            octets.extend(port.to_le_bytes());
            octets.extend(u16::from(sent.is_some()).to_le_bytes());
            let SentBefore { base, next } = sent.unwrap_or(SentBefore { base: 0, next: 0 });
            octets.extend([base.to_le_bytes(), next.to_le_bytes()].concat());
        }
        octets.extend([self.spoken, 0, 0, 0]);
        octets
    }

    /// Reads the body of its block; the link is the number that stands there.
    pub(super) fn read(body: &mut Cursor<'_>) -> Option<KnownStream> {
        let link = body.long()? as usize;
        let mut end = || {
            let address = *body.octets(4)?.first_chunk()?;
            let (port, is_known) = (body.short()?, body.short()? != 0);
            let sent = SentBefore { base: body.long()?, next: body.long()? };
            Some(((address, port), is_known.then_some(sent)))
        };
        let [(first, first_sent), (second, second_sent)] = [end()?, end()?];
        let spoken = *body.octets(1)?.first()?;
        Some(KnownStream { link, ends: [first, second], sent: [first_sent, second_sent], spoken })
    }
}
