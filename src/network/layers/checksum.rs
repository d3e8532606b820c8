//! The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit words.

use super::Field;
use std::ops::Range;

/// Adds up octets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Checksum {
    sum: u64,
}

impl Checksum {
    /// Adds octets; an odd one at the end counts as if a zero followed.
    pub fn add(mut self, octets: &[u8]) -> Checksum {
        for pair in octets.chunks(2) {
            self.sum += u64::from(pair[0]) << 8 | u64::from(pair.get(1).copied().unwrap_or(0));
        }
        self
    }

    /// Adds what TCP and UDP take from IPv4: addresses, protocol, length (RFC 9293 section 3.1, RFC 768).
    pub fn add_pseudo_header(
        self,
        source: [u8; 4],
        destination: [u8; 4],
        protocol: u8,
        length: usize,
    ) -> Self {
        let [high, low] = (length as u16).to_be_bytes();
        self.add(&source).add(&destination).add(&[0, protocol, high, low])
    }

    /// The checksum. Over octets with their right checksum it is 0.
    pub const fn finish(self) -> u16 {
        let mut sum = self.sum;
        while sum > 0xFFFF {
            sum = (sum >> 16) + (sum & 0xFFFF);
        }
        !(sum as u16)
    }
}

/// What is to be said of a checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was looked at: whether it is right, and what it should be.
    Verified {
        /// Whether it is right.
        is_right: bool,
        /// What it should be.
        calculated: u16,
    },
    /// It was not looked at.
    Unverified,
    /// There is none (UDP, 0).
    NotPresent,
}

impl Verdict {
    /// Judges the [`Checksum::finish`] of octets among which is the checksum that was found.
    pub const fn of(found: u16, finished: u16) -> Verdict {
        // In ones' complement: without the checksum itself the sum is less by it.
        let sum = found as u32 + finished as u32;
        let calculated = ((sum & 0xFFFF) + (sum >> 16)) as u16;
        Verdict::Verified { is_right: finished == 0, calculated }
    }

    /// Whether it was found wrong.
    pub const fn is_wrong(self) -> bool {
        matches!(self, Verdict::Verified { is_right: false, .. })
    }

    /// Wireshark's number for it, with its meaning.
    pub fn status(self, name: &'static str) -> Field {
        let (number, meaning) = match self {
            Verdict::Verified { is_right: false, .. } => (0, "wrong"),
            Verdict::Verified { is_right: true, .. } => (1, "right"),
            Verdict::Unverified => (2, "not looked at"),
            Verdict::NotPresent => (3, "not present"),
        };
        Field::computed(name, number).meaning(meaning)
    }

    /// What it should be, if it was looked at.
    pub fn calculated(self, name: &'static str, octets: Range<usize>) -> Option<Field> {
        match self {
            Verdict::Verified { calculated, .. } => {
                Some(Field::new(name, octets, format!("0x{calculated:04x}")))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_1071_section_3_the_numerical_example() {
        let octets = [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7];
        assert_eq!(Checksum::default().add(&octets).finish(), !0xDDF2);
        assert_eq!(Checksum::default().add(&octets).add(&(!0xDDF2_u16).to_be_bytes()).finish(), 0);
    }
}
