//! Reply codes of `connection.close`, `channel.close` and `basic.return`.

/// A reply code (AMQP 0-9-1, section 1.2 of the reference; RabbitMQ uses the same).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u16)]
pub enum ReplyCode {
    /// All went well.
    Success = 200,
    /// The content is larger than the broker takes.
    ContentTooLarge = 311,
    /// `basic.return`: no queue was bound so that the mandatory message could reach one.
    NoRoute = 312,
    /// `basic.return`: immediate delivery was asked for and no consumer was free.
    NoConsumers = 313,
    /// An operator closed the connection.
    ConnectionForced = 320,
    /// The virtual host is not known.
    InvalidPath = 402,
    /// No permission.
    AccessRefused = 403,
    /// No such queue, exchange or virtual host.
    NotFound = 404,
    /// Somebody else holds the queue.
    ResourceLocked = 405,
    /// The request does not fit the state of things.
    PreconditionFailed = 406,
    /// A frame that cannot be read.
    FrameError = 501,
    /// A field that cannot be read.
    SyntaxError = 502,
    /// A method that does not exist or is out of order.
    CommandInvalid = 503,
    /// A channel that is not open.
    ChannelError = 504,
    /// A frame that was not expected.
    UnexpectedFrame = 505,
    /// The broker lacks resources.
    ResourceError = 506,
    /// The client asks for what is not allowed.
    NotAllowed = 530,
    /// The broker does not do this.
    NotImplemented = 540,
    /// The broker failed.
    InternalError = 541,
}

impl ReplyCode {
    /// The number on the wire.
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The name in capitals that RabbitMQ puts before the text.
    pub const fn name(self) -> &'static str {
        match self {
            ReplyCode::Success => "OK",
            ReplyCode::ContentTooLarge => "CONTENT_TOO_LARGE",
            ReplyCode::NoRoute => "NO_ROUTE",
            ReplyCode::NoConsumers => "NO_CONSUMERS",
            ReplyCode::ConnectionForced => "CONNECTION_FORCED",
            ReplyCode::InvalidPath => "INVALID_PATH",
            ReplyCode::AccessRefused => "ACCESS_REFUSED",
            ReplyCode::NotFound => "NOT_FOUND",
            ReplyCode::ResourceLocked => "RESOURCE_LOCKED",
            ReplyCode::PreconditionFailed => "PRECONDITION_FAILED",
            ReplyCode::FrameError => "FRAME_ERROR",
            ReplyCode::SyntaxError => "SYNTAX_ERROR",
            ReplyCode::CommandInvalid => "COMMAND_INVALID",
            ReplyCode::ChannelError => "CHANNEL_ERROR",
            ReplyCode::UnexpectedFrame => "UNEXPECTED_FRAME",
            ReplyCode::ResourceError => "RESOURCE_ERROR",
            ReplyCode::NotAllowed => "NOT_ALLOWED",
            ReplyCode::NotImplemented => "NOT_IMPLEMENTED",
            ReplyCode::InternalError => "INTERNAL_ERROR",
        }
    }

    /// Whether the error ends the connection (hard) and not only the channel (soft), as the reference
    /// classes them.
    pub const fn closes_connection(self) -> bool {
        !matches!(
            self,
            ReplyCode::ContentTooLarge
                | ReplyCode::NoRoute
                | ReplyCode::NoConsumers
                | ReplyCode::AccessRefused
                | ReplyCode::NotFound
                | ReplyCode::ResourceLocked
                | ReplyCode::PreconditionFailed
        )
    }
}
