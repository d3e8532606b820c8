//! The Transmission Control Protocol: the header of a segment (RFC 9293 section 3.1).

use super::checksum::{Checksum, Verdict};
use super::field::number;
use super::ipv4::{self, Datagram};
use super::{Field, Layer, Problem, Protocol, Remark, Severity, tcp_options};
use std::ops::Range;

const HEADER: usize = 20;

/// Flags, as bits of the 14th octet.
pub const FIN: u8 = 1;
/// Opens a connection.
pub const SYN: u8 = 2;
/// Breaks a connection.
pub const RST: u8 = 4;
/// The acknowledgement number counts.
pub const ACK: u8 = 16;
/// Push.
pub const PSH: u8 = 8;

/// What of a segment matters to its stream.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Sender: address and port.
    pub source: ([u8; 4], u16),
    /// Receiver.
    pub destination: ([u8; 4], u16),
    /// The number of its first octet.
    pub sequence: u32,
    /// The number of the octet that the sender expects next.
    pub acknowledgement: u32,
    /// The flags.
    pub flags: u8,
    /// The window as it stands there.
    pub window: u16,
    /// Where the options lie.
    pub options: Range<usize>,
    /// Where the octets of the stream lie.
    pub payload: Range<usize>,
    /// By how much the sender's windows are to be shifted (SYN only).
    pub window_scale: Option<u8>,
}

impl Segment {
    /// The number behind its last octet; SYN and FIN count as one.
    pub fn next_sequence(&self) -> u32 {
        let flags = u32::from(self.flags & SYN != 0) + u32::from(self.flags & FIN != 0);
        self.sequence.wrapping_add(self.payload.len() as u32).wrapping_add(flags)
    }

    /// Whether it has this flag.
    pub const fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// What the stream of a segment knows before it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Numbering {
    /// The number of the stream.
    pub stream: usize,
    /// Which parts of a connection's life were seen.
    pub completeness: u8,
    /// Whether a side has finished.
    pub is_closing: bool,
    /// From where the sender's octets are counted.
    pub base: u32,
    /// From where the receiver's octets are counted.
    pub acknowledgement_base: u32,
    /// By how much the window is to be shifted: unknown if the opening was not seen; nothing if not agreed.
    pub window_scale: Option<Option<u8>>,
}

/// Finds the parts of a segment; nothing if its header is cut short.
pub fn read(frame: &[u8], datagram: &Datagram) -> Option<Segment> {
    let whole = datagram.payload.clone();
    let octets = frame.get(whole.clone())?;
    let (header, _) = octets.split_first_chunk::<HEADER>()?;
    let offset = usize::from(header[12] >> 4) * 4;
    if offset < HEADER || offset > octets.len() {
        return None;
    }
    let short = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    let long = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let options = whole.start + HEADER..whole.start + offset;
    let (_, read, _) = tcp_options::dissect(frame, options.clone(), 0);
    Some(Segment {
        source: (datagram.source, short(0)),
        destination: (datagram.destination, short(2)),
        sequence: long(4),
        acknowledgement: long(8),
        flags: header[13],
        window: short(14),
        options,
        payload: whole.start + offset..whole.end,
        window_scale: read.window_scale,
    })
}

/// The layer, with numbers relative to what its stream knows.
pub fn dissect(
    frame: &[u8],
    datagram: &Datagram,
    segment: &Segment,
    numbering: Numbering,
    verify: bool,
) -> Layer {
    let start = datagram.payload.start;
    let whole = &frame[datagram.payload.clone()];
    let verdict = if verify {
        let sum = Checksum::default()
            .add_pseudo_header(datagram.source, datagram.destination, ipv4::TCP, whole.len())
            .add(whole);
        Verdict::of(u16::from_be_bytes([whole[16], whole[17]]), sum.finish())
    } else {
        Verdict::Unverified
    };
    let at = |from: usize, to: usize| start + from..start + to;
    let acknowledgement = match segment.has(ACK) {
        true => segment.acknowledgement.wrapping_sub(numbering.acknowledgement_base),
        false => 0,
    };
    let mut fields = vec![
        Field::number("tcp.srcport", frame, at(0, 2)),
        Field::number("tcp.dstport", frame, at(2, 4)),
        Field::computed("tcp.stream", numbering.stream),
        Field::computed("tcp.completeness", numbering.completeness),
        Field::computed("tcp.len", segment.payload.len()),
        Field::number("tcp.seq", frame, at(4, 8)).value(segment.sequence.wrapping_sub(numbering.base)),
        Field::number("tcp.seq_raw", frame, at(4, 8)),
        Field::computed("tcp.nxtseq", segment.next_sequence().wrapping_sub(numbering.base)),
        Field::number("tcp.ack", frame, at(8, 12)).value(acknowledgement),
        Field::number("tcp.ack_raw", frame, at(8, 12)),
        Field::bits("tcp.hdr_len", frame, at(12, 13), 0..4).value(segment.payload.start - start),
        flags(frame, start, numbering.is_closing),
        Field::number("tcp.window_size_value", frame, at(14, 16)),
    ];
    fields.extend(window(segment, numbering, at(14, 16)));
    fields.push(Field::hexadecimal("tcp.checksum", frame, at(16, 18)));
    fields.push(verdict.status("tcp.checksum.status"));
    fields.extend(verdict.calculated("tcp.checksum_calculated", at(16, 18)));
    fields.push(Field::number("tcp.urgent_pointer", frame, at(18, 20)));
    let mut layer =
        Layer::new(Protocol::Tcp, start..segment.payload.start, segment.payload.clone(), Vec::new());
    if !segment.options.is_empty() {
        let (options, _, is_whole) =
            tcp_options::dissect(frame, segment.options.clone(), numbering.acknowledgement_base);
        fields.push(Field::octets("tcp.options", frame, segment.options.clone()).with(options));
        if !is_whole {
            layer.problem = Some(Problem::Malformed);
        }
    }
    if verdict.is_wrong() {
        layer.problem = Some(Problem::Checksum);
    }
    layer.fields = fields;
    layer
}

/// The window in octets. That of a SYN is never shifted (RFC 7323 section 2.2).
fn window(segment: &Segment, numbering: Numbering, octets: Range<usize>) -> Vec<Field> {
    let scale = numbering.window_scale.flatten().filter(|_| !segment.has(SYN));
    let size = u32::from(segment.window) << scale.unwrap_or(0);
    let mut fields = vec![Field::new("tcp.window_size", octets.clone(), size.to_string())];
    if !segment.has(SYN) {
        let factor = match numbering.window_scale {
            None => "-1".to_owned(),
            Some(None) => "-2".to_owned(),
            Some(Some(shift)) => (1_u32 << shift).to_string(),
        };
        let field = Field::new("tcp.window_size_scalefactor", octets, factor);
        fields.push(match numbering.window_scale {
            None => field.meaning("unknown"),
            Some(None) => field.meaning("not agreed"),
            Some(Some(_)) => field,
        });
    }
    fields
}

/// The flags one by one, and all as letters.
fn flags(frame: &[u8], start: usize, is_closing: bool) -> Field {
    let (both, first, second) = (start + 12..start + 14, start + 12..start + 13, start + 13..start + 14);
    let value = format!("0x{:04x}", number(frame, &both) & 0x0FFF);
    let bit = |name: &'static str, at: usize| Field::bits(name, frame, second.clone(), at..at + 1);
    let mut fields = vec![
        Field::bits("tcp.flags.res", frame, first.clone(), 4..7),
        Field::bits("tcp.flags.ae", frame, first, 7..8),
        bit("tcp.flags.cwr", 0),
        bit("tcp.flags.ece", 1),
        bit("tcp.flags.urg", 2),
        bit("tcp.flags.ack", 3),
        bit("tcp.flags.push", 4),
        bit("tcp.flags.reset", 5),
        bit("tcp.flags.syn", 6),
        bit("tcp.flags.fin", 7),
    ];
    let set: Vec<bool> = fields.iter().map(|field| field.value != "0").collect();
    let remark = |name, severity| Some(Remark { name, severity, group: 0x0200_0000 });
    if set[8] {
        let name = if set[5] { "tcp.connection.synack" } else { "tcp.connection.syn" };
        fields[8].remark = remark(name, Severity::Chat);
    }
    if set[7] {
        fields[7].remark = remark("tcp.connection.rst", Severity::Warning);
    }
    let all = number(frame, &both) & 0x0FFF;
    let letters = "RRRACEUAPRSF".chars().enumerate();
    let letters: String =
        letters.map(|(index, letter)| if all >> (11 - index) & 1 == 1 { letter } else { '·' }).collect();
    let mut letters = Field::new("tcp.flags.str", both.clone(), letters);
    if set[9] {
        fields[9].remark = remark("tcp.connection.fin", Severity::Chat);
        // The first one closes actively, the other passively (RFC 9293 section 3.6).
        let name = if is_closing { "tcp.connection.fin_passive" } else { "tcp.connection.fin_active" };
        letters.remark = remark(name, Severity::Note);
    }
    fields.push(letters);
    let named: Vec<&str> = ["CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"]
        .into_iter()
        .zip(&set[2..])
        .filter_map(|(name, &is_set)| is_set.then_some(name))
        .collect();
    let field = Field::new("tcp.flags", both, value).meaning(named.join(", "));
    Field { bits: Some(4..16), ..field.with(fields) }
}
