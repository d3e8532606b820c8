//! A layer: what one protocol added to what it carries.

use super::{Field, Protocol};
use std::ops::Range;
use std::rc::Rc;

/// One protocol's part of a frame. All ranges count the octets of the frame, or, if the layer did not fit into
/// one segment, those of [`Layer::reassembled`].
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Which protocol.
    pub protocol: Protocol,
    /// What the protocol put before what it carries.
    pub header: Range<usize>,
    /// What it carries: the next layer, or data.
    pub payload: Range<usize>,
    /// What it put behind.
    pub trailer: Range<usize>,
    /// The fields, in the order in which Wireshark lists them.
    pub fields: Vec<Field>,
    /// What is wrong with it.
    pub problem: Option<Problem>,
    /// The octets and their places, if the layer came in several segments and ends in this one.
    pub reassembled: Option<Reassembled>,
    /// Whether it belongs to the datagram that an ICMP message quotes.
    pub is_quoted: bool,
    /// Set if this frame has a piece of the layer but not its end: then there are no fields yet.
    pub piece: Option<Piece>,
}

/// A layer that came in several segments, chunks or fragments.
#[derive(Clone, Debug, PartialEq)]
pub struct Reassembled {
    /// All its octets.
    pub octets: Rc<[u8]>,
    /// Where they came from, in order and without a gap. Empty for what was put together of chunks or fragments:
    /// those are fields and layers of their own.
    pub pieces: Vec<Source>,
}

/// Where octets of a stream came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The number of the packet, from 1.
    pub packet: usize,
    /// The first of them in the frame.
    pub start: usize,
    /// How many.
    pub length: usize,
}

/// A piece of something that goes on in a later segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// How many octets of the whole came before this piece.
    pub at: usize,
    /// How many octets the whole will have, if its beginning says so.
    pub total: Option<usize>,
}

/// What is wrong with a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The octets end before the fields do.
    CutShort,
    /// A length contradicts the octets that are there.
    Length,
    /// The checksum is not that of the octets.
    Checksum,
    /// What stands there is not what the protocol allows.
    Malformed,
}

impl Problem {
    /// A name of the problem that stays the same.
    pub const fn code(self) -> &'static str {
        match self {
            Problem::CutShort => "cut-short",
            Problem::Length => "length",
            Problem::Checksum => "checksum",
            Problem::Malformed => "malformed",
        }
    }

    /// The key of its explanation in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Problem::CutShort => "layer.problem.cut-short",
            Problem::Length => "layer.problem.length",
            Problem::Checksum => "layer.problem.checksum",
            Problem::Malformed => "layer.problem.malformed",
        }
    }
}

impl Layer {
    /// A layer of a header and what it carries.
    pub(super) fn new(
        protocol: Protocol,
        header: Range<usize>,
        payload: Range<usize>,
        fields: Vec<Field>,
    ) -> Layer {
        let trailer = payload.end..payload.end;
        Layer {
            protocol,
            header,
            payload,
            trailer,
            fields,
            problem: None,
            reassembled: None,
            is_quoted: false,
            piece: None,
        }
    }

    /// A layer whose header does not fit into the octets that are there.
    pub(super) fn cut_short(protocol: Protocol, octets: Range<usize>) -> Layer {
        let end = octets.end..octets.end;
        Layer { problem: Some(Problem::CutShort), ..Layer::new(protocol, octets, end, Vec::new()) }
    }

    /// The layer, counting octets that are nowhere together.
    pub(super) fn put_together(self, octets: &[u8]) -> Layer {
        Layer { reassembled: Some(Reassembled { octets: octets.into(), pieces: Vec::new() }), ..self }
    }

    /// From the first octet to the last.
    pub fn octets(&self) -> Range<usize> {
        self.header.start..self.trailer.end
    }

    /// Whether nothing is wrong with it.
    pub const fn is_valid(&self) -> bool {
        self.problem.is_none()
    }

    /// The first field of that name, wherever it lies.
    pub fn field(&self, name: &str) -> Option<&Field> {
        fn find<'a>(fields: &'a [Field], name: &str) -> Option<&'a Field> {
            fields.iter().find_map(
                |field| {
                    if field.name == name { Some(field) } else { find(&field.fields, name) }
                },
            )
        }
        find(&self.fields, name)
    }

    /// Counts the octets from another start.
    pub(super) fn shift(&mut self, by: usize) {
        for range in [&mut self.header, &mut self.payload, &mut self.trailer] {
            *range = range.start + by..range.end + by;
        }
        self.fields.iter_mut().for_each(|field| field.shift(by));
    }
}
