//! The fields of every method, in the order in which they stand on the wire.

use super::field::{field_kind, last_name, read_field, read_reserved, write_field, write_reserved};
use super::{
    EncodeError, Field, FieldKind, MethodNumber, ReadError, Reader, WireError, Writer, placed_method_fields,
    read_table, write_table,
};
use crate::amqp::{ChannelNumber, Method};
use crate::ids::Names;

/// The fields of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The number of the class and of the method in it.
    pub number: MethodNumber,
    /// The fields behind the number.
    pub fields: &'static [Field],
}

/// `Variant (class, method) { field: kind, [reserved field]: kind, field = "name on the wire": kind }`
macro_rules! layouts {
    ($($variant:ident ($class:literal, $id:literal) {
        $($($field:ident)? $([$reserved:ident])? $(= $wire_name:literal)? : $kind:ident),* $(,)?
    })*) => {
        /// Every method that is known, in the order of its number.
        pub static LAYOUTS: &[Layout] = &[$(Layout {
            number: ($class, $id),
            fields: &[$(Field {
                name: last_name(&[$(stringify!($field),)? $(stringify!($reserved),)? $($wire_name,)?]),
                kind: field_kind!($kind),
                is_reserved: false $(|| !stringify!($reserved).is_empty())?,
            }),*],
        }),*];

        fn read_fields(
            number: MethodNumber,
            reader: &mut Reader<'_>,
            names: &mut Names,
        ) -> Result<Option<Method>, ReadError> {
            let method = match number {
                $(($class, $id) => {
                    $(
                        $(let $field = read_field!(reader, names, $kind);)?
                        $(read_reserved!(reader, $reserved, $kind);)?
                    )*
                    Method::$variant { $($($field,)?)* }
                })*
                _ => return Ok(None),
            };
            reader.expect_end()?;
            Ok(Some(method))
        }

        fn write_fields(method: &Method, writer: &mut Writer<'_>, names: &Names) -> Result<(), EncodeError> {
            match method {
                $(Method::$variant { $($($field,)?)* } => {
                    $(
                        $(write_field!(writer, names, $kind, $field);)?
                        $(write_reserved!(writer, $reserved, $kind);)?
                    )*
                })*
            }
            Ok(())
        }
    };
}

layouts! {
    ConnectionStart (10, 10) {
        version_major: octet, version_minor: octet, server_properties: table, mechanisms: long_text,
        locales: long_text,
    }
    ConnectionStartOk (10, 11) {
        client_properties: table, mechanism: short_text, response: long_string, locale: short_text,
    }
    ConnectionSecure (10, 20) { challenge: long_string }
    ConnectionSecureOk (10, 21) { response: long_string }
    ConnectionTune (10, 30) { channel_max: short, frame_max: long, heartbeat: short }
    ConnectionTuneOk (10, 31) { channel_max: short, frame_max: long, heartbeat: short }
    ConnectionOpen (10, 40) { virtual_host: name, [capabilities]: short_text, [insist]: bit }
    ConnectionOpenOk (10, 41) { [known_hosts]: short_text }
    ConnectionClose (10, 50) { reply_code: short, reply_text: short_text, class_id: short, method_id: short }
    ConnectionCloseOk (10, 51) {}
    ConnectionBlocked (10, 60) { reason: short_text }
    ConnectionUnblocked (10, 61) {}
    ConnectionUpdateSecret (10, 70) { new_secret: long_string, reason: short_text }
    ConnectionUpdateSecretOk (10, 71) {}

    ChannelOpen (20, 10) { [out_of_band]: short_text }
    ChannelOpenOk (20, 11) { [channel_id]: long_string }
    ChannelFlow (20, 20) { active: bit }
    ChannelFlowOk (20, 21) { active: bit }
    ChannelClose (20, 40) { reply_code: short, reply_text: short_text, class_id: short, method_id: short }
    ChannelCloseOk (20, 41) {}

    AccessRequest (30, 10) {
        realm: short_text, exclusive: bit, passive: bit, active: bit, write: bit, read: bit,
    }
    AccessRequestOk (30, 11) { ticket: short }

    ExchangeDeclare (40, 10) {
        [ticket]: short, exchange: name, kind = "type": name, passive: bit, durable: bit, auto_delete: bit,
        internal: bit, no_wait: bit, arguments: table,
    }
    ExchangeDeclareOk (40, 11) {}
    ExchangeDelete (40, 20) { [ticket]: short, exchange: name, if_unused: bit, no_wait: bit }
    ExchangeDeleteOk (40, 21) {}
    ExchangeBind (40, 30) {
        [ticket]: short, destination: name, source: name, routing_key: name, no_wait: bit, arguments: table,
    }
    ExchangeBindOk (40, 31) {}
    ExchangeUnbind (40, 40) {
        [ticket]: short, destination: name, source: name, routing_key: name, no_wait: bit, arguments: table,
    }
    ExchangeUnbindOk (40, 51) {}

    QueueDeclare (50, 10) {
        [ticket]: short, queue: name, passive: bit, durable: bit, exclusive: bit, auto_delete: bit,
        no_wait: bit, arguments: table,
    }
    QueueDeclareOk (50, 11) { queue: name, message_count: long, consumer_count: long }
    QueueBind (50, 20) {
        [ticket]: short, queue: name, exchange: name, routing_key: name, no_wait: bit, arguments: table,
    }
    QueueBindOk (50, 21) {}
    QueuePurge (50, 30) { [ticket]: short, queue: name, no_wait: bit }
    QueuePurgeOk (50, 31) { message_count: long }
    QueueDelete (50, 40) { [ticket]: short, queue: name, if_unused: bit, if_empty: bit, no_wait: bit }
    QueueDeleteOk (50, 41) { message_count: long }
    QueueUnbind (50, 50) {
        [ticket]: short, queue: name, exchange: name, routing_key: name, arguments: table,
    }
    QueueUnbindOk (50, 51) {}

    BasicQos (60, 10) { prefetch_size: long, prefetch_count: short, global: bit }
    BasicQosOk (60, 11) {}
    BasicConsume (60, 20) {
        [ticket]: short, queue: name, consumer_tag: name, no_local: bit, no_ack: bit, exclusive: bit,
        no_wait: bit, arguments: table,
    }
    BasicConsumeOk (60, 21) { consumer_tag: name }
    BasicCancel (60, 30) { consumer_tag: name, no_wait: bit }
    BasicCancelOk (60, 31) { consumer_tag: name }
    BasicPublish (60, 40) {
        [ticket]: short, exchange: name, routing_key: name, mandatory: bit, immediate: bit,
    }
    BasicReturn (60, 50) { reply_code: short, reply_text: short_text, exchange: name, routing_key: name }
    BasicDeliver (60, 60) {
        consumer_tag: name, delivery_tag: long_long, redelivered: bit, exchange: name, routing_key: name,
    }
    BasicGet (60, 70) { [ticket]: short, queue: name, no_ack: bit }
    BasicGetOk (60, 71) {
        delivery_tag: long_long, redelivered: bit, exchange: name, routing_key: name, message_count: long,
    }
    BasicGetEmpty (60, 72) { [cluster_id]: short_text }
    BasicAck (60, 80) { delivery_tag: long_long, multiple: bit }
    BasicReject (60, 90) { delivery_tag: long_long, requeue: bit }
    BasicRecoverAsync (60, 100) { requeue: bit }
    BasicRecover (60, 110) { requeue: bit }
    BasicRecoverOk (60, 111) {}
    BasicNack (60, 120) { delivery_tag: long_long, multiple: bit, requeue: bit }

    BasicCredit (60, 200) { consumer_tag: name, credit: long, drain: bit }
    BasicCreditOk (60, 201) { available: long }
    BasicCreditDrained (60, 202) { consumer_tag: name, credit_drained: long }

    ConfirmSelect (85, 10) { no_wait: bit }
    ConfirmSelectOk (85, 11) {}

    TxSelect (90, 10) {}
    TxSelectOk (90, 11) {}
    TxCommit (90, 20) {}
    TxCommitOk (90, 21) {}
    TxRollback (90, 30) {}
    TxRollbackOk (90, 31) {}
}

/// The fields of a method, if there is one of this number.
pub fn layout(number: MethodNumber) -> Option<&'static Layout> {
    let index = LAYOUTS.binary_search_by_key(&number, |layout| layout.number).ok()?;
    LAYOUTS.get(index)
}

/// Reads the payload of a method frame: the numbers of class and method, then its fields (4.2.4).
///
/// The channel it came on decides what RabbitMQ answers to fields that cannot be read.
pub fn read_method(channel: ChannelNumber, payload: &[u8], names: &mut Names) -> Result<Method, WireError> {
    let mut reader = Reader::new(payload);
    let (Ok(class), Ok(id)) = (reader.short(), reader.short()) else {
        return Err(WireError::unknown_frame(super::FrameKind::Method.octet(), payload));
    };
    let method = (class, id);
    let error = match read_fields(method, &mut reader, names) {
        Ok(Some(method)) => return Ok(method),
        Ok(None) => return Err(WireError::UnknownMethod { method }),
        Err(error) => error,
    };
    // RabbitMQ takes all fields apart before it looks into texts and tables.
    Err(match (error, placed_method_fields(payload)) {
        (ReadError::Shape { .. }, _) | (_, Err(_)) => WireError::fields(channel, method, &payload[4..]),
        (ReadError::Text { at }, Ok(_)) => WireError::Text { channel, method, at },
        (ReadError::Table(fault), Ok(_)) => WireError::Table { channel, method, fault },
    })
}

/// Appends the payload of a method frame. Every [`Name`](crate::ids::Name) must be of `names`.
pub fn write_method(writer: &mut Writer<'_>, method: &Method, names: &Names) -> Result<(), EncodeError> {
    let (class, id) = method.number();
    writer.short(class);
    writer.short(id);
    write_fields(method, writer, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_stand_in_the_order_of_their_numbers() {
        assert!(LAYOUTS.is_sorted_by(|one, next| one.number < next.number));
        assert_eq!(LAYOUTS.len(), 69);
    }

    #[test]
    fn names_on_the_wire_are_those_of_the_specification() {
        let declare = layout((40, 10)).expect("exchange.declare");
        let names: Vec<&str> = declare.fields.iter().map(|field| field.name).collect();
        let expected = "ticket exchange type passive durable auto_delete internal no_wait arguments";
        assert_eq!(names.join(" "), expected);
        assert!(declare.fields[0].is_reserved);
        assert!(!declare.fields[1].is_reserved);
        assert_eq!(layout((40, 12)), None);
    }
}
