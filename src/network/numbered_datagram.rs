//! A message in a datagram: numbered, so that what is lost, doubled or late can be told.

use crate::time::Time;

/// What marks such a datagram, and the version of its form.
const MARK: [u8; 4] = *b"QSD1";
const HEADER: usize = 20;

/// A numbered message in a datagram. UDP itself numbers nothing: an application that wants to know must do it.
///
/// | octets | meaning |
/// | --- | --- |
/// | 4 | `QSD1` |
/// | 8 | the number, big-endian |
/// | 8 | when it was sent in microseconds, big-endian |
/// | the rest | the body |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberedDatagram {
    /// Its number; a sender counts from 0.
    pub number: u64,
    /// When it was sent.
    pub sent: Time,
    /// What it says.
    pub body: Vec<u8>,
}

impl NumberedDatagram {
    /// Its octets.
    pub fn to_octets(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(HEADER + self.body.len());
        octets.extend(MARK);
        octets.extend(self.number.to_be_bytes());
        octets.extend(self.sent.as_us().to_be_bytes());
        octets.extend(&self.body);
        octets
    }

    /// The datagram of these octets; none if they are something else.
    pub fn from_octets(octets: &[u8]) -> Option<NumberedDatagram> {
        let (header, body) = octets.split_at_checked(HEADER)?;
        let rest = header.strip_prefix(&MARK)?;
        let (number, sent) = rest.split_first_chunk::<8>()?;
        let sent = sent.first_chunk::<8>()?;
        Some(NumberedDatagram {
            number: u64::from_be_bytes(*number),
            sent: Time::from_us(u64::from_be_bytes(*sent)),
            body: body.to_vec(),
        })
    }
}
