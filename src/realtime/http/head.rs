//! The first line and the header fields (RFC 9112 sections 2 to 5).

use super::line::LineReader;
use super::syntax::{is_field_value, is_token, shown, text, trim};
use super::{Headers, HttpError, Limits};

/// Reads what stands before the body. `S` is what the first line says.
#[derive(Clone, Debug)]
pub(super) struct HeadReader<S> {
    lines: LineReader,
    start: Option<S>,
    fields: FieldReader,
}

/// Reads header fields up to the empty line: those before the body, and those behind chunks.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldReader {
    fields: Headers,
    size: usize,
}

impl<S> Default for HeadReader<S> {
    fn default() -> HeadReader<S> {
        HeadReader { lines: LineReader::default(), start: None, fields: FieldReader::default() }
    }
}

impl<S> HeadReader<S> {
    /// Whether nothing has come yet.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.start.is_none()
    }

    /// Takes octets up to the empty line. The first line is judged by `read_start` as soon as it is there.
    pub fn read(
        &mut self,
        piece: &mut &[u8],
        limits: &Limits,
        read_start: impl Fn(&[u8]) -> Result<S, HttpError>,
    ) -> Result<Option<(S, Headers)>, HttpError> {
        while self.start.is_none() {
            let line = self.lines.read(piece, limits.start_line);
            let too_long = HttpError::TargetTooLong { limit: limits.start_line };
            let Some(line) = line.map_err(|fault| fault.or(too_long))? else { return Ok(None) };
            // An empty line before a message is passed over (RFC 9112 section 2.2).
            if !line.is_empty() {
                self.start = Some(read_start(&line)?);
            }
        }
        let Some(fields) = self.fields.read(&mut self.lines, piece, limits)? else { return Ok(None) };
        Ok(self.start.take().map(|start| (start, fields)))
    }
}

impl FieldReader {
    /// Takes octets up to the empty line.
    pub fn read(
        &mut self,
        lines: &mut LineReader,
        piece: &mut &[u8],
        limits: &Limits,
    ) -> Result<Option<Headers>, HttpError> {
        loop {
            let line = lines.read(piece, limits.field);
            let too_long = HttpError::FieldTooLong { limit: limits.field };
            let Some(line) = line.map_err(|fault| fault.or(too_long))? else { return Ok(None) };
            if line.is_empty() {
                self.size = 0;
                return Ok(Some(std::mem::take(&mut self.fields)));
            }
            self.size += line.len() + 2;
            if self.size > limits.header {
                return Err(HttpError::HeaderTooLarge { limit: limits.header });
            }
            if self.fields.len() == limits.fields {
                return Err(HttpError::TooManyFields { limit: limits.fields });
            }
            let (name, value) =
                read_field(&line).ok_or_else(|| HttpError::FieldLine { line: shown(&line) })?;
            self.fields.add(name, value);
        }
    }
}

/// A name, a colon, a value. A space before the colon, and a line that continues the one before, must be refused
/// (RFC 9112 sections 5.1 and 5.2); neither is a token.
fn read_field(line: &[u8]) -> Option<(String, String)> {
    let colon = line.iter().position(|&octet| octet == b':')?;
    let (name, value) = (&line[..colon], trim(&line[colon + 1..]));
    (is_token(name) && is_field_value(value)).then(|| (text(name), text(value)))
}
