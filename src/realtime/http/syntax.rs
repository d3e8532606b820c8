//! The small pieces of HTTP's grammar.

use super::HttpError;

/// The version of a message. What a minor version above 1 adds can be ignored (RFC 9110 section 2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.0: a connection carries one exchange, unless both sides say otherwise.
    Http10,
    /// HTTP/1.1.
    Http11,
}

impl Version {
    /// Reads `HTTP/1.1`. `misread` is the error for what is no version at all.
    pub(super) fn read(text: &[u8], misread: impl FnOnce() -> HttpError) -> Result<Version, HttpError> {
        match text {
            b"HTTP/1.0" => Ok(Version::Http10),
            [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
                if major.is_ascii_digit() && minor.is_ascii_digit() =>
            {
                let version = || shown(text);
                if *major == b'1' {
                    Ok(Version::Http11)
                } else {
                    Err(HttpError::Version { version: version() })
                }
            }
            _ => Err(misread()),
        }
    }
}

/// Whether this is a token: a method, the name of a field (RFC 9110 section 5.6.2).
pub(super) fn is_token(text: &[u8]) -> bool {
    let is_token_character = |octet: &u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(octet);
    !text.is_empty() && text.iter().all(is_token_character)
}

/// Whether these octets may stand in the value of a field (RFC 9110 section 5.5).
pub(super) fn is_field_value(value: &[u8]) -> bool {
    value.iter().all(|&octet| octet == b'\t' || (octet >= b' ' && octet != 0x7f))
}

/// Without the spaces and tabs around it.
pub(super) fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// Octets as text. Those above ASCII have no meaning of their own (RFC 9110 section 5.5); as in browsers and
/// Node.js each stands for the character of its number, so none gets lost.
pub(super) fn text(octets: &[u8]) -> String {
    octets.iter().map(|&octet| char::from(octet)).collect()
}

/// Text as octets, if each character has one.
pub(super) fn octets(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

/// As much of a line as an error shows, without control characters.
pub(super) fn shown(line: &[u8]) -> String {
    const MOST: usize = 60;
    let mut shown: String = line
        .iter()
        .take(MOST)
        .map(|&octet| if octet.is_ascii_control() { '.' } else { char::from(octet) })
        .collect();
    if line.len() > MOST {
        shown.push('…');
    }
    shown
}

/// Whether this is the target of a request: a path, a whole URL, an authority for `CONNECT`, or `*` for
/// `OPTIONS` (RFC 9112 section 3.2).
pub(super) fn is_target(method: &[u8], target: &[u8]) -> bool {
    let is_printable = !target.is_empty() && target.iter().all(|octet| (0x21..0x7f).contains(octet));
    let starts_with = |scheme: &str| {
        target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    is_printable
        && match method {
            b"CONNECT" => is_host(target),
            b"OPTIONS" if target == b"*" => true,
            _ => target[0] == b'/' || starts_with("http://") || starts_with("https://"),
        }
}

/// Whether this can be a host with or without a port (RFC 3986 section 3.2.2); `Host` may be empty.
pub(super) fn is_host(host: &[u8]) -> bool {
    host.iter().all(|octet| octet.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:[]".contains(octet))
}
