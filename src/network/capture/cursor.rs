//! Numbers of either byte order, read one after the other.

/// A place in a file.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    rest: &'a [u8],
    is_big_endian: bool,
}

impl<'a> Cursor<'a> {
    pub const fn new(octets: &'a [u8], is_big_endian: bool) -> Cursor<'a> {
        Cursor { rest: octets, is_big_endian }
    }

    pub const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn octets(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    pub fn short(&mut self) -> Option<u16> {
        let (&taken, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(if self.is_big_endian { u16::from_be_bytes(taken) } else { u16::from_le_bytes(taken) })
    }

    pub fn long(&mut self) -> Option<u32> {
        let (&taken, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(if self.is_big_endian { u32::from_be_bytes(taken) } else { u32::from_le_bytes(taken) })
    }
}
