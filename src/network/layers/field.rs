//! A field: its name, its place, what it holds.

use super::{Definition, definition};
use std::borrow::Cow;
use std::ops::Range;

/// A field of a layer, or one that is computed from fields and from earlier packets.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name by which Wireshark filters (`tcp.seq`); empty for a line of text.
    pub name: Cow<'static, str>,
    /// Its octets, counted as those of its [`Layer`](super::Layer). Empty if the field is computed.
    pub octets: Range<usize>,
    /// Its bits, if it does not fill its octets: counted from the highest bit of the first octet, as RFCs draw.
    pub bits: Option<Range<usize>>,
    /// What it holds, as Wireshark writes it.
    pub value: String,
    /// What that means, where the value is a number of a list: `TCP` for protocol 6.
    pub meaning: Option<Cow<'static, str>>,
    /// What remarkable there is about it.
    pub remark: Option<Remark>,
    /// The fields in it.
    pub fields: Vec<Field>,
}

/// Something worth to be noticed, in the words of Wireshark's expert information.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The name by which Wireshark filters.
    pub name: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// What it is about: `0x02000000` the sequence of things, `0x03000000` the answer of the other side,
    /// `0x09000000` the protocol's rules.
    pub group: u32,
}

/// How grave a remark is, with Wireshark's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum Severity {
    /// As things should go.
    Chat = 0x0020_0000,
    /// Noteworthy.
    Note = 0x0040_0000,
    /// Unusual.
    Warning = 0x0060_0000,
    /// Wrong.
    Error = 0x0080_0000,
}

impl Remark {
    /// The key of its sentence in the catalogue.
    pub fn key(&self) -> String {
        format!("remark.{}", self.name)
    }
}

impl Field {
    /// A field with its value in words.
    pub fn new(name: impl Into<Cow<'static, str>>, octets: Range<usize>, value: impl Into<String>) -> Field {
        let (name, value) = (name.into(), value.into());
        Field { name, octets, bits: None, value, meaning: None, remark: None, fields: Vec::new() }
    }

    /// A field that stands nowhere, but follows from others.
    pub fn computed(name: impl Into<Cow<'static, str>>, value: impl ToString) -> Field {
        Field::new(name, 0..0, value.to_string())
    }

    /// A number in decimal digits.
    pub fn number(name: impl Into<Cow<'static, str>>, source: &[u8], octets: Range<usize>) -> Field {
        let value = number(source, &octets).to_string();
        Field::new(name, octets, value)
    }

    /// A number in hexadecimal digits, two for each octet.
    pub fn hexadecimal(name: &'static str, source: &[u8], octets: Range<usize>) -> Field {
        let value = format!("0x{:0width$x}", number(source, &octets), width = octets.len() * 2);
        Field::new(name, octets, value)
    }

    /// Octets, each with two hexadecimal digits.
    pub fn octets(name: impl Into<Cow<'static, str>>, source: &[u8], octets: Range<usize>) -> Field {
        let value = colons(source.get(octets.clone()).unwrap_or_default());
        Field::new(name, octets, value)
    }

    /// An IPv4 address.
    pub fn ipv4(name: &'static str, source: &[u8], octets: Range<usize>) -> Field {
        let numbers: Vec<String> =
            source.get(octets.clone()).unwrap_or_default().iter().map(u8::to_string).collect();
        Field::new(name, octets, numbers.join("."))
    }

    /// Some bits of a number, in decimal digits.
    pub fn bits(name: &'static str, source: &[u8], octets: Range<usize>, bits: Range<usize>) -> Field {
        let behind = (octets.len() * 8).saturating_sub(bits.end);
        let value = number(source, &octets) >> behind & ((1 << bits.len()) - 1);
        Field { bits: Some(bits), ..Field::new(name, octets, value.to_string()) }
    }

    /// With what the value means.
    pub fn meaning(self, meaning: impl Into<Cow<'static, str>>) -> Field {
        Field { meaning: Some(meaning.into()), ..self }
    }

    /// With what the value means, if that is known.
    pub fn known_meaning(self, meaning: Option<&'static str>) -> Field {
        Field { meaning: meaning.map(Cow::Borrowed), ..self }
    }

    /// With another value.
    pub fn value(self, value: impl ToString) -> Field {
        Field { value: value.to_string(), ..self }
    }

    /// With a remark.
    pub fn remark(self, remark: Remark) -> Field {
        Field { remark: Some(remark), ..self }
    }

    /// With fields in it.
    pub fn with(self, fields: Vec<Field>) -> Field {
        Field { fields, ..self }
    }

    /// Whether the field follows from others and stands nowhere.
    pub fn is_computed(&self) -> bool {
        self.octets.is_empty()
    }

    /// What the standard calls it, and where; nothing for a line of text.
    pub fn definition(&self) -> Option<Definition> {
        definition(&self.name)
    }

    /// The key of its explanation in the catalogue; nothing for a line of text.
    pub fn key(&self) -> Option<String> {
        self.definition().map(|definition| format!("field.{}", definition.filter))
    }

    /// Counts the octets from another start.
    pub(super) fn shift(&mut self, by: usize) {
        if !self.is_computed() {
            self.octets = self.octets.start + by..self.octets.end + by;
        }
        self.fields.iter_mut().for_each(|field| field.shift(by));
    }
}

/// The number that some octets make, the highest first; octets that are not there count as none.
pub(super) fn number(source: &[u8], octets: &Range<usize>) -> u64 {
    source
        .get(octets.clone())
        .unwrap_or_default()
        .iter()
        .fold(0, |number, &octet| number << 8 | u64::from(octet))
}

/// Two hexadecimal digits for each octet, with colons between.
pub(super) fn colons(octets: &[u8]) -> String {
    let digits: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    digits.join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_from_the_highest_as_rfcs_draw_them() {
        // RFC 791 section 3.1: three flags, then 13 bits of fragment offset.
        let source = [0b0101_0000, 0b0000_0011];
        assert_eq!(Field::bits("ip.flags.df", &source, 0..1, 1..2).value, "1");
        assert_eq!(Field::bits("ip.flags.mf", &source, 0..1, 2..3).value, "0");
        assert_eq!(Field::bits("ip.frag_offset", &source, 0..2, 3..16).value, "4099");
    }

    #[test]
    fn octets_that_are_missing_make_no_panic() {
        assert_eq!(Field::number("tcp.seq", &[1], 0..4).value, "0");
        assert_eq!(Field::octets("eth.dst", &[], 0..6).value, "");
    }
}
