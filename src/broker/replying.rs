//! Direct reply-to: answers without a queue.
//!
//! Source: rabbitmq.com/docs/direct-reply-to. A client consumes from the pseudo-queue `amq.rabbitmq.reply-to` on
//! its channel; in what it publishes with that `reply_to`, the broker puts a private address in its place; what
//! is published to that address by the default exchange goes straight to the consumer.

use super::connection::{Channel, ChannelKey};
use super::{Broker, Context, Handled, Refusal};
use crate::amqp::Message;
use crate::amqp::{Command, Content, Method, Properties, ReplyCode};
use crate::facts::{Event, QueueName, Rule};
use crate::ids::Name;
use std::rc::Rc;

/// The name of the pseudo-queue.
pub(super) const REPLY_TO: &str = "amq.rabbitmq.reply-to";

/// Whether a key is a private address, of a channel that may be gone.
pub(super) fn is_address(key: &str) -> bool {
    key.strip_prefix(REPLY_TO).is_some_and(|rest| rest.starts_with('.'))
}

impl Broker {
    /// `basic.consume` from the pseudo-queue.
    pub(super) fn consume_replies(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        tag: Name,
        (no_ack, no_wait): (bool, bool),
    ) -> Handled {
        let refuse = |what: &str| Err(Refusal::new(ReplyCode::PreconditionFailed, what));
        if self.channel(key).reply_consumer.is_some() {
            return refuse("reply consumer already set");
        }
        if !no_ack {
            return refuse("reply consumer cannot acknowledge");
        }
        let tag = match tag {
            Name::EMPTY => self.generate_name(cx, "amq.ctag"),
            tag => tag,
        };
        let token = format!("{REPLY_TO}.{}.{}.{}", key.connection.0, key.number, self.generated_names);
        let address = cx.names.intern(&token);
        self.channel_mut(key).reply_consumer = Some((tag, address));
        super::answer(no_wait, Method::BasicConsumeOk { consumer_tag: tag })
    }

    /// Puts the private address of the channel in the place of `amq.rabbitmq.reply-to`.
    ///
    /// # Errors
    /// When nobody on the channel consumes replies.
    pub(super) fn with_reply_address(
        &self,
        cx: &Context,
        key: ChannelKey,
        content: Content,
    ) -> Result<Content, Refusal> {
        if content.properties.reply_to.as_deref() != Some(REPLY_TO) {
            return Ok(content);
        }
        let Some((_, address)) = self.channel(key).reply_consumer else {
            return Err(Refusal::new(ReplyCode::PreconditionFailed, "fast reply consumer does not exist"));
        };
        let reply_to = Some(cx.names.text(address).to_owned());
        let properties = Properties { reply_to, ..Properties::clone(&content.properties) };
        Ok(Content { properties: Rc::new(properties), ..content })
    }

    /// Whether a private address is that of a channel that waits for answers; the general one always is.
    pub(super) fn check_reply_address(&self, cx: &Context, host: Name, address: Name) -> Result<(), Refusal> {
        if cx.names.text(address) == REPLY_TO || self.waiting_for_replies(address).is_some() {
            return Ok(());
        }
        Err(Refusal::not_found("queue", cx.names.text(address), cx.names.text(host)))
    }

    fn waiting_for_replies(&self, address: Name) -> Option<ChannelKey> {
        self.connections().find_map(|(connection, open)| {
            let waits = |channel: &Channel| channel.reply_consumer.is_some_and(|(_, own)| own == address);
            let (number, _) = open.channels.iter().find(|(_, channel)| waits(channel))?;
            Some(ChannelKey { connection, number: *number })
        })
    }

    /// Whether a message is a reply that counts as routed though nobody waits for it any more.
    pub(super) fn is_late_reply(&self, cx: &Context, message: &Message) -> bool {
        message.exchange == Name::EMPTY
            && is_address(cx.names.text(message.routing_key))
            && self.version.takes_late_replies()
    }

    /// Delivers an answer, if the key is the address of a channel that still waits for it. Says whether it was.
    pub(super) fn deliver_reply(
        &mut self,
        cx: &mut Context,
        host: Name,
        routing_key: Name,
        content: &Content,
    ) -> bool {
        // To look for the channel costs the more, the more channels there are.
        if !is_address(cx.names.text(routing_key)) {
            return false;
        }
        let Some(key) = self.waiting_for_replies(routing_key) else { return false };
        let channel = self.channel(key);
        let delivery_tag = channel.tag_of_reply();
        let consumer_tag = channel.reply_consumer.expect("it was found by it").0;
        // The pseudo-queue stands in the facts as if it were one.
        let queue = QueueName { virtual_host: host, name: cx.names.intern(REPLY_TO) };
        let (message, redelivered) = (content.origin.message, false);
        let (consumer, rule) = (self.connections[&key.connection].client, Rule::DirectReplyTo);
        cx.record(Event::Delivered { message, queue, consumer, delivery_tag, redelivered, rule });
        cx.record(Event::Acknowledged { message, queue, rule: Rule::AutomaticAcknowledgement });
        let method = Method::BasicDeliver {
            consumer_tag,
            delivery_tag,
            redelivered,
            exchange: Name::EMPTY,
            routing_key,
        };
        self.send(key, Command { method, content: Some(content.clone()) });
        true
    }
}
