//! The opening handshake: a request that becomes a WebSocket (RFC 6455 sections 1.3 and 4).

use crate::realtime::http::{Headers, Request, Response, Version};
use crate::rng::Stream;
use base64ct::{Base64, Encoding};
use sha1::{Digest, Sha1};
use std::fmt;

/// What every server puts behind the key (section 1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The version of the protocol.
const VERSION: &str = "13";

/// Why a handshake fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandshakeError {
    /// The method is not `GET` (section 4.2.1).
    Method {
        /// The method.
        method: String,
    },
    /// The version of HTTP is lower than 1.1 (section 4.2.1).
    HttpVersion,
    /// `Upgrade` does not say `websocket`.
    Upgrade,
    /// `Connection` does not say `Upgrade`.
    Connection,
    /// `Sec-WebSocket-Key` is not the base64 form of 16 octets.
    Key,
    /// Another version than 13 is asked for (section 4.2.2).
    Version {
        /// That version.
        version: String,
    },
    /// The server has not answered 101 (section 4.1).
    Status {
        /// What it has answered.
        status: u16,
    },
    /// `Sec-WebSocket-Accept` does not belong to the key (section 4.1).
    Accept,
    /// The server has chosen an extension that was not offered (section 4.1).
    Extension {
        /// The extension.
        extension: String,
    },
    /// The server has chosen a subprotocol that was not offered (section 4.1).
    Protocol {
        /// The subprotocol.
        protocol: String,
    },
}

impl HandshakeError {
    /// A name of the error that stays the same.
    pub const fn code(&self) -> &'static str {
        match self {
            HandshakeError::Method { .. } => "method",
            HandshakeError::HttpVersion => "http-version",
            HandshakeError::Upgrade => "upgrade",
            HandshakeError::Connection => "connection",
            HandshakeError::Key => "key",
            HandshakeError::Version { .. } => "version",
            HandshakeError::Status { .. } => "status",
            HandshakeError::Accept => "accept",
            HandshakeError::Extension { .. } => "extension",
            HandshakeError::Protocol { .. } => "protocol",
        }
    }

    /// What a server answers to such a request: 426 with the version that it speaks, or else 400 or 405.
    pub fn response(&self) -> Response {
        let status = match self {
            HandshakeError::Method { .. } => 405,
            HandshakeError::Version { .. } => 426,
            _ => 400,
        };
        let mut response = Response::of_text(status, self.to_string());
        match self {
            HandshakeError::Method { .. } => response.headers.add("Allow", "GET"),
            HandshakeError::Version { .. } => {
                response.headers.add("Sec-WebSocket-Version", VERSION);
                // RFC 9110 section 15.5.22: 426 names the protocol.
                response.headers.add("Upgrade", "websocket");
                response.headers.add("Connection", "Upgrade");
            }
            _ => {}
        }
        response
    }
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HandshakeError::Method { method } => {
                write!(f, "a WebSocket is asked for with GET, not with {method}")
            }
            HandshakeError::HttpVersion => f.write_str("a WebSocket needs HTTP/1.1"),
            HandshakeError::Upgrade => f.write_str("the field Upgrade must say websocket"),
            HandshakeError::Connection => f.write_str("the field Connection must say Upgrade"),
            HandshakeError::Key => f.write_str("Sec-WebSocket-Key must be the base64 form of 16 octets"),
            HandshakeError::Version { version } => {
                write!(f, "Sec-WebSocket-Version must be {VERSION}, not '{version}'")
            }
            HandshakeError::Status { status } => write!(f, "the server has answered {status}, not 101"),
            HandshakeError::Accept => f.write_str("Sec-WebSocket-Accept does not belong to the key"),
            HandshakeError::Extension { extension } => {
                write!(f, "the server has chosen the extension '{extension}', which was not offered")
            }
            HandshakeError::Protocol { protocol } => {
                write!(f, "the server has chosen the subprotocol '{protocol}', which was not offered")
            }
        }
    }
}

impl std::error::Error for HandshakeError {}

/// The subprotocol that a server chooses of those that a client offers in `Sec-WebSocket-Protocol`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Subprotocols {
    /// None.
    #[default]
    None,
    /// The first that is offered, whatever it is; so does the npm package `ws`.
    First,
    /// The first that is offered and stands here.
    OneOf(Vec<String>),
}

impl Subprotocols {
    fn choose(&self, headers: &Headers) -> Option<String> {
        let mut offered = headers.members("Sec-WebSocket-Protocol");
        let chosen = match self {
            Subprotocols::None => None,
            Subprotocols::First => offered.next(),
            Subprotocols::OneOf(known) => offered.find(|name| known.iter().any(|each| each == name)),
        };
        chosen.map(str::to_owned)
    }
}

/// What `Sec-WebSocket-Accept` says to a key: the base64 form of the SHA-1 of both (section 4.2.2).
pub fn accept_key(key: &str) -> String {
    let digest = Sha1::new().chain_update(key).chain_update(GUID).finalize();
    Base64::encode_string(&digest)
}

/// A new key of 16 random octets.
pub fn new_key(random: &mut Stream) -> String {
    let mut octets = [0; 16];
    for four in octets.chunks_mut(4) {
        four.copy_from_slice(&random_mask(random));
    }
    Base64::encode_string(&octets)
}

/// The key of a mask: four random octets.
pub(super) fn random_mask(random: &mut Stream) -> [u8; 4] {
    const COUNT: f64 = (1u64 << 32) as f64;
    // Both factors are exact, so this is the same on every machine.
    ((random.unit() * COUNT) as u32).to_be_bytes()
}

/// Adds the fields of the opening handshake to a client's request (section 4.1). It offers no extension.
pub fn ask(request: &mut Request, key: &str, protocols: &[String]) {
    let headers = &mut request.headers;
    headers.add("Connection", "Upgrade");
    headers.add("Upgrade", "websocket");
    headers.add("Sec-WebSocket-Version", VERSION);
    headers.add("Sec-WebSocket-Key", key);
    if !protocols.is_empty() {
        headers.add("Sec-WebSocket-Protocol", protocols.join(", "));
    }
}

/// Whether a request asks for a WebSocket, rightly or not.
pub fn is_asked_for(request: &Request) -> bool {
    request.headers.has_member("Upgrade", "websocket")
}

/// The server's answer to a request that is to become a WebSocket (section 4.2.2): 101. Extensions are declined
/// by not naming them.
///
/// # Errors
/// When the request is not as section 4.2.1 wants it.
pub fn accept(
    request: &Request,
    version: Version,
    protocols: &Subprotocols,
) -> Result<Response, HandshakeError> {
    let headers = &request.headers;
    if request.method != "GET" {
        return Err(HandshakeError::Method { method: request.method.clone() });
    }
    if version == Version::Http10 {
        return Err(HandshakeError::HttpVersion);
    }
    if !is_asked_for(request) {
        return Err(HandshakeError::Upgrade);
    }
    if !headers.has_member("Connection", "Upgrade") {
        return Err(HandshakeError::Connection);
    }
    let asked = headers.get("Sec-WebSocket-Version").unwrap_or_default();
    if asked != VERSION {
        return Err(HandshakeError::Version { version: asked.to_owned() });
    }
    let mut keys = headers.all("Sec-WebSocket-Key");
    let (Some(key), None) = (keys.next().filter(|key| is_key(key)), keys.next()) else {
        return Err(HandshakeError::Key);
    };
    let mut answer: Headers = [("Upgrade", "websocket"), ("Connection", "Upgrade")].into_iter().collect();
    answer.add("Sec-WebSocket-Accept", accept_key(key));
    if let Some(protocol) = protocols.choose(headers) {
        answer.add("Sec-WebSocket-Protocol", protocol);
    }
    Ok(Response { status: 101, headers: answer, body: Vec::new() })
}

/// Whether the server's answer opens the WebSocket (section 4.1). Gives the subprotocol that it has chosen.
///
/// # Errors
/// When it does not. After 101 the connection cannot be used for anything then.
pub fn check_answer(
    response: &Response,
    key: &str,
    offered: &[String],
) -> Result<Option<String>, HandshakeError> {
    let headers = &response.headers;
    if response.status != 101 {
        return Err(HandshakeError::Status { status: response.status });
    }
    if !headers.has_member("Upgrade", "websocket") {
        return Err(HandshakeError::Upgrade);
    }
    if !headers.has_member("Connection", "Upgrade") {
        return Err(HandshakeError::Connection);
    }
    if headers.get("Sec-WebSocket-Accept") != Some(accept_key(key).as_str()) {
        return Err(HandshakeError::Accept);
    }
    if let Some(extension) = headers.get("Sec-WebSocket-Extensions") {
        return Err(HandshakeError::Extension { extension: extension.to_owned() });
    }
    let chosen = headers.get("Sec-WebSocket-Protocol").map(str::to_owned);
    match chosen {
        Some(protocol) if !offered.contains(&protocol) => Err(HandshakeError::Protocol { protocol }),
        chosen => Ok(chosen),
    }
}

/// Whether this can be the base64 form of 16 octets.
fn is_key(key: &str) -> bool {
    let is_digit = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'+' || octet == b'/';
    key.len() == 24 && key.strip_suffix("==").is_some_and(|digits| digits.bytes().all(is_digit))
}
