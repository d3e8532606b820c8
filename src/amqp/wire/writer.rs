//! Writing the data fields of section 4.2.5.

use super::EncodeError;

/// Appends fields to octets.
#[derive(Debug)]
pub struct Writer<'a> {
    out: &'a mut Vec<u8>,
    /// How many bits the last octet holds; 0 if the last field was not a bit.
    bits: u8,
}

impl<'a> Writer<'a> {
    /// Appends to `out`.
    pub const fn new(out: &'a mut Vec<u8>) -> Writer<'a> {
        Writer { out, bits: 0 }
    }

    /// The octets as they are.
    pub fn octets(&mut self, octets: &[u8]) {
        self.out.extend_from_slice(octets);
        self.bits = 0;
    }

    /// 8 bits, unsigned (4.2.5.1).
    pub fn octet(&mut self, number: u8) {
        self.octets(&[number]);
    }

    /// 16 bits, unsigned.
    pub fn short(&mut self, number: u16) {
        self.octets(&number.to_be_bytes());
    }

    /// 32 bits, unsigned.
    pub fn long(&mut self, number: u32) {
        self.octets(&number.to_be_bytes());
    }

    /// 64 bits, unsigned; timestamps, too (4.2.5.4).
    pub fn long_long(&mut self, number: u64) {
        self.octets(&number.to_be_bytes());
    }

    /// One bit. Bits that follow one another share an octet, from the lowest up (4.2.5.2).
    pub fn bit(&mut self, bit: bool) {
        if self.bits == 0 || self.bits == 8 {
            self.octet(0);
        }
        if let Some(last) = self.out.last_mut() {
            *last |= u8::from(bit) << self.bits;
        }
        self.bits += 1;
    }

    /// Up to 255 octets behind their count (4.2.5.3).
    pub fn short_string(&mut self, octets: &[u8]) -> Result<(), EncodeError> {
        let length = u8::try_from(octets.len())
            .map_err(|_| EncodeError::ShortStringTooLong { octets: octets.len() })?;
        self.octet(length);
        self.octets(octets);
        Ok(())
    }

    /// Octets behind their count of 32 bits (4.2.5.3).
    pub fn long_string(&mut self, octets: &[u8]) -> Result<(), EncodeError> {
        self.part(|writer| {
            writer.octets(octets);
            Ok(())
        })
    }

    /// What `write` appends, behind its count of 32 bits.
    pub fn part(
        &mut self,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.long(0);
        let start = self.out.len();
        write(&mut Writer::new(self.out))?;
        let octets = self.out.len() - start;
        let length = u32::try_from(octets).map_err(|_| EncodeError::TooLong { octets })?;
        if let Some(place) = self.out.get_mut(start - 4..start) {
            place.copy_from_slice(&length.to_be_bytes());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_bits_take_two_octets() {
        let mut octets = Vec::new();
        let mut writer = Writer::new(&mut octets);
        for bit in [true, false, false, false, false, false, false, true, true] {
            writer.bit(bit);
        }
        writer.octet(9);
        writer.bit(true);
        assert_eq!(octets, [0b1000_0001, 1, 9, 1]);
    }

    #[test]
    fn a_short_string_is_never_cut() {
        let mut octets = Vec::new();
        let mut writer = Writer::new(&mut octets);
        assert_eq!(writer.short_string(&[b'x'; 255]), Ok(()));
        assert_eq!(writer.short_string(&[b'x'; 256]), Err(EncodeError::ShortStringTooLong { octets: 256 }));
        assert_eq!(octets.len(), 256);
        assert_eq!(octets.first(), Some(&255));
    }
}
