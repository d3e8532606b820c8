//! What can be wrong with the octets of a request or a response.

use std::fmt;

/// What is wrong with the octets of a peer. After one of these nobody knows where the next message begins, so a
/// server answers with [`status`](Self::status) and ends the connection.
///
/// Whoever reads leniently where others read strictly lets requests be smuggled past them (RFC 9112 section
/// 11.2), so what the grammar does not have is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// A line ends without a carriage return, or has one in the middle (RFC 9112 section 2.2).
    LineEnd,
    /// The first line is not a method, a target and a version with one space between (RFC 9112 section 3).
    RequestLine {
        /// What stands there.
        line: String,
    },
    /// The first line is longer than the limit.
    TargetTooLong {
        /// The limit in octets.
        limit: usize,
    },
    /// The version is not 1.x.
    Version {
        /// What stands there.
        version: String,
    },
    /// The first line is not a version, a status code and a reason (RFC 9112 section 4).
    StatusLine {
        /// What stands there.
        line: String,
    },
    /// A header field without a colon, with a space before it, with a name that is no token, continued on the
    /// next line, or with a control character (RFC 9112 section 5).
    FieldLine {
        /// What stands there.
        line: String,
    },
    /// A header field is longer than the limit.
    FieldTooLong {
        /// The limit in octets.
        limit: usize,
    },
    /// There are more header fields than the limit.
    TooManyFields {
        /// The limit.
        limit: usize,
    },
    /// All header fields together are longer than the limit.
    HeaderTooLarge {
        /// The limit in octets.
        limit: usize,
    },
    /// There is no `Host`, or more than one, or it is no host (RFC 9112 section 3.2).
    Host {
        /// How many there are.
        count: usize,
    },
    /// `Content-Length` is no number, or stands there more than once (RFC 9112 section 6.3).
    ContentLength {
        /// What stands there.
        value: String,
    },
    /// Both `Content-Length` and `Transfer-Encoding`: the beginning of a smuggled request (RFC 9112 section 6.1).
    TwoLengths,
    /// `Transfer-Encoding` in HTTP/1.0, or `chunked` twice (RFC 9112 sections 6.1 and 7.1).
    MisplacedCoding {
        /// What stands there.
        value: String,
    },
    /// A transfer coding other than `chunked`.
    UnknownCoding {
        /// Its name.
        coding: String,
    },
    /// An expectation other than `100-continue` (RFC 9110 section 10.1.1).
    Expectation {
        /// What stands there.
        value: String,
    },
    /// The size of a chunk is no hexadecimal number, or its extension is too long (RFC 9112 section 7.1).
    ChunkSize {
        /// What stands there.
        line: String,
    },
    /// Behind a chunk's octets there is no line end (RFC 9112 section 7.1).
    ChunkEnd,
    /// The body is longer than the limit.
    BodyTooLarge {
        /// The limit in octets.
        limit: usize,
    },
    /// The connection has ended within a message (RFC 9112 section 8).
    Incomplete,
    /// A response that no request has asked for.
    Unasked,
}

impl HttpError {
    /// A name of the error that stays the same.
    pub const fn code(&self) -> &'static str {
        match self {
            HttpError::LineEnd => "line-end",
            HttpError::RequestLine { .. } => "request-line",
            HttpError::TargetTooLong { .. } => "target-too-long",
            HttpError::Version { .. } => "version",
            HttpError::StatusLine { .. } => "status-line",
            HttpError::FieldLine { .. } => "field-line",
            HttpError::FieldTooLong { .. } => "field-too-long",
            HttpError::TooManyFields { .. } => "too-many-fields",
            HttpError::HeaderTooLarge { .. } => "header-too-large",
            HttpError::Host { .. } => "host",
            HttpError::ContentLength { .. } => "content-length",
            HttpError::TwoLengths => "two-lengths",
            HttpError::MisplacedCoding { .. } => "misplaced-coding",
            HttpError::UnknownCoding { .. } => "unknown-coding",
            HttpError::Expectation { .. } => "expectation",
            HttpError::ChunkSize { .. } => "chunk-size",
            HttpError::ChunkEnd => "chunk-end",
            HttpError::BodyTooLarge { .. } => "body-too-large",
            HttpError::Incomplete => "incomplete",
            HttpError::Unasked => "unasked",
        }
    }

    /// The status code that a server answers with (RFC 9110 section 15; 431 is from RFC 6585).
    pub const fn status(&self) -> u16 {
        match self {
            HttpError::TargetTooLong { .. } => 414,
            HttpError::Version { .. } => 505,
            HttpError::FieldTooLong { .. }
            | HttpError::TooManyFields { .. }
            | HttpError::HeaderTooLarge { .. } => 431,
            HttpError::UnknownCoding { .. } => 501,
            HttpError::Expectation { .. } => 417,
            HttpError::BodyTooLarge { .. } => 413,
            _ => 400,
        }
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HttpError::LineEnd => {
                f.write_str("a line must end with carriage return and line feed, and have neither within")
            }
            HttpError::RequestLine { line } => {
                write!(f, "the first line must be a method, a target and a version, not '{line}'")
            }
            HttpError::TargetTooLong { limit } => write!(f, "the first line is longer than {limit} octets"),
            HttpError::Version { version } => {
                write!(f, "the version must be HTTP/1.1 or HTTP/1.0, not '{version}'")
            }
            HttpError::StatusLine { line } => {
                write!(f, "the first line must be a version, a status code and a reason, not '{line}'")
            }
            HttpError::FieldLine { line } => write!(f, "this is no header field: '{line}'"),
            HttpError::FieldTooLong { limit } => write!(f, "a header field is longer than {limit} octets"),
            HttpError::TooManyFields { limit } => write!(f, "there are more than {limit} header fields"),
            HttpError::HeaderTooLarge { limit } => {
                write!(f, "the header fields are longer than {limit} octets together")
            }
            HttpError::Host { count: 1 } => f.write_str("the field Host names no host"),
            HttpError::Host { count } => write!(f, "there must be one field Host, not {count}"),
            HttpError::ContentLength { value } => {
                write!(f, "Content-Length must be one number, not '{value}'")
            }
            HttpError::TwoLengths => f.write_str("there are both Content-Length and Transfer-Encoding"),
            HttpError::MisplacedCoding { value } => {
                write!(f, "Transfer-Encoding: {value} cannot stand here")
            }
            HttpError::UnknownCoding { coding } => {
                write!(f, "the transfer coding must be chunked, not '{coding}'")
            }
            HttpError::Expectation { value } => write!(f, "the expectation '{value}' cannot be met"),
            HttpError::ChunkSize { line } => {
                write!(f, "there must be the size of a chunk in hexadecimal digits, not '{line}'")
            }
            HttpError::ChunkEnd => f.write_str("a chunk must be followed by a line end"),
            HttpError::BodyTooLarge { limit } => write!(f, "the body is longer than {limit} octets"),
            HttpError::Incomplete => f.write_str("the connection has ended within a message"),
            HttpError::Unasked => f.write_str("a response has come that no request has asked for"),
        }
    }
}

impl std::error::Error for HttpError {}
