//! Why something cannot be written.

use super::MethodNumber;
use std::fmt;

/// Why a value has no bytes. Nothing is ever cut to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// A short string has more than 255 octets (4.2.5.3).
    ShortStringTooLong {
        /// How many.
        octets: usize,
    },
    /// A long string, a table, an array or a frame has more octets than its 32 bits of length can say.
    TooLong {
        /// How many.
        octets: usize,
    },
    /// Tables and arrays in one another, deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    TooDeep,
    /// A float or double that is infinite or not a number, which RabbitMQ cannot read.
    NotFinite,
    /// The method announces a content, and there is none.
    ContentMissing {
        /// The method.
        method: MethodNumber,
    },
    /// There is a content that the method does not announce.
    ContentUnexpected {
        /// The method.
        method: MethodNumber,
    },
    /// `frame_max` leaves no room for a payload.
    FrameMaxTooSmall {
        /// The limit that was asked for.
        frame_max: u32,
    },
    /// A user name or a password has a NUL, which PLAIN cannot say (RFC 4616).
    NulInCredentials,
}

impl EncodeError {
    /// A name of the error that stays the same.
    pub const fn code(self) -> &'static str {
        match self {
            EncodeError::ShortStringTooLong { .. } => "short-string-too-long",
            EncodeError::TooLong { .. } => "too-long",
            EncodeError::TooDeep => "table-too-deep",
            EncodeError::NotFinite => "float-not-finite",
            EncodeError::ContentMissing { .. } => "content-missing",
            EncodeError::ContentUnexpected { .. } => "content-unexpected",
            EncodeError::FrameMaxTooSmall { .. } => "frame-max-too-small",
            EncodeError::NulInCredentials => "nul-in-credentials",
        }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EncodeError::ShortStringTooLong { octets } => {
                write!(formatter, "a short string has at most 255 octets, this one has {octets}")
            }
            EncodeError::TooLong { octets } => {
                write!(formatter, "{octets} octets are more than a length of 32 bits can say")
            }
            EncodeError::TooDeep => {
                write!(formatter, "tables and arrays lie in one another deeper than {}", super::MAX_DEPTH)
            }
            EncodeError::NotFinite => write!(formatter, "a float must be a finite number"),
            EncodeError::ContentMissing { method: (class, method) } => {
                write!(formatter, "the method {class},{method} needs a content")
            }
            EncodeError::ContentUnexpected { method: (class, method) } => {
                write!(formatter, "the method {class},{method} has no content")
            }
            EncodeError::FrameMaxTooSmall { frame_max } => {
                write!(formatter, "a frame_max of {frame_max} leaves no room for a payload")
            }
            EncodeError::NulInCredentials => write!(formatter, "user and password cannot contain NUL"),
        }
    }
}

impl std::error::Error for EncodeError {}
