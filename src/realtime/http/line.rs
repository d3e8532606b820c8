//! One line after the other, whatever the cuts.

use super::HttpError;

/// Collects the octets of a line.
#[derive(Clone, Debug, Default)]
pub(super) struct LineReader(Vec<u8>);

/// Why a line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineFault {
    /// It is too long.
    TooLong,
    /// It does not end as it should, or has a carriage return within.
    End,
}

impl LineFault {
    /// The error, where `too_long` is the one for a line that is too long.
    pub fn or(self, too_long: HttpError) -> HttpError {
        match self {
            LineFault::TooLong => too_long,
            LineFault::End => HttpError::LineEnd,
        }
    }
}

impl LineReader {
    /// Whether nothing of a line has come yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes octets up to the end of the line, which may have `most` octets; gives it without its end. The same
    /// comes out of every cut: that a line is too long goes before anything else that is wrong with it.
    pub fn read(&mut self, piece: &mut &[u8], most: usize) -> Result<Option<Vec<u8>>, LineFault> {
        let end = piece.iter().position(|&octet| octet == b'\n');
        let (taken, rest) = piece.split_at(end.map_or(piece.len(), |end| end + 1));
        self.0.extend_from_slice(taken);
        *piece = rest;
        if end.is_none() {
            return if self.0.len() > most.saturating_add(1) { Err(LineFault::TooLong) } else { Ok(None) };
        }
        let mut line = std::mem::take(&mut self.0);
        line.pop();
        let has_return = line.last() == Some(&b'\r');
        if has_return {
            line.pop();
        }
        if line.len() > most {
            return Err(LineFault::TooLong);
        }
        if !has_return || line.contains(&b'\r') {
            return Err(LineFault::End);
        }
        Ok(Some(line))
    }
}
