//! Octets to responses, on the client's side.

use super::body::{BodyReader, Framing};
use super::head::HeadReader;
use super::request_reader::is_persistent;
use super::syntax::{is_field_value, shown};
use super::{Headers, HttpError, Limits, Response, Version};
use crate::fifo::Fifo;

/// A response with what its octets said besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedResponse {
    /// The response, without the fields that frame it.
    pub response: Response,
    /// The version that the server speaks.
    pub version: Version,
    /// The fields behind a chunked body.
    pub trailers: Headers,
    /// Whether the server lets the connection go on.
    pub is_persistent: bool,
}

/// Reads responses, one after the other, from octets in any cuts. Where a response ends depends on its request,
/// so each request is to be announced.
#[derive(Clone, Debug)]
pub struct ResponseReader {
    limits: Limits,
    /// Whether each request that is to be answered is a `HEAD`.
    expected: Fifo<bool>,
    head: HeadReader<(Version, u16)>,
    body: Option<(ReceivedResponse, BodyReader)>,
}

impl ResponseReader {
    /// A reader at the start of a connection.
    pub fn new(limits: Limits) -> ResponseReader {
        ResponseReader { limits, expected: Fifo::new(), head: HeadReader::default(), body: None }
    }

    /// A request with this method has been sent.
    pub fn expect(&mut self, method: &str) {
        self.expected.push_back(method == "HEAD");
    }

    /// Takes octets up to the end of a response and gives it; what is behind stays in `piece`. Interim responses
    /// (1xx) other than 101 are passed over (RFC 9110 section 15.2).
    ///
    /// # Errors
    /// What is wrong with the octets. Nothing more can be read after that.
    pub fn read(&mut self, piece: &mut &[u8]) -> Result<Option<ReceivedResponse>, HttpError> {
        loop {
            if self.body.is_none() {
                if self.expected.is_empty() {
                    return if piece.is_empty() { Ok(None) } else { Err(HttpError::Unasked) };
                }
                let Some(((version, status), headers)) = self.head.read(piece, &self.limits, read_start)?
                else {
                    return Ok(None);
                };
                if (100..200).contains(&status) && status != 101 {
                    continue;
                }
                self.body = Some(self.begin(version, status, headers)?);
            }
            let Some((_, body)) = &mut self.body else { return Ok(None) };
            let Some((octets, trailers)) = body.read(piece, &self.limits)? else { return Ok(None) };
            return Ok(self.finish(octets, trailers));
        }
    }

    /// The connection has ended: a response that ends with it is whole now.
    ///
    /// # Errors
    /// When it has ended within a response, or before one that was expected.
    pub fn end(&mut self) -> Result<Option<ReceivedResponse>, HttpError> {
        let Some((received, body)) = self.body.take() else {
            return if self.expected.is_empty() { Ok(None) } else { Err(HttpError::Incomplete) };
        };
        let octets = body.end()?;
        self.body = Some((received, BodyReader::new(None)));
        Ok(self.finish(octets, Headers::default()))
    }

    fn finish(&mut self, octets: Vec<u8>, trailers: Headers) -> Option<ReceivedResponse> {
        self.expected.pop_front();
        self.body.take().map(|(mut received, _)| {
            received.response.body = octets;
            received.trailers = trailers;
            received
        })
    }

    fn begin(
        &self,
        version: Version,
        status: u16,
        mut headers: Headers,
    ) -> Result<(ReceivedResponse, BodyReader), HttpError> {
        let has_no_body = matches!(status, 101 | 204 | 304) || self.expected.first() == Some(&true);
        // What a response without a body says of its length is said of another one (RFC 9112 section 6.3).
        let framing = if has_no_body {
            Some(Framing::Length(0))
        } else {
            Framing::of(&headers, version, &self.limits)?
        };
        let is_persistent = framing.is_some() && is_persistent(&headers, version);
        headers.remove("Content-Length");
        headers.remove("Transfer-Encoding");
        let response = Response { status, headers, body: Vec::new() };
        let received = ReceivedResponse { response, version, trailers: Headers::default(), is_persistent };
        Ok((received, BodyReader::new(framing)))
    }
}

/// `HTTP/1.1 200 OK`; the reason may be empty or missing, and nobody reads it (RFC 9112 section 4).
fn read_start(line: &[u8]) -> Result<(Version, u16), HttpError> {
    let wrong = || HttpError::StatusLine { line: shown(line) };
    let mut parts = line.splitn(3, |&octet| octet == b' ');
    let version = Version::read(parts.next().unwrap_or_default(), wrong)?;
    let digits = parts.next().unwrap_or_default();
    let reason = parts.next().unwrap_or_default();
    if digits.len() != 3 || !digits.iter().all(u8::is_ascii_digit) || !is_field_value(reason) {
        return Err(wrong());
    }
    let status = digits.iter().fold(0, |status, digit| status * 10 + u16::from(digit - b'0'));
    if (100..600).contains(&status) { Ok((version, status)) } else { Err(wrong()) }
}
