//! The body: how long it is, and its octets (RFC 9112 sections 6 and 7).

use super::head::FieldReader;
use super::line::LineReader;
use super::syntax::{shown, trim};
use super::{Headers, HttpError, Limits, Version};

/// What says where the body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// `Content-Length`, or nothing: then there is no body.
    Length(usize),
    /// `Transfer-Encoding: chunked`.
    Chunked,
}

impl Framing {
    /// What the header fields say of a body of at most `limits.body` octets; nothing if they say nothing.
    pub fn of(headers: &Headers, version: Version, limits: &Limits) -> Result<Option<Framing>, HttpError> {
        let too_large = HttpError::BodyTooLarge { limit: limits.body };
        let is_coded = headers.get("Transfer-Encoding").is_some();
        let mut lengths = headers.all("Content-Length");
        let Some(length) = lengths.next() else {
            return if is_coded { Framing::of_codings(headers, version).map(Some) } else { Ok(None) };
        };
        if is_coded {
            return Err(HttpError::TwoLengths);
        }
        if lengths.next().is_some()
            || length.is_empty()
            || !length.bytes().all(|octet| octet.is_ascii_digit())
        {
            let value = shown(headers.all("Content-Length").collect::<Vec<_>>().join(", ").as_bytes());
            return Err(HttpError::ContentLength { value });
        }
        match length.parse() {
            Ok(length) if length <= limits.body => Ok(Some(Framing::Length(length))),
            _ => Err(too_large),
        }
    }

    fn of_codings(headers: &Headers, version: Version) -> Result<Framing, HttpError> {
        let mut chunked = 0;
        for coding in headers.members("Transfer-Encoding") {
            if !coding.eq_ignore_ascii_case("chunked") {
                return Err(HttpError::UnknownCoding { coding: shown(coding.as_bytes()) });
            }
            chunked += 1;
        }
        if chunked == 1 && version == Version::Http11 {
            return Ok(Framing::Chunked);
        }
        let value = headers.all("Transfer-Encoding").collect::<Vec<_>>().join(", ");
        Err(HttpError::MisplacedCoding { value: shown(value.as_bytes()) })
    }
}

/// Collects a body.
#[derive(Clone, Debug)]
pub(super) struct BodyReader {
    body: Vec<u8>,
    state: State,
    lines: LineReader,
    trailers: FieldReader,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// So many octets are to come, and nothing behind them.
    Length(usize),
    /// All octets up to the end of the connection.
    UntilEnd,
    /// The line with the size of a chunk.
    ChunkSize,
    /// So many octets of a chunk.
    Chunk(usize),
    /// The line end behind a chunk.
    ChunkEnd,
    /// The fields behind the last chunk.
    Trailers,
}

/// The line with the size of a chunk may have so many octets: 16 digits, and extensions, which nobody uses.
const CHUNK_LINE: usize = 256;

impl BodyReader {
    /// A reader of a body that is framed so; without framing it ends with the connection.
    pub fn new(framing: Option<Framing>) -> BodyReader {
        let state = match framing {
            Some(Framing::Length(length)) => State::Length(length),
            Some(Framing::Chunked) => State::ChunkSize,
            None => State::UntilEnd,
        };
        BodyReader { body: Vec::new(), state, lines: LineReader::default(), trailers: FieldReader::default() }
    }

    /// Takes octets up to the end of the body. Gives it with the fields behind it.
    pub fn read(
        &mut self,
        piece: &mut &[u8],
        limits: &Limits,
    ) -> Result<Option<(Vec<u8>, Headers)>, HttpError> {
        loop {
            match self.state {
                State::Length(left) => {
                    let left = left - self.take(piece, left);
                    self.state = State::Length(left);
                    return Ok((left == 0).then(|| (std::mem::take(&mut self.body), Headers::default())));
                }
                State::UntilEnd => {
                    if piece.len() > limits.body - self.body.len() {
                        return Err(HttpError::BodyTooLarge { limit: limits.body });
                    }
                    self.take(piece, usize::MAX);
                    return Ok(None);
                }
                State::ChunkSize => {
                    let misread = HttpError::ChunkSize { line: "…".to_owned() };
                    let line = self.lines.read(piece, CHUNK_LINE).map_err(|fault| fault.or(misread))?;
                    let Some(line) = line else { return Ok(None) };
                    let size = chunk_size(&line)?;
                    if size > (limits.body - self.body.len()) as u64 {
                        return Err(HttpError::BodyTooLarge { limit: limits.body });
                    }
                    self.state = if size == 0 { State::Trailers } else { State::Chunk(size as usize) };
                }
                State::Chunk(left) => {
                    let left = left - self.take(piece, left);
                    self.state = if left == 0 { State::ChunkEnd } else { State::Chunk(left) };
                    if left > 0 {
                        return Ok(None);
                    }
                }
                State::ChunkEnd => {
                    let line = self.lines.read(piece, 0).map_err(|_| HttpError::ChunkEnd)?;
                    if line.is_none() {
                        return Ok(None);
                    }
                    self.state = State::ChunkSize;
                }
                State::Trailers => {
                    let trailers = self.trailers.read(&mut self.lines, piece, limits)?;
                    return Ok(trailers.map(|trailers| (std::mem::take(&mut self.body), trailers)));
                }
            }
        }
    }

    /// The body, if the end of the connection is its end.
    pub fn end(self) -> Result<Vec<u8>, HttpError> {
        match self.state {
            State::UntilEnd => Ok(self.body),
            _ => Err(HttpError::Incomplete),
        }
    }

    /// Whether nothing of the body has come yet.
    pub fn is_untouched(&self) -> bool {
        self.body.is_empty() && self.lines.is_empty()
    }

    fn take(&mut self, piece: &mut &[u8], most: usize) -> usize {
        let (taken, rest) = piece.split_at(most.min(piece.len()));
        self.body.extend_from_slice(taken);
        *piece = rest;
        taken.len()
    }
}

/// The size in a chunk's line; what stands behind a semicolon is an extension, which is to be ignored where it
/// is not known (RFC 9112 section 7.1.1).
fn chunk_size(line: &[u8]) -> Result<u64, HttpError> {
    let end = line.iter().position(|&octet| octet == b';');
    let digits = match end {
        Some(end) => trim(&line[..end]),
        None => line,
    };
    let is_clean = line.iter().all(|&octet| octet == b'\t' || !octet.is_ascii_control());
    let text = std::str::from_utf8(digits).unwrap_or_default();
    let is_number = !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_hexdigit());
    if !is_number || !is_clean {
        return Err(HttpError::ChunkSize { line: shown(line) });
    }
    // More digits than fit are more octets than any limit.
    Ok(u64::from_str_radix(text, 16).unwrap_or(u64::MAX))
}
