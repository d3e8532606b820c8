//! The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit words.

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

/// What Wireshark says of a checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChecksumStatus {
    /// It is wrong.
    Bad = 0,
    /// It is right.
    Good = 1,
    /// It was not looked at.
    Unverified = 2,
    /// There is none (UDP, 0).
    NotPresent = 3,
}

impl ChecksumStatus {
    /// Judges the [`Checksum::finish`] of octets that hold their checksum.
    pub const fn of(finished: u16) -> ChecksumStatus {
        if finished == 0 { ChecksumStatus::Good } else { ChecksumStatus::Bad }
    }

    /// The words for it.
    pub const fn meaning(self) -> &'static str {
        match self {
            ChecksumStatus::Bad => "wrong",
            ChecksumStatus::Good => "right",
            ChecksumStatus::Unverified => "not looked at",
            ChecksumStatus::NotPresent => "not present",
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
