//! What a WebSocket carries, apart from its bytes.

/// Why a WebSocket is closed (RFC 6455 section 7.1.5 and 7.1.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The status code, such as 1000.
    pub code: u16,
    /// The reason as text.
    pub reason: String,
}

/// A whole message, put together from its fragments, or a control frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A text.
    Text(String),
    /// Octets.
    Binary(Vec<u8>),
    /// A ping; it is answered by a pong with the same octets.
    Ping(Vec<u8>),
    /// A pong.
    Pong(Vec<u8>),
    /// The begin, or the answer, of the closing handshake; a close frame may be empty.
    Close(Option<Close>),
}
