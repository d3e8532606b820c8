//! A TCP connection as an onlooker sees it: both directions, and what follows from earlier segments.

use super::application::{Application, Spoken};
use super::moment::{Moment, seconds};
use super::reassembly::{Arrival, Reassembly, Stretch};
use super::tcp::{ACK, FIN, Numbering, PSH, RST, SYN, Segment};
use super::{Field, Source};
use crate::network::capture::{KnownStream, SentBefore};
use crate::time::{Span, Time};

type End = ([u8; 4], u16);

/// A connection.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Who sends in each direction; the first is the one that was seen first.
    ends: [End; 2],
    flows: [Flow; 2],
    first: Time,
    last: Time,
    completeness: u8,
    is_closing: bool,
    opened: Option<Time>,
    initial_round_trip: Option<Span>,
    /// What it carries.
    pub application: Application,
}

/// One direction.
#[derive(Clone, Debug, Default)]
struct Flow {
    base: Option<u32>,
    /// Known once its SYN was seen: the shift that it offered, if any.
    window_scale: Option<Option<u8>>,
    /// Segments that are not yet acknowledged.
    sent: Vec<Sent>,
    since_push: usize,
    reassembly: Reassembly,
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    sequence: u32,
    next: u32,
    moment: Moment,
}

/// What a segment brought.
#[derive(Clone, Debug)]
pub struct Brought {
    /// In which direction it went: 0 as the first segment, or 1.
    pub side: usize,
    /// What its stream knew before it.
    pub numbering: Numbering,
    /// What follows from earlier segments.
    pub fields: Vec<Field>,
    /// How it fits to those before it.
    pub arrival: Arrival,
    /// The octets that can be read now.
    pub fresh: Vec<Stretch>,
}

/// All connections of a capture.
#[derive(Clone, Debug, Default)]
pub struct Streams {
    /// What is known beforehand of what they carry.
    pub spoken: Spoken,
    streams: Vec<Stream>,
}

impl Streams {
    /// Knows a connection that was open before the first packet.
    pub fn know(&mut self, known: &KnownStream, now: Time) {
        let mut stream = Stream::new(known.ends, now, Spoken::of_code(known.spoken));
        for (flow, sent) in stream.flows.iter_mut().zip(known.sent) {
            if let Some(SentBefore { base, next }) = sent {
                flow.base = Some(base);
                flow.reassembly.go_on(next);
            }
        }
        self.streams.push(stream);
    }

    /// Takes a segment; gives the stream it belongs to and what it brought.
    pub fn add(&mut self, frame: &[u8], segment: &Segment, moment: Moment) -> (&mut Stream, Brought) {
        let ends = [segment.source, segment.destination];
        let turned = [segment.destination, segment.source];
        let opens = segment.flags & (SYN | ACK) == SYN;
        let known = self.streams.iter().rposition(|stream| stream.ends == ends || stream.ends == turned);
        // The same ports can be used again: then a SYN comes with another number (RFC 9293 section 3.4.1).
        let known = known.filter(|&index| !opens || !self.streams[index].is_opened_otherwise(segment));
        let index = known.unwrap_or_else(|| {
            self.streams.push(Stream::new(ends, moment.time, self.spoken));
            self.streams.len() - 1
        });
        let stream = &mut self.streams[index];
        let brought = stream.add(frame, index, segment, moment);
        (stream, brought)
    }
}

impl Stream {
    fn new(ends: [End; 2], time: Time, spoken: Spoken) -> Stream {
        Stream {
            ends,
            flows: Default::default(),
            first: time,
            last: time,
            completeness: 0,
            is_closing: false,
            opened: None,
            initial_round_trip: None,
            application: Application::new(ends.map(|(_, port)| port), spoken),
        }
    }

    fn side(&self, segment: &Segment) -> usize {
        usize::from(self.ends[0] != segment.source)
    }

    fn is_opened_otherwise(&self, segment: &Segment) -> bool {
        self.flows[self.side(segment)].base.is_some_and(|base| base != segment.sequence)
    }

    fn add(&mut self, frame: &[u8], index: usize, segment: &Segment, moment: Moment) -> Brought {
        let side = self.side(segment);
        let numbering = self.number(index, side, segment);
        let mut fields = vec![Field::computed("", "Timestamps").with(vec![
            Field::computed("tcp.time_relative", seconds(moment.time - self.first)),
            Field::computed("tcp.time_delta", seconds(moment.time - self.last)),
        ])];
        self.last = moment.time;
        let analysis = self.analyse(side, segment, moment);
        let source =
            Source { packet: moment.packet, start: segment.payload.start, length: segment.payload.len() };
        let stretch =
            Stretch { sequence: segment.sequence, octets: frame[segment.payload.clone()].to_vec(), source };
        let (arrival, fresh) = self.flows[side].reassembly.add(stretch);
        if !analysis.is_empty() {
            fields.push(Field::computed("tcp.analysis", "").with(analysis));
        }
        if !segment.payload.is_empty() {
            fields.push(Field::octets("tcp.payload", frame, segment.payload.clone()));
        }
        self.note(segment);
        Brought { side, numbering, fields, arrival, fresh }
    }

    /// Where each direction begins to count, and how windows are to be read.
    fn number(&mut self, index: usize, side: usize, segment: &Segment) -> Numbering {
        let is_syn = segment.has(SYN);
        if is_syn {
            self.flows[side].reassembly.open(segment.sequence);
            self.flows[side].window_scale = Some(segment.window_scale);
        }
        // Without its SYN, a direction is counted from 1 at its first octet.
        let before = u32::from(!is_syn);
        let base = *self.flows[side].base.get_or_insert(segment.sequence.wrapping_sub(before));
        let other = &mut self.flows[1 - side];
        if segment.has(ACK) {
            other.base.get_or_insert(segment.acknowledgement.wrapping_sub(1));
        }
        let window_scale = match (self.flows[side].window_scale, self.flows[1 - side].window_scale) {
            (Some(Some(shift)), Some(Some(_))) => Some(Some(shift)),
            // Only if both offer it, windows are shifted (RFC 7323 section 2.2).
            (Some(_), Some(_)) => Some(None),
            _ => None,
        };
        Numbering {
            stream: index,
            completeness: self.completeness,
            is_closing: self.is_closing,
            base,
            acknowledgement_base: self.flows[1 - side].base.unwrap_or(0),
            window_scale,
        }
    }

    fn analyse(&mut self, side: usize, segment: &Segment, moment: Moment) -> Vec<Field> {
        let mut fields = Vec::new();
        if segment.has(ACK) {
            let other = &mut self.flows[1 - side];
            let acknowledged = segment.acknowledgement;
            if let Some(sent) = other.sent.iter().find(|sent| sent.next == acknowledged) {
                fields.extend([
                    Field::computed("tcp.analysis.acks_frame", sent.moment.packet),
                    Field::computed("tcp.analysis.ack_rtt", seconds(moment.time - sent.moment.time)),
                ]);
            }
            other.sent.retain(|sent| sent.next.wrapping_sub(acknowledged).cast_signed() > 0);
        }
        self.measure_opening(segment, moment);
        let length = segment.payload.len();
        if let Some(span) = self.initial_round_trip
            && (length > 0 || !fields.is_empty())
        {
            fields.push(Field::computed("tcp.analysis.initial_rtt", seconds(span)));
        }
        let flow = &mut self.flows[side];
        if length > 0 || segment.flags & (SYN | FIN) != 0 {
            let next = segment.next_sequence();
            flow.sent.push(Sent { sequence: segment.sequence, next, moment });
        }
        if length > 0 {
            let oldest = flow.sent.first().map_or(segment.sequence, |sent| sent.sequence);
            let in_flight = segment.next_sequence().wrapping_sub(oldest);
            flow.since_push += length;
            fields.extend([
                Field::computed("tcp.analysis.bytes_in_flight", in_flight),
                Field::computed("tcp.analysis.push_bytes_sent", flow.since_push),
            ]);
            if segment.has(PSH) {
                flow.since_push = 0;
            }
        }
        fields
    }

    /// The first round trip: from the SYN to the acknowledgement of the answer.
    fn measure_opening(&mut self, segment: &Segment, moment: Moment) {
        match segment.flags & (SYN | ACK) {
            SYN => self.opened = Some(moment.time),
            ACK if self.initial_round_trip.is_none() => {
                self.initial_round_trip = self.opened.map(|opened| moment.time - opened);
            }
            _ => {}
        }
    }

    /// Which parts of a connection's life were seen, in Wireshark's bits. Octets count once something
    /// else was seen.
    fn note(&mut self, segment: &Segment) {
        let flags = segment.flags;
        self.is_closing |= flags & FIN != 0;
        let mut seen = match flags & (SYN | ACK) {
            SYN => 1,
            flags if flags == SYN | ACK => 2,
            _ if !segment.payload.is_empty() => {
                if self.completeness == 0 {
                    0
                } else {
                    8
                }
            }
            ACK if flags & (FIN | RST) == 0 => 4,
            _ => 0,
        };
        for (flag, bit) in [(FIN, 16), (RST, 32)] {
            seen |= if segment.has(flag) { bit } else { 0 };
        }
        self.completeness |= seen;
    }
}
