//! The User Datagram Protocol (RFC 768).

use super::checksum::{Checksum, Verdict};
use super::ipv4::{self, Datagram};
use super::moment::{Moment, seconds};
use super::{Field, Layer, Problem, Protocol};
use crate::time::Time;

const HEADER: usize = 8;

/// Who talks to whom, by address and port, in either direction.
#[derive(Clone, Debug, Default)]
pub struct UdpStreams {
    streams: Vec<UdpStream>,
}

#[derive(Clone, Debug)]
struct UdpStream {
    ends: [([u8; 4], u16); 2],
    first: Time,
    last: Time,
}

/// The layer.
pub fn dissect(
    frame: &[u8],
    datagram: &Datagram,
    streams: Option<(&mut UdpStreams, Moment)>,
    verify: bool,
) -> Layer {
    let whole = datagram.payload.clone();
    let start = whole.start;
    if whole.len() < HEADER {
        return Layer::cut_short(Protocol::Udp, whole);
    }
    let at = |from: usize, to: usize| start + from..start + to;
    let short = |from: usize| u16::from_be_bytes([frame[start + from], frame[start + from + 1]]);
    let length = usize::from(short(4));
    let end = (start + length).clamp(start + HEADER, whole.end);
    let verdict = match short(6) {
        // The sender did not make one.
        0 => Verdict::NotPresent,
        _ if !verify || start + length > whole.end => Verdict::Unverified,
        found => {
            let sum = Checksum::default()
                .add_pseudo_header(datagram.source, datagram.destination, ipv4::UDP, length)
                .add(&frame[start..end]);
            Verdict::of(found, sum.finish())
        }
    };
    let calculated = verdict.calculated("udp.checksum_calculated", at(6, 8));
    let mut fields = vec![
        Field::number("udp.srcport", frame, at(0, 2)),
        Field::number("udp.dstport", frame, at(2, 4)),
        Field::number("udp.length", frame, at(4, 6)),
        Field::hexadecimal("udp.checksum", frame, at(6, 8)).with(calculated.into_iter().collect()),
        verdict.status("udp.checksum.status"),
    ];
    if let Some((streams, moment)) = streams {
        let ends = [(datagram.source, short(0)), (datagram.destination, short(2))];
        fields.extend(streams.add(ends, moment, end > start + HEADER));
    }
    if end > start + HEADER {
        fields.push(Field::octets("udp.payload", frame, start + HEADER..end));
    }
    let mut layer = Layer::new(Protocol::Udp, at(0, HEADER), start + HEADER..end, fields);
    if length < HEADER || start + length > whole.end {
        layer.problem = Some(Problem::Length);
    } else if verdict.is_wrong() {
        layer.problem = Some(Problem::Checksum);
    }
    layer
}

impl UdpStreams {
    /// Notes a datagram; gives what follows from it and those before. Times are shown with octets alone.
    fn add(
        &mut self,
        ends: [([u8; 4], u16); 2],
        Moment { time, .. }: Moment,
        has_octets: bool,
    ) -> Vec<Field> {
        let turned = [ends[1], ends[0]];
        let known = self.streams.iter().position(|stream| stream.ends == ends || stream.ends == turned);
        let index = known.unwrap_or_else(|| {
            self.streams.push(UdpStream { ends, first: time, last: time });
            self.streams.len() - 1
        });
        let stream = &mut self.streams[index];
        let mut fields = vec![Field::computed("udp.stream", index)];
        if has_octets {
            fields.push(Field::computed("", "Timestamps").with(vec![
                Field::computed("udp.time_relative", seconds(time - stream.first)),
                Field::computed("udp.time_delta", seconds(time - stream.last)),
            ]));
        }
        stream.last = time;
        fields
    }
}
