//! A name for some octets of a message, for those who look at its bytes.

use std::ops::Range;

/// Some octets of a message: what they are, what they say, and where that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What these octets are, in the standard's own words, such as `request-target` or `opcode`.
    pub name: &'static str,
    /// Which octets.
    pub octets: Range<usize>,
    /// The lowest bit and how many, where it is a part of one octet; 0 is the lowest.
    pub bits: Option<(u8, u8)>,
    /// What they say, in words.
    pub value: String,
    /// The section that explains them, such as `RFC 6455 section 5.2`.
    pub source: &'static str,
}

impl Place {
    /// A place of whole octets.
    pub(super) fn new(
        name: &'static str,
        octets: Range<usize>,
        value: impl Into<String>,
        source: &'static str,
    ) -> Place {
        Place { name, octets, bits: None, value: value.into(), source }
    }
}
