//! Frames: the header, the mask, and writing them (RFC 6455 section 5.2).

use super::WebSocketError;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// It goes on with a message.
    Continuation,
    /// It begins a text.
    Text,
    /// It begins a message of octets.
    Binary,
    /// The closing handshake.
    Close,
    /// A ping.
    Ping,
    /// A pong.
    Pong,
}

impl Opcode {
    /// Its number.
    pub const fn number(self) -> u8 {
        match self {
            Opcode::Continuation => 0x0,
            Opcode::Text => 0x1,
            Opcode::Binary => 0x2,
            Opcode::Close => 0x8,
            Opcode::Ping => 0x9,
            Opcode::Pong => 0xA,
        }
    }

    /// The opcode with that number.
    pub const fn from_number(number: u8) -> Option<Opcode> {
        Some(match number {
            0x0 => Opcode::Continuation,
            0x1 => Opcode::Text,
            0x2 => Opcode::Binary,
            0x8 => Opcode::Close,
            0x9 => Opcode::Ping,
            0xA => Opcode::Pong,
            _ => return None,
        })
    }

    /// Whether it may stand between the fragments of a message (section 5.5).
    pub const fn is_control(self) -> bool {
        matches!(self, Opcode::Close | Opcode::Ping | Opcode::Pong)
    }

    /// Its name in section 11.8.
    pub const fn name(self) -> &'static str {
        match self {
            Opcode::Continuation => "Continuation Frame",
            Opcode::Text => "Text Frame",
            Opcode::Binary => "Binary Frame",
            Opcode::Close => "Connection Close Frame",
            Opcode::Ping => "Ping Frame",
            Opcode::Pong => "Pong Frame",
        }
    }
}

/// What stands before the payload of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// Whether a message ends with this frame.
    pub is_final: bool,
    /// What it is.
    pub opcode: Opcode,
    /// The key of the mask.
    pub mask: Option<[u8; 4]>,
    /// Octets of the payload.
    pub length: u64,
}

/// The longest header: two octets, a length of eight, a mask of four.
const LONGEST: usize = 14;

/// Control frames have at most so many octets of payload, and so do frames with the shortest form of length.
pub(super) const SHORT: u64 = 125;

impl FrameHeader {
    /// Appends its octets; the length in as few as it needs.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.is_final) << 7 | self.opcode.number());
        let masked = u8::from(self.mask.is_some()) << 7;
        match self.length {
            0..=SHORT => out.push(masked | self.length as u8),
            126..=0xFFFF => {
                out.push(masked | 126);
                out.extend_from_slice(&(self.length as u16).to_be_bytes());
            }
            _ => {
                out.push(masked | 127);
                out.extend_from_slice(&self.length.to_be_bytes());
            }
        }
        out.extend_from_slice(self.mask.as_ref().map_or(&[], |mask| &mask[..]));
    }
}

/// Appends a whole frame.
pub fn write_frame(out: &mut Vec<u8>, is_final: bool, opcode: Opcode, payload: &[u8], mask: Option<[u8; 4]>) {
    FrameHeader { is_final, opcode, mask, length: payload.len() as u64 }.write(out);
    let start = out.len();
    out.extend_from_slice(payload);
    if let Some(key) = mask {
        apply_mask(key, 0, &mut out[start..]);
    }
}

/// Masks octets, or takes the mask away: both are the same (section 5.3). They are the payload's from octet `at`.
pub fn apply_mask(key: [u8; 4], at: usize, octets: &mut [u8]) {
    for (index, octet) in octets.iter_mut().enumerate() {
        *octet ^= key[(at + index) % 4];
    }
}

/// Collects the octets of a header.
#[derive(Clone, Debug, Default)]
pub(super) struct HeaderReader {
    octets: [u8; LONGEST],
    count: usize,
}

impl HeaderReader {
    /// Takes octets up to the end of a header. What is wrong with an octet is said as soon as it is there.
    pub fn read(
        &mut self,
        piece: &mut &[u8],
        wants_mask: bool,
    ) -> Result<Option<FrameHeader>, WebSocketError> {
        while let [octet, rest @ ..] = *piece {
            self.octets[self.count] = *octet;
            self.count += 1;
            *piece = rest;
            match self.count {
                1 => {
                    check_first(*octet)?;
                }
                2 => check_second(self.octets[0], *octet, wants_mask)?,
                _ => {}
            }
            if let Some(header) = self.finish()? {
                self.count = 0;
                return Ok(Some(header));
            }
        }
        Ok(None)
    }

    fn finish(&self) -> Result<Option<FrameHeader>, WebSocketError> {
        let octets = &self.octets[..self.count];
        let [first, second, rest @ ..] = octets else { return Ok(None) };
        let (length, least, rest) = match (second & 0x7F, rest) {
            (126, [a, b, rest @ ..]) => (u64::from(u16::from_be_bytes([*a, *b])), 126, rest),
            (127, [a, b, c, d, e, f, g, h, rest @ ..]) => {
                (u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), 0x1_0000, rest)
            }
            (126 | 127, _) => return Ok(None),
            (short, rest) => (u64::from(short), 0, rest),
        };
        if length < least || length >> 63 != 0 {
            return Err(WebSocketError::Length { length });
        }
        let mask = match rest {
            _ if second & 0x80 == 0 => None,
            [a, b, c, d] => Some([*a, *b, *c, *d]),
            _ => return Ok(None),
        };
        let opcode = check_first(*first)?;
        Ok(Some(FrameHeader { is_final: first & 0x80 != 0, opcode, mask, length }))
    }
}

fn check_first(octet: u8) -> Result<Opcode, WebSocketError> {
    if octet & 0x70 != 0 {
        return Err(WebSocketError::ReservedBits { octet });
    }
    let number = octet & 0x0F;
    let opcode = Opcode::from_number(number).ok_or(WebSocketError::UnknownOpcode { opcode: number })?;
    if opcode.is_control() && octet & 0x80 == 0 {
        return Err(WebSocketError::ControlFragmented);
    }
    Ok(opcode)
}

fn check_second(first: u8, octet: u8, wants_mask: bool) -> Result<(), WebSocketError> {
    match (wants_mask, octet & 0x80 != 0) {
        (true, false) => return Err(WebSocketError::NotMasked),
        (false, true) => return Err(WebSocketError::Masked),
        _ => {}
    }
    let length = u64::from(octet & 0x7F);
    // Which length a longer form says does not matter any more.
    if check_first(first)?.is_control() && length > SHORT {
        return Err(WebSocketError::ControlTooLong { length });
    }
    Ok(())
}
