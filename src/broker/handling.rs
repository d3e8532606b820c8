//! A command comes in: what it is, whether it may come now, and who takes it.
//!
//! Source: AMQP 0-9-1 reference; RabbitMQ's `rabbit_reader` and `rabbit_channel`.

use super::connection::{Channel, ChannelKey, Connection, ConnectionState};
use super::transactions::Answer;
use super::{Broker, Context, Handled, Refusal};
use crate::amqp::{ChannelNumber, Command, DeliveryTag, Message, Method, Parcel, Publish, ReplyCode};
use crate::facts::{ClientName, Event, Rule};
use crate::ids::{ConnectionId, MessageId, Name};
use crate::time::Time;
use std::rc::Rc;

/// The message that a command publishes.
pub(super) fn published(command: &Command) -> Option<MessageId> {
    let content = command.content.as_ref()?;
    matches!(command.method, Method::BasicPublish { .. }).then_some(content.origin.message)
}

/// A published message is not taken in: what it came on is closed, by it or before it.
fn not_accepted(cx: &mut Context, producer: ClientName, published: Option<MessageId>) {
    if let Some(message) = published {
        cx.record(Event::NotAccepted { message, producer, rule: Rule::ChannelError });
    }
}

/// What a message meets on a channel that is open.
#[derive(Clone, Copy, Debug)]
pub struct Entrance {
    /// The virtual host in which the channel works.
    pub(super) host: Name,
    /// Whether its client may do everything, and at once: it has no user, and the channel no transaction.
    pub(super) is_free: bool,
    /// Whether its client awaits confirms.
    pub(super) awaits_confirm: bool,
}

impl Broker {
    /// Takes a command in. Answers and deliveries are then to be fetched by [`Broker::poll_output`].
    ///
    /// Errors of the client are answered as RabbitMQ does it, by `channel.close` or `connection.close`; a
    /// command on a connection that has ended is ignored.
    pub fn handle(&mut self, cx: &mut Context, id: ConnectionId, number: ChannelNumber, command: Command) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if self.is_memory_low
            && matches!(command.method, Method::BasicPublish { .. })
            && !connection.is_blocked
        {
            connection.is_blocked = true;
            cx.record(Event::ConnectionBlocked { client: connection.client, rule: Rule::MemoryAlarm });
            self.send(
                ChannelKey { connection: id, number: 0 },
                Method::ConnectionBlocked { reason: "low on memory".to_owned() },
            );
        }
        let connection = self.connections.get_mut(&id).expect("it was there");
        let (client, published) = (connection.client, published(&command));
        if connection.is_blocked {
            if let Some(message) = published {
                let (producer, rule) = (client, Rule::MemoryAlarm);
                cx.record(Event::NotRead { message, producer, rule });
            }
            connection.unread.push((number, command));
            return;
        }
        let key = ChannelKey { connection: id, number };
        let blamed = command.method.number();
        let handled = match (connection.state, number) {
            (ConnectionState::Closed, _) => return not_accepted(cx, client, published),
            (ConnectionState::Closing, _) => {
                match command.method {
                    Method::ConnectionCloseOk {} => connection.state = ConnectionState::Closed,
                    Method::ConnectionClose { .. } => self.send(key, Method::ConnectionCloseOk {}),
                    _ => not_accepted(cx, client, published),
                }
                return;
            }
            (_, 0) => self.handle_connection_method(cx, id, command.method),
            (ConnectionState::Opening, _) => Err(Refusal::new(
                ReplyCode::CommandInvalid,
                format_args!("unexpected method in connection state opening: {}", command.method.name()),
            )),
            (ConnectionState::Open(host), _) => self.handle_channel_command(cx, key, host, command),
        };
        match handled {
            Ok(Some(method)) => self.send(key, method),
            Ok(None) => {}
            Err(refusal) => {
                not_accepted(cx, client, published);
                self.refuse(cx, key, &refusal, blamed);
            }
        }
        self.publish_dead_letters(cx);
    }

    /// The same for a command in its small form.
    pub fn handle_parcel(&mut self, cx: &mut Context, key: ChannelKey, parcel: Parcel) {
        match self.entrance(cx.now, key) {
            Some(entrance) => self.handle_at_once(cx, key, entrance, parcel),
            None => self.handle(cx, key.connection, key.number, parcel.into()),
        }
    }

    /// Takes in what belongs to every message, as it is, on a channel on which nothing stands against it.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn handle_at_once(&mut self, cx: &mut Context, key: ChannelKey, entrance: Entrance, parcel: Parcel) {
        match parcel {
            Parcel::Publish(publish, message) => self.take_publishing(cx, key, entrance, publish, message),
            Parcel::Ack(tag, multiple) => self.take_acknowledgement(cx, key, tag, multiple),
            other => self.handle(cx, key.connection, key.number, other.into()),
        }
    }

    /// Takes in a message that is published.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn take_publishing(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        entrance: Entrance,
        publish: Publish,
        message: Rc<Message>,
    ) {
        let number = message.number();
        if let Err(refusal) = self.publish(cx, key, entrance, publish, message) {
            self.refuse_parcel(cx, key, &refusal, Some(number), (60, 40));
        }
        self.publish_dead_letters(cx);
    }

    /// Takes in an acknowledgement.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn take_acknowledgement(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        tag: DeliveryTag,
        multiple: bool,
    ) {
        if let Err(refusal) = self.answer(cx, key, (tag, multiple), Answer::Acknowledge) {
            self.refuse_parcel(cx, key, &refusal, None, (60, 80));
        }
        self.publish_dead_letters(cx);
    }

    #[cold]
    fn refuse_parcel(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        refusal: &Refusal,
        published: Option<MessageId>,
        blamed: (u16, u16),
    ) {
        not_accepted(cx, self.connections[&key.connection].client, published);
        self.refuse(cx, key, refusal, blamed);
    }

    /// What a message meets on a channel on which all that comes is read, and nothing is closing; nothing for any
    /// other.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn entrance(&mut self, now: Time, key: ChannelKey) -> Option<Entrance> {
        let connection = self.connections.get_mut(&key.connection)?;
        let has_no_user = connection.user.is_none();
        let (host, channel) = connection.open_channel(key.number).filter(|_| !self.is_memory_low)?;
        if !has_no_user {
            channel.grants.wake(now);
        }
        Some(Entrance {
            host,
            is_free: has_no_user && channel.transaction.is_none(),
            awaits_confirm: channel.confirms.is_some(),
        })
    }

    fn handle_connection_method(&mut self, cx: &mut Context, id: ConnectionId, method: Method) -> Handled {
        let connection = self.connections.get_mut(&id).expect("handle has found it");
        match method {
            Method::ConnectionOpen { virtual_host } if connection.state == ConnectionState::Opening => {
                if !self.virtual_hosts.contains_key(&virtual_host) {
                    let name = cx.names.text(virtual_host);
                    return Err(Refusal::new(ReplyCode::NotAllowed, format_args!("vhost {name} not found")));
                }
                self.check_connection_limits(cx, id, virtual_host)?;
                self.check_virtual_host(cx, id, virtual_host)?;
                let connection = self.connections.get_mut(&id).expect("handle has found it");
                connection.state = ConnectionState::Open(virtual_host);
                Ok(Some(Method::ConnectionOpenOk {}))
            }
            Method::ConnectionClose { .. } => {
                self.end_connection(cx, id);
                Ok(Some(Method::ConnectionCloseOk {}))
            }
            other => Err(Refusal::new(
                ReplyCode::CommandInvalid,
                format_args!("unexpected method on channel 0: {}", other.name()),
            )),
        }
    }

    fn handle_channel_command(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        command: Command,
    ) -> Handled {
        let Command { method, content } = command;
        if matches!(method, Method::ChannelOpen {})
            && !self.connections[&key.connection].channels.contains_key(&key.number)
            && let Err(refusal) = self.check_channel_limit(key.connection)
        {
            // It blames no method.
            self.refuse(cx, key, &refusal, (0, 0));
            return Ok(None);
        }
        let connection = self.connections.get_mut(&key.connection).expect("handle has found it");
        let (has_user, channels) = (connection.user.is_some(), &mut connection.channels);
        match (channels.get(&key.number), &method) {
            (None, Method::ChannelOpen {}) => {
                channels.insert(key.number, Channel::opened(cx.now));
                return Ok(Some(Method::ChannelOpenOk {}));
            }
            // RabbitMQ answers a close that crossed its own, or comes twice.
            (None, Method::ChannelClose { .. }) => return Ok(Some(Method::ChannelCloseOk {})),
            (None, Method::ChannelCloseOk {}) => return Ok(None),
            (None, _) => return Err(Refusal::new(ReplyCode::ChannelError, "expected 'channel.open'")),
            (Some(channel), _) if channel.is_closing => {
                return match method {
                    Method::ChannelCloseOk {} => {
                        channels.remove(&key.number);
                        Ok(None)
                    }
                    Method::ChannelClose { .. } => Ok(Some(Method::ChannelCloseOk {})),
                    _ => {
                        let message = content.map(|content| content.origin.message);
                        not_accepted(cx, self.connections[&key.connection].client, message);
                        Ok(None)
                    }
                };
            }
            (Some(_), Method::ChannelOpen {}) => {
                return Err(Refusal::new(ReplyCode::ChannelError, "second 'channel.open' seen"));
            }
            (Some(_), Method::ChannelClose { .. }) => {
                self.end_channel(cx, key);
                self.connections.get_mut(&key.connection).expect("it is there").channels.remove(&key.number);
                return Ok(Some(Method::ChannelCloseOk {}));
            }
            (Some(_), _) => {}
        }
        if has_user && let Some(channel) = channels.get_mut(&key.number) {
            channel.grants.wake(cx.now);
        }
        match method {
            Method::BasicPublish { exchange, routing_key, mandatory, immediate } => {
                let Some(content) = content else {
                    return Err(Refusal::new(ReplyCode::UnexpectedFrame, "expected content header"));
                };
                let message = Rc::new(Message::published(exchange, routing_key, content));
                self.publish_if_allowed(cx, key, host, Publish { mandatory, immediate }, message)
                    .map(|()| None)
            }
            Method::ConfirmSelect { .. }
            | Method::TxSelect {}
            | Method::TxCommit {}
            | Method::TxRollback {} => self.handle_mode_method(cx, key, host, &method),
            Method::ChannelFlow { active: true } => Ok(Some(Method::ChannelFlowOk { active: true })),
            Method::ChannelFlow { active: false } => {
                Err(Refusal::new(ReplyCode::NotImplemented, "active=false"))
            }
            // Every ticket is number 1 (`rabbit_channel`, `access.request`).
            Method::AccessRequest { .. } => Ok(Some(Method::AccessRequestOk { ticket: 1 })),
            Method::BasicCredit { consumer_tag, .. } => Err(self.refuse_credit(cx, key, consumer_tag)),
            Method::ExchangeDeclare { .. }
            | Method::ExchangeDelete { .. }
            | Method::ExchangeBind { .. }
            | Method::ExchangeUnbind { .. } => self.handle_exchange_method(cx, key, host, method),
            Method::QueueDeclare { .. }
            | Method::QueueBind { .. }
            | Method::QueueUnbind { .. }
            | Method::QueuePurge { .. }
            | Method::QueueDelete { .. } => self.handle_queue_method(cx, key, host, method),
            Method::BasicQos { .. }
            | Method::BasicConsume { .. }
            | Method::BasicCancel { .. }
            | Method::BasicGet { .. } => self.handle_consuming_method(cx, key, host, method),
            Method::BasicAck { .. }
            | Method::BasicNack { .. }
            | Method::BasicReject { .. }
            | Method::BasicRecover { .. }
            | Method::BasicRecoverAsync { .. } => {
                self.handle_acknowledging_method(cx, key, &method).map(|()| None)
            }
            // Methods of the connection, and those that only a broker sends.
            _ => Err(Refusal::new(ReplyCode::CommandInvalid, "unimplemented method")),
        }
    }

    /// `basic.credit` is there for RabbitMQ's own AMQP 1.0; credit is not simulated.
    fn refuse_credit(&self, cx: &Context, key: ChannelKey, tag: Name) -> Refusal {
        if self.channel(key).consumers.contains_key(&tag) {
            return Refusal::new(ReplyCode::NotImplemented, "credit of consumers");
        }
        let what = format!("unknown consumer tag '{}'", cx.names.text(tag));
        Refusal::new(ReplyCode::PreconditionFailed, what)
    }

    /// Closes the channel or the connection, as the code of the refusal demands.
    pub(super) fn refuse(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        refusal: &Refusal,
        (class_id, method_id): (u16, u16),
    ) {
        let (reply_code, reply_text) = (refusal.code.number(), refusal.text.clone());
        // An internal error blames nobody.
        let is_internal = refusal.code == ReplyCode::InternalError;
        let (class_id, method_id) = if is_internal { (0, 0) } else { (class_id, method_id) };
        let reason = cx.names.intern(&refusal.text);
        let Connection { client, user, .. } = &self.connections[&key.connection];
        let client = *client;
        if let Some(user) = user.as_ref().filter(|_| refusal.is_denied) {
            let user = cx.names.intern(user);
            cx.record(Event::AccessRefused { client, user, reason, rule: Rule::AccessControl });
        }
        if key.number == 0 || refusal.code.closes_connection() {
            cx.record(Event::ConnectionClosed { client, reply_code: reply_code.into(), reason });
            self.end_connection(cx, key.connection);
            self.connections.get_mut(&key.connection).expect("it is there").state = ConnectionState::Closing;
            let close = Method::ConnectionClose { reply_code, reply_text, class_id, method_id };
            self.send(ChannelKey { number: 0, ..key }, close);
        } else {
            let channel = key.number.into();
            cx.record(Event::ChannelClosed { client, channel, reply_code: reply_code.into(), reason });
            self.end_channel(cx, key);
            self.channel_mut(key).is_closing = true;
            self.send(key, Method::ChannelClose { reply_code, reply_text, class_id, method_id });
        }
    }
}
