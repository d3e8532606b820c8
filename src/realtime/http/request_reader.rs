//! Octets to requests, on the server's side.

use super::body::{BodyReader, Framing};
use super::head::HeadReader;
use super::syntax::{is_host, is_target, is_token, octets, shown, text};
use super::{Headers, HttpError, Limits, Request, Version};

/// A request with what its octets said besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedRequest {
    /// The request, without the fields that frame it.
    pub request: Request,
    /// The version that the client speaks.
    pub version: Version,
    /// The fields behind a chunked body. They are kept apart from the others (RFC 9110 section 6.5.1).
    pub trailers: Headers,
    /// Whether the client lets the connection go on after the response (RFC 9112 section 9.3).
    pub is_persistent: bool,
}

/// Reads requests, one after the other, from octets in any cuts.
#[derive(Clone, Debug)]
pub struct RequestReader {
    limits: Limits,
    head: HeadReader<Start>,
    body: Option<(ReceivedRequest, BodyReader)>,
}

type Start = (String, String, Version);

impl RequestReader {
    /// A reader at the start of a connection.
    pub fn new(limits: Limits) -> RequestReader {
        RequestReader { limits, head: HeadReader::default(), body: None }
    }

    /// Takes octets up to the end of a request and gives it; what is behind stays in `piece`. Nothing is given
    /// when more is to come.
    ///
    /// # Errors
    /// What is wrong with the octets. Nothing more can be read after that.
    pub fn read(&mut self, piece: &mut &[u8]) -> Result<Option<ReceivedRequest>, HttpError> {
        if self.body.is_none() {
            let Some((start, headers)) = self.head.read(piece, &self.limits, read_start)? else {
                return Ok(None);
            };
            self.body = Some(begin(start, headers, &self.limits)?);
        }
        let Some((_, body)) = &mut self.body else { return Ok(None) };
        let Some((octets, trailers)) = body.read(piece, &self.limits)? else { return Ok(None) };
        Ok(self.body.take().map(|(mut received, _)| {
            received.request.body = octets;
            received.trailers = trailers;
            received
        }))
    }

    /// Whether nothing of a request has come since the last one.
    pub fn is_idle(&self) -> bool {
        self.head.is_empty() && self.body.is_none()
    }

    /// Whether the header has come and the body is to come.
    pub fn is_in_body(&self) -> bool {
        self.body.is_some()
    }

    /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 section 10.1.1).
    pub fn awaits_continue(&self) -> bool {
        self.body.as_ref().is_some_and(|(received, body)| {
            received.version == Version::Http11
                && received.request.headers.has_member("Expect", "100-continue")
                && body.is_untouched()
        })
    }
}

fn read_start(line: &[u8]) -> Result<Start, HttpError> {
    let wrong = || HttpError::RequestLine { line: shown(line) };
    let parts: Vec<&[u8]> = line.split(|&octet| octet == b' ').collect();
    let [method, target, version] = parts[..] else { return Err(wrong()) };
    if !is_token(method) {
        return Err(wrong());
    }
    let version = Version::read(version, wrong)?;
    if is_target(method, target) { Ok((text(method), text(target), version)) } else { Err(wrong()) }
}

/// What can be said of a request before its body comes.
fn begin(
    (method, target, version): Start,
    mut headers: Headers,
    limits: &Limits,
) -> Result<(ReceivedRequest, BodyReader), HttpError> {
    let hosts: Vec<&str> = headers.all("Host").collect();
    let is_host = |host: &str| octets(host).is_some_and(|octets| is_host(&octets));
    match hosts[..] {
        [host] if is_host(host) => {}
        [] if version == Version::Http10 => {}
        _ => return Err(HttpError::Host { count: hosts.len() }),
    }
    let framing = Framing::of(&headers, version, limits)?.unwrap_or(Framing::Length(0));
    if version == Version::Http11
        && let Some(other) = headers.members("Expect").find(|each| !each.eq_ignore_ascii_case("100-continue"))
    {
        return Err(HttpError::Expectation { value: shown(other.as_bytes()) });
    }
    let is_persistent = is_persistent(&headers, version);
    headers.remove("Content-Length");
    headers.remove("Transfer-Encoding");
    let request = Request { method, target, headers, body: Vec::new() };
    let received = ReceivedRequest { request, version, trailers: Headers::default(), is_persistent };
    Ok((received, BodyReader::new(Some(framing))))
}

/// Whether a connection goes on after a message with these fields (RFC 9112 section 9.3).
pub(super) fn is_persistent(headers: &Headers, version: Version) -> bool {
    match version {
        _ if headers.has_member("Connection", "close") => false,
        Version::Http11 => true,
        Version::Http10 => headers.has_member("Connection", "keep-alive"),
    }
}
