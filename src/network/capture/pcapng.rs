//! Reading pcapng.

use super::cursor::Cursor;
use super::{Capture, CaptureError, CapturedLink, CapturedPacket, KnownStream, block};
use crate::time::Time;

/// Reads all sections of a file. Blocks and options that are not known are passed over (section 3.1).
pub fn read(file: &[u8]) -> Result<Capture, CaptureError> {
    let mut reading = Reading { capture: Capture::default(), section: Vec::new(), is_big_endian: false };
    let mut at = 0;
    while at < file.len() {
        at += reading.block(file, at)?;
    }
    Ok(reading.capture)
}

struct Reading {
    capture: Capture,
    /// The interfaces of this section: their places in the capture, and the units of their time.
    section: Vec<(usize, Unit)>,
    is_big_endian: bool,
}

/// The unit of time stamps: so many make a second.
#[derive(Clone, Copy)]
struct Unit {
    per_second: u128,
}

impl Unit {
    const MICROSECOND: Unit = Unit { per_second: 1_000_000 };

    /// `if_tsresol`: a negative power of ten, or of two if the highest bit is set.
    fn from_octet(octet: u8) -> Option<Unit> {
        let exponent = u32::from(octet & 0x7F);
        let base: u128 = if octet & 0x80 == 0 { 10 } else { 2 };
        Some(Unit { per_second: base.checked_pow(exponent)? })
    }

    fn time(self, count: u64) -> Time {
        let us = u128::from(count) * 1_000_000 / self.per_second;
        Time::from_us(u64::try_from(us).unwrap_or(u64::MAX))
    }
}

impl Reading {
    /// Reads the block at `at`; gives its length.
    fn block(&mut self, file: &[u8], at: usize) -> Result<usize, CaptureError> {
        let cut_short = CaptureError::CutShort { at };
        let octets = &file[at..];
        if octets.starts_with(&block::SECTION.to_le_bytes()) {
            let order = octets.get(8..12).ok_or(cut_short)?;
            self.is_big_endian = order == block::BYTE_ORDER.to_be_bytes();
            if !self.is_big_endian && order != block::BYTE_ORDER.to_le_bytes() {
                return Err(CaptureError::NoCapture);
            }
            self.section.clear();
        }
        let mut cursor = Cursor::new(octets, self.is_big_endian);
        let kind = cursor.long().ok_or(cut_short)?;
        let length = cursor.long().ok_or(cut_short)? as usize;
        if length < 12 || !length.is_multiple_of(4) {
            return Err(cut_short);
        }
        let body = cursor.octets(length - 12).ok_or(cut_short)?;
        if cursor.long() != Some(length as u32) {
            return Err(cut_short);
        }
        let body = Cursor::new(body, self.is_big_endian);
        match kind {
            block::INTERFACE => self.interface(body).ok_or(cut_short)?,
            block::NAMES => self.names(body).ok_or(cut_short)?,
            block::PACKET => self.packet(body, at)?,
            block::KNOWN_STREAM => self.known_stream(body, at)?,
            block::SIMPLE_PACKET => self.simple_packet(body, at)?,
            _ => {}
        }
        Ok(length)
    }

    fn interface(&mut self, mut body: Cursor<'_>) -> Option<()> {
        let link_type = body.short()?;
        body.octets(6)?;
        let (mut name, mut unit) = (None, Unit::MICROSECOND);
        while let Some((code, value)) = option(&mut body) {
            match code {
                block::INTERFACE_NAME => name = Some(text(value)),
                block::RESOLUTION => unit = Unit::from_octet(*value.first()?)?,
                _ => {}
            }
        }
        self.section.push((self.capture.links.len(), unit));
        self.capture.links.push(CapturedLink { name, link_type });
        Some(())
    }

    fn names(&mut self, mut body: Cursor<'_>) -> Option<()> {
        while let Some((code, value)) = option(&mut body) {
            if code == block::IPV4_NAMES {
                let (address, names) = value.split_first_chunk()?;
                let names = names.split(|&octet| octet == 0).filter(|name| !name.is_empty());
                self.capture.hosts.extend(names.map(|name| (*address, text(name))));
            }
        }
        Some(())
    }

    fn packet(&mut self, mut body: Cursor<'_>, at: usize) -> Result<(), CaptureError> {
        let mut fields = || {
            let interface = body.long()? as usize;
            let time = u64::from(body.long()?) << 32 | u64::from(body.long()?);
            let (kept, original_length) = (body.long()? as usize, body.long()? as usize);
            let octets = body.octets(kept)?.to_vec();
            body.octets(block::padding(kept))?;
            let mut comment = None;
            while let Some((code, value)) = option(&mut body) {
                if code == block::COMMENT {
                    comment = Some(text(value));
                }
            }
            Some((interface, time, octets, original_length, comment))
        };
        let (interface, time, octets, original_length, comment) =
            fields().ok_or(CaptureError::CutShort { at })?;
        let &(link, unit) = self.section.get(interface).ok_or(CaptureError::UnknownLink { at })?;
        let time = unit.time(time);
        self.capture.packets.push(CapturedPacket { link, time, octets, original_length, comment });
        Ok(())
    }

    fn known_stream(&mut self, mut body: Cursor<'_>, at: usize) -> Result<(), CaptureError> {
        let stream = KnownStream::read(&mut body).ok_or(CaptureError::CutShort { at })?;
        let &(link, _) = self.section.get(stream.link).ok_or(CaptureError::UnknownLink { at })?;
        self.capture.known_streams.push(KnownStream { link, ..stream });
        Ok(())
    }

    /// A packet without time, of the first interface.
    fn simple_packet(&mut self, mut body: Cursor<'_>, at: usize) -> Result<(), CaptureError> {
        let cut_short = CaptureError::CutShort { at };
        let original_length = body.long().ok_or(cut_short)? as usize;
        let &(link, _) = self.section.first().ok_or(CaptureError::UnknownLink { at })?;
        let mut octets = Vec::new();
        while let (Some(octet), true) = (body.octets(1), octets.len() < original_length) {
            octets.extend(octet);
        }
        let time = Time::START;
        self.capture.packets.push(CapturedPacket { link, time, octets, original_length, comment: None });
        Ok(())
    }
}

/// The next option or record, unless the list is at its end.
fn option<'a>(body: &mut Cursor<'a>) -> Option<(u16, &'a [u8])> {
    let (code, length) = (body.short()?, body.short()?.into());
    if code == block::END {
        return None;
    }
    let value = body.octets(length)?;
    body.octets(block::padding(length))?;
    Some((code, value))
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::{CaptureWriter, SentBefore, read_capture};
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut writer = CaptureWriter::new();
        writer.add_hosts([([10, 0, 0, 1], "producer P"), ([10, 0, 0, 2], "broker")]);
        let links = [writer.add_link("P — broker"), writer.add_link("C — broker")];
        for (number, link) in [0, 1, 0].into_iter().enumerate() {
            let comment = (number == 1).then_some("producer P → broker");
            let time = Time::from_us(number as u64 * 5_000_000_000);
            writer.add_packet(links[link], time, &vec![number as u8; 60 + number], comment);
        }
        let stream = KnownStream {
            link: 1,
            ends: [([10, 0, 0, 1], 49_152), ([10, 0, 0, 2], 5_672)],
            sent: [Some(SentBefore { base: 7, next: 4_000_000_000 }), None],
            spoken: 1,
        };
        writer.add_known_stream(links[1], &stream);
        let octets = writer.into_octets();
        assert_eq!(octets.len() % 4, 0);
        let capture = read_capture(&octets).expect("a capture");
        assert_eq!(capture.hosts[1], ([10, 0, 0, 2], "broker".to_owned()));
        assert_eq!(capture.links[1].name.as_deref(), Some("C — broker"));
        assert_eq!(capture.known_streams, [stream]);
        let packets: Vec<_> =
            capture.packets.iter().map(|packet| (packet.link, packet.octets.len())).collect();
        assert_eq!(packets, [(0, 60), (1, 61), (0, 62)]);
        assert_eq!(capture.packets[2].time, Time::from_us(10_000_000_000));
        assert_eq!(capture.packets[1].comment.as_deref(), Some("producer P → broker"));
    }

    #[test]
    fn a_broken_file_is_an_error_and_never_a_panic() {
        let mut writer = CaptureWriter::new();
        let link = writer.add_link("a");
        writer.add_packet(link, Time::START, &[1; 61], Some("comment"));
        let octets = writer.into_octets();
        for length in 0..octets.len() {
            let _ = read_capture(&octets[..length]);
        }
        for place in 0..octets.len() {
            let mut broken = octets.clone();
            broken[place] ^= 0xFF;
            let _ = read_capture(&broken);
        }
        let packet_alone = [&octets[..48], &octets[88..]].concat();
        assert_eq!(read_capture(&packet_alone), Err(CaptureError::UnknownLink { at: 48 }));
    }

    #[test]
    fn the_unit_of_time_is_that_of_the_interface() {
        for (octet, count, us) in [(6, 7, 7), (9, 7_999, 7), (3, 2, 2_000), (0x80 | 10, 1024, 1_000_000)] {
            let unit = Unit::from_octet(octet).expect("a unit");
            assert_eq!(unit.time(count), Time::from_us(us));
        }
        assert!(Unit::from_octet(127).is_none());
    }
}
