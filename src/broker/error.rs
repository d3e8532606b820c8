//! Refusals: what the broker says when it does not do what it was asked.

use crate::amqp::ReplyCode;

/// An error that ends the channel or, if its code is a hard one, the connection (AMQP 0-9-1 reference, "Reply
/// Codes").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub code: ReplyCode,
    /// The text as RabbitMQ sends it: the name of the code, a dash, and what is wrong.
    pub text: String,
    /// Whether it was asked by somebody who may not do it.
    pub is_denied: bool,
}

impl Refusal {
    /// A refusal with RabbitMQ's form of the text.
    pub fn new(code: ReplyCode, what: impl std::fmt::Display) -> Refusal {
        Refusal { code, text: format!("{} - {what}", code.name()), is_denied: false }
    }

    /// Who asks may not do that, or is not who he says.
    pub fn denied(code: ReplyCode, what: impl std::fmt::Display) -> Refusal {
        Refusal { is_denied: true, ..Refusal::new(code, what) }
    }

    /// RabbitMQ itself fails on what was asked, and says no more than that.
    pub fn internal() -> Refusal {
        let text = ReplyCode::InternalError.name().to_owned();
        Refusal { code: ReplyCode::InternalError, text, is_denied: false }
    }

    /// No such queue or exchange.
    pub fn not_found(kind: &str, name: &str, virtual_host: &str) -> Refusal {
        Refusal::new(ReplyCode::NotFound, format_args!("no {kind} '{name}' in vhost '{virtual_host}'"))
    }

    /// It is there with another setting.
    pub fn inequivalent(
        setting: &str,
        kind: &str,
        name: &str,
        virtual_host: &str,
        received: &str,
        current: &str,
    ) -> Refusal {
        Refusal::new(
            ReplyCode::PreconditionFailed,
            format_args!(
                "inequivalent arg '{setting}' for {kind} '{name}' in vhost '{virtual_host}': \
                 received {received} but current is {current}"
            ),
        )
    }

    /// The delivery tag names nothing that waits for acknowledgement on the channel.
    pub fn unknown_delivery_tag(tag: u64) -> Refusal {
        Refusal::new(ReplyCode::PreconditionFailed, format_args!("unknown delivery tag {tag}"))
    }
}
