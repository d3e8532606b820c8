//! Reading the data fields of section 4.2.5 from a payload.

use super::TableFault;
use std::fmt;

/// Why fields could not be read. `at` counts octets from the start of the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The octets end in the middle of a field, or go on behind the last one.
    Shape {
        /// Where the field begins that does not fit, or the first octet too many.
        at: usize,
    },
    /// A text is not UTF-8.
    Text {
        /// Where the text begins.
        at: usize,
    },
    /// A field table cannot be read.
    Table(TableFault),
}

impl ReadError {
    /// A name of the error that stays the same.
    pub const fn code(&self) -> &'static str {
        match self {
            ReadError::Shape { .. } => "shape",
            ReadError::Text { .. } => "text",
            ReadError::Table(_) => "table",
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Shape { at } => write!(formatter, "the octets from {at} on do not fit the fields"),
            ReadError::Text { at } => write!(formatter, "the text at octet {at} is not UTF-8"),
            ReadError::Table(fault) => write!(formatter, "{fault}"),
        }
    }
}

impl std::error::Error for ReadError {}

/// A place in a payload, from which fields are read one after the other.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    at: usize,
    /// The octet that the last bit came from, and how many were taken from it.
    bits: Option<(u8, u8)>,
}

impl<'a> Reader<'a> {
    /// At the first octet.
    pub const fn new(octets: &'a [u8]) -> Reader<'a> {
        Reader { rest: octets, at: 0, bits: None }
    }

    /// How many octets were read.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Whether nothing is left.
    pub const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// An error if something is left.
    pub const fn expect_end(&self) -> Result<(), ReadError> {
        if self.is_at_end() { Ok(()) } else { Err(ReadError::Shape { at: self.at }) }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        let (array, rest) = self.rest.split_first_chunk().ok_or(ReadError::Shape { at: self.at })?;
        self.rest = rest;
        self.at += N;
        self.bits = None;
        Ok(*array)
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8], ReadError> {
        let (slice, rest) = self.rest.split_at_checked(length).ok_or(ReadError::Shape { at: self.at })?;
        self.rest = rest;
        self.at += length;
        self.bits = None;
        Ok(slice)
    }

    /// 8 bits, unsigned (4.2.5.1).
    pub fn octet(&mut self) -> Result<u8, ReadError> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    /// 16 bits, unsigned.
    pub fn short(&mut self) -> Result<u16, ReadError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    /// 32 bits, unsigned.
    pub fn long(&mut self) -> Result<u32, ReadError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    /// 64 bits, unsigned; timestamps, too (4.2.5.4).
    pub fn long_long(&mut self) -> Result<u64, ReadError> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    /// One bit. Bits that follow one another share an octet, from the lowest up (4.2.5.2).
    pub fn bit(&mut self) -> Result<bool, ReadError> {
        let (octet, taken) = match self.bits {
            Some((octet, taken)) if taken < 8 => (octet, taken),
            _ => (self.octet()?, 0),
        };
        self.bits = Some((octet, taken + 1));
        Ok(octet >> taken & 1 == 1)
    }

    /// How many bits were taken from the octet before [`at`](Self::at); 0 if the last field was not a bit.
    pub fn bits_taken(&self) -> u8 {
        self.bits.map_or(0, |(_, taken)| taken)
    }

    /// The octets of a short string: up to 255 (4.2.5.3).
    pub fn short_octets(&mut self) -> Result<&'a [u8], ReadError> {
        self.counted(|reader| reader.octet().map(usize::from))
    }

    /// The octets of a long string: up to 4 GiB (4.2.5.3).
    pub fn long_octets(&mut self) -> Result<&'a [u8], ReadError> {
        self.counted(|reader| reader.long().map(|length| length as usize))
    }

    fn counted(
        &mut self,
        length: impl FnOnce(&mut Self) -> Result<usize, ReadError>,
    ) -> Result<&'a [u8], ReadError> {
        // The error names the field, and the reader stays before it.
        let start = self.clone();
        length(self).and_then(|length| self.slice(length)).map_err(|_| {
            *self = start;
            ReadError::Shape { at: self.at }
        })
    }

    /// A short string that is a text.
    pub fn short_text(&mut self) -> Result<&'a str, ReadError> {
        let at = self.at;
        std::str::from_utf8(self.short_octets()?).map_err(|_| ReadError::Text { at })
    }

    /// A long string that is a text.
    pub fn long_text(&mut self) -> Result<&'a str, ReadError> {
        let at = self.at;
        std::str::from_utf8(self.long_octets()?).map_err(|_| ReadError::Text { at })
    }

    /// A reader of the next octets alone, whose count of 32 bits stands before them. It counts on from here.
    pub fn part(&mut self) -> Result<Reader<'a>, ReadError> {
        let octets = self.long_octets()?;
        Ok(Reader { rest: octets, at: self.at - octets.len(), bits: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_their_high_octet_first() {
        let mut reader = Reader::new(&[1, 1, 2, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(reader.octet(), Ok(1));
        assert_eq!(reader.short(), Ok(258));
        assert_eq!(reader.long(), Ok(16_909_060));
        assert_eq!(reader.long_long(), Ok(72_623_859_790_382_856));
        assert_eq!(reader.octet(), Err(ReadError::Shape { at: 15 }));
    }

    #[test]
    fn nine_bits_take_two_octets() {
        let mut reader = Reader::new(&[0b1000_0001, 1, 9]);
        let bits: Vec<bool> = (0..9).map_while(|_| reader.bit().ok()).collect();
        assert_eq!(bits, [true, false, false, false, false, false, false, true, true]);
        assert_eq!(reader.octet(), Ok(9), "what is not a bit begins a new octet");
    }

    #[test]
    fn a_string_that_does_not_fit_is_an_error_where_it_begins() {
        let mut reader = Reader::new(b"\x02ok\x05abc");
        assert_eq!(reader.short_text(), Ok("ok"));
        assert_eq!(reader.short_text(), Err(ReadError::Shape { at: 3 }));
        assert_eq!(reader.at(), 3);
        assert_eq!(Reader::new(b"\x01\xff").short_text(), Err(ReadError::Text { at: 0 }));
        assert_eq!(Reader::new(b"\xff\xff\xff\xffab").long_octets(), Err(ReadError::Shape { at: 0 }));
    }
}
