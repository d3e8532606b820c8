//! Octets: as clients send them, broken, and none that anyone would send.

use crate::amqp::wire::{EncodeError, Field, FieldKind, FrameKind, LAYOUTS, Layout, PROTOCOL_HEADER, Writer};
use crate::rng::Stream;

/// The names that methods are made of: few, so that they meet.
const NAMES: [&str; 12] =
    ["", "q", "r", "e", "t", "direct", "topic", "fanout", "headers", "a.b.c", "a.*.#", "amq.topic"];

/// The arguments that tables are made of.
const ARGUMENTS: [&str; 12] = [
    "x-message-ttl",
    "x-expires",
    "x-max-length",
    "x-max-priority",
    "x-dead-letter-exchange",
    "x-dead-letter-routing-key",
    "alternate-exchange",
    "x-match",
    "x-priority",
    "x-overflow",
    "x-queue-type",
    "CC",
];

/// The methods of a handshake: PLAIN as guest, a heartbeat of 10 s, frames of 65,536 octets, the virtual host `/`.
const HANDSHAKE: [&[u8]; 3] = [
    b"\x01\0\0\0\0\0\x24\0\x0a\0\x0b\0\0\0\0\x05PLAIN\0\0\0\x0c\0guest\0guest\x05en_US\xce",
    b"\x01\0\0\0\0\0\x0c\0\x0a\0\x1f\x07\xff\0\x01\0\0\0\x0a\xce",
    b"\x01\0\0\0\0\0\x08\0\x0a\0\x28\x01/\0\0\xce",
];

/// Chooses and writes.
pub(super) struct Source(Stream);

impl Source {
    pub fn new(stream: Stream) -> Source {
        Source(stream)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        ((self.0.unit() * end as f64) as usize).min(end - 1)
    }

    /// True once in `count` times.
    pub fn once_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn octet(&mut self) -> u8 {
        self.below(256) as u8
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// Octets without any sense.
    pub fn noise(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most + 1)).map(|_| self.octet()).collect()
    }

    /// What a client sends from the start: a handshake that is right in most cases, and methods.
    pub fn conversation(&mut self) -> Vec<u8> {
        let mut out = self.handshake();
        self.work_into(&mut out);
        out
    }

    /// Methods, and contents, of a client that has come in.
    pub fn work(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        self.work_into(&mut out);
        out
    }

    /// Queues, keys and tags that nobody has used before: they come and go.
    pub fn made_up_names(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        for _ in 0..self.below(200) {
            let name: String = (0..24).map(|_| self.pick(b"abcdefghijklmnop") as char).collect();
            let mut send =
                |number: (u16, u16), fields: &dyn Fn(&mut Writer<'_>) -> Result<(), EncodeError>| {
                    let mut payload = Vec::new();
                    let mut writer = Writer::new(&mut payload);
                    writer.short(number.0);
                    writer.short(number.1);
                    // A name of 24 octets is short.
                    let _ = fields(&mut writer);
                    self.frame(&mut out, FrameKind::Method.octet(), 1, &payload);
                };
            let name = name.as_bytes();
            // queue.declare, exclusive
            send((50, 10), &|writer| {
                writer.short(0);
                writer.short_string(name)?;
                writer.octet(0b100);
                writer.part(|_| Ok(()))
            });
            // basic.consume
            send((60, 20), &|writer| {
                writer.short(0);
                writer.short_string(name)?;
                writer.short_string(name)?;
                writer.octet(0);
                writer.part(|_| Ok(()))
            });
            // queue.delete
            send((50, 40), &|writer| {
                writer.short(0);
                writer.short_string(name)?;
                writer.octet(0);
                Ok(())
            });
        }
        out
    }

    /// The handshake and two channels: right in most cases.
    pub fn handshake(&mut self) -> Vec<u8> {
        let mut out = PROTOCOL_HEADER.to_vec();
        for method in HANDSHAKE {
            if self.once_in(50) {
                self.method(&mut out, 0, |layout| layout.number.0 == 10);
            } else {
                out.extend_from_slice(method);
            }
        }
        for channel in 1..=2 {
            self.frame(&mut out, FrameKind::Method.octet(), channel, b"\0\x14\0\x0a\0");
        }
        out
    }

    /// A handshake that is right and stops before its end.
    pub fn half_handshake(&mut self) -> Vec<u8> {
        let mut out = PROTOCOL_HEADER.to_vec();
        HANDSHAKE.iter().for_each(|method| out.extend_from_slice(method));
        out.truncate(self.below(out.len()));
        out
    }

    fn work_into(&mut self, out: &mut Vec<u8>) {
        for _ in 0..self.below(40) {
            let channel = self.pick(&[1, 1, 1, 1, 2, 2, 3]);
            match self.below(12) {
                0 => self.method(out, 0, |layout| layout.number.0 == 10),
                1 => self.method(out, channel, |_| true),
                2 => self.frame(out, FrameKind::Heartbeat.octet(), 0, b""),
                3 => self.method(out, channel, |layout| matches!(layout.number, (20, _) | (90, _))),
                4..=6 => self.publish(out, channel),
                7 | 8 => self.method(out, channel, |layout| matches!(layout.number.0, 40 | 50)),
                _ => self.method(out, channel, |layout| matches!(layout.number.0, 60 | 85)),
            }
        }
    }

    /// Breaks some octets of what was right; those before `from` stay.
    pub fn mutate(&mut self, octets: &mut Vec<u8>, from: usize) {
        for _ in 0..self.below(6) {
            if octets.len() <= from {
                return;
            }
            let at = from + self.below(octets.len() - from);
            let end = (at + 1 + self.below(24)).min(octets.len());
            match self.below(6) {
                0 | 1 => octets[at] = self.octet(),
                2 => octets[at] ^= 1 << self.below(8),
                3 => drop(octets.drain(at..end)),
                4 => {
                    let piece = octets[at..end].to_vec();
                    octets.splice(at..at, piece);
                }
                _ => {
                    let noise = self.noise(16);
                    octets.splice(at..at, noise);
                }
            }
        }
    }

    fn frame(&mut self, out: &mut Vec<u8>, kind: u8, channel: u16, payload: &[u8]) {
        out.push(kind);
        out.extend_from_slice(&channel.to_be_bytes());
        out.extend_from_slice(&(payload.len() as u32).to_be_bytes());
        out.extend_from_slice(payload);
        out.push(crate::amqp::wire::FRAME_END);
    }

    fn publish(&mut self, out: &mut Vec<u8>, channel: u16) {
        self.method(out, channel, |layout| layout.number == (60, 40));
        let body = self.noise(40);
        let mut header = b"\0\x3c\0\0".to_vec();
        header.extend_from_slice(&(body.len() as u64).to_be_bytes());
        header.extend_from_slice(if self.once_in(2) { b"\0\0" } else { b"\x18\0\x02\x05" });
        self.frame(out, FrameKind::Header.octet(), channel, &header);
        if !body.is_empty() {
            self.frame(out, FrameKind::Body.octet(), channel, &body);
        }
    }

    /// A method of those that are meant, with fields at random.
    fn method(&mut self, out: &mut Vec<u8>, channel: u16, is_meant: impl Fn(&Layout) -> bool) {
        let meant: Vec<&Layout> = LAYOUTS.iter().filter(|layout| is_meant(layout)).collect();
        let layout = self.pick(&meant);
        let mut payload = Vec::new();
        let mut writer = Writer::new(&mut payload);
        writer.short(layout.number.0);
        writer.short(layout.number.1);
        for field in layout.fields {
            // Nothing here is longer than a length can say.
            let _ = self.field(&mut writer, field);
        }
        self.frame(out, FrameKind::Method.octet(), channel, &payload);
    }

    fn field(&mut self, writer: &mut Writer<'_>, field: &Field) -> Result<(), EncodeError> {
        match field.kind {
            FieldKind::Octet => writer.octet(self.octet()),
            FieldKind::Short => writer.short(self.pick(&[0, 1, 2, 300])),
            FieldKind::Long => writer.long(self.pick(&[0, 0, 0, 1, 4_096])),
            FieldKind::LongLong => {
                let tag = self.below(6) as u64;
                writer.long_long(if self.once_in(20) { u64::MAX } else { tag });
            }
            FieldKind::Bit => writer.bit(self.once_in(3)),
            FieldKind::ShortString => writer.short_string(self.pick(&NAMES).as_bytes())?,
            FieldKind::LongString => {
                let noise = self.noise(20);
                writer.long_string(&noise)?;
            }
            FieldKind::Table => {
                let count = if self.once_in(2) { 0 } else { self.below(4) };
                writer.part(|table| {
                    for _ in 0..count {
                        self.entry(table)?;
                    }
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, table: &mut Writer<'_>) -> Result<(), EncodeError> {
        table.short_string(self.pick(&ARGUMENTS).as_bytes())?;
        match self.below(5) {
            0 => {
                table.octet(b't');
                table.octet(1);
            }
            1 => {
                table.octet(b'S');
                table.long_string(self.pick(&NAMES).as_bytes())?;
            }
            2 => {
                table.octet(b'l');
                table.long_long(self.pick(&[0, 1, 5, 1_000, u64::MAX]));
            }
            3 => table.octet(b'V'),
            _ => {
                table.octet(b'I');
                table.long(self.pick(&[0, 1, 2, 255, u32::MAX]));
            }
        }
        Ok(())
    }
}
