//! What can be wrong with the octets of a peer, and what RabbitMQ answers.

use super::snippet::{numbers, print_pair};
use super::{MAX_BODY_SIZE, ReadError, Snippet, TableFault};
use crate::amqp::{ChannelNumber, Method, ReplyCode};
use std::fmt;

/// The number of a class and of a method in it.
pub type MethodNumber = (u16, u16);

/// What is wrong with the octets of a peer.
///
/// None of it ends a channel alone: RabbitMQ closes the connection, or drops it without a word
/// ([`consequence`](Self::consequence)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireError {
    /// A frame does not end with [`FRAME_END`](super::FRAME_END) (4.2.3). Where the next one begins is not
    /// known.
    FrameEnd {
        /// The octet that says what the frame carries.
        kind: u8,
        /// The payload's first octets.
        payload: Snippet,
        /// What stands in place of the end octet.
        end: u8,
    },
    /// A frame is larger than was agreed on (4.2.3). Its payload was not read.
    FrameTooLarge {
        /// The octet that says what the frame carries.
        kind: u8,
        /// The size of the payload.
        size: u32,
        /// The size that it may have.
        limit: u32,
    },
    /// A frame of no known type, a method frame without its numbers, a header frame without class, weight and
    /// size, or a heartbeat with a payload.
    UnknownFrame {
        /// The octet that says what the frame carries.
        kind: u8,
        /// The payload's first octets.
        payload: Snippet,
    },
    /// A content on channel 0, or a heartbeat on another (4.2.7).
    MisplacedFrame {
        /// The octet that says what the frame carries.
        kind: u8,
        /// The payload's first octets.
        payload: Snippet,
    },
    /// Header or body with no method before it (4.2.6).
    MethodExpected,
    /// Something else than the content header that the method announced.
    HeaderExpected {
        /// The method.
        method: MethodNumber,
    },
    /// A content header of another class than the method's.
    HeaderOfOtherClass {
        /// The method.
        method: MethodNumber,
        /// The class in the header.
        class: u16,
    },
    /// Something else than the body that the header announced.
    BodyExpected {
        /// The method before the content.
        method: MethodNumber,
    },
    /// More body than the header announced.
    BodyTooLong {
        /// The method before the content.
        method: MethodNumber,
    },
    /// A body is announced that is larger than [`MAX_BODY_SIZE`].
    BodyOverLimit {
        /// The method before the content.
        method: MethodNumber,
        /// The size in the header.
        size: u64,
    },
    /// There is no such class or method.
    UnknownMethod {
        /// Its number.
        method: MethodNumber,
    },
    /// A method with content on channel 0, which has none.
    ContentOnConnection {
        /// The method.
        method: MethodNumber,
    },
    /// The arguments of a method end too soon, or are followed by more octets.
    Fields {
        /// The channel.
        channel: ChannelNumber,
        /// The method.
        method: MethodNumber,
        /// The arguments' octets, as many as the answer can show.
        arguments: Vec<u8>,
    },
    /// A text of a method or of a content header is not UTF-8.
    Text {
        /// The channel.
        channel: ChannelNumber,
        /// The method, also of a content.
        method: MethodNumber,
        /// Where in the payload the text begins.
        at: usize,
    },
    /// A table among the arguments of a method cannot be read.
    Table {
        /// The channel.
        channel: ChannelNumber,
        /// The method.
        method: MethodNumber,
        /// What is wrong, and where in the payload.
        fault: TableFault,
    },
    /// The properties of a content cannot be read.
    Properties {
        /// The method before the content.
        method: MethodNumber,
        /// What is wrong, and where in the payload.
        error: ReadError,
    },
}

/// What RabbitMQ does about broken octets once `connection.tune-ok` has come. Before that it does not trust the
/// client with an answer: where it would close, it waits 3 s and ends the TCP connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// It sends `connection.close` and waits for `connection.close-ok`.
    Close,
    /// It sends `connection.close`, reads nothing more, and ends the TCP connection 3 s later: it does not
    /// know any more where frames begin.
    CloseUnsynchronised,
    /// The TCP connection ends at once and without a word, because the process that reads from it has died.
    Drop,
}

impl WireError {
    pub(super) fn unknown_frame(kind: u8, payload: &[u8]) -> WireError {
        WireError::UnknownFrame { kind, payload: Snippet::of(payload) }
    }

    pub(super) fn fields(channel: ChannelNumber, method: MethodNumber, arguments: &[u8]) -> WireError {
        // Each octet takes two characters at least, and the text has 255 at most.
        let arguments = arguments[..arguments.len().min(128)].to_vec();
        WireError::Fields { channel, method, arguments }
    }

    /// A name of the error that stays the same.
    pub const fn code(&self) -> &'static str {
        match self {
            WireError::FrameEnd { .. } => "frame-end",
            WireError::FrameTooLarge { .. } => "frame-too-large",
            WireError::UnknownFrame { .. } => "unknown-frame",
            WireError::MisplacedFrame { .. } => "misplaced-frame",
            WireError::MethodExpected => "method-expected",
            WireError::HeaderExpected { .. } => "header-expected",
            WireError::HeaderOfOtherClass { .. } => "header-of-other-class",
            WireError::BodyExpected { .. } => "body-expected",
            WireError::BodyTooLong { .. } => "body-too-long",
            WireError::BodyOverLimit { .. } => "body-over-limit",
            WireError::UnknownMethod { .. } => "unknown-method",
            WireError::ContentOnConnection { .. } => "content-on-connection",
            WireError::Fields { .. } => "fields",
            WireError::Text { .. } => "text",
            WireError::Table { .. } => "table",
            WireError::Properties { .. } => "properties",
        }
    }

    /// What RabbitMQ does.
    pub const fn consequence(&self) -> Consequence {
        match self {
            WireError::FrameEnd { .. } | WireError::FrameTooLarge { .. } => Consequence::CloseUnsynchronised,
            WireError::UnknownMethod { .. } => Consequence::Drop,
            // On channel 0 the fault is caught, as an internal error.
            WireError::Table { channel, .. } if *channel != 0 => Consequence::Drop,
            _ => Consequence::Close,
        }
    }

    /// The code that RabbitMQ sends; where it sends nothing, the one that the specification has for it.
    pub const fn reply_code(&self) -> ReplyCode {
        match self {
            WireError::FrameEnd { .. }
            | WireError::FrameTooLarge { .. }
            | WireError::UnknownFrame { .. }
            | WireError::BodyTooLong { .. }
            | WireError::BodyOverLimit { .. }
            | WireError::Text { .. } => ReplyCode::FrameError,
            WireError::MisplacedFrame { .. }
            | WireError::MethodExpected
            | WireError::HeaderExpected { .. }
            | WireError::HeaderOfOtherClass { .. }
            | WireError::BodyExpected { .. } => ReplyCode::UnexpectedFrame,
            WireError::UnknownMethod { .. } => ReplyCode::CommandInvalid,
            WireError::ContentOnConnection { .. } => ReplyCode::ChannelError,
            // What fails on channel 0 after its method was recognised, and what fails in the process of a
            // channel, is an internal error to RabbitMQ.
            WireError::Fields { channel: 0, .. }
            | WireError::Table { channel: 0, .. }
            | WireError::Properties { .. } => ReplyCode::InternalError,
            WireError::Fields { .. } => ReplyCode::FrameError,
            WireError::Table { .. } => ReplyCode::SyntaxError,
        }
    }

    /// The text of `connection.close`, as RabbitMQ writes it. Like RabbitMQ it keeps to 255 octets.
    ///
    /// RabbitMQ shows octets from 160 up as the characters of Latin-1, and sends them as such; here they are
    /// characters of UTF-8, so that the text can be read.
    pub fn reply_text(&self) -> String {
        let name = self.reply_code().name();
        let Some(explanation) = self.explanation() else { return name.to_owned() };
        let mut text = format!("{name} - {explanation}");
        if text.len() > 255 {
            let cut = (0..=252).rev().find(|&cut| text.is_char_boundary(cut)).unwrap_or(0);
            text.truncate(cut);
            text.push_str("...");
        }
        text
    }

    /// What stands behind the name of the code; nothing for an internal error.
    fn explanation(&self) -> Option<String> {
        Some(match self {
            _ if self.reply_code() == ReplyCode::InternalError => return None,
            WireError::FrameEnd { kind, payload, end } => {
                let mut text = payload.describe(*kind) + ": ";
                print_pair(&mut text, "invalid_frame_end_marker", *end);
                text
            }
            WireError::FrameTooLarge { kind, size, limit } => {
                format!("{}: {{frame_too_large,{size},{limit}}}", Snippet::of(&[]).describe(*kind))
            }
            WireError::UnknownFrame { kind, payload } => {
                format!("{}: unknown_frame", payload.describe(*kind))
            }
            WireError::MisplacedFrame { kind, payload } => payload.describe(*kind),
            WireError::MethodExpected => "expected method frame, got non method frame instead".into(),
            WireError::HeaderExpected { method: (class, _) } => {
                format!("expected content header for class {class}, got non content header frame instead")
            }
            WireError::HeaderOfOtherClass { method: (class, _), class: other } => {
                format!("expected content header for class {class}, got one for class {other} instead")
            }
            WireError::BodyExpected { .. } => {
                "expected content body, got non content body frame instead".into()
            }
            WireError::BodyTooLong { .. } => "content body frame exceeds remaining content size".into(),
            WireError::BodyOverLimit { size, .. } => {
                format!("content body size {size} exceeds maximum allowed size {MAX_BODY_SIZE}")
            }
            WireError::ContentOnConnection { .. } => "unexpected method in connection state running".into(),
            WireError::Fields { arguments, .. } => format!("cannot decode {}", numbers(arguments)),
            WireError::Text { .. } => "Malformed UTF-8 in shortstr".into(),
            WireError::UnknownMethod { .. } | WireError::Table { .. } | WireError::Properties { .. } => {
                self.to_string()
            }
        })
    }

    /// The method to blame in `connection.close`, 0 and 0 if none is.
    pub const fn blamed(&self) -> MethodNumber {
        match self {
            WireError::HeaderExpected { method }
            | WireError::HeaderOfOtherClass { method, .. }
            | WireError::BodyExpected { method }
            | WireError::BodyTooLong { method }
            | WireError::BodyOverLimit { method, .. }
            | WireError::ContentOnConnection { method } => *method,
            WireError::Fields { channel, method, .. } if *channel != 0 => *method,
            // RabbitMQ fills in the method on channel 0 alone.
            WireError::Text { channel: 0, method, .. } => *method,
            _ => (0, 0),
        }
    }

    /// The `connection.close` that RabbitMQ sends, if it sends one.
    pub fn close_method(&self) -> Option<Method> {
        let (class_id, method_id) = self.blamed();
        (self.consequence() != Consequence::Drop).then(|| Method::ConnectionClose {
            reply_code: self.reply_code().number(),
            reply_text: self.reply_text(),
            class_id,
            method_id,
        })
    }
}

/// What is wrong, for people, also where RabbitMQ says nothing of it.
impl fmt::Display for WireError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WireError::UnknownMethod { method: (class, method) } => {
                write!(formatter, "there is no method {class},{method}")
            }
            WireError::Text { method: (class, method), at, .. } => {
                write!(formatter, "method {class},{method}: the text at octet {at} is not UTF-8")
            }
            WireError::Table { method: (class, method), fault, .. } => {
                write!(formatter, "method {class},{method}: {fault}")
            }
            WireError::Properties { method: (class, method), error } => {
                write!(formatter, "content of method {class},{method}: {error}")
            }
            WireError::Fields { method: (class, method), arguments, .. } => {
                write!(formatter, "method {class},{method}: cannot decode {}", numbers(arguments))
            }
            other => formatter.write_str(&other.explanation().unwrap_or_default()),
        }
    }
}

impl std::error::Error for WireError {}
