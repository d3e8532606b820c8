//! Every method of AMQP 0-9-1 as RabbitMQ speaks it.

use super::{ChannelNumber, DeliveryTag, Table};
use crate::ids::{HoldsNames, Name};

macro_rules! methods {
    ($($(#[$doc:meta])* $variant:ident = ($class:literal, $id:literal, $text:literal)
        { $($field:ident: $type:ty),* $(,)? })*) => {
        /// A method with its arguments, named as in the specification (`basic.consume-ok` is
        /// `BasicConsumeOk`). Arguments that the specification reserves are left out. Names that rules
        /// compare are [`Name`]s; free text is a `String`.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Method {
            $($(#[$doc])* #[allow(missing_docs)] $variant { $($field: $type),* },)*
        }

        impl Method {
            /// The number of the class and the number of the method in it.
            pub const fn number(&self) -> (u16, u16) {
                match self { $(Method::$variant { .. } => ($class, $id),)* }
            }

            /// The name of the method of that number.
            pub const fn name_of(number: (u16, u16)) -> Option<&'static str> {
                match number { $(($class, $id) => Some($text),)* _ => None }
            }

            /// The name in the specification, such as `basic.consume-ok`.
            pub const fn name(&self) -> &'static str {
                match self { $(Method::$variant { .. } => $text,)* }
            }
        }

        impl HoldsNames for Method {
            fn visit_names(&self, _visit: &mut dyn FnMut(Name)) {
                match self { $(Method::$variant { $($field),* } => { $($field.visit_names(_visit);)* })* }
            }
        }
    };
}

methods! {
    /// The broker offers to speak; the first method on a connection.
    ConnectionStart = (10, 10, "connection.start")
        { version_major: u8, version_minor: u8, server_properties: Table, mechanisms: String, locales: String }
    /// The client chooses a mechanism and logs in.
    ConnectionStartOk = (10, 11, "connection.start-ok")
        { client_properties: Table, mechanism: String, response: Vec<u8>, locale: String }
    /// The broker asks for more in a login of several steps.
    ConnectionSecure = (10, 20, "connection.secure") { challenge: Vec<u8> }
    /// The client answers.
    ConnectionSecureOk = (10, 21, "connection.secure-ok") { response: Vec<u8> }
    /// The broker's limits. 0 is no limit; heartbeat in seconds.
    ConnectionTune = (10, 30, "connection.tune") { channel_max: u16, frame_max: u32, heartbeat: u16 }
    /// The limits that hold.
    ConnectionTuneOk = (10, 31, "connection.tune-ok") { channel_max: u16, frame_max: u32, heartbeat: u16 }
    /// The client enters a virtual host.
    ConnectionOpen = (10, 40, "connection.open") { virtual_host: Name }
    /// The broker lets it in.
    ConnectionOpenOk = (10, 41, "connection.open-ok") {}
    /// Either side ends the connection, with the method to blame (0, 0 if none).
    ConnectionClose = (10, 50, "connection.close")
        { reply_code: u16, reply_text: String, class_id: u16, method_id: u16 }
    /// The other side agrees.
    ConnectionCloseOk = (10, 51, "connection.close-ok") {}
    /// RabbitMQ: publishing is blocked by a resource alarm.
    ConnectionBlocked = (10, 60, "connection.blocked") { reason: String }
    /// RabbitMQ: it is not blocked any more.
    ConnectionUnblocked = (10, 61, "connection.unblocked") {}
    /// RabbitMQ: a new password or token for the connection.
    ConnectionUpdateSecret = (10, 70, "connection.update-secret") { new_secret: Vec<u8>, reason: String }
    /// RabbitMQ: it was taken.
    ConnectionUpdateSecretOk = (10, 71, "connection.update-secret-ok") {}

    /// Open a channel.
    ChannelOpen = (20, 10, "channel.open") {}
    /// It is open.
    ChannelOpenOk = (20, 11, "channel.open-ok") {}
    /// Stop or go on sending content.
    ChannelFlow = (20, 20, "channel.flow") { active: bool }
    /// The state that holds.
    ChannelFlowOk = (20, 21, "channel.flow-ok") { active: bool }
    /// Either side ends the channel, with the method to blame.
    ChannelClose = (20, 40, "channel.close")
        { reply_code: u16, reply_text: String, class_id: u16, method_id: u16 }
    /// The other side agrees.
    ChannelCloseOk = (20, 41, "channel.close-ok") {}

    /// Ask for a ticket to a realm, as AMQP 0-8 had it (deprecated).
    AccessRequest = (30, 10, "access.request")
        { realm: String, exclusive: bool, passive: bool, active: bool, write: bool, read: bool }
    /// Here it is. Nobody looks at it.
    AccessRequestOk = (30, 11, "access.request-ok") { ticket: u16 }

    /// Make an exchange, or check that it is there.
    ExchangeDeclare = (40, 10, "exchange.declare")
        { exchange: Name, kind: Name, passive: bool, durable: bool, auto_delete: bool, internal: bool,
          no_wait: bool, arguments: Table }
    /// It is there.
    ExchangeDeclareOk = (40, 11, "exchange.declare-ok") {}
    /// Remove an exchange.
    ExchangeDelete = (40, 20, "exchange.delete") { exchange: Name, if_unused: bool, no_wait: bool }
    /// It is gone.
    ExchangeDeleteOk = (40, 21, "exchange.delete-ok") {}
    /// RabbitMQ: bind an exchange to an exchange.
    ExchangeBind = (40, 30, "exchange.bind")
        { destination: Name, source: Name, routing_key: Name, no_wait: bool, arguments: Table }
    /// It is bound.
    ExchangeBindOk = (40, 31, "exchange.bind-ok") {}
    /// RabbitMQ: remove such a binding.
    ExchangeUnbind = (40, 40, "exchange.unbind")
        { destination: Name, source: Name, routing_key: Name, no_wait: bool, arguments: Table }
    /// It is removed.
    ExchangeUnbindOk = (40, 51, "exchange.unbind-ok") {}

    /// Make a queue, or check that it is there. An empty name asks for a generated one.
    QueueDeclare = (50, 10, "queue.declare")
        { queue: Name, passive: bool, durable: bool, exclusive: bool, auto_delete: bool, no_wait: bool,
          arguments: Table }
    /// It is there, with so many ready messages and consumers.
    QueueDeclareOk = (50, 11, "queue.declare-ok") { queue: Name, message_count: u32, consumer_count: u32 }
    /// Bind a queue to an exchange.
    QueueBind = (50, 20, "queue.bind")
        { queue: Name, exchange: Name, routing_key: Name, no_wait: bool, arguments: Table }
    /// It is bound.
    QueueBindOk = (50, 21, "queue.bind-ok") {}
    /// Remove all ready messages.
    QueuePurge = (50, 30, "queue.purge") { queue: Name, no_wait: bool }
    /// So many were removed.
    QueuePurgeOk = (50, 31, "queue.purge-ok") { message_count: u32 }
    /// Remove a queue.
    QueueDelete = (50, 40, "queue.delete") { queue: Name, if_unused: bool, if_empty: bool, no_wait: bool }
    /// It is gone, and so many ready messages with it.
    QueueDeleteOk = (50, 41, "queue.delete-ok") { message_count: u32 }
    /// Remove a binding.
    QueueUnbind = (50, 50, "queue.unbind") { queue: Name, exchange: Name, routing_key: Name, arguments: Table }
    /// It is removed.
    QueueUnbindOk = (50, 51, "queue.unbind-ok") {}

    /// Limit what may be unacknowledged: per new consumer, or with `global` per channel.
    BasicQos = (60, 10, "basic.qos") { prefetch_size: u32, prefetch_count: u16, global: bool }
    /// The limit holds.
    BasicQosOk = (60, 11, "basic.qos-ok") {}
    /// Ask for the messages of a queue to be delivered. An empty tag asks for a generated one.
    BasicConsume = (60, 20, "basic.consume")
        { queue: Name, consumer_tag: Name, no_local: bool, no_ack: bool, exclusive: bool, no_wait: bool,
          arguments: Table }
    /// They will be.
    BasicConsumeOk = (60, 21, "basic.consume-ok") { consumer_tag: Name }
    /// End a consumer; from the broker (RabbitMQ): the consumer has ended.
    BasicCancel = (60, 30, "basic.cancel") { consumer_tag: Name, no_wait: bool }
    /// It has ended.
    BasicCancelOk = (60, 31, "basic.cancel-ok") { consumer_tag: Name }
    /// Publish the message that follows.
    BasicPublish = (60, 40, "basic.publish")
        { exchange: Name, routing_key: Name, mandatory: bool, immediate: bool }
    /// A message comes back to its publisher.
    BasicReturn = (60, 50, "basic.return")
        { reply_code: u16, reply_text: String, exchange: Name, routing_key: Name }
    /// A message for a consumer.
    BasicDeliver = (60, 60, "basic.deliver")
        { consumer_tag: Name, delivery_tag: DeliveryTag, redelivered: bool, exchange: Name, routing_key: Name }
    /// Ask for one message.
    BasicGet = (60, 70, "basic.get") { queue: Name, no_ack: bool }
    /// Here it is, and so many remain.
    BasicGetOk = (60, 71, "basic.get-ok")
        { delivery_tag: DeliveryTag, redelivered: bool, exchange: Name, routing_key: Name, message_count: u32 }
    /// There was none.
    BasicGetEmpty = (60, 72, "basic.get-empty") {}
    /// A delivery is done with; from the broker: a message is taken care of (confirm).
    BasicAck = (60, 80, "basic.ack") { delivery_tag: DeliveryTag, multiple: bool }
    /// A delivery is refused.
    BasicReject = (60, 90, "basic.reject") { delivery_tag: DeliveryTag, requeue: bool }
    /// As `basic.recover`, without an answer (deprecated).
    BasicRecoverAsync = (60, 100, "basic.recover-async") { requeue: bool }
    /// Deliver again all that is unacknowledged on the channel.
    BasicRecover = (60, 110, "basic.recover") { requeue: bool }
    /// It will be.
    BasicRecoverOk = (60, 111, "basic.recover-ok") {}
    /// RabbitMQ: deliveries are refused; from the broker: a message was not taken care of.
    BasicNack = (60, 120, "basic.nack") { delivery_tag: DeliveryTag, multiple: bool, requeue: bool }
    /// RabbitMQ: so many more deliveries may go to a consumer (of use to its AMQP 1.0).
    BasicCredit = (60, 200, "basic.credit") { consumer_tag: Name, credit: u32, drain: bool }
    /// So many messages are ready.
    BasicCreditOk = (60, 201, "basic.credit-ok") { available: u32 }
    /// So much credit was left when there was nothing more.
    BasicCreditDrained = (60, 202, "basic.credit-drained") { consumer_tag: Name, credit_drained: u32 }

    /// RabbitMQ: confirm every publishing on this channel.
    ConfirmSelect = (85, 10, "confirm.select") { no_wait: bool }
    /// It will be.
    ConfirmSelectOk = (85, 11, "confirm.select-ok") {}

    /// Make the channel transactional.
    TxSelect = (90, 10, "tx.select") {}
    /// It is.
    TxSelectOk = (90, 11, "tx.select-ok") {}
    /// Do what was collected.
    TxCommit = (90, 20, "tx.commit") {}
    /// It is done.
    TxCommitOk = (90, 21, "tx.commit-ok") {}
    /// Forget what was collected.
    TxRollback = (90, 30, "tx.rollback") {}
    /// It is forgotten.
    TxRollbackOk = (90, 31, "tx.rollback-ok") {}
}

impl Method {
    /// Whether a content (header and body) follows the method.
    pub const fn carries_content(&self) -> bool {
        matches!(
            self,
            Method::BasicPublish { .. }
                | Method::BasicReturn { .. }
                | Method::BasicDeliver { .. }
                | Method::BasicGetOk { .. }
        )
    }

    /// Whether the method speaks of the connection and so belongs on channel 0.
    pub const fn belongs_to(&self, channel: ChannelNumber) -> bool {
        (self.number().0 == 10) == (channel == 0)
    }
}
