//! Reading pcap, the format before pcapng.

use super::cursor::Cursor;
use super::{Capture, CaptureError, CapturedLink, CapturedPacket};
use crate::time::Time;

const MICROSECONDS: u32 = 0xA1B2_C3D4;
const NANOSECONDS: u32 = 0xA1B2_3C4D;
const FILE_HEADER: usize = 24;

/// Reads a file that begins with `magic`.
pub fn read(file: &[u8], magic: [u8; 4]) -> Result<Capture, CaptureError> {
    let is_magic = |number| matches!(number, MICROSECONDS | NANOSECONDS);
    let is_big_endian = match (u32::from_le_bytes(magic), u32::from_be_bytes(magic)) {
        (little, _) if is_magic(little) => false,
        (_, big) if is_magic(big) => true,
        _ => return Err(CaptureError::NoCapture),
    };
    let mut cursor = Cursor::new(file, is_big_endian);
    let cut_short = CaptureError::CutShort { at: 0 };
    let is_nanoseconds = cursor.long().ok_or(cut_short)? == NANOSECONDS;
    // Versions, two fields that are always 0, and the most octets kept of a packet.
    cursor.octets(FILE_HEADER - 8).ok_or(cut_short)?;
    // The upper half says whether frames have a check sequence.
    let link_type = cursor.long().ok_or(cut_short)? as u16;
    let mut capture = Capture::default();
    capture.links.push(CapturedLink { name: None, link_type });
    let mut at = FILE_HEADER;
    while !cursor.is_at_end() {
        let packet = packet(&mut cursor, is_nanoseconds).ok_or(CaptureError::CutShort { at })?;
        at += 16 + packet.octets.len();
        capture.packets.push(packet);
    }
    Ok(capture)
}

fn packet(cursor: &mut Cursor<'_>, is_nanoseconds: bool) -> Option<CapturedPacket> {
    let seconds = u64::from(cursor.long()?);
    let fraction = u64::from(cursor.long()?);
    let (kept, original_length) = (cursor.long()? as usize, cursor.long()? as usize);
    let us = if is_nanoseconds { fraction / 1000 } else { fraction };
    Some(CapturedPacket {
        link: 0,
        time: Time::from_us(seconds * 1_000_000 + us),
        octets: cursor.octets(kept)?.to_vec(),
        original_length,
        comment: None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::read_capture;
    use super::*;

    #[test]
    fn either_byte_order_and_either_unit_is_read() {
        let file = |write: fn(u32) -> [u8; 4], magic, fraction| -> Vec<u8> {
            let numbers = [magic, 0x0004_0002, 0, 0, 65_535, 1, 3, fraction, 2, 60];
            numbers.into_iter().flat_map(write).chain([1, 2]).collect()
        };
        for octets in [
            file(u32::to_le_bytes, MICROSECONDS, 5),
            file(u32::to_be_bytes, MICROSECONDS, 5),
            file(u32::to_le_bytes, NANOSECONDS, 5_999),
            file(u32::to_be_bytes, NANOSECONDS, 5_000),
        ] {
            let capture = read_capture(&octets).expect("a capture");
            let packet = CapturedPacket {
                link: 0,
                time: Time::from_us(3_000_005),
                octets: vec![1, 2],
                original_length: 60,
                comment: None,
            };
            assert_eq!(capture.packets, [packet]);
            assert_eq!(read_capture(&octets[..41]), Err(CaptureError::CutShort { at: 24 }));
        }
        assert_eq!(read_capture(b"GIF89a"), Err(CaptureError::NoCapture));
        assert_eq!(read_capture(b""), Err(CaptureError::NoCapture));
    }
}
