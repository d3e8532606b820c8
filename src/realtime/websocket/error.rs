//! What can be wrong with the octets of a WebSocket.

use std::fmt;

/// What is wrong with the octets of a peer. The WebSocket is failed then (RFC 6455 section 7.1.7): a close frame
/// with [`close_code`](Self::close_code) is sent, and the connection ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebSocketError {
    /// A reserved bit is set, though no extension gives it a meaning (section 5.2).
    ReservedBits {
        /// The first octet of the frame.
        octet: u8,
    },
    /// An opcode that is not defined (section 5.2).
    UnknownOpcode {
        /// The opcode.
        opcode: u8,
    },
    /// A client's frame is not masked (section 5.1).
    NotMasked,
    /// A server's frame is masked (section 5.1).
    Masked,
    /// The length is written in more octets than it needs, or has its highest bit set (section 5.2).
    Length {
        /// The length.
        length: u64,
    },
    /// A control frame has more than 125 octets (section 5.5).
    ControlTooLong {
        /// How many it has.
        length: u64,
    },
    /// A control frame is fragmented (section 5.5).
    ControlFragmented,
    /// A continuation with nothing to continue (section 5.4).
    NothingToContinue,
    /// A new message begins before the last one has ended (section 5.4).
    Unfinished,
    /// A text is not UTF-8 (section 8.1).
    Text,
    /// A close frame of one octet: the code has two (section 5.5.1).
    CloseTooShort,
    /// A code that may not stand in a close frame (section 7.4).
    CloseCode {
        /// The code.
        code: u16,
    },
    /// The reason in a close frame is not UTF-8 (section 5.5.1).
    CloseReason,
    /// A message is longer than the limit.
    MessageTooLarge {
        /// The limit in octets.
        limit: usize,
    },
    /// The connection has ended without a closing handshake (section 7.1.5).
    Abnormal,
    /// The peer has not answered a close frame, or not ended the connection, in time.
    CloseTimeout,
}

impl WebSocketError {
    /// A name of the error that stays the same.
    pub const fn code(&self) -> &'static str {
        match self {
            WebSocketError::ReservedBits { .. } => "reserved-bits",
            WebSocketError::UnknownOpcode { .. } => "unknown-opcode",
            WebSocketError::NotMasked => "not-masked",
            WebSocketError::Masked => "masked",
            WebSocketError::Length { .. } => "length",
            WebSocketError::ControlTooLong { .. } => "control-too-long",
            WebSocketError::ControlFragmented => "control-fragmented",
            WebSocketError::NothingToContinue => "nothing-to-continue",
            WebSocketError::Unfinished => "unfinished",
            WebSocketError::Text => "text",
            WebSocketError::CloseTooShort => "close-too-short",
            WebSocketError::CloseCode { .. } => "close-code",
            WebSocketError::CloseReason => "close-reason",
            WebSocketError::MessageTooLarge { .. } => "message-too-large",
            WebSocketError::Abnormal => "abnormal",
            WebSocketError::CloseTimeout => "close-timeout",
        }
    }

    /// The code of the close frame that is sent (section 7.4.1). 1006 is never sent: it says that there was no
    /// close frame.
    pub const fn close_code(&self) -> u16 {
        match self {
            WebSocketError::Text | WebSocketError::CloseReason => 1007,
            WebSocketError::MessageTooLarge { .. } => 1009,
            WebSocketError::Abnormal | WebSocketError::CloseTimeout => 1006,
            _ => 1002,
        }
    }
}

impl fmt::Display for WebSocketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WebSocketError::ReservedBits { octet } => {
                write!(f, "a reserved bit is set in the first octet of a frame, {octet:#04x}")
            }
            WebSocketError::UnknownOpcode { opcode } => write!(f, "there is no opcode {opcode:#x}"),
            WebSocketError::NotMasked => f.write_str("a client must mask its frames"),
            WebSocketError::Masked => f.write_str("a server must not mask its frames"),
            WebSocketError::Length { length } => {
                write!(f, "the length {length} is not written in as few octets as it needs")
            }
            WebSocketError::ControlTooLong { length } => {
                write!(f, "a control frame has at most 125 octets, not {length}")
            }
            WebSocketError::ControlFragmented => f.write_str("a control frame must not be fragmented"),
            WebSocketError::NothingToContinue => f.write_str("there is no message that could be continued"),
            WebSocketError::Unfinished => f.write_str("a message begins before the last one has ended"),
            WebSocketError::Text => f.write_str("a text is not UTF-8"),
            WebSocketError::CloseTooShort => {
                f.write_str("a close frame is empty or begins with a code of two octets")
            }
            WebSocketError::CloseCode { code } => write!(f, "{code} may not stand in a close frame"),
            WebSocketError::CloseReason => f.write_str("the reason in a close frame is not UTF-8"),
            WebSocketError::MessageTooLarge { limit } => write!(f, "a message is longer than {limit} octets"),
            WebSocketError::Abnormal => f.write_str("the connection has ended without a close frame"),
            WebSocketError::CloseTimeout => f.write_str("the peer has not closed the WebSocket in time"),
        }
    }
}

impl std::error::Error for WebSocketError {}
