//! A capture file, taken apart.

use super::{Dissector, Layer};
use crate::network::capture::{CaptureError, ETHERNET, read_capture};
use crate::time::Time;

/// A frame of a capture, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct DissectedFrame {
    /// Its place among all packets of the file, from 0.
    pub place: usize,
    /// When it was taken.
    pub time: Time,
    /// All its octets that the file has.
    pub octets: Vec<u8>,
    /// From Ethernet up. None when its link is not Ethernet.
    pub layers: Vec<Layer>,
}

/// Takes frames of a capture file apart: those with these places among all packets of the file, from 0, or all of
/// them. The others are read as well, for what must be known before. Packets are numbered for each link.
///
/// # Errors
/// When the file is no capture, or broken.
pub fn dissect_capture(file: &[u8], places: Option<&[usize]>) -> Result<Vec<DissectedFrame>, CaptureError> {
    let capture = read_capture(file)?;
    let mut dissectors = vec![Dissector::new(); capture.links.len()];
    let begin = capture.packets.first().map_or(Time::START, |packet| packet.time);
    for stream in &capture.known_streams {
        dissectors[stream.link].know(stream, begin);
    }
    let is_asked_for = |place| places.is_none_or(|places| places.contains(&place));
    let mut frames = Vec::new();
    for (place, packet) in capture.packets.into_iter().enumerate() {
        let layers = match capture.links[packet.link].link_type {
            ETHERNET => dissectors[packet.link].dissect(packet.time, &packet.octets),
            _ => Vec::new(),
        };
        if is_asked_for(place) {
            frames.push(DissectedFrame { place, time: packet.time, octets: packet.octets, layers });
        }
    }
    Ok(frames)
}

#[cfg(test)]
mod tests {
    use super::super::envelope::{Endpoint, datagram_frame};
    use super::*;
    use crate::network::capture::CaptureWriter;

    #[test]
    fn frames_that_are_asked_for_know_those_before_them() {
        let host =
            |number| Endpoint { ethernet: [2, 0, 0, 0, 0, number], address: [10, 0, 0, number], port: 9 };
        let mut writer = CaptureWriter::new();
        let link = writer.add_link("one to two");
        for time in [7, 9] {
            let frame = datagram_frame(host(1), host(2), 1, b"hi");
            writer.add_packet(link, Time::from_us(time), &frame, None);
        }
        let file = writer.into_octets();
        let second = dissect_capture(&file, Some(&[1])).expect("a good file");
        let [frame] = &second[..] else { panic!("one is asked for") };
        assert_eq!((frame.place, frame.time, frame.octets.len()), (1, Time::from_us(9), 44));
        let since = frame.layers[2].field("udp.time_delta").expect("it is the second of its stream");
        assert_eq!(since.value, "0.000002000");
        assert_eq!(dissect_capture(&file, None).map(|all| all[1..] == second[..]), Ok(true));
        assert_eq!(dissect_capture(b"", None), Err(CaptureError::NoCapture));
    }
}
